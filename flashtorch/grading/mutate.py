"""Mutants: programs with one small mistake, made by people as often as by chance. A check that lets one pass does not ask enough.

The operators know torch: a lost `dim=` or `keepdim=`, another reduction, a missing `detach()` or `no_grad`, swapped dimensions, an
operation in place, a constant that is off by one, two statements in the wrong order. A mutant that behaves as the solution does is
no gap in the check, so what seldom changes behaviour (`contiguous()`, annotations, docstrings) is left alone.
"""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass
from types import CodeType
from typing import TYPE_CHECKING

from flashtorch.grading.mutations import changes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flashtorch.grading.mutations import Change


@dataclass(frozen=True, slots=True)
class Mutant:
    """One changed program."""

    source: str
    line: int
    """Of the change, in the program it was made from."""
    was: str
    """The changed piece as it was, on one line."""
    now: str
    """The same after the change; empty when it was taken out."""

    @property
    def diff(self) -> str:
        return f"- {self.was}  + {self.now}" if self.now else f"- {self.was}"


def mutants(source: str, spans: tuple[tuple[int, int, int], ...] = ()) -> Iterator[Mutant]:
    """Every mutant of a program, each once, in the order of its places.

    `spans` are `(line, first column, last column)` outside which nothing may change, columns in bytes as `ast` counts them; none
    for the whole program. A program that does not compile has no mutants.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    seen = {_meaning(compile(tree, "<mutant>", "exec", dont_inherit=True))}
    for path, node in _places(tree, ()):
        if spans and not _inside(node, spans):
            continue
        for change in changes(node):
            made = _made(tree, path, change)
            if made is None or (meaning := _meaning(compile(made, "<mutant>", "exec", dont_inherit=True))) in seen:
                continue
            seen.add(meaning)
            yield Mutant(made, getattr(change.was, "lineno", getattr(node, "lineno", 1)), _line(change.was), _line(change.now))


_Path = tuple[tuple[str, int | None], ...]
"""The way from the module to a node: field names, with a place where the field is a list."""


def _places(node: ast.AST, path: _Path) -> Iterator[tuple[_Path, ast.AST]]:
    yield path, node
    for name, field in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_comment"):
            continue
        if isinstance(field, ast.AST):
            yield from _places(field, (*path, (name, None)))
        elif isinstance(field, list):
            for at, each in enumerate(field):
                if isinstance(each, ast.AST):
                    yield from _places(each, (*path, (name, at)))


def _made(tree: ast.Module, path: _Path, change: Change) -> str | None:
    """The program after a change; None when that is no program."""
    copied = copy.deepcopy(tree)
    node: ast.AST = copied
    for name, at in path:
        field = getattr(node, name)
        node = field if at is None else field[at]
    new = change.apply(node)
    if new is not node:
        if not path:
            return None
        parent: ast.AST = copied
        for name, at in path[:-1]:
            field = getattr(parent, name)
            parent = field if at is None else field[at]
        name, at = path[-1]
        if at is None:
            setattr(parent, name, new)
        else:
            getattr(parent, name)[at] = new
    try:
        source = ast.unparse(ast.fix_missing_locations(copied))
        compile(source, "<mutant>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, AttributeError, RecursionError):
        return None
    return source


def _meaning(code: CodeType) -> tuple[object, ...]:
    """What the interpreter makes of a program, places left out: `--1` is `1`."""
    constants = tuple(_meaning(each) if isinstance(each, CodeType) else repr(each) for each in code.co_consts)
    return code.co_name, code.co_code, code.co_names, code.co_varnames, code.co_freevars, constants


def _inside(node: ast.AST, spans: tuple[tuple[int, int, int], ...]) -> bool:
    line, column = getattr(node, "lineno", 0), getattr(node, "col_offset", -1)
    last, end = getattr(node, "end_lineno", 0), getattr(node, "end_col_offset", -1)
    return line == last and any(line == at and first <= column and end <= stop for at, first, stop in spans)


def _line(node: ast.AST | None) -> str:
    if node is None:
        return ""
    first, _newline, rest = ast.unparse(ast.fix_missing_locations(node)).partition("\n")
    return f"{first} …" if rest else first

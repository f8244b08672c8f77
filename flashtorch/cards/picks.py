"""`pick(…)`: numbers that are drawn anew for each question.

A pick is a text, the same in every part of a card. `pick(3, 5)` draws one of its literals, `pick(h=(3, 5))` the same under a name.
What is drawn follows from a seed by a hash and is equal on every machine. Only `read` decides what a pick may hold.
"""

from __future__ import annotations

import ast
import hashlib
import re
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

DTYPES = frozenset({
    "bfloat16", "bool", "cdouble", "cfloat", "chalf", "complex128", "complex32", "complex64", "double", "float", "float16",
    "float32", "float64", "float8_e4m3fn", "float8_e5m2", "half", "int", "int16", "int32", "int64", "int8", "long", "short",
    "uint16", "uint32", "uint64", "uint8",
})  # fmt: skip
"""What may follow `torch.`."""

_OPENING = re.compile(r"(?<![\w.])pick\(")
_STRING = re.compile(r"""'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*\"""")
_LEXEMES = re.compile(
    r"(?P<comment>#[^\n]*)"
    r"|(?P<prefix>(?<!\w)[A-Za-z]{1,2}|)"
    r"(?P<string>'''(?:\\.|[^\\])*?(?:'''|\Z)|\"\"\"(?:\\.|[^\\])*?(?:\"\"\"|\Z)|'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\")",
    re.DOTALL,
)
_LONGEST = 2_000
"""Characters of one pick; what is longer was never closed."""


@dataclass(frozen=True, slots=True)
class Pick:
    """One place where a `pick(` stands in a text."""

    text: str
    """From `pick(` to its closing bracket; `pick(` alone when none is found."""
    start: int
    choices: tuple[str, ...]
    """The literals as they are written; empty when it holds something else."""

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def name(self) -> str:
        """`h` of `pick(h=(3, 5))`; mostly empty."""
        match = re.match(r"pick\(\s*(\w+)\s*=", self.text)
        return match[1] if match else ""


def find(text: str) -> Iterator[Pick]:
    """Each `pick(` of the text, in order, well-formed or not."""
    at = 0
    while match := _OPENING.search(text, at):
        end = _closing(text, match.end())
        written = text[match.start() : end] if end else match[0]
        yield Pick(written, match.start(), read(written))
        at = end or match.end()


def find_in_code(source: str) -> Iterator[Pick]:
    """Each `pick(` that Python would call: none in comments and plain strings."""
    silent = [match.span() for match in _LEXEMES.finditer(source) if match["comment"] or "f" not in match["prefix"].lower()]
    at = 0
    for pick in find(source):
        while at < len(silent) and silent[at][1] <= pick.start:
            at += 1
        if at == len(silent) or pick.start < silent[at][0]:
            yield pick


def _closing(text: str, at: int) -> int:
    """The place behind the bracket that closes the one before `at`, or 0 when another pick or too much text comes first."""
    inner = _OPENING.search(text, at, at + _LONGEST)
    depth, limit = 1, inner.start() if inner else min(len(text), at + _LONGEST)
    while at < limit:
        if string := _STRING.match(text, at):
            at = string.end()
            continue
        depth += (text[at] in "([{") - (text[at] in ")]}")
        at += 1
        if not depth:
            return at
    return 0


def read(text: str) -> tuple[str, ...]:
    """The choices of a pick, as written; empty when it is not a call of literals alone."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            call = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.func.id != "pick":
        return ()
    values: list[ast.expr] = list(call.args)
    if call.keywords:
        named = call.keywords[0]
        if values or len(call.keywords) > 1 or named.arg is None or not isinstance(named.value, ast.Tuple):
            return ()
        values = named.value.elts
    if not values or not all(map(_is_literal, values)):
        return ()
    return tuple(_written(text.strip(), value) for value in values)


def _is_literal(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=bool() | int() | float() | complex() | str() | None):
            return True
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=ast.Constant(value=int() | float() | complex() as value)):
            return not isinstance(value, bool)
        case ast.Tuple(elts=elements):
            return all(map(_is_literal, elements))
        case ast.Attribute(value=ast.Name(id="torch"), attr=name):
            return name in DTYPES
    return False


def _written(text: str, node: ast.expr) -> str:
    """A literal as its author wrote it, on one line."""
    written = ast.get_source_segment(text, node)
    return written if written is not None and "\n" not in written else ast.unparse(node)


def draw(texts: Iterable[str], seed: int) -> dict[str, str]:
    """What each pick of these texts shows under a seed: pick text -> literal; equal on every machine and for every order."""
    return {pick.text: _drawn(pick, seed) for text in texts for pick in find(text) if pick.choices}


def _drawn(pick: Pick, seed: int) -> str:
    digest = hashlib.sha256(f"{seed}\n{pick.text}".encode()).digest()
    return pick.choices[int.from_bytes(digest[:8], "big") % len(pick.choices)]


def substitute(text: str, drawn: Mapping[str, str]) -> str:
    """The text with each pick replaced by what was drawn for it."""
    shown, at = [], 0
    for pick in find(text):
        if (literal := drawn.get(pick.text)) is not None:
            shown += [text[at : pick.start], _fitted(literal, text[pick.end : pick.end + 3])]
            at = pick.end
    return "".join(shown) + text[at:]


def _fitted(literal: str, follows: str) -> str:
    """The literal in brackets where what follows would change its meaning: `-1 ** 2`, `3.real`, `3if`."""
    bare = follows.lstrip(" ")
    if literal.startswith(("'", '"', "(", "torch")):
        return literal
    if bare.startswith("**") or re.match(r"\.\w|[0-9A-Za-z_]", follows):
        return f"({literal})"
    return literal

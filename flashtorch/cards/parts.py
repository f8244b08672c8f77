"""The parts of a card: what a fence with a role must hold, read without running it.

Every Python part is compiled, and nothing that nests too deeply for the compiler may end the process.
"""

from __future__ import annotations

import ast
import math
import unicodedata
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flashtorch.cards import blanks, picks
from flashtorch.cards.faults import Fault
from flashtorch.cards.model import Part, Role
from flashtorch.language import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flashtorch.cards.blocks import Block
    from flashtorch.cards.fences import Info


@dataclass(frozen=True, slots=True)
class ReadPart:
    """A part with the block it was read from."""

    part: Part
    block: Block
    faults: tuple[Fault, ...] = ()


def read_part(block: Block, info: Info) -> ReadPart:
    """The part in a fence whose role is known."""
    assert info.role is not None
    note = _note(block.text) if info.role is Role.WRONG else ""
    part = Part(info.role, block.text, block.row + 1, info.options.tol, note)
    faults = [*_pick_faults(part), *_content_faults(part)] if block.closed else []
    return ReadPart(part, block, tuple(faults))


def _note(source: str) -> str:
    lines = []
    for line in source.split("\n"):
        if not line.lstrip().startswith("#"):
            break
        lines.append(line.strip().lstrip("#").strip())
    return "\n".join(lines)


def _content_faults(part: Part) -> Iterator[Fault]:
    if part.role is Role.STARTER:
        return
    if not part.source.strip():
        yield Fault(part.line, "empty-part", _("this `{role}` holds nothing").format(role=part.role))
        return
    source = part.source
    if part.role is Role.FILL:
        found = [_blank_fault(part.line + row + (what != "none"), what) for row, what in blanks.faults(source)]
        yield from found
        if found:
            return
        source = blanks.whole(source)
    if part.role is Role.ANSWER:
        yield from answer_faults(part)
    else:
        tree = parse(source, part.line)
        if isinstance(tree, Fault):
            yield tree
        elif part.role is Role.CHECK:
            yield from _check_faults(tree, part.line)
        elif part.role is Role.PREDICT:
            yield from _predict_faults(tree, part.line)


def parse(source: str, line: int) -> ast.Module | Fault:
    """The syntax tree of a Python part whose fence opens at `line`, or why Python refuses it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, "<part>", "exec", dont_inherit=True)
            return ast.parse(source)
    except SyntaxError as error:
        row = min(max(error.lineno or 1, 1), max(source.rstrip("\n").count("\n") + 1, 1))
        return Fault(line + row, "python-syntax", _("Python cannot read this: {reason}").format(reason=str(error.msg)[:200]))
    except (RecursionError, MemoryError, ValueError, OverflowError):
        return Fault(line + 1, "python-depth", _("Python cannot read this: it is nested too deeply"))


def _blank_fault(line: int, what: str) -> Fault:
    message = {
        "none": _("a `fill` needs at least one blank: write `{{` and `}}` around what is asked for"),
        "unclosed": _("a blank is opened by `{{` and not closed by `}}` on this line"),
        "nested": _("a blank holds no `{{`: close the first one before the next"),
        "empty": _("a blank holds what is right there, and this one is empty"),
    }[what]
    return Fault(line, f"blank-{what}", message)


def answer_faults(part: Part) -> Iterator[Fault]:
    """Each accepted answer that is no number where numbers are compared."""
    if part.tolerance is None:
        return
    for row, line in enumerate(part.source.split("\n"), 1):
        shown = picks.substitute(line, {pick.text: pick.choices[0] for pick in picks.find(line) if pick.choices})
        if shown.strip() and not _is_number(shown):
            message = _("with `tol=` each answer is a number, and `{answer}` is none").format(answer=line.strip()[:60])
            yield Fault(part.line + row, "answer-number", message)


def _is_number(text: str) -> bool:
    try:
        return not math.isnan(float(unicodedata.normalize("NFKC", text).strip()))
    except ValueError:
        return False


def observed(tree: ast.Module) -> Iterator[ast.Expr]:
    """The bare expressions of a check that are compared: at top level and inside top-level with, for, if and try."""
    waiting: list[ast.AST] = list(reversed(tree.body))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Expr):
            yield node
        elif isinstance(node, ast.With | ast.For | ast.If | ast.Try | ast.TryStar | ast.ExceptHandler):
            inner = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt | ast.ExceptHandler)]
            waiting += reversed(inner)


def _check_faults(tree: ast.Module, line: int) -> Iterator[Fault]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert):
            message = _("a check holds no `assert`: write the bare expression, it is compared with the solution's")
            yield Fault(line + node.lineno, "check-assert", message)
    if next(observed(tree), None) is None:
        message = _("this check compares nothing: write at least one bare expression, for instance a call of the answer")
        yield Fault(line, "check-observes-nothing", message)


def _predict_faults(tree: ast.Module, line: int) -> Iterator[Fault]:
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr):
        message = _("the last statement of a `predict` is the expression that is asked for, and this is none")
        yield Fault(line + (last.lineno if last else 0), "predict-expression", message)
    elif isinstance(last.value, ast.Call) and isinstance(last.value.func, ast.Name) and last.value.func.id == "print":
        message = _("a `predict` asks for a value, not for what is printed: end it with the expression without `print`")
        yield Fault(line + last.lineno, "predict-print", message)


def _pick_faults(part: Part) -> Iterator[Fault]:
    found = picks.find(part.source) if part.role is Role.ANSWER else picks.find_in_code(part.source)
    seen: set[str] = set()
    for pick in found:
        line = part.line + 1 + part.source.count("\n", 0, pick.start)
        if not pick.choices:
            yield bad_pick(line)
        elif pick.text in seen:
            yield repeated_pick(line, pick.text)
        seen.add(pick.text)


def bad_pick(line: int) -> Fault:
    """The fault of a `pick(` that draws nothing."""
    message = _("`pick(…)` takes literals, for instance `pick(3, 5)` or `pick(h=(3, 5))`, and this holds something else")
    return Fault(line, "bad-pick", message)


def repeated_pick(line: int, text: str) -> Fault:
    """The fault of a pick that stands twice in one part."""
    message = _("`{pick}` stands twice in this part: name them, for instance `pick(h=(3, 5))` and `pick(w=(3, 5))`")
    return Fault(line, "repeated-pick", message.format(pick=text[:80]))

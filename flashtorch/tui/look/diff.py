"""One's own program beside the card's: side by side where there is room, else line under line, as pure text.

Signs say which lines differ, so that nothing hangs on colours.
"""

from __future__ import annotations

import ast
import warnings
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from textual.content import Content

from flashtorch.language import _
from flashtorch.tui.look.code import highlight
from flashtorch.tui.look.wrap import cuts, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WIDE = 100
"""Cells from which two programs stand side by side."""
_QUIET = "dim"
_MINE, _THEIRS = "$text-error", "$text-success"
_CHANGED = "bold underline"
_MOSTLY = 0.5
"""How much of two lines is equal when what differs in them is underlined; less is another line."""

Pair = tuple[Content | None, Content | None]
"""A line of each program; None where the other has one more."""


def diff_lines(mine: str, theirs: str, width: int) -> list[Content]:
    """Both programs in lines of at most `width` cells."""
    left, right = _lines(mine), _lines(theirs)
    if width >= WIDE:
        return list(_beside(left, right, width))
    return list(_unified(left, right, width))


def same_program(mine: str, theirs: str) -> bool:
    """Whether two sources are one program, whatever their spaces and comments."""
    if _lines(mine) == _lines(theirs):
        return True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.dump(ast.parse(mine)) == ast.dump(ast.parse(theirs))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def likeness(mine: str, theirs: str) -> float:
    """From 0 to 1: how much of the lines two programs share."""
    return SequenceMatcher(None, _lines(mine), _lines(theirs), autojunk=False).ratio()


def _lines(source: str) -> list[str]:
    lines = [line.rstrip() for line in source.expandtabs(4).split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    while lines and not lines[0]:
        lines.pop(0)
    return lines


def _blocks(left: Sequence[str], right: Sequence[str]) -> Iterator[tuple[bool, slice, slice]]:
    for tag, start, end, begin, stop in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        yield tag == "equal", slice(start, end), slice(begin, stop)


def _coloured(lines: Sequence[str]) -> list[Content]:
    return list(highlight("\n".join(lines)).split("\n", allow_blank=True)) if lines else []


def _pairs(left: list[str], right: list[str]) -> Iterator[tuple[bool, Pair]]:
    """Line beside line, and whether they are equal."""
    mine, theirs = _coloured(left), _coloured(right)
    for equal, one, other in _blocks(left, right):
        ours, yours = mine[one], theirs[other]
        for row in range(max(len(ours), len(yours))):
            a = ours[row] if row < len(ours) else None
            b = yours[row] if row < len(yours) else None
            yield equal, (a, b) if equal or a is None or b is None else _marked(a, b)


def _marked(mine: Content, theirs: Content) -> tuple[Content, Content]:
    """Two lines with what differs in them underlined, when most of them is equal."""
    matcher = SequenceMatcher(None, mine.plain, theirs.plain, autojunk=False)
    if matcher.ratio() < _MOSTLY:
        return mine, theirs
    for tag, start, end, begin, stop in matcher.get_opcodes():
        if tag != "equal":
            mine = mine.stylize(_CHANGED, start, end) if end > start else mine
            theirs = theirs.stylize(_CHANGED, begin, stop) if stop > begin else theirs
    return mine, theirs


def _unified(left: list[str], right: list[str], width: int) -> Iterator[Content]:
    head = Content.assemble(("- ", _MINE), (_("yours"), _QUIET), ("   + ", _THEIRS), (_("the solution"), _QUIET))
    yield from wrap(head, width)
    waiting: list[Content] = []
    for equal, (mine, theirs) in _pairs(left, right):
        if equal and mine is not None:
            yield from waiting
            waiting = []
            yield from _signed("  ", "", mine, width)
            continue
        # Both sides of a change stand together: first all of one's own lines, then the other ones.
        if mine is not None:
            yield from _signed("- ", _MINE, mine, width)
        if theirs is not None:
            waiting += _signed("+ ", _THEIRS, theirs, width)
    yield from waiting


def _signed(sign: str, style: str, line: Content, width: int) -> list[Content]:
    pieces = wrap(line, width - 2, cuts)
    return [Content.styled(sign if number == 0 else "↪ ", style or _QUIET) + piece for number, piece in enumerate(pieces)]


def _beside(left: list[str], right: list[str], width: int) -> Iterator[Content]:
    column = (width - 3) // 2
    bar = Content.styled(" │ ", _QUIET)
    head = [Content.styled(name, _QUIET) for name in (_("yours"), _("the solution"))]
    yield head[0].pad_right(max(0, column - head[0].cell_length)) + bar + head[1]
    for equal, (mine, theirs) in _pairs(left, right):
        ours = _signed("  " if equal else "- ", "" if equal else _MINE, mine, column) if mine is not None else []
        yours = _signed("  " if equal else "+ ", "" if equal else _THEIRS, theirs, column) if theirs is not None else []
        for row in range(max(len(ours), len(yours))):
            one = ours[row] if row < len(ours) else Content("")
            other = yours[row] if row < len(yours) else Content("")
            yield (one.pad_right(max(0, column - one.cell_length)) + bar + other).rstrip()

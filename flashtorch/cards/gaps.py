"""Hiding and showing the gaps of a cloze card, in its Markdown and in its tree alike."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flashtorch.cards.prose import Gap, Mark
from flashtorch.cards.reshape import marks_in, outermost_marks, reshaped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flashtorch.cards.model import Side
    from flashtorch.cards.prose import Prose, Span, Spans

HIDDEN = "[…]"
_MARK = re.compile(r"==(?:([0-9]{1,6})::)?(?=\S)((?:(?!\n[ \t]*\n).)+?)(?<=\S)==", re.DOTALL)


def hidden(side: Side, number: int | None) -> tuple[str, Prose]:
    """A front with the gaps of this number shown as `[…]`, all of them when it is None; other gaps are plain text."""
    source = _rewritten(side, lambda mark: _asked(mark.gap, number), lambda inner: HIDDEN)

    def gap(span: Span) -> Spans | None:
        return (Gap(),) if isinstance(span, Mark) and _asked(span.gap, number) else None

    return source, _without_other_marks(reshaped(side.prose, gap, lambda block: block))


def revealed(side: Side, number: int | None) -> tuple[str, Prose]:
    """A front with the gaps of this number as plain `==marks==`, and the others as plain text."""
    source = _rewritten(side, lambda mark: _asked(mark.gap, number), lambda inner: f"=={inner}==")

    def plain(span: Span) -> Spans | None:
        if not isinstance(span, Mark):
            return None
        inner = tuple(each for within in span.spans for each in (plain(within) or (within,)))
        return (Mark(inner),) if _asked(span.gap, number) else inner

    return source, reshaped(side.prose, plain, lambda block: block)


def _asked(gap: int | None, number: int | None) -> bool:
    return number is None or gap == number


def _without_other_marks(prose: Prose) -> Prose:
    def opened(span: Span) -> Spans | None:
        if not isinstance(span, Mark):
            return None
        return tuple(each for within in span.spans for each in (opened(within) or (within,)))

    return reshaped(prose, opened, lambda block: block)


def _rewritten(side: Side, asked: Callable[[Mark], bool], show: Callable[[str], str]) -> str:
    """The source with each outermost mark that is asked for replaced by `show` of what it holds, and others opened."""
    marks = tuple(outermost_marks(side.prose))
    if not all(_stands(mark, side.source) for mark in marks):
        # The tree was made from another text; hiding too much is the mistake that gives nothing away.
        return _MARK.sub(lambda match: HIDDEN if show("") == HIDDEN else match[2], side.source)
    edits: list[tuple[int, int, str]] = []
    _collect(marks, side.source, asked, show, edits)
    shown, at = [], 0
    for start, end, text in sorted(edits):
        shown += [side.source[at:start], text]
        at = end
    return "".join(shown) + side.source[at:]


def _collect(
    marks: Iterable[Mark], source: str, asked: Callable[[Mark], bool], show: Callable[[str], str], edits: list[tuple[int, int, str]]
) -> None:
    for mark in marks:
        assert mark.at is not None
        start, end = mark.at
        opening = 2 if mark.gap is None else source.index("::", start) + 2 - start
        if asked(mark):
            edits.append((start, end, show(source[start + opening : end - 2])))
        else:
            edits += [(start, start + opening, ""), (end - 2, end, "")]
            _collect(marks_in(mark.spans), source, asked, show, edits)


def _stands(mark: Mark, source: str) -> bool:
    if mark.at is None or not all(_stands(inner, source) for inner in marks_in(mark.spans)):
        return False
    start, end = mark.at
    return end - start > 4 and source.startswith("==", start) and source.startswith("==", end - 2)

"""`==hidden==` on a front -> the gaps of a cloze card."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from flashtorch.cards.faults import Fault
from flashtorch.cards.prose import Mark
from flashtorch.language import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


MOST = 100
"""Numbered gaps of one card: each is a card of its own with the whole text."""


def marks(prose: Any) -> Iterator[Mark]:
    """Every mark of a tree, or of any part of one, in order."""
    if isinstance(prose, Mark):
        yield prose
    if isinstance(prose, tuple):
        for part in prose:
            yield from marks(part)
    elif dataclasses.is_dataclass(prose):
        for field in dataclasses.fields(prose):
            yield from marks(getattr(prose, field.name))


def numbers(gaps: Sequence[Mark]) -> tuple[int | None, ...]:
    """The number of each card that the gaps make: `None` alone for one card that hides all of them."""
    numbered = sorted({mark.gap for mark in gaps if mark.gap is not None})
    return tuple(numbered) if numbered else (None,)


def faults(gaps: Sequence[Mark], line: int) -> Iterator[Fault]:
    """What is wrong with the gaps of a card whose comment stands at `line`."""
    if len({mark.gap is None for mark in gaps}) > 1:
        message = _("some gaps of this card have a number and some have none: number all of them, or none")
        yield Fault(line, "mixed-gaps", message)
    if len(numbers(gaps)) > MOST:
        message = _("the gaps of this card have {count} numbers, and {most} are the most: split the card")
        yield Fault(line, "too-many-gaps", message.format(count=len(numbers(gaps)), most=MOST))
    if any(not mark.spans for mark in gaps):
        message = _("a gap of this card hides nothing: write what is hidden behind the number, as in `==1::word==`")
        yield Fault(line, "empty-gap", message)
    if any(mark.at is None for mark in gaps):
        yield Fault(line, "gap-place", _("a gap of this card stands where it cannot be hidden: move it into plain text"))

"""What today's limits still allow, over all decks together."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from flashtorch.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flashtorch.scheduling.params import Params


@frozen
class Done:
    """What was done on a study day; it follows from the states, so an undo gives a place back."""

    new: int = 0
    """Cards that were answered for the first time."""
    reviews: int = 0
    """Cards that were answered as due reviews; steps take no place."""
    siblings: Mapping[str, str] = field(default_factory=dict)
    """For each group of siblings, the card that was answered."""


@frozen
class Left:
    """What is left of the limits."""

    new: int
    reviews: int


def left(done: Done, params: Params) -> Left:
    """The places that are left; new cards and reviews have separate ones."""
    return Left(max(0, params.new_per_day - done.new), max(0, params.reviews_per_day - done.reviews))


def days_of_work(today: int, waiting: int, per_day: int) -> int:
    """How many study days all due reviews are, `today` of them fitting into what is left of this one, which counts.

    0 when nothing waits, and when no reviews are wanted at all: then it is no backlog.
    """
    if waiting <= 0 or per_day <= 0:
        return 0
    return (today > 0) + -(-waiting // per_day)

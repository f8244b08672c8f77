"""What the schedule knows of one card."""

from __future__ import annotations

from enum import IntEnum, StrEnum

from flashtorch.frozen import frozen


class Rating(IntEnum):
    """How well it went, as Anki numbers it."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


class Stage(StrEnum):
    """Where a card is on its way."""

    NEW = "new"
    LEARNING = "learning"
    REVIEW = "review"
    RELEARNING = "relearning"


@frozen
class CardState:
    """A card's place in the schedule: a cache over its events, one row in `card_state`."""

    stage: Stage = Stage.NEW
    stability: float | None = None
    """Days until the probability of recall falls to 0.9; None while new."""
    difficulty: float | None = None
    """1 to 10; None while new."""
    step: int = 0
    """Index into the (re)learning steps."""
    due_at_us: int | None = None
    """When a step is due, microseconds of UTC; None unless learning or relearning within the study day."""
    due_day: int | None = None
    """The study day on which a review is due; for a step, the study day on which it falls due."""
    last_day: int | None = None
    """The study day of the last review."""
    last_at_us: int | None = None
    utc_offset_min: int = 0
    """The UTC offset that was stored with the last review; the due day of a review begins there."""
    first_day: int | None = None
    """The study day on which it was answered for the first time: that day's place among the new cards."""
    reviewed_day: int | None = None
    """The last study day on which it was answered as a due review, not as a step: that day's place among the reviews."""
    reps: int = 0
    """Answers so far; grows even when the card is forgotten, so that numbers drawn from it stay fresh."""
    lapses: int = 0
    leech: bool = False
    suspended: bool = False
    buried_day: int | None = None
    """Not shown on this study day."""
    rev: int = 1
    last_event: str | None = None
    """The greatest id among the events that touched the card, voids included: what an answer has to have seen."""


def for_rev(state: CardState, rev: int) -> CardState:
    """The state of a card whose deck says `rev`: a higher one than the log has seen begins anew.

    A lower one changes nothing: what was answered at the higher rev still counts, and new events carry the rev of the state.
    """
    return CardState(rev=rev, last_event=state.last_event) if rev > state.rev else state

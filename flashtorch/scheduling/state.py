"""What the schedule knows of one card."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum


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


@dataclass(frozen=True, slots=True)
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
    """When a step is due, microseconds of UTC; None unless learning or relearning within the day."""
    due_day: int | None = None
    """The study day on which a review is due; for a step, the study day of `due_at_us`."""
    last_day: int | None = None
    """The study day of the last review."""
    last_at_us: int | None = None
    reps: int = 0
    lapses: int = 0
    leech: bool = False
    suspended: bool = False
    buried_day: int | None = None
    """Not shown on this study day."""
    rev: int = 1
    last_event: str | None = None
    """The id of the newest live or void event: what an answer has to have seen."""

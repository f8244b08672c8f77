"""The events that are the truth about a learner's progress."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


class EventKind(StrEnum):
    REVIEW = "review"
    PRACTICE = "practice"
    """An answer outside the schedule, with the same evidence as a review; no state follows from it, and no count but its own."""
    VOID = "void"
    """Takes back the event that `ref` names; a void of a void brings it back."""
    SUSPEND = "suspend"
    RESUME = "resume"
    BURY = "bury"
    FORGET = "forget"
    SET_DUE = "set-due"
    """`due_day` in the evidence; with `known` it is a learner who says so of a new card."""
    FLAG = "flag"
    NOTE = "note"
    ALIAS = "alias"
    PARAMS = "params"


@dataclass(frozen=True, slots=True)
class Event:
    """One row of the log. Rows are appended and never changed."""

    id: str
    """A UUID, version 7."""
    at_us: int
    utc_offset_min: int
    day: int
    """The study day it happened on."""
    device_id: str
    kind: EventKind
    card: str
    """`DECK/ID`, or empty for `params`."""
    rev: int = 1
    rating: int | None = None
    took_ms: int | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    """JSON with `v: 1`: for a review verdict, attempts, hints, answer, seed, torch, device, level; else the event's own data."""
    content_hash: str = ""
    ref: str | None = None

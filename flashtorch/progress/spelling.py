"""Instants and days as programs read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from flashtorch.progress.calendar import date_of
from flashtorch.scheduling.moment import day_start

if TYPE_CHECKING:
    from flashtorch.scheduling.state import CardState

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def iso_instant(at_us: int | None) -> str | None:
    """Microseconds of UTC as ISO 8601; None also for an instant that no calendar holds."""
    try:
        return None if at_us is None else (_EPOCH + timedelta(microseconds=at_us)).isoformat()
    except OverflowError:
        return None


def iso_day(day: int | None) -> str | None:
    """A study day as an ISO date; None also for one that no calendar holds."""
    try:
        return None if day is None else date_of(day).isoformat()
    except OverflowError:
        return None


def due_at_us(state: CardState, rollover_hour: int) -> int | None:
    """When a card is due: a step at its instant, a review when its study day begins where it was answered last."""
    if state.due_at_us is not None or state.due_day is None:
        return state.due_at_us
    return day_start(state.due_day, state.utc_offset_min, rollover_hour).at_us

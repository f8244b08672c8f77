"""What was done day by day, what falls due, the weeks of a heat map. Days are study days: numbers, counted from 1970-01-01."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from flashtorch.history.tally import DayDone, DueDay
from flashtorch.scheduling.state import Rating, Stage, for_rev

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flashtorch.progress.answers import Answer
    from flashtorch.progress.numbers import CardLike
    from flashtorch.scheduling.state import CardState

_EPOCH = date(1970, 1, 1)
WEEKS = 53
"""A year and the week that has begun."""


@dataclass(frozen=True, slots=True)
class Week:
    """One column of a heat map."""

    monday: int
    counts: tuple[int | None, ...]
    """Monday to Sunday; None for days that are still to come."""


def daily(answers: Iterable[Answer]) -> dict[int, DayDone]:
    """What was done on each study day, in their order; days without an answer are not there."""
    found: dict[int, list[int]] = {}
    for answer in answers:
        day = found.setdefault(answer.day, [0, 0, 0])
        day[0] += 1
        day[1] += answer.rating != Rating.AGAIN
        day[2] += answer.took_ms
    return {day: DayDone(*found[day]) for day in sorted(found)}


def heat_map(counts: Mapping[int, int], today: int, weeks: int = WEEKS) -> tuple[Week, ...]:
    """The last `weeks` weeks, this one last, as counts by weekday."""
    monday = monday_of(today)
    return tuple(
        Week(first, tuple(counts.get(day, 0) if day <= today else None for day in range(first, first + 7)))
        for first in range(monday - 7 * (weeks - 1), monday + 1, 7)
    )


def monday_of(day: int) -> int:
    """The Monday of the same week; 1970 began with a Thursday."""
    return day - (day + 3) % 7


def date_of(day: int) -> date:
    """The calendar day of a study day."""
    return _EPOCH + timedelta(days=day)


def day_of(day: date) -> int:
    """The study day of a calendar day."""
    return (day - _EPOCH).days


def forecast(cards: Iterable[CardLike], states: Mapping[str, CardState], today: int, ahead: int) -> tuple[DueDay, ...]:
    """What falls due today and on the `ahead - 1` days after it; `history.tally` asks the database for the same."""
    found = {day: Counter[str]() for day in range(today, today + ahead)}
    for card in cards:
        state = states.get(card.card)
        state = for_rev(state, card.rev) if state else None
        if state is None or state.due_day is None or state.suspended:
            continue
        # What is buried today comes back tomorrow.
        day = max(state.due_day, today + (state.buried_day == today))
        if day in found:
            is_step = state.stage is not Stage.REVIEW
            found[day]["learning" if is_step else "overdue" if state.due_day < day else "review"] += 1
    return tuple(DueDay(day, **counts) for day, counts in found.items())

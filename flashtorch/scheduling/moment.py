"""Instants and study days."""

from __future__ import annotations

from flashtorch.frozen import frozen

MINUTE_US = 60_000_000
DAY_US = 86_400_000_000
DAY_S = 86_400


@frozen(order=True)
class Moment:
    """An instant, with the UTC offset of the place where it happened."""

    at_us: int
    """Microseconds since 1970-01-01 UTC."""
    utc_offset_min: int = 0


def study_day(moment: Moment, rollover_hour: int = 4) -> int:
    """The number of the study day: days since 1970-01-01, local, a day beginning at `rollover_hour`."""
    local_us = moment.at_us + moment.utc_offset_min * MINUTE_US - rollover_hour * 60 * MINUTE_US
    return local_us // DAY_US


def day_start(day: int, utc_offset_min: int, rollover_hour: int = 4) -> Moment:
    """The instant at which study day `day` begins at that offset."""
    return Moment(day * DAY_US + rollover_hour * 60 * MINUTE_US - utc_offset_min * MINUTE_US, utc_offset_min)


def days_between(earlier: int | None, later: int) -> int:
    """Whole study days from one day to another; 0 for none, and for a clock that was set back."""
    return max(0, later - earlier) if earlier is not None else 0

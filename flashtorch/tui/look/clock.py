"""When something is due, as a person says it, and how long something took."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flashtorch.language import _
from flashtorch.progress.calendar import date_of
from flashtorch.scheduling.moment import MINUTE_US, study_day

if TYPE_CHECKING:
    from flashtorch.scheduling.moment import Moment

_DAY_MIN = 1440


def clock(at_us: int, now: Moment, rollover_hour: int) -> str:
    """`21:10` for later on this study day, then `tomorrow`, then the date."""
    from flashtorch.scheduling.moment import Moment

    at = Moment(at_us, now.utc_offset_min)
    ahead = study_day(at, rollover_hour) - study_day(now, rollover_hour)
    if ahead <= 0:
        minutes = (at_us // MINUTE_US + now.utc_offset_min) % _DAY_MIN
        return f"{minutes // 60:02}:{minutes % 60:02}"
    return _("tomorrow") if ahead == 1 else date_of(study_day(at, rollover_hour)).isoformat()


def minutes(ms: int) -> str:
    """Whole minutes, at least one when there was anything."""
    count = 0 if ms <= 0 else max(1, round(ms / 60_000))
    return _("{count} min").format(count=count)

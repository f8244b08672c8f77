"""Study days: the published roll-over cases, the grid of hours, and the changes of the clock."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from itertools import pairwise, product
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from flashtorch.scheduling.moment import Moment, day_start, days_between, study_day
from tests.scheduling.vectors import VECTORS

ROLLOVER = VECTORS["anki_day_rollover"]
HOURS = (0, 1, 4, 12, 22, 23)


def moment(at: datetime) -> Moment:
    offset = at.utcoffset()
    assert offset is not None
    return Moment(int(at.timestamp()) * 1_000_000, int(offset.total_seconds()) // 60)


def read(text: str) -> Moment:
    """An instant as the cases write it; without an offset it is six hours west."""
    if " (same instant as above, MDT offset)" in text:
        # The clock on the wall says an hour more, for the same instant.
        return Moment(read("2019-12-26T20:00-07:00").at_us, -360)
    text = text.removesuffix(" local")
    return moment(datetime.fromisoformat(text if re.search(r"[+-]\d\d:\d\d$", text) else text + "-06:00"))


def days_since_creation(created: Moment, now: Moment, rollover: int) -> int:
    """Anki counts study days from the calendar date of a collection's creation, and none before it."""
    return days_between(study_day(created, 0), study_day(now, rollover))


@pytest.mark.parametrize("case", ROLLOVER["cases"], ids=lambda case: f"{case['created']} {case['now']}")
def test_days_elapsed(case: dict[str, Any]) -> None:
    created = read(case["created"])
    hours = re.fullmatch(r"([+-]\d+)h", case["now"])
    now = Moment(created.at_us + int(hours[1]) * 3_600_000_000, created.utc_offset_min) if hours else read(case["now"])
    assert days_since_creation(created, now, case["rollover"]) == case["days"]


def test_the_grid_of_hours() -> None:
    midnight = read("2018-08-06T00:00").at_us
    checked = 0
    for created_hour, current_day, current_hour, rollover in product(HOURS, range(4), HOURS, HOURS):
        created = Moment(midnight + created_hour * 3_600_000_000, -360)
        now = Moment(midnight + (current_day * 24 + current_hour) * 3_600_000_000, -360)
        expected = current_day if current_hour >= rollover else max(current_day, 1) - 1
        assert days_since_creation(created, now, rollover) == expected
        checked += 1
    assert checked == 864


@pytest.mark.parametrize("case", ROLLOVER["next_day_at"])
def test_next_day_begins(case: dict[str, Any]) -> None:
    now = read(case["now"])
    rollover = case["rollover"]
    assert day_start(study_day(now, rollover) + 1, now.utc_offset_min, rollover) == read(case["next"])


@pytest.mark.parametrize("case", VECTORS["anki_delta_t_from_revlog"]["cases"])
def test_days_between_answers(case: dict[str, list[int]]) -> None:
    days = [1000 - ago for ago in case["days_ago"]]
    assert [0, *(days_between(earlier, later) for earlier, later in pairwise(days))] == case["delta_t"]


def test_nothing_before_and_a_clock_set_back_are_no_days() -> None:
    assert days_between(None, 5) == 0
    assert days_between(7, 5) == 0


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"])
def test_a_year_of_local_noons_is_a_year_of_study_days(zone: str) -> None:
    """A day of 23 or 25 hours is one study day, and one a little after midnight belongs to the evening before."""
    place = ZoneInfo(zone)
    noons = [study_day(moment(datetime(2026, 1, 1, 12, tzinfo=place) + timedelta(days=day))) for day in range(365)]
    nights = [study_day(moment(datetime(2026, 1, 2, 0, 30, tzinfo=place) + timedelta(days=day))) for day in range(365)]
    assert noons == nights == list(range(noons[0], noons[0] + 365))


def test_a_day_begins_at_the_rollover_of_the_stored_offset() -> None:
    begin = day_start(20_000, 330, 4)
    assert study_day(begin) == 20_000
    assert study_day(Moment(begin.at_us - 1, 330)) == 19_999

"""Text drawings keep to their columns, in Chinese too."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flashtorch.progress.calendar import day_of, heat_map
from flashtorch.progress.drawing import BarRow, bar, bars, heat_rows, left, right, sparkline, table, width


@pytest.mark.parametrize(("text", "columns"), [("", 0), ("abc", 3), ("张量", 4), ("a张", 3), ("é", 1), ("：", 2)])
def test_a_chinese_character_takes_two_columns(text: str, columns: int) -> None:
    assert width(text) == columns


@given(st.text(st.sampled_from("ab 张量，é…"), max_size=12), st.integers(0, 10))
def test_cells_are_as_wide_as_asked(text: str, columns: int) -> None:
    assert width(left(text, columns)) == columns
    assert width(right(text, columns)) == columns
    if width(text) <= columns:
        assert left(text, columns).startswith(text)
        assert right(text, columns).endswith(text)


def test_what_is_cut_says_so() -> None:
    assert left("一二三", 5) == "一二…"
    assert left("一二三", 4) == "一… "
    assert right("abcdef", 4) == "abc…"


def test_a_table_stands_under_itself() -> None:
    assert table([("牌组", "新", "a"), ("long-name", "12", "bcd")]) == ["牌组        新     a", "long-name   12   bcd"]
    assert table([]) == []


def test_bars_share_the_width() -> None:
    assert bars([BarRow("一", 8, "8"), BarRow("b", 4, "4"), BarRow("", 0, "0")], 16) == [
        "一  █████████  8",
        "b   ████▌      4",
        "               0",
    ]
    assert bars([], 10) == []


@given(st.floats(0, 1e9), st.floats(0, 1e9), st.integers(0, 60))
def test_a_bar_is_never_too_long_and_shows_what_there_is(value: float, most: float, columns: int) -> None:
    drawn = bar(value, most, columns)
    assert len(drawn) <= columns
    assert bool(drawn) == (value > 0 and most > 0 and columns > 0)


def test_a_sparkline_has_a_place_for_each_value() -> None:
    assert sparkline([0, 1, 4, 8]) == " ▂▅█"
    assert sparkline([]) == ""
    assert sparkline([0, 0]) == "  "


def test_the_heat_map_is_weeks_by_weekdays() -> None:
    today = day_of(date(2026, 5, 6))  # a Wednesday
    counts = {today: 4, today - 1: 1, today - 7: 2, today - 14: 3, day_of(date(2026, 4, 12)): 4, today - 31: 100}
    rows = heat_rows(heat_map(counts, today, weeks=5), ["Mon", "", "周三", "", "Fri", "", "Sun"])
    assert rows == [
        "        5",
        "Mon  ·····",
        "     ····░",
        "周三 ··▓▒█",
        "     ····",
        "Fri  ····",
        "     ····",
        "Sun  █···",
    ]

"""Two programs beside each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from flashtorch.tui.look.diff import diff_lines, likeness, same_program

MINE = "def f(x):\n    y = x.sum(0)\n    return y\n"
THEIRS = "def f(x):\n    y = x.sum(-1)\n    return y\n"


def plain(mine: str, theirs: str, width: int) -> list[str]:
    return [line.plain for line in diff_lines(mine, theirs, width)]


def test_line_under_line_where_it_is_narrow() -> None:
    assert plain(MINE, THEIRS, 60)[1:] == ["  def f(x):", "-     y = x.sum(0)", "+     y = x.sum(-1)", "      return y"]


def test_side_by_side_where_it_is_wide() -> None:
    head, *rows = plain(MINE, THEIRS, 103)
    assert [row.index("│") for row in (head, *rows)] == [51] * 4
    assert [[side.rstrip() for side in row.split(" │ ")] for row in rows] == [
        ["  def f(x):", "  def f(x):"],
        ["-     y = x.sum(0)", "+     y = x.sum(-1)"],
        ["      return y", "      return y"],
    ]


def test_what_differs_in_a_line_is_underlined() -> None:
    marked = [line for line in diff_lines(MINE, THEIRS, 60) if any("underline" in str(span.style) for span in line.spans)]
    spans = [[line.plain[span.start : span.end] for span in line.spans if "underline" in str(span.style)] for line in marked]
    assert spans == [["0"], ["-1"]]


def test_changes_stand_together() -> None:
    signs = [line[0] for line in plain("a\nb\nc", "d\ne\nc", 60)[1:]]
    assert signs == ["-", "-", "+", "+", " "]


def test_more_lines_on_one_side() -> None:
    rows = plain("a", "a\nb", 103)[1:]
    assert [side.strip() for side in rows[1].split("│")] == ["", "+ b"]


LINES = st.lists(st.sampled_from(["x = 1", "    return 归一化", "", "y" * 70, "# 注释"]), max_size=8).map("\n".join)


@given(LINES, LINES, st.sampled_from([20, 40, 99, 100, 140]))
def test_no_line_is_too_wide_and_none_is_lost(mine: str, theirs: str, width: int) -> None:
    lines = plain(mine, theirs, width)
    assert all(cell_len(line) <= width for line in lines)
    shown = "".join(lines)
    assert shown.count("return 归一化") >= max(mine.count("return 归一化"), theirs.count("return 归一化"))


@pytest.mark.parametrize(
    ("mine", "theirs", "same"),
    [
        (MINE, MINE + "\n\n", True),
        ("x=1 # why", "x = 1", True),
        (MINE, THEIRS, False),
        ("def f(:", "def f(:", True),
        ("def f(:", "x", False),
        ("", "", True),
    ],
)
def test_the_same_program(mine: str, theirs: str, same: bool) -> None:
    assert same_program(mine, theirs) is same


def test_likeness_chooses_the_nearest() -> None:
    assert likeness(MINE, THEIRS) > likeness(MINE, "import os")

"""Where lines break, in Chinese and in English."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from flashtorch.tui.look.wrap import NOT_FIRST, NOT_LAST, breaks, cuts, joins_without_space


def pieces(text: str, width: int) -> list[str]:
    at = [0, *breaks(text, width), len(text)]
    return [text[start:end] for start, end in itertools.pairwise(at)]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("short", 10, ["short"]),
        ("two words", 5, ["two ", "words"]),
        ("归一化之后均值为零方差为一", 10, ["归一化之后", "均值为零方", "差为一"]),
        ("用 softmax 的饱和区间", 12, ["用 softmax ", "的饱和区间"]),
        ("使用torch做归一化", 9, ["使用torch", "做归一化"]),
        ("一二三四，五六", 8, ["一二三", "四，五六"]),
        ("一二三《四五》", 8, ["一二三", "《四五》"]),
        ("averyverylongword", 6, ["averyv", "erylon", "gword"]),
        ("x averyverylongword", 6, ["x ", "averyv", "erylon", "gword"]),
        ("", 4, [""]),
    ],
)
def test_lines(text: str, width: int, lines: list[str]) -> None:
    assert pieces(text, width) == lines


TEXTS = st.text(st.sampled_from("ab c(,归一化，。《》（）—\t1"), max_size=60)


@given(TEXTS, st.integers(2, 20))
def test_nothing_is_lost_and_nothing_too_wide(text: str, width: int) -> None:
    lines = pieces(text, width)
    assert "".join(lines) == text
    assert all(cell_len(line.rstrip()) <= width for line in lines)


WORDS = st.lists(st.sampled_from(["归一化", "方差", "，", "。", "《", "》", "softmax"]), max_size=30)


@given(WORDS, st.integers(12, 30))
def test_closing_marks_do_not_begin_a_line_and_opening_ones_do_not_end_it(words: list[str], width: int) -> None:
    # Marks in a row may be wider than a line; in writing something stands between them.
    text = "".join(word if len(word) > 1 else f"{word}零" for word in words)
    lines = pieces(text, width)
    assert not [line for line in lines[1:] if line[0] in NOT_FIRST]
    assert not [line for line in lines[:-1] if line[-1] in NOT_LAST]


def test_code_is_cut_where_the_line_is_full() -> None:
    assert cuts("归一abc", 4) == [2]
    assert cuts("abc", 4) == []


@pytest.mark.parametrize(("before", "after", "joined"), [("归", "一", True), ("归", "a", False), ("a", "b", False), ("", "归", False)])
def test_a_line_end_between_chinese_characters_is_nothing(before: str, after: str, joined: bool) -> None:
    assert joins_without_space(before, after) is joined

"""Honest time, option numbers, evidence and sentences."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flashtorch.grading.verdict import Verdict, VerdictName
from flashtorch.history.event import Event, EventKind
from flashtorch.scheduling.state import CardState, Rating
from flashtorch.session.evidence import misses, suggested
from flashtorch.session.news import AnsweredElsewhere, Moved, Nothing, Rated, Redone, SetAside, Undone, sentence
from flashtorch.session.options import file_numbers, shown_numbers
from flashtorch.session.pace import CARD_MS, STRETCH_MS, Pace
from flashtorch.session.phase import Move

if TYPE_CHECKING:
    from flashtorch.session.news import News


@given(st.lists(st.integers(-10**9, 10**12)))
def test_time_only_grows_and_is_capped(steps_us: list[int]) -> None:
    pace = Pace(0)
    for step in steps_us:
        after = pace.touched(pace.seen_at_us + step)
        assert 0 <= after.ms - pace.ms <= STRETCH_MS
        assert after.ms <= CARD_MS
        pace = after


def test_short_stretches_count_in_full() -> None:
    assert Pace(0).touched(90_000_000).touched(91_500_000).ms == 91_500


@given(st.permutations(range(5)), st.sets(st.integers(1, 5), min_size=1))
def test_numbers_go_to_the_file_and_back(order: list[int], shown: set[int]) -> None:
    text = ",".join(map(str, sorted(shown)))
    in_file = file_numbers(text, order)
    assert {int(number) for number in in_file.split(",")} == {order[number - 1] + 1 for number in shown}
    assert shown_numbers(in_file, order) == text


@pytest.mark.parametrize("text", ["3 1", "1，3", "１、３", " 1;3 ", "3, 1, 1", "第1、第3个。", "1和3"])
def test_numbers_as_people_type_them(text: str) -> None:
    assert file_numbers(text, (2, 1, 0)) == "1,3"


@pytest.mark.parametrize("text", ["", "a", "1,a", "0", "4", "1.5", "-1", "1 3 9"])
def test_what_names_no_option_stays_as_it_is(text: str) -> None:
    assert all(file_numbers(text, order) == text for order in permutations(range(3)))


@pytest.mark.parametrize(
    ("name", "missed", "hints", "expected"),
    [
        ("pass", 0, 0, Rating.GOOD),
        ("pass", 1, 0, Rating.HARD),
        ("pass", 0, 1, Rating.HARD),
        ("value", 1, 0, Rating.AGAIN),
        (None, 0, 0, Rating.AGAIN),
    ],
)
def test_what_a_verdict_suggests(name: str | None, missed: int, hints: int, expected: Rating) -> None:
    assert suggested(Verdict(VerdictName(name)) if name else None, misses=missed, hints=hints) is expected


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        ({"attempts": 1, "verdict": "pass"}, 0),
        ({"attempts": 3, "verdict": "pass"}, 2),
        ({"attempts": 1, "verdict": "value"}, 1),
        ({"attempts": 1, "verdict": "value", "gave_up": True}, 2),
        ({}, 0),
    ],
)
def test_misses_in_evidence(kept: dict[str, object], expected: int) -> None:
    assert misses(kept) == expected


def test_each_news_has_a_sentence_that_names_its_card() -> None:
    def event(kind: EventKind) -> Event:
        return Event("1", 0, 0, 0, "d", kind, "deck/a")

    kinds = (EventKind.REVIEW, EventKind.SUSPEND, EventKind.BURY)
    news: list[News] = [*(Undone(event(kind)) for kind in kinds), *(Redone(event(kind)) for kind in kinds)]
    moved: list[News] = [Moved(move, "deck/a") for move in (Move.SKIP, Move.SUSPEND, Move.BURY, Move.FLAG, Move.RESUME)]
    told: list[News] = [
        *news, *moved, SetAside("deck/a", Verdict(VerdictName.BROKEN)), AnsweredElsewhere("deck/a"), Nothing(Move.RESUME, "deck/a"),
        Rated("deck/a", Rating.AGAIN, CardState(), became_leech=True),
    ]  # fmt: skip
    assert all("deck/a" in sentence(each) for each in told)
    assert len({sentence(each) for each in told}) == len(told) - 2
    assert sentence(Rated("deck/a", Rating.GOOD, CardState())) == ""
    assert all(sentence(Nothing(move)) for move in (Move.UNDO, Move.REDO, Move.HINT))

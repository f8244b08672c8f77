"""The rules behind the numbers, one at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from flashtorch.progress.answers import Answer
from flashtorch.progress.calendar import day_of, forecast, heat_map, monday_of
from flashtorch.progress.numbers import (
    Backlog,
    Bin,
    Leech,
    Retention,
    Share,
    backlog,
    calibration,
    counted,
    leeches,
    strengths,
    true_retention,
)
from flashtorch.scheduling.state import CardState, Stage


def answer(card: str = "d/a", **more: Any) -> Answer:
    """A review that was known after five days, unless told otherwise."""
    values: dict[str, Any] = {
        "id": "1", "card": card, "at_us": 0, "utc_offset_min": 0, "day": 10, "rating": 3, "took_ms": 1000, "stage": "review",
        "interval": 5, "recall": 0.9, "stability": 9.0, "difficulty": 5.0, "due_day": 20,
    }  # fmt: skip
    return Answer(**{**values, **more})


@dataclass(frozen=True)
class Card:
    card: str
    deck: str = "d"
    note: int | None = None
    rev: int = 1


@pytest.mark.parametrize(
    ("given", "counts"),
    [
        ({}, True),
        ({"interval": 0}, True),  # a review that was set to the same day
        ({"stage": "relearning", "interval": 1}, True),
        ({"stage": "learning", "interval": 0}, False),
        ({"stage": "learning", "interval": None}, False),
        ({"stage": "relearning", "interval": None}, False),
        ({"stage": "new", "interval": None, "recall": None}, False),
        ({"recall": None}, False),  # a new card that was given a day by hand
        ({"stage": "", "interval": None, "recall": None}, False),
    ],
)
def test_only_answers_after_whole_days_tell_of_memory(given: dict[str, Any], counts: bool) -> None:
    assert bool(counted([answer(**given)])) is counts


def test_of_a_card_and_a_day_the_first_answer_counts() -> None:
    given = [answer(id="3", at_us=30, rating=3), answer(id="1", at_us=10, rating=1), answer(id="2", at_us=20)]
    given += [answer("d/b", at_us=99), answer(day=11, at_us=5)]
    assert [(each.card, each.day, each.at_us) for each in counted(given)] == [("d/a", 10, 10), ("d/b", 10, 99), ("d/a", 11, 5)]


def test_cards_are_mature_from_21_days_on() -> None:
    given = [answer(interval=20, rating=1), answer(interval=20), answer(interval=21, rating=2), answer(interval=400, rating=1)]
    assert true_retention(given) == Retention(young=Share(1, 2), mature=Share(1, 2))
    assert true_retention(given).all == Share(2, 4)
    assert true_retention([]).all.rate is None


def test_calibration_compares_within_stretches() -> None:
    given = [answer(recall=0.75), answer(recall=0.875, rating=1), answer(recall=1.0), answer(recall=0.125, rating=1)]
    assert calibration(given, bins=4) == (
        Bin(0.0, 0.25, 0.125, Share(0, 1)),
        Bin(0.75, 1.0, 0.875, Share(2, 3)),
    )


def test_a_backlog_is_days_of_work() -> None:
    assert [backlog(due, 20) for due in (0, 1, 20, 21)] == [Backlog(0, 20, 0), Backlog(1, 20, 1), Backlog(20, 20, 1), Backlog(21, 20, 2)]
    assert (backlog(0, 0).days, backlog(3, 0).days) == (0, None)


def test_a_card_that_its_deck_began_anew_is_new() -> None:
    state = CardState(Stage.REVIEW, stability=10.0, difficulty=5.0, due_day=40, last_day=10, lapses=9, leech=True)
    old, new = Card("d/a"), Card("d/a", rev=2)
    assert strengths([old], {"d/a": state}, 10, 0.2, lambda card: card.deck)["d"].mature == 1
    assert strengths([new], {"d/a": state}, 10, 0.2, lambda card: card.deck)["d"].new == 1
    assert leeches([old], {"d/a": state}) == (Leech("d/a", 9, False),)
    assert leeches([new], {"d/a": state}) == ()
    assert [due.total for due in forecast([old], {"d/a": state}, 40, 1)] == [1]
    assert [due.total for due in forecast([new], {"d/a": state}, 40, 1)] == [0]


def test_what_is_late_is_due_today_and_what_is_buried_tomorrow() -> None:
    late = CardState(Stage.REVIEW, due_day=7, last_day=1)
    cards = {
        "d/late": late,
        "d/today": CardState(Stage.REVIEW, due_day=10),
        "d/buried": CardState(Stage.REVIEW, due_day=8, buried_day=10),
        "d/was-buried": CardState(Stage.REVIEW, due_day=9, buried_day=9),
        "d/step": CardState(Stage.RELEARNING, due_day=10, due_at_us=1),
        "d/suspended": CardState(Stage.REVIEW, due_day=10, suspended=True),
        "d/far": CardState(Stage.REVIEW, due_day=12),
    }
    today, tomorrow = forecast([Card(name) for name in cards], cards, 10, 2)
    assert (today.day, today.learning, today.review, today.overdue) == (10, 1, 1, 2)
    assert (tomorrow.day, tomorrow.learning, tomorrow.review, tomorrow.overdue) == (11, 0, 0, 1)


def test_weeks_begin_on_monday() -> None:
    from datetime import date

    for number in range(20):
        day = date(2026, 1, 1 + number)
        assert (day_of(day) - monday_of(day_of(day))) == day.weekday()
    [week] = heat_map({}, day_of(date(2026, 1, 1)), weeks=1)  # a Thursday
    assert week.counts == (0, 0, 0, 0, None, None, None)

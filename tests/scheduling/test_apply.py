"""What each kind of event makes of a state."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from flashtorch.history.event import Event, EventKind
from flashtorch.scheduling.apply import apply
from flashtorch.scheduling.buttons import buttons
from flashtorch.scheduling.moment import Moment
from flashtorch.scheduling.params import Params
from flashtorch.scheduling.state import CardState, Rating, Stage, for_rev
from tests.scheduling.test_buttons import CARD, DAY, NOON, REVIEW

PARAMS = Params()


def event(kind: EventKind, name: str = "b", **more: Any) -> Event:
    return Event(name, NOON.at_us, 60, DAY, "device", kind, CARD, **more)


def test_a_review_is_what_the_button_showed() -> None:
    for rating in Rating:
        after = apply(REVIEW, event(EventKind.REVIEW, rating=rating), PARAMS)
        shown = buttons(REVIEW, Moment(NOON.at_us, 60), PARAMS, CARD).next(rating).state
        assert after == replace(shown, last_event="b")
        assert after.utc_offset_min == 60


def test_suspend_resume_bury() -> None:
    suspended = apply(REVIEW, event(EventKind.SUSPEND), PARAMS)
    assert suspended == replace(REVIEW, suspended=True, last_event="b")
    assert apply(suspended, event(EventKind.RESUME, "c"), PARAMS) == replace(REVIEW, last_event="c")
    assert apply(REVIEW, event(EventKind.BURY), PARAMS) == replace(REVIEW, buried_day=DAY, last_event="b")


def test_forgetting_begins_anew_with_fresh_numbers() -> None:
    lapsed = replace(REVIEW, lapses=9, leech=True, suspended=True)
    assert apply(lapsed, event(EventKind.FORGET), PARAMS) == CardState(reps=REVIEW.reps, last_event="b")


def test_setting_a_day() -> None:
    known = apply(CardState(), event(EventKind.SET_DUE, evidence={"due_day": DAY + 300}), PARAMS)
    assert (known.stage, known.due_day, known.stability) == (Stage.REVIEW, DAY + 300, None)
    assert buttons(known, NOON, PARAMS, CARD).good.state.stage is Stage.REVIEW
    step = buttons(REVIEW, NOON, PARAMS, CARD).again.state
    put = apply(step, event(EventKind.SET_DUE, evidence={"due_day": DAY - 9}), PARAMS)
    assert (put.stage, put.due_day, put.due_at_us, put.stability) == (Stage.REVIEW, DAY, None, step.stability)


@pytest.mark.parametrize("evidence", [{}, {"due_day": "soon"}, {"due_day": True}, {"due_day": 1.5}])
def test_a_day_that_is_none_changes_nothing(evidence: dict[str, Any]) -> None:
    assert apply(REVIEW, event(EventKind.SET_DUE, evidence=evidence), PARAMS) == replace(REVIEW, last_event="b")


@pytest.mark.parametrize("rating", [None, 0, 5])
def test_a_review_without_a_rating_changes_nothing(rating: int | None) -> None:
    assert apply(REVIEW, event(EventKind.REVIEW, rating=rating), PARAMS) == replace(REVIEW, last_event="b")


@pytest.mark.parametrize("kind", [EventKind.FLAG, EventKind.NOTE, EventKind.ALIAS, EventKind.PARAMS])
def test_remarks_touch_nothing(kind: EventKind) -> None:
    assert apply(REVIEW, event(kind), PARAMS) is REVIEW


def test_a_higher_rev_begins_anew_and_a_lower_one_is_ignored() -> None:
    risen = apply(REVIEW, event(EventKind.REVIEW, rating=3, rev=2), PARAMS)
    assert risen == apply(CardState(rev=2), event(EventKind.REVIEW, rating=3, rev=2), PARAMS)
    assert (risen.reps, risen.stage) == (1, Stage.LEARNING)
    for kind, rating in ((EventKind.REVIEW, 1), (EventKind.SUSPEND, None), (EventKind.FORGET, None)):
        assert apply(risen, event(kind, "c", rating=rating, rev=1), PARAMS) == replace(risen, last_event="c")


def test_a_deck_that_rose_shows_a_new_card_and_one_that_fell_changes_nothing() -> None:
    state = replace(REVIEW, rev=2, last_event="b")
    assert for_rev(state, 3) == CardState(rev=3, last_event="b")
    assert for_rev(state, 1) is state


def test_the_last_event_is_the_greatest_id() -> None:
    state = apply(REVIEW, event(EventKind.SUSPEND, "d"), PARAMS)
    assert apply(state, event(EventKind.RESUME, "c"), PARAMS).last_event == "d"


def test_applying_changes_no_state_in_place() -> None:
    before = replace(REVIEW)
    for kind in EventKind:
        apply(REVIEW, event(kind, rating=3 if kind is EventKind.REVIEW else None), PARAMS)
    assert before == REVIEW

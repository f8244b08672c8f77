"""What the four buttons do: steps, days, spread, leeches."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flashtorch.scheduling.buttons import Buttons, answered, buttons
from flashtorch.scheduling.chance import unit
from flashtorch.scheduling.fuzz import bounds, least_after, spread
from flashtorch.scheduling.leech import is_leech
from flashtorch.scheduling.moment import DAY_S, Moment, day_start, study_day
from flashtorch.scheduling.params import Params
from flashtorch.scheduling.state import CardState, Rating, Stage
from flashtorch.scheduling.steps import again_s, good_s, hard_s
from tests.scheduling.vectors import VECTORS

AGAIN, HARD, GOOD, EASY = Rating
NOON = Moment(20_000 * DAY_S * 1_000_000 + 12 * 3_600_000_000)
DAY = study_day(NOON)
CARD = "deck/card"
PARAMS = Params()
REVIEW = CardState(Stage.REVIEW, 20.0, 5.0, due_day=DAY, last_day=DAY - 20, first_day=DAY - 90, reps=6)


def later(now: Moment, seconds: int) -> Moment:
    return Moment(now.at_us + seconds * 1_000_000, now.utc_offset_min)


def seconds(shown: Buttons) -> list[int]:
    return [shown.next(rating).seconds for rating in Rating]


@pytest.mark.parametrize("row", VECTORS["anki_learning_steps_seconds"]["rows"], ids=str)
def test_steps(row: list[Any]) -> None:
    steps, remaining, again, hard, good = row
    at = len(steps) - remaining
    assert (again_s(steps), hard_s(steps, at), good_s(steps, at)) == (again, hard, good)


def test_a_step_past_the_end_counts_as_the_last() -> None:
    assert hard_s((1.0, 10.0), 7) == 600
    assert good_s((1.0, 10.0), 7) is None
    assert (again_s(()), hard_s((), 0), good_s((), 0)) == (None, None, None)


@pytest.mark.parametrize("row", VECTORS["anki_fuzz"]["rows"], ids=str)
def test_spread(row: list[Any]) -> None:
    interval, minimum, maximum, *expected = row
    assert [spread(interval, factor, minimum, maximum) for factor in (0.0, 0.5, 0.99)] == expected


@pytest.mark.parametrize("row", VECTORS["anki_fuzz"]["no_fuzz_rows"], ids=str)
def test_no_spread(row: list[Any]) -> None:
    interval, minimum, maximum, expected = row
    assert spread(interval, None, minimum, maximum) == expected


@pytest.mark.parametrize("row", VECTORS["anki_fuzz"]["min_fuzz_interval"]["rows"], ids=str)
def test_spread_does_not_take_growth_back(row: list[Any]) -> None:
    interval, previous, maximum, minimum = row
    assert least_after(interval, previous, maximum) == minimum


def test_the_maximum_is_respected_where_the_minimum_lies_above_it() -> None:
    assert bounds(1.0, 3, 2) == (2, 2)


@pytest.mark.parametrize("row", VECTORS["anki_leech_threshold"]["rows"], ids=str)
def test_leeches(row: list[int]) -> None:
    lapses, threshold, expected = row
    assert is_leech(lapses, threshold) == bool(expected)


@pytest.mark.parametrize("case", VECTORS["interval_histories"], ids=lambda case: case["policy"])
def test_intervals_of_a_history_answered_when_due(case: dict[str, Any]) -> None:
    params, state, now, intervals = Params(weights=tuple(case["w"]), fuzz=False), CardState(), NOON, []
    for rating in case["ratings"]:
        step = buttons(state, now, params, CARD).next(Rating(rating))
        state, now = step.state, later(now, step.seconds)
        intervals.append(step.seconds // DAY_S)
    assert intervals == case["interval_days"]


@pytest.mark.parametrize("case", VECTORS["differential"]["cases"], ids=lambda case: "".join(map(str, case["ratings"])))
def test_days_of_sequences_without_steps(case: dict[str, Any]) -> None:
    """The ordering of the buttons may push an interval up, so what is compared is Again and whatever it leaves alone."""
    params = Params(learning_steps_min=(), relearning_steps_min=(), fuzz=False, leech_lapses=0)
    state, day = CardState(), DAY
    for rating, elapsed, expected in zip(case["ratings"], case["delta_t"], case["states"], strict=True):
        day += elapsed
        state = answered(state, Rating(rating), later(NOON, (day - DAY) * DAY_S), day, params, CARD).state
        assert state.due_day is not None
        assert state.stability == pytest.approx(expected[0], rel=2e-5)
        days = state.due_day - day
        assert days == expected[2] if rating == 1 else days >= expected[2]


def test_a_new_card() -> None:
    shown = buttons(CardState(), NOON, PARAMS, CARD)
    assert seconds(shown)[:3] == [60, 330, 600]
    assert shown.easy.seconds % DAY_S == 0
    assert shown.good.state == CardState(
        Stage.LEARNING,
        shown.good.state.stability,
        shown.good.state.difficulty,
        step=1,
        due_at_us=NOON.at_us + 600_000_000,
        due_day=DAY,
        last_day=DAY,
        last_at_us=NOON.at_us,
        first_day=DAY,
        reps=1,
    )
    assert shown.easy.state.stage is Stage.REVIEW
    assert shown.easy.state.reviewed_day is None


def test_good_leaves_the_last_step_and_again_goes_to_the_first() -> None:
    state = buttons(CardState(), NOON, PARAMS, CARD).good.state
    shown = buttons(state, later(NOON, 600), PARAMS, CARD)
    assert (shown.again.state.step, shown.again.seconds) == (0, 60)
    assert (shown.hard.state.step, shown.hard.seconds) == (1, 600)
    assert shown.good.state.stage is Stage.REVIEW
    assert (shown.good.state.step, shown.good.state.due_at_us) == (0, None)
    assert shown.good.state.due_day == DAY + shown.good.seconds // DAY_S


def test_a_lapse_is_relearnt() -> None:
    shown = buttons(REVIEW, NOON, PARAMS, CARD)
    lapsed = shown.again.state
    assert (lapsed.stage, lapsed.lapses, shown.again.seconds, lapsed.reviewed_day) == (Stage.RELEARNING, 1, 600, DAY)
    assert (shown.good.state.lapses, shown.good.state.reviewed_day) == (0, DAY)
    again = buttons(lapsed, later(NOON, 600), PARAMS, CARD)
    assert seconds(again)[:2] == [600, 900]
    assert again.good.state.stage is Stage.REVIEW
    # Forgetting a step of a lapse is no second lapse, and takes no second place among the day's reviews.
    assert again.again.state.lapses == 1


def test_without_steps_every_answer_leads_to_days() -> None:
    params = Params(learning_steps_min=(), relearning_steps_min=(), fuzz=False)
    days = [wait // DAY_S for wait in seconds(buttons(CardState(), NOON, params, CARD))]
    assert days[0] == 1
    assert days[1] < days[2] < days[3]
    assert buttons(REVIEW, NOON, params, CARD).again.state.stage is Stage.REVIEW


def test_a_step_past_the_study_day_becomes_one_of_a_day() -> None:
    late = Moment(day_start(DAY + 1, 0).at_us - 120_000_000)
    shown = buttons(CardState(), late, PARAMS, CARD)
    assert shown.again.state.due_at_us == late.at_us + 60_000_000
    assert (shown.good.state.due_at_us, shown.good.state.due_day) == (None, DAY + 1)
    assert shown.good.seconds == 600
    weekly = buttons(CardState(), NOON, Params(learning_steps_min=(1.0, 3 * 1440.0)), CARD)
    assert (weekly.good.state.due_at_us, weekly.good.state.due_day) == (None, DAY + 3)


def test_elapsed_time_is_study_days_not_hours() -> None:
    """Learnt in the evening and asked in the morning: a night lies between, so it is no answer of the same day."""
    evening, morning = Moment(NOON.at_us + 10 * 3_600_000_000), Moment(NOON.at_us + 19 * 3_600_000_000)
    learnt = buttons(CardState(), evening, PARAMS, CARD).good.state
    same, next_day = (buttons(learnt, now, PARAMS, CARD).good.state for now in (later(evening, 600), morning))
    assert same.stability is not None
    assert next_day.stability is not None
    assert next_day.stability > 2 * same.stability


def test_a_leech_is_suspended() -> None:
    lapsed = buttons(replace(REVIEW, lapses=7), NOON, PARAMS, CARD).again.state
    assert (lapsed.lapses, lapsed.leech, lapsed.suspended) == (8, True, True)
    resumed = replace(lapsed, suspended=False, stage=Stage.REVIEW)
    assert not buttons(resumed, NOON, PARAMS, CARD).again.state.suspended
    assert buttons(replace(resumed, lapses=11), NOON, PARAMS, CARD).again.state.suspended


def test_spread_follows_from_card_and_repetition() -> None:
    assert seconds(buttons(REVIEW, NOON, PARAMS, CARD)) == seconds(buttons(REVIEW, NOON, PARAMS, CARD))
    goods = {buttons(replace(REVIEW, reps=reps), NOON, PARAMS, CARD).good.seconds for reps in range(40)}
    assert len(goods) > 5


def test_chance_is_even_and_equal_everywhere() -> None:
    assert unit("deck/card", 3) == 0.8689173840509304
    drawn = [unit(f"deck/card-{number % 50}", number) for number in range(5000)]
    assert all(0 <= value < 1 for value in drawn)
    for tenth in range(10):
        assert 400 < sum(tenth <= value * 10 < tenth + 1 for value in drawn) < 600


STATES = st.builds(
    CardState,
    stage=st.sampled_from(Stage),
    stability=st.floats(0.001, 36500),
    difficulty=st.floats(1, 10),
    step=st.integers(0, 3),
    due_day=st.integers(DAY - 400, DAY + 400),
    last_day=st.integers(DAY - 800, DAY),
    reps=st.integers(0, 50),
    lapses=st.integers(0, 20),
)


@settings(max_examples=200, deadline=None)
@given(STATES, st.floats(0.7, 0.99), st.integers(1, 36500), st.booleans(), st.integers(0, 86_399))
def test_each_button_waits_longer_than_the_one_below(
    state: CardState, retention: float, maximum: int, fuzz: bool, second: int
) -> None:
    params = Params(desired_retention=retention, maximum_interval=maximum, fuzz=fuzz)
    now = later(NOON, second)
    shown = buttons(state, now, params, CARD)
    _, hard, good, easy = waits = seconds(shown)
    for rating in Rating:
        after = shown.next(rating).state
        assert (after.reps, after.last_day, after.rev) == (state.reps + 1, study_day(now), state.rev)
        assert after.due_day is not None
        if after.stage is Stage.REVIEW:
            assert after.due_day == study_day(now) + shown.next(rating).seconds // DAY_S
            assert 1 <= shown.next(rating).seconds // DAY_S <= maximum
    if max(waits) < maximum * DAY_S:
        assert hard < good < easy

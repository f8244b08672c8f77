"""The memory model against published values and against the pure-Python implementation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fsrs import Card, Rating, Scheduler
from hypothesis import given, settings
from hypothesis import strategies as st

from flashtorch.scheduling.forgetting import retrievability
from flashtorch.scheduling.memory import DIFFICULTY, STABILITY, Memory, memory
from flashtorch.scheduling.params import DEFAULT_WEIGHTS, HIGHEST, LOWEST, Params
from tests.scheduling.vectors import VECTORS, W


def near(expected: float, tolerance: float = 1e-5) -> Any:
    return pytest.approx(expected, rel=tolerance, abs=tolerance)


def test_the_default_weights_and_their_bounds_are_the_published_ones() -> None:
    bounds = VECTORS["fsrs6_parameter_bounds"]
    assert list(DEFAULT_WEIGHTS) == W
    assert (list(LOWEST), list(HIGHEST)) == (bounds["lower"], bounds["upper"])


def test_first_answers() -> None:
    row = VECTORS["init_state_by_rating"]
    outcomes = memory(DEFAULT_WEIGHTS).outcomes(None, None, 0, 0.9)
    for rating in (1, 2, 3, 4):
        after = outcomes.after(rating)
        assert after.stability == near(row["stability"][rating - 1], 1e-6)
        assert after.difficulty == near(row["difficulty"][rating - 1], 1e-6)


def test_next_difficulty() -> None:
    expected = VECTORS["next_difficulty_from_5"]["after_mean_reversion"]
    outcomes = memory(DEFAULT_WEIGHTS).outcomes(5.0, 5.0, 5, 0.9)
    assert [outcomes.after(rating).difficulty for rating in (1, 2, 3, 4)] == [near(value) for value in expected]


def elapsed_at(recall: float, stability: float) -> float:
    """The days after which the probability of recall is `recall`."""
    decay = DEFAULT_WEIGHTS[20]
    return float(stability * (recall ** (-1 / decay) - 1) / (0.9 ** (-1 / decay) - 1))


def test_stability_after_an_answer_on_the_same_day() -> None:
    row = VECTORS["next_stability_S5"]
    for difficulty, rating, expected in zip(row["D"], row["rating"], row["short_term_same_day"], strict=True):
        after = memory(DEFAULT_WEIGHTS).outcomes(row["S"], difficulty, 0, 0.9).after(rating)
        assert after.stability == near(expected, row["tol"])


def test_stability_after_an_answer_on_a_later_day() -> None:
    """The published rows name a probability of recall; days are whole here, so only the rows that fall on a day can be asked."""
    row = VECTORS["next_stability_S5"]
    assert elapsed_at(row["R"][0], row["S"]) == near(5.0)
    # Row 1 is Hard or better at R = 0.9 and D = 1 in `recall`, Again in `forget`; hard (w15) and easy (w16) are factors of the gain.
    outcomes = memory(DEFAULT_WEIGHTS).outcomes(row["S"], row["D"][0], 5, 0.9)
    assert outcomes.after(1).stability == near(row["forget"][0])
    gain = row["recall"][0] - row["S"]
    assert outcomes.after(3).stability == near(row["S"] + gain)
    assert outcomes.after(2).stability == near(row["S"] + gain * W[15])
    assert outcomes.after(4).stability == near(row["S"] + gain * W[16])


@pytest.mark.parametrize("case", VECTORS["forgetting_curve"]["cases"])
def test_forgetting_curve(case: dict[str, Any]) -> None:
    for days, stability, expected in zip(case["t"], case["S"], case["R"], strict=True):
        assert retrievability(days, stability, case["decay"]) == pytest.approx(expected, abs=case["tol"])


def test_intervals_by_desired_retention() -> None:
    row = VECTORS["next_interval_S1_by_desired_retention"]
    asked = dict(zip(row["desired_retention"], row["interval_days_rounded_min1"], strict=True))
    weights = (1.0, *DEFAULT_WEIGHTS[1:])
    for retention in (0.7, 0.8, 0.9):
        interval = memory(weights).outcomes(None, None, 0, retention).after(1).interval
        assert max(1, int(interval + 0.5)) == asked[retention]


@pytest.mark.parametrize("case", VECTORS["memory_state_sequences"], ids=lambda case: case["source"][:40])
def test_memory_after_a_sequence(case: dict[str, Any]) -> None:
    after = Memory(tuple(case["w"])).replayed(zip(case["ratings"], case["delta_t"], strict=True))
    assert after is not None
    assert after.stability == near(case["stability"], case["tol"])
    assert after.difficulty == near(case["difficulty"], case["tol"])


def test_four_buttons_after_a_history() -> None:
    case = VECTORS["next_states_four_buttons"]
    model = Memory(tuple(case["w"]))
    before = model.replayed(zip(case["history"]["ratings"], case["history"]["delta_t"], strict=True))
    assert before is not None
    outcomes = model.outcomes(before.stability, before.difficulty, case["elapsed"], case["desired_retention"])
    for rating, name in enumerate(("again", "hard", "good", "easy"), 1):
        stability, difficulty = case[name]
        after = outcomes.after(rating)
        assert (after.stability, after.difficulty) == (near(stability, case["tol"]), near(difficulty, case["tol"]))
        assert after.interval == near(stability, case["tol"])


@pytest.mark.parametrize("case", VECTORS["fsrs5_long_term_no_steps"]["cases"], ids=lambda case: "".join(map(str, case["ratings"])))
def test_fsrs5_weights_without_steps(case: dict[str, Any]) -> None:
    """Only the rows answered a day or more after the one before: the other program keeps same-day answers out of the memory."""
    model = Memory(tuple(VECTORS["fsrs5_long_term_no_steps"]["w"]))
    waits = [0, *case["interval_days"][:-1]]
    for upto in range(1, len(waits) + 1):
        if min(waits[1:upto], default=1) < 1:
            break
        after = model.replayed(zip(case["ratings"][:upto], waits[:upto], strict=True))
        assert after is not None
        assert after.stability == near(case["stability"][upto - 1], 1e-4)
        assert after.difficulty == near(case["difficulty"][upto - 1], 1e-4)


@pytest.mark.parametrize("case", VECTORS["differential"]["cases"], ids=lambda case: "".join(map(str, case["ratings"])))
def test_sequences_of_the_other_implementation(case: dict[str, Any]) -> None:
    stability = difficulty = None
    for rating, elapsed, expected in zip(case["ratings"], case["delta_t"], case["states"], strict=True):
        after = memory(DEFAULT_WEIGHTS).outcomes(stability, difficulty, elapsed, 0.9).after(rating)
        stability, difficulty = after.stability, after.difficulty
        assert [stability, difficulty] == [near(value, 2e-5) for value in expected[:2]]
        assert max(1, int(after.interval + 0.5)) == expected[2]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 400)), min_size=1, max_size=12))
def test_agrees_with_the_pure_python_implementation(answers: list[tuple[int, int]]) -> None:
    scheduler = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    card, at = Card(card_id=1), datetime(2026, 1, 1, 12, tzinfo=UTC)
    for rating, elapsed in answers:
        at += timedelta(days=elapsed)
        card, _ = scheduler.review_card(card, Rating(rating), at)
    after = memory(DEFAULT_WEIGHTS).replayed(answers)
    assert after is not None
    assert card.stability is not None
    assert card.difficulty is not None
    assert after.stability == pytest.approx(min(card.stability, STABILITY[1]), rel=2e-4)
    assert after.difficulty == pytest.approx(card.difficulty, rel=2e-4)


@settings(max_examples=100, deadline=None)
@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-(10**12), 10**12),
    st.floats(0.7, 0.99),
    st.integers(1, 4),
)
def test_whatever_goes_in_what_comes_out_is_in_range(s: float, d: float, days: int, retention: float, rating: int) -> None:
    after = memory(DEFAULT_WEIGHTS).outcomes(s, d, days, retention).after(rating)
    # The crate reckons in float32, whose nearest number to 0.001 lies a little above or below it.
    assert STABILITY[0] * (1 - 1e-6) <= after.stability <= STABILITY[1]
    assert DIFFICULTY[0] <= after.difficulty <= DIFFICULTY[1]
    assert after.interval > 0


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_memory_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="no memory"):
        memory(DEFAULT_WEIGHTS).outcomes(bad, 5.0, 1, 0.9)


@pytest.mark.parametrize(
    "wrong",
    [
        {"weights": (1.0,) * 20},
        {"weights": (float("nan"),) * 21},
        {"desired_retention": 0.69},
        {"desired_retention": 1.0},
        {"learning_steps_min": (0.0,)},
        {"relearning_steps_min": (-1.0,)},
        {"maximum_interval": 0},
        {"rollover_hour": 24},
        {"new_per_day": -1},
    ],
)
def test_parameters_that_no_schedule_can_follow_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"finite|between|step|intervals|negative"):
        Params(**wrong)


def test_weights_are_kept_within_their_bounds() -> None:
    assert Params(weights=(1000.0, *DEFAULT_WEIGHTS[1:])).weights[0] == 100.0


def test_what_an_event_records_brings_the_schedule_back() -> None:
    params = Params(desired_retention=0.85, learning_steps_min=(5.0,), rollover_hour=3, new_per_day=7)
    again = Params(new_per_day=7).with_recorded(params.recorded() | {"later": "unknown"})
    assert again == params
    assert again.id == params.id != Params().id
    assert Params(new_per_day=1).id == Params().id
    with pytest.raises(ValueError, match="between"):
        Params().with_recorded({"desired_retention": 7.0})
    with pytest.raises(ValueError, match=r"supported|float|str"):
        Params().with_recorded({"desired_retention": "much"})

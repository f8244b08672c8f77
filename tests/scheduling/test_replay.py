"""Replaying answers in a row gives the state that answering one by one gives, to the last bit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from flashtorch.scheduling.apply import apply
from flashtorch.scheduling.moment import DAY_US, MINUTE_US, Moment, study_day
from flashtorch.scheduling.params import Params
from flashtorch.scheduling.replay import replayed
from flashtorch.scheduling.state import CardState, Stage

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Answer:
    """An event of the log, as the schedule sees it."""

    id: str
    at_us: int
    day: int
    rating: int
    utc_offset_min: int = 60
    kind: str = "review"
    card: str = "d/a"
    rev: int = 1
    evidence: Mapping[str, Any] = field(default_factory=dict)


STEPS = st.sampled_from([(), (1.0,), (10.0,), (1.0, 10.0), (1.0, 10.0, 1440.0), (2000.0,)])
PARAMS = st.builds(
    Params,
    desired_retention=st.sampled_from([0.7, 0.9, 0.9, 0.97, 0.99]),
    learning_steps_min=STEPS,
    relearning_steps_min=STEPS,
    leech_lapses=st.sampled_from([0, 2, 8]),
    maximum_interval=st.sampled_from([1, 5, 30, 100, 365, 36_500]),
    fuzz=st.booleans(),
)
STATES = st.sampled_from(
    [
        CardState(),
        CardState(stage=Stage.REVIEW, due_day=20_500, last_event="0"),
        CardState(stage=Stage.REVIEW, stability=30.0, difficulty=5.0, due_day=20_400, last_day=20_410, reps=3, lapses=1, first_day=20_000),
        CardState(stage=Stage.REVIEW, stability=0.001, difficulty=10.0, due_day=20_600, last_day=20_454, reps=9, lapses=7, first_day=1),
        CardState(stage=Stage.RELEARNING, stability=2.0, difficulty=9.0, step=2, due_day=20_454, last_day=20_454, reps=4, first_day=1),
    ]
)
MINUTES = st.one_of(st.sampled_from([0, 1, 10, 600, 1440, -2000]), st.integers(1, 200).map(lambda days: days * 1440), st.just(1440 * 4000))
ANSWERS = st.lists(st.tuples(st.sampled_from([1, 2, 3, 3, 3, 3, 4]), MINUTES), min_size=1, max_size=25)
LATE = [(3, 1440 * days) for days in (0, 1, 3, 8, 20, 50, 120, 250, 400)]


@settings(max_examples=400, deadline=None)
@given(STATES, PARAMS, ANSWERS)
@example(CardState(), Params(), LATE)
@example(CardState(), Params(maximum_interval=100), LATE)
@example(CardState(), Params(maximum_interval=30, learning_steps_min=()), [(4, 1440 * 30)] * 12)
@example(CardState(), Params(fuzz=False), [(2, 1440 * 30)] * 12)
def test_it_is_what_answering_one_by_one_gives(state: CardState, params: Params, moves: list[tuple[int, int]]) -> None:
    at_us, answers = 20_454 * DAY_US, []
    for number, (rating, minutes) in enumerate(moves):
        at_us += minutes * MINUTE_US
        answers.append(Answer(f"{number:04}", at_us, study_day(Moment(at_us, 60), params.rollover_hour), rating))
    expected = state
    for answer in answers:
        expected = apply(expected, answer, params)
    ratings, days = [answer.rating for answer in answers], [answer.day for answer in answers]
    assert replayed(state, "d/a", params, ratings, days, Moment(at_us, 60), answers[-1].id) == expected

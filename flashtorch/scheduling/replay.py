"""Many answers in a row: the state that answering one after the other leads to, without the states in between.

The transition itself is that of `buttons`; here only what a later answer still needs of an earlier one is reckoned. Of memories
that is all of it, of stages the stage, and of intervals little: an answer looks at the interval before it only to stay above it,
and most intervals have grown beyond any doubt.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from flashtorch.scheduling.buttons import interval_days, step_due, step_of
from flashtorch.scheduling.chance import unit
from flashtorch.scheduling.leech import is_leech
from flashtorch.scheduling.memory import Outcomes, memory
from flashtorch.scheduling.moment import days_between
from flashtorch.scheduling.state import CardState, Rating, Stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flashtorch.scheduling.moment import Moment
    from flashtorch.scheduling.params import Params

_RATINGS = tuple(Rating)
_SPREAD = 4.5
"""Days: an interval is spread by a twentieth and up to two more, rounded twice, and gets one where none is left to choose."""


class Place:
    """A stage and a step, and where the four ratings lead from there."""

    __slots__ = ("is_review", "moves", "seconds", "stage", "step")

    def __init__(self, stage: Stage, step: int) -> None:
        self.stage = stage
        self.step = step
        self.is_review = stage is Stage.REVIEW
        self.moves: tuple[Place, ...] = ()
        self.seconds: tuple[int | None, ...] = ()
        """Until the next step; None for a rating that leads to days."""


@lru_cache(maxsize=64)
def places(learning: tuple[float, ...], relearning: tuple[float, ...]) -> dict[tuple[Stage, int], Place]:
    """All of them: no rating leads out."""
    made: dict[tuple[Stage, int], Place] = {}

    def place(stage: Stage, step: int) -> Place:
        relearns = stage is Stage.REVIEW or stage is Stage.RELEARNING
        minutes = relearning if relearns else learning
        here = made.get((stage, step))
        if here is None:
            here = made[stage, step] = Place(stage, step)
            leads = [step_of(stage, step, rating, minutes) for rating in _RATINGS]
            again = Stage.RELEARNING if relearns else Stage.LEARNING
            here.seconds = tuple(seconds for seconds, _ in leads)
            here.moves = tuple(place(Stage.REVIEW if seconds is None else again, after) for seconds, after in leads)
        return here

    for stage in Stage:
        for step in range(max(len(learning), len(relearning)) + 1):
            place(stage, step)
    return made


class Course:
    """Answers to one card, and what is known of each before the intervals are."""

    __slots__ = ("_card", "_params", "_state", "_states", "places", "ratings")

    def __init__(self, state: CardState, card: str, params: Params, ratings: Sequence[int], days: Sequence[int]) -> None:
        elapsed = [days_between(state.last_day, days[0])]
        elapsed += [after - before if after > before else 0 for before, after in pairwise(days)]
        self._state, self._card, self._params = state, card, params
        self.ratings = ratings
        model = memory(params.weights)
        self._states = model.course(state.stability, state.difficulty, ratings, elapsed, params.desired_retention)
        known = places(params.learning_steps_min, params.relearning_steps_min)
        place = known.get((state.stage, state.step)) or known[state.stage, 0]
        self.places = [place]
        """Before each answer, and after the last."""
        for rating in ratings:
            place = place.moves[rating - 1]
            self.places.append(place)

    def outcomes(self, at: int) -> Outcomes:
        """What each rating would have made of the memory that the answer at index `at` met."""
        return Outcomes(self._states[at])

    def days(self, last: int) -> int:
        """The interval after the answer at index `last`, which leads to days."""
        first = last
        while self._looks_back(first) and first > 0 and not self._has_outgrown(first):
            first -= 1
        state = self._state
        days = None
        if first == 0 and state.due_day is not None and state.last_day is not None:
            days = state.due_day - state.last_day
        for at in range(first, last + 1):
            days = self._days(at, days)
        assert days is not None
        return days

    def _looks_back(self, at: int) -> bool:
        return self.places[at].is_review and self.ratings[at] > Rating.AGAIN

    def _has_outgrown(self, at: int) -> bool:
        """Whether each interval of this answer, however it is spread, is longer than any that the one before can have got."""
        outcomes = self.outcomes(at)
        shortest = min(outcomes.interval(Rating.HARD), self._params.maximum_interval) * 0.95 - _SPREAD
        rating, before = self.ratings[at - 1], self.outcomes(at - 1)
        longest = 0.0
        for each in range(Rating.HARD, rating + 1) if rating > Rating.AGAIN else (rating,):
            # At least a day more than the rating below it, and what it begins from is spread again.
            longest = max(longest + 1, before.interval(each) * 1.05 + _SPREAD) * 1.05 + _SPREAD
        return shortest > longest + 1

    def _days(self, at: int, previous: int | None) -> int:
        place, params = self.places[at], self._params
        relearns = place.is_review or place.stage is Stage.RELEARNING
        minutes = params.relearning_steps_min if relearns else params.learning_steps_min
        factor = unit(self._card, self._state.reps + at) if params.fuzz else None
        return interval_days(
            place.is_review, previous, self.ratings[at], self.outcomes(at), bool(minutes), factor, params.maximum_interval
        )


def replayed(
    state: CardState, card: str, params: Params, ratings: Sequence[int], days: Sequence[int], last_at: Moment, seen: str
) -> CardState:
    """The state after answers on the study days `days`, one or more; the last of them was at `last_at`.

    `seen` is the greatest id among the answers' events.
    """
    course = Course(state, card, params, ratings, days)
    last = len(ratings) - 1
    before, after, day = course.places[last], course.places[-1], days[last]
    seconds = before.seconds[ratings[last] - 1]
    due_at_us = None
    if seconds is None:
        due_day = day + course.days(last)
    else:
        due_at_us, due_day = step_due(last_at, seconds, day, params.rollover_hour)
    lapses, leech = state.lapses, False
    reviewed_day = state.reviewed_day
    for place, rating, on in zip(course.places, ratings, days, strict=False):
        if place.is_review:
            reviewed_day = on
            if rating == Rating.AGAIN:
                lapses += 1
                leech = leech or is_leech(lapses, params.leech_lapses)
    remembered = course.outcomes(last).after(ratings[last])
    return CardState(
        after.stage,
        remembered.stability,
        remembered.difficulty,
        after.step,
        due_at_us,
        due_day,
        day,
        last_at.at_us,
        last_at.utc_offset_min,
        days[0] if state.first_day is None else state.first_day,
        reviewed_day,
        state.reps + len(ratings),
        lapses,
        state.leech or leech,
        state.suspended or leech,
        state.buried_day,
        state.rev,
        seen if state.last_event is None else max(state.last_event, seen),
    )

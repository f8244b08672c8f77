"""What each of the four buttons would do: the preview and the answer are the same function.

The semantics are Anki's: steps first, then days; hard < good < easy; a step that reaches past the study day becomes one of a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flashtorch.scheduling import steps
from flashtorch.scheduling.chance import unit
from flashtorch.scheduling.fuzz import least_after, spread
from flashtorch.scheduling.leech import is_leech
from flashtorch.scheduling.memory import memory
from flashtorch.scheduling.moment import DAY_S, Moment, days_between, study_day
from flashtorch.scheduling.state import CardState, Rating, Stage

if TYPE_CHECKING:
    from flashtorch.scheduling.memory import Outcomes
    from flashtorch.scheduling.params import Params


@dataclass(frozen=True, slots=True)
class Next:
    """Where a rating leads."""

    state: CardState
    """The card afterwards, but for the event that it is not yet."""
    seconds: int
    """Until it is asked again: those of a step, or whole days x 86400."""


@dataclass(frozen=True, slots=True)
class Buttons:
    """The four ratings, each with where it leads."""

    again: Next
    hard: Next
    good: Next
    easy: Next

    def next(self, rating: Rating) -> Next:
        return (self.again, self.hard, self.good, self.easy)[rating - 1]


def buttons(state: CardState, now: Moment, params: Params, fuzz_key: str) -> Buttons:
    """All four buttons for a card that is answered now; `fuzz_key` is the card's name."""
    day = study_day(now, params.rollover_hour)
    again, hard, good, easy = (answered(state, rating, now, day, params, fuzz_key) for rating in Rating)
    return Buttons(again, hard, good, easy)


def answered(
    state: CardState, rating: Rating, now: Moment, day: int, params: Params, fuzz_key: str, *, seen: str | None = None
) -> Next:
    """The card after one answer on study day `day`; `seen` is the id of the answer's event, where there is one already."""
    model = memory(params.weights)
    elapsed = days_between(state.last_day, day)
    outcomes = model.outcomes(state.stability, state.difficulty, elapsed, params.desired_retention)
    answer = _Answer(state, rating, outcomes, params, unit(fuzz_key, state.reps) if params.fuzz else None)
    is_lapse = state.stage is Stage.REVIEW and rating is Rating.AGAIN
    seconds, step = answer.step()
    days = answer.days() if seconds is None else 0
    if seconds is not None:
        stage = Stage.RELEARNING if state.stage in (Stage.REVIEW, Stage.RELEARNING) else Stage.LEARNING
        due_at_us: int | None = now.at_us + seconds * 1_000_000
        due_day = study_day(Moment(now.at_us + seconds * 1_000_000, now.utc_offset_min), params.rollover_hour)
        if due_day > day:
            due_at_us = None
    else:
        stage, due_at_us, due_day = Stage.REVIEW, None, day + days
    lapses = state.lapses + is_lapse
    leech = is_lapse and is_leech(lapses, params.leech_lapses)
    remembered = outcomes.after(rating)
    after = CardState(
        stage=stage,
        stability=remembered.stability,
        difficulty=remembered.difficulty,
        step=step,
        due_at_us=due_at_us,
        due_day=due_day,
        last_day=day,
        last_at_us=now.at_us,
        utc_offset_min=now.utc_offset_min,
        first_day=state.first_day if state.first_day is not None else day,
        reviewed_day=day if state.stage is Stage.REVIEW else state.reviewed_day,
        reps=state.reps + 1,
        lapses=lapses,
        leech=state.leech or leech,
        suspended=state.suspended or leech,
        buried_day=state.buried_day,
        rev=state.rev,
        last_event=seen or state.last_event,
    )
    return Next(after, days * DAY_S if seconds is None else seconds)


class _Answer:
    """One answer to one card: the step it leads to, or the days."""

    __slots__ = ("_factor", "_outcomes", "_params", "_previous", "_rating", "_stage", "_step", "_steps")

    def __init__(self, state: CardState, rating: Rating, outcomes: Outcomes, params: Params, factor: float | None) -> None:
        self._stage, self._step, self._rating = state.stage, state.step, rating
        self._outcomes, self._params, self._factor = outcomes, params, factor
        relearns = state.stage in (Stage.REVIEW, Stage.RELEARNING)
        self._steps = params.relearning_steps_min if relearns else params.learning_steps_min
        self._previous = None
        if state.stage is Stage.REVIEW and state.due_day is not None and state.last_day is not None:
            self._previous = state.due_day - state.last_day

    def step(self) -> tuple[int | None, int]:
        """Seconds and the step waited for; None for seconds when the answer leads to days."""
        if self._stage is Stage.REVIEW:
            return (steps.again_s(self._steps) if self._rating is Rating.AGAIN else None), 0
        at = 0 if self._stage is Stage.NEW else min(self._step, max(len(self._steps) - 1, 0))
        match self._rating:
            case Rating.AGAIN:
                return steps.again_s(self._steps), 0
            case Rating.HARD:
                seconds, step = steps.hard_s(self._steps, at), at
            case Rating.GOOD:
                seconds, step = steps.good_s(self._steps, at), at + 1
            case _:
                seconds, step = None, 0
        return seconds, step if seconds is not None else 0

    def days(self) -> int:
        """The interval; each rating that leads to days waits longer than the one below it."""
        if self._rating is Rating.AGAIN:
            return self._apart(Rating.AGAIN, 1)
        days = 0
        for rating in (Rating.HARD, Rating.GOOD, Rating.EASY):
            if rating is Rating.HARD and self._stage is not Stage.REVIEW and self._steps:
                continue
            days = self._apart(rating, days + 1)
            if rating is self._rating:
                break
        return days

    def _apart(self, rating: Rating, minimum: int) -> int:
        interval, maximum = self._outcomes.after(rating).interval, self._params.maximum_interval
        if self._stage is not Stage.REVIEW:
            # A card that leaves its steps has a whole number of days before it is spread.
            interval = max(1.0, float(int(interval + 0.5)))
        elif rating is not Rating.AGAIN and self._previous is not None:
            minimum = max(minimum, least_after(interval, self._previous, maximum))
        return spread(interval, self._factor, minimum, maximum)

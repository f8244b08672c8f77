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
    from collections.abc import Sequence

    from flashtorch.scheduling.memory import Outcomes
    from flashtorch.scheduling.params import Params


_AGAIN = (Rating.AGAIN,)
_PASSING = (Rating.HARD, Rating.GOOD, Rating.EASY)


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
    stage = state.stage
    outcomes = memory(params.weights).outcomes(
        state.stability, state.difficulty, days_between(state.last_day, day), params.desired_retention
    )
    remembered = outcomes.after(rating)
    relearns = stage is Stage.REVIEW or stage is Stage.RELEARNING
    minutes = params.relearning_steps_min if relearns else params.learning_steps_min
    seconds, step = step_of(stage, state.step, rating, minutes)
    due_at_us = None
    if seconds is None:
        factor = unit(fuzz_key, state.reps) if params.fuzz else None
        previous = None if state.due_day is None or state.last_day is None else state.due_day - state.last_day
        days = interval_days(stage is Stage.REVIEW, previous, rating, outcomes, bool(minutes), factor, params.maximum_interval)
        after, due_day, seconds = Stage.REVIEW, day + days, days * DAY_S
    else:
        after = Stage.RELEARNING if relearns else Stage.LEARNING
        due_at_us, due_day = step_due(now, seconds, day, params.rollover_hour)
    is_lapse = stage is Stage.REVIEW and rating is Rating.AGAIN
    lapses = state.lapses + is_lapse
    leech = is_lapse and is_leech(lapses, params.leech_lapses)
    return Next(
        CardState(
            stage=after,
            stability=remembered.stability,
            difficulty=remembered.difficulty,
            step=step,
            due_at_us=due_at_us,
            due_day=due_day,
            last_day=day,
            last_at_us=now.at_us,
            utc_offset_min=now.utc_offset_min,
            first_day=day if state.first_day is None else state.first_day,
            reviewed_day=day if stage is Stage.REVIEW else state.reviewed_day,
            reps=state.reps + 1,
            lapses=lapses,
            leech=state.leech or leech,
            suspended=state.suspended or leech,
            buried_day=state.buried_day,
            rev=state.rev,
            last_event=seen or state.last_event,
        ),
        seconds,
    )


def step_of(stage: Stage, step: int, rating: Rating, minutes: Sequence[float]) -> tuple[int | None, int]:
    """The seconds until the next step and which one it is; None for seconds when the answer leads to days."""
    if rating is Rating.AGAIN:
        return steps.again_s(minutes), 0
    if stage is Stage.REVIEW or rating is Rating.EASY or not minutes:
        return None, 0
    at = min(step, len(minutes) - 1)
    if rating is Rating.HARD:
        return steps.hard_s(minutes, at), at
    seconds = steps.good_s(minutes, at)
    return seconds, at + 1 if seconds is not None else 0


def step_due(now: Moment, seconds: int, day: int, rollover_hour: int) -> tuple[int | None, int]:
    """When a step that begins now, on study day `day`, falls due, None when that is on another day; and the day."""
    due_at_us = now.at_us + seconds * 1_000_000
    due_day = study_day(Moment(due_at_us, now.utc_offset_min), rollover_hour)
    return (None if due_day > day else due_at_us), due_day


def interval_days(
    is_review: bool, previous: int | None, rating: int, outcomes: Outcomes, has_steps: bool, factor: float | None, maximum: int
) -> int:
    """The interval of an answer that leads to days: at least one more than that of the rating below it.

    `previous` is the interval before, for an answer to a due review; `factor` says where an interval lands within its spread.
    """
    # Hard repeats a step while there is one, so then it is no measure for the others.
    ratings = _AGAIN if rating == Rating.AGAIN else _PASSING[0 if is_review or not has_steps else 1 : rating - 1]
    days = 0
    for each in ratings:
        interval, minimum = outcomes.interval(each), days + 1
        if not is_review:
            # A card that leaves its steps has a whole number of days before it is spread.
            interval = max(1.0, float(int(interval + 0.5)))
        elif previous is not None and each is not Rating.AGAIN:
            minimum = max(minimum, least_after(interval, previous, maximum))
        days = spread(interval, factor, minimum, maximum)
    return days

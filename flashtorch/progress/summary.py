"""All numbers of one learner at one moment: what a page, a screen or a program shows of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flashtorch.history.fold import epochs
from flashtorch.history.tally import MONTH, DayDone, longest_streak, streak
from flashtorch.progress.answers import deck_of
from flashtorch.progress.calendar import daily, forecast
from flashtorch.progress.numbers import (
    backlog,
    calibration,
    counted,
    leeches,
    per_card,
    ratings,
    strengths,
    true_retention,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from flashtorch.history.reading import Log
    from flashtorch.history.tally import DueDay
    from flashtorch.progress.answers import Answer
    from flashtorch.progress.numbers import Backlog, Bin, CardLike, Leech, Retention, Strength
    from flashtorch.scheduling.params import Params

Note = tuple[str, int]
"""A note of a deck, by its number."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What has been learnt. `since` holds for what was answered; streak, schedule and memory are those of today."""

    day: int
    """The study day of now."""
    since: int | None
    """The first study day that is counted; None for all."""
    days: Mapping[int, DayDone]
    """Of every study day with an answer, in their order, also before `since`."""
    streak: int
    longest: int
    done: DayDone
    """From `since` on."""
    pressed: Mapping[int, int]
    """Answers by rating, from `since` on."""
    desired: float
    """The recall that the schedule aims at, 0 to 1."""
    retention: Retention
    calibration: tuple[Bin, ...]
    forecast: tuple[DueDay, ...]
    backlog: Backlog
    decks: Mapping[str, Strength]
    notes: Mapping[Note, Strength]
    answers_of_decks: Mapping[str, int]
    """From `since` on, also of decks that are gone."""
    answers_of_notes: Mapping[Note, int]
    leeches: tuple[Leech, ...]

    @property
    def today(self) -> DayDone:
        return self.days.get(self.day, DayDone())

    @property
    def studied(self) -> int:
        """How many study days from `since` on have an answer."""
        return sum(self.since is None or day >= self.since for day in self.days)


def summary(
    answers: Sequence[Answer],
    log: Log,
    cards: Sequence[CardLike],
    today: int,
    params: Params,
    *,
    since: int | None = None,
    ahead: int = MONTH,
) -> Summary:
    """The numbers of some `answers` of `log` and of the `cards` that are there, on study day `today`."""
    days = daily(answers)
    recent = [answer for answer in answers if since is None or answer.day >= since]
    reviews = counted(recent)
    decay = epochs(log.of_no_card()).latest.decay
    noted = [card for card in cards if card.note is not None]
    note_of = {card.card: (card.deck, card.note) for card in noted if card.note is not None}
    due = forecast(cards, log.states, today, ahead)
    return Summary(
        day=today,
        since=since,
        days=days,
        streak=streak(days, today),
        longest=longest_streak(days),
        done=_sum(done for day, done in days.items() if since is None or day >= since),
        pressed=ratings(recent),
        desired=params.desired_retention,
        retention=true_retention(reviews),
        calibration=calibration(reviews),
        forecast=due,
        backlog=backlog(due[0].review + due[0].overdue, params.reviews_per_day),
        decks=strengths(cards, log.states, today, decay, lambda card: card.deck),
        notes=strengths(noted, log.states, today, decay, lambda card: note_of[card.card]),
        answers_of_decks=per_card(recent, deck_of),
        answers_of_notes=per_card((answer for answer in recent if answer.card in note_of), note_of.__getitem__),
        leeches=leeches(cards, log.states),
    )


def _sum(days: Iterable[DayDone]) -> DayDone:
    answers = right = took_ms = 0
    for day in days:
        answers, right, took_ms = answers + day.answers, right + day.right, took_ms + day.took_ms
    return DayDone(answers, right, took_ms)

"""A simulated year of a learner: a real deck, a real history, a clock that is told; and what was witnessed on the way."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from flashtorch.cards.library import open_library
from flashtorch.history.event import EventKind
from flashtorch.paths import Paths
from flashtorch.scheduling.moment import DAY_US, MINUTE_US, Moment, day_start, study_day
from flashtorch.scheduling.params import DEFAULT_WEIGHTS, Params
from flashtorch.scheduling.state import CardState, Stage, for_rev
from tests.history.people import START, Learner

if TYPE_CHECKING:
    from pathlib import Path

    from flashtorch.cards.model import Head
    from flashtorch.history.event import Event

DAYS = 365
CARDS = 120
STUBBORN = ("torch/card-3", "torch/card-40")
"""Cards that are forgotten at almost every review."""
BEGUN_ANEW = "torch/card-5"
"""Its deck raises its rev in the middle of the year."""


@dataclass(frozen=True, slots=True)
class Witnessed:
    """A rating as it happened, with the card as the history showed it just before."""

    event: str
    card: str
    moment: Moment
    rating: int
    took_ms: int
    before: CardState
    params: Params


@dataclass
class Year:
    """What came of it."""

    paths: Paths
    deck: Path
    learner: Learner
    heads: tuple[Head, ...]
    witnessed: dict[str, Witnessed] = field(default_factory=dict)
    """By event; an undo takes it out, a redo puts it back."""
    states: dict[str, CardState] = field(default_factory=dict)
    """At the end, one by one."""
    events: list[Event] = field(default_factory=list)
    """Live and dead."""

    @property
    def now(self) -> Moment:
        return self.learner.now

    @property
    def params(self) -> Params:
        return self.learner.params

    @property
    def today(self) -> int:
        return study_day(self.now, self.params.rollover_hour)


def write_deck(folder: Path, *, rev: int) -> None:
    """A hundred cards of ten notes, and a small deck without notes."""
    folder.mkdir(exist_ok=True)
    for deck, numbers in (("torch", range(CARDS - 20)), ("small", range(CARDS - 20, CARDS))):
        text = f"---\ndeck: {deck}\n---\n"
        for number in numbers:
            keys = f" note={number % 10 + 1}" if deck == "torch" and number % 17 else ""
            keys += f" rev={rev}" if f"{deck}/card-{number}" == BEGUN_ANEW else ""
            text += f"\n# Q {number}\n<!-- card: card-{number}{keys} -->\n\nWhat?\n\n<details><summary>Answer</summary>\n\nIt.\n\n</details>\n"
        (folder / f"{deck}.md").write_text(text, encoding="utf-8")


def live_a_year(folder: Path) -> Year:
    """The year, always the same one."""
    chance = random.Random(4)
    paths, deck = Paths(folder / "home"), folder / "decks"
    write_deck(deck, rev=1)
    learner = Learner(paths.history, Params(leech_lapses=6, new_per_day=3, reviews_per_day=25), seed=4)
    year = Year(paths, deck, learner, heads_of(paths, deck))
    first = study_day(START)
    for day in range(first, first + DAYS):
        if day == first + 150:
            write_deck(deck, rev=2)
            year.heads = heads_of(paths, deck)
        if day == first + 200:
            learner.params = replace(learner.params, desired_retention=0.85)
            learner.restart()
        if day == first + 260:
            weights = tuple(weight * 1.05 for weight in DEFAULT_WEIGHTS)
            learner.history.set_params(replace(learner.params, weights=weights), learner.now)
            learner.params = replace(learner.params, weights=weights)
        away = first + 100 <= day < first + 112 or (chance.random() < 0.06 and day < first + DAYS - 5)
        if not away:
            offset = 120 if first + 87 <= day < first + 297 else 60
            # Some sittings begin in the morning, and some late in the evening and go on past midnight.
            hour = chance.choice((5, 5, 14, 19.9))
            learner.now = Moment(day_start(day, offset).at_us + int(hour * 60 * MINUTE_US), offset)
            sitting(year, chance, day)
    # The last morning, before anything is answered: something that is due is put off until tomorrow.
    learner.now = Moment(day_start(first + DAYS, 60).at_us + 2 * DAY_US // 24, 60)
    due = (card for card, state in learner.history.states().items() if (state.due_day or 0) == first + DAYS and not state.suspended)
    learner.does(EventKind.BURY, min(due))
    year.events = learner.history.events()
    year.states = {head.card: for_rev(learner.history.state(head.card), head.rev) for head in year.heads}
    return year


def heads_of(paths: Paths, deck: Path) -> tuple[Head, ...]:
    library = open_library(paths, [deck], register=True)
    try:
        return library.heads()
    finally:
        library.close()


def sitting(year: Year, chance: random.Random, day: int) -> None:
    """What is due, a new card, and now and then something else."""
    learner = year.learner
    revs = {head.card: head.rev for head in year.heads}
    states = {card: for_rev(state, revs[card]) for card, state in learner.history.states().items() if card in revs}
    due = [card for card, state in states.items() if state.due_day is not None and state.due_day <= day and not state.suspended]
    new = [card for card in revs if card not in states or (states[card].stage is Stage.NEW and not states[card].suspended)]
    # On some days time is short, so that reviews are late.
    done = chance.sample(due, len(due) if chance.random() < 0.5 else len(due) * 2 // 3)
    for card in done + (new[:1] if chance.random() < 0.5 else []):
        if chance.random() < 0.03:
            learner.does(chance.choice((EventKind.BURY, EventKind.SUSPEND, EventKind.FORGET)), card, rev=revs[card])
            continue
        for _step in range(4):
            state = rate(year, chance, card, revs[card])
            if state.due_at_us is None or chance.random() < 0.1:
                break
            learner.go(1)
    suspended = [card for card, state in states.items() if state.suspended and not state.leech]
    if suspended and chance.random() < 0.2:
        learner.does(EventKind.RESUME, suspended[0], rev=revs[suspended[0]])


def rate(year: Year, chance: random.Random, card: str, rev: int) -> CardState:
    """One answer; sometimes it is taken back, and sometimes that is taken back too."""
    learner = year.learner
    before = learner.history.state(card, rev)
    forgets = 0.95 if card in STUBBORN and before.stage is Stage.REVIEW else 0.15
    rating = 1 if chance.random() < forgets else chance.choice((2, 3, 3, 3, 4))
    took_ms = chance.randrange(800, 90_000)
    learner.go(took_ms / 60_000)
    params = learner.history.params
    after = learner.does(EventKind.REVIEW, card, rev=rev, rating=rating, took_ms=took_ms)
    assert after.last_event is not None
    seen = Witnessed(after.last_event, card, learner.now, rating, took_ms, before, params)
    year.witnessed[seen.event] = seen
    if chance.random() < 0.03:
        undone = learner.history.undo(learner.now)
        assert undone is not None
        assert undone.id == seen.event
        del year.witnessed[seen.event]
        if chance.random() < 0.3:
            learner.history.redo(learner.now)
            year.witnessed[seen.event] = seen
        after = learner.history.state(card, rev)
    return after



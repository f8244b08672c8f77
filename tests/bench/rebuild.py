"""All states from a log of a hundred thousand answers, beside the memory model's part of it."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import TYPE_CHECKING

import fsrs_rs_python as fsrs

from flashtorch.history.engine import Database
from flashtorch.history.event import Event, EventKind
from flashtorch.history.event_id import new_id
from flashtorch.history.log import History
from flashtorch.history.rows import event_values
from flashtorch.history.tables import events
from flashtorch.scheduling.moment import DAY_US, Moment, study_day
from flashtorch.scheduling.params import DEFAULT_WEIGHTS, Params
from tests.bench.measuring import Row, timed

if TYPE_CHECKING:
    from pathlib import Path

CARDS = 10_000
REVIEWS = 10
YEAR = 365


def rebuild_row(folder: Path, now: Moment) -> Row:
    """Reading the log, folding it and comparing with the cache; beside it fsrs-rs alone, its answers already in memory."""
    past = _past(now)
    database = Database(folder / "rebuilt.db", 5000)
    database.prepare(lambda: "bench")
    with database.writing() as connection:
        connection.execute(events.insert(), [event_values(event) for event in past])
    database.close()
    history = History.open(folder / "rebuilt.db", Params())
    history.rebuild()
    model = fsrs.FSRS(list(DEFAULT_WEIGHTS))
    answers = list(_answers(past).values())

    def alone() -> None:
        for ratings, elapsed in answers:
            state = None
            for rating, days in zip(ratings, elapsed, strict=True):
                states = model.next_states(state, 0.9, days)
                state = (states.again, states.hard, states.good, states.easy)[rating - 1].memory

    return Row(
        "rebuild of 100k reviews", 6.7, "fsrs-rs alone", lambda: timed(history.rebuild), lambda: timed(alone), rounds=5
    )


def _past(now: Moment) -> list[Event]:
    chance = random.Random(1)
    when = sorted((now.at_us - chance.randrange(YEAR * DAY_US), card) for card in range(CARDS) for _ in range(REVIEWS))
    past: list[Event] = []
    for at_us, card in when:
        at = Moment(at_us, now.utc_offset_min)
        name = new_id(at_us, chance.randbytes(8), past[-1].id if past else None)
        rating = chance.choice((1, 2, 3, 3, 3, 3, 4))
        past.append(Event(name, at_us, at.utc_offset_min, study_day(at), "bench", EventKind.REVIEW, f"large/card-{card}", 1, rating, 4000))
    return past


def _answers(past: list[Event]) -> dict[str, tuple[list[int], list[int]]]:
    """The ratings of each card, and the days that went before each."""
    of_card: dict[str, list[Event]] = {}
    for event in past:
        of_card.setdefault(event.card, []).append(event)
    return {
        card: ([event.rating or 0 for event in found], [0, *(after.day - before.day for before, after in pairwise(found))])
        for card, found in of_card.items()
    }

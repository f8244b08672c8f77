"""A learner with ten thousand cards and a past, for what has to stay fast when it is large."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from flashtorch.cards.library import open_library
from flashtorch.history.engine import Database
from flashtorch.history.event import Event, EventKind
from flashtorch.history.event_id import new_id
from flashtorch.history.log import History
from flashtorch.history.rows import event_values
from flashtorch.history.tables import events
from flashtorch.paths import Paths
from flashtorch.scheduling.moment import DAY_US, Moment, study_day
from flashtorch.scheduling.params import Params

if TYPE_CHECKING:
    from pathlib import Path

CARDS_IN_A_FILE = 100
REVIEWS_OF_A_CARD = 10


def write_deck(folder: Path, cards: int) -> Path:
    """A deck of recall cards, a hundred in a file."""
    folder.mkdir(parents=True)
    for first in range(0, cards, CARDS_IN_A_FILE):
        text = "---\ndeck: large\n---\n"
        for number in range(first, min(first + CARDS_IN_A_FILE, cards)):
            text += (
                f"\n## Question {number}\n<!-- card: card-{number} note={number % 22 + 1} -->\n\nWhat is `{number} + 1`, in *words*?\n\n"
                f"<details><summary>Answer</summary>\n\nIt is **{number + 1}**.\n\n</details>\n"
            )
        (folder / f"file-{first:06}.md").write_text(text, encoding="utf-8")
    return folder


def make_learner(home: Path, cards: int, now: Moment) -> Paths:
    """Half of the cards have been reviewed ten times over the last year, the rest are new; everything is registered and indexed."""
    paths = Paths(home)
    deck = write_deck(home.parent / "large", cards)
    open_library(paths, [deck], register=True).close()
    History.open(paths.history, Params()).close()
    database = Database(paths.history, 5000)
    with database.writing() as connection:
        connection.execute(events.insert(), [event_values(event) for event in _past(cards // 2, now)])
    database.close()
    history = History.open(paths.history, Params())
    history.rebuild()
    history.close()
    return paths


def _past(cards: int, now: Moment) -> list[Event]:
    chance = random.Random(1)
    past: list[Event] = []
    for number in range(cards):
        days = sorted(chance.sample(range(1, 365), REVIEWS_OF_A_CARD), reverse=True)
        for ago in days:
            at = Moment(now.at_us - ago * DAY_US + chance.randrange(3600) * 1_000_000, now.utc_offset_min)
            past.append(
                Event(
                    new_id(at.at_us, chance.randbytes(10)), at.at_us, at.utc_offset_min, study_day(at), "bench", EventKind.REVIEW,
                    f"large/card-{number}", 1, chance.choice((1, 3, 3, 3, 3, 4)), 4000, {"v": 1}, "",
                )
            )  # fmt: skip
    return past

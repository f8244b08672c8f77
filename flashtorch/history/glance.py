"""What today holds, read straight from the two databases: for what has to answer at once.

The standard library only, and nothing is written. The queue itself is that of a sitting (`scheduling.order`); here are only the
queries that fetch its rows, each through an index, so that the size of the library hardly matters.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import chain
from typing import TYPE_CHECKING

from flashtorch.frozen import frozen
from flashtorch.history.readonly import opened, plain, read_only
from flashtorch.scheduling.limits import Done, days_of_work
from flashtorch.scheduling.moment import study_day
from flashtorch.scheduling.order import agenda, due_step
from flashtorch.scheduling.row import Row

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from flashtorch.scheduling.moment import Moment
    from flashtorch.scheduling.order import Agenda
    from flashtorch.scheduling.params import Params


@frozen
class DeckCount:
    """What today's limits still allow of a deck."""

    deck: str
    new: int
    learning: int
    """Steps of today."""
    review: int


@frozen
class Glance:
    """What today holds."""

    day: int
    """The study day."""
    decks: tuple[DeckCount, ...]
    """Every deck, also one with nothing to do, by name."""
    first: str | None
    """The card that a sitting would ask now."""
    next_at_us: int | None
    """When the next card falls due that is not due yet, microseconds of UTC."""
    waiting: int = 0
    """Reviews that are due and find no place within today's limit."""
    backlog_days: int = 0
    """How many study days all due reviews are, this one included; 0 when they fit into this one."""


_NO_HISTORY = """
CREATE TABLE card_state (card TEXT PRIMARY KEY, stage TEXT, stability REAL, due_at_us INTEGER, due_day INTEGER, last_day INTEGER,
    first_day INTEGER, reviewed_day INTEGER, suspended INTEGER, buried_day INTEGER, rev INTEGER,
    reps INTEGER)
"""
_HEAD = "h.card, h.deck, h.file, h.position, h.note, h.siblings"
# A state counts for its card unless the deck has begun the card anew with a higher rev. SQLite would start from the library,
# which is the larger one; CROSS JOIN keeps the order that is written.
_MET = "card_state s CROSS JOIN library.heads h ON h.card = s.card AND s.rev >= h.rev"
_SHOWN = "NOT s.suspended AND s.buried_day IS NOT :day"
_DUE = f"""
SELECT {_HEAD}, s.stage, s.due_at_us, s.due_day, s.last_day, s.stability FROM {_MET}
WHERE s.stage = :stage AND s.due_day <= :day AND {_SHOWN}
"""
_NEXT_DAY = f"""
SELECT s.due_day FROM {_MET} WHERE s.stage = :stage AND s.due_day > :day AND {_SHOWN} {{deck}} ORDER BY s.due_day LIMIT 1
"""
_BURIED = f"SELECT 1 FROM {_MET} WHERE s.buried_day = :day AND NOT s.suspended {{deck}} LIMIT 1"
_NEW = f"""
SELECT {_HEAD}, 'new', NULL, NULL, NULL, NULL
FROM library.heads h LEFT JOIN card_state s ON s.card = h.card AND s.rev >= h.rev
WHERE h.deck = :deck AND h.file = :file AND (s.card IS NULL OR s.stage = 'new' AND {_SHOWN}) ORDER BY h.position
"""
_DONE = """
SELECT count(*) FILTER (WHERE first_day = :day), count(*) FILTER (WHERE reviewed_day = :day) FROM card_state WHERE last_day >= :day
"""
_ANSWERED = f"SELECT h.siblings, min(h.card) FROM {_MET} WHERE s.last_day = :day GROUP BY h.siblings"
_REPS = f"SELECT s.reps FROM {_MET} WHERE s.card = :card"
_FILES = "SELECT deck, file FROM library.heads GROUP BY deck, file ORDER BY deck, file"


def glance(history: Path, library: Path, params: Params, now: Moment, decks: Sequence[str] | None = None) -> Glance:
    """What today holds; without a history all cards are new. `decks` narrows it, while limits and siblings count over all.

    Raises:
        Trouble: a file is damaged, or the history of a newer flashtorch.
    """
    with plain(history), closing(_opened(history, library)) as db:
        today, names = _agenda(db, params, now, decks)
    counts, first = today.counts(), today.next(now)
    shown = tuple(DeckCount(name, *counts.get(name, (0, 0, 0))) for name in names)
    backlog = days_of_work(sum(deck.review for deck in shown), today.waiting, params.reviews_per_day)
    return Glance(today.day, shown, first.card if first else None, today.next_at_us(now), today.waiting, backlog)


def first_card(
    history: Path, library: Path, params: Params, now: Moment, decks: Sequence[str] | None = None
) -> tuple[str, int] | None:
    """The card that a sitting would ask now, and how often it was answered; a due step is found without the rest of the day.

    Raises:
        Trouble: as `glance`.
    """
    with plain(history), closing(_opened(history, library)) as db:
        row = due_step(_steps(db, study_day(now, params.rollover_hour), decks), now)
        row = row or _agenda(db, params, now, decks)[0].next(now)
        return (row.card, _reps(db, row)) if row else None


def _reps(db: sqlite3.Connection, row: Row) -> int:
    """A card that was forgotten is new and has its repetitions still; one that its deck began anew has none."""
    found = db.execute(_REPS, {"card": row.card}).fetchone()
    return int(found[0]) if found else 0


def _agenda(db: sqlite3.Connection, params: Params, now: Moment, decks: Sequence[str] | None) -> tuple[Agenda, list[str]]:
    day = study_day(now, params.rollover_hour)
    files = [(deck, file) for deck, file in db.execute(_FILES) if decks is None or deck in decks]
    new, reviews = db.execute(_DONE, {"day": day}).fetchone()
    done = Done(new, reviews, dict(db.execute(_ANSWERED, {"day": day})))
    unmet = [_unmet(db, deck, file, day) for deck, file in files]
    steps, reviews = _steps(db, day, decks), _due(db, "review", day, decks)
    today = agenda(steps, reviews, unmet, done, now, params, future_day=_future_day(db, day, decks))
    return today, sorted({deck for deck, _ in files})


def _unmet(db: sqlite3.Connection, deck: str, file: str, day: int) -> Iterator[Row]:
    """The new cards of a file. A generator, because the limit is mostly reached before every file was asked."""
    yield from map(Row._make, db.execute(_NEW, {"deck": deck, "file": file, "day": day}))


def _steps(db: sqlite3.Connection, day: int, decks: Sequence[str] | None) -> Iterator[Row]:
    return chain.from_iterable(_due(db, stage, day, decks) for stage in ("learning", "relearning"))


def _due(db: sqlite3.Connection, stage: str, day: int, decks: Sequence[str] | None) -> Iterator[Row]:
    rows = map(Row._make, db.execute(_DUE, {"stage": stage, "day": day}))
    return rows if decks is None else (row for row in rows if row.deck in decks)


def _future_day(db: sqlite3.Connection, day: int, decks: Sequence[str] | None) -> int | None:
    """The first later study day on which one of the decks has something scheduled."""
    narrowed = "" if decks is None else f"AND h.deck IN ({', '.join(f':deck{number}' for number in range(len(decks)))})"
    names = {f"deck{number}": deck for number, deck in enumerate(decks or ())}
    if db.execute(_BURIED.format(deck=narrowed), {"day": day, **names}).fetchone():
        return day + 1
    found = [
        row[0]
        for stage in ("learning", "relearning", "review")
        for row in db.execute(_NEXT_DAY.format(deck=narrowed), {"stage": stage, "day": day, **names})
    ]
    return min(found, default=None)


def _opened(history: Path, library: Path) -> sqlite3.Connection:
    there = history.exists()
    db = opened(history) if there else sqlite3.connect("file::memory:", uri=True)
    try:
        if not there:
            db.execute(_NO_HISTORY)
        db.execute("ATTACH ? AS library", (read_only(library),))
    except BaseException:
        db.close()
        raise
    return db

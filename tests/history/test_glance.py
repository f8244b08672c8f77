"""A glance at the two databases is what a sitting's queue says."""

from __future__ import annotations

import random
import sqlite3
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flashtorch.errors import Trouble
from flashtorch.history.event import EventKind
from flashtorch.history.glance import DeckCount, Glance, first_card, glance
from flashtorch.scheduling.limits import days_of_work
from flashtorch.scheduling.moment import day_start, study_day
from flashtorch.scheduling.order import agenda_of
from flashtorch.scheduling.params import Params
from tests.history.people import Learner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flashtorch.scheduling.moment import Moment

NOTHING = Params()


@dataclass(frozen=True, slots=True)
class Head:
    card: str
    deck: str
    position: int
    file: str
    note: int | None
    siblings: str
    rev: int = 1
    tags: tuple[str, ...] = ()


def library(path: Path, heads: Sequence[Head]) -> Path:
    """The table that a glance reads, as the index of decks has it."""
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    connection.execute(
        "CREATE TABLE heads (card TEXT PRIMARY KEY, deck TEXT, position INTEGER, file TEXT, note INTEGER, tags TEXT, siblings TEXT,"
        " rev INTEGER, kind TEXT, content_hash TEXT)"
    )
    rows = [(each.card, each.deck, each.position, each.file, each.note, "", each.siblings, each.rev, "recall", "") for each in heads]
    connection.executemany(f"INSERT INTO heads VALUES ({', '.join('?' * 10)})", rows)
    connection.commit()
    connection.close()
    return path


def decks(cards: int = 24) -> list[Head]:
    """Two decks, three files each, some notes, a sibling here and there."""
    return [
        Head(f"{deck}/c{number}", deck, number, f"{number * 3 // cards}.md", number % 4 or None, f"{deck}{number // 2 if number % 6 < 2 else number + 99}")
        for deck in ("b", "a")
        for number in range(cards // 2)
    ]


def queued(learner: Learner, heads: Sequence[Head], params: Params, now: Moment, only: Sequence[str] | None = None) -> Glance:
    """The same from the states in memory."""
    wanted = None if only is None else lambda head: head.deck in only
    states = learner.history.states()
    today = agenda_of(heads, states, now, params, wanted=wanted)
    counts, first = today.counts(), today.next(now)
    names = sorted({head.deck for head in heads if only is None or head.deck in only})
    shown = tuple(DeckCount(name, *counts.get(name, (0, 0, 0))) for name in names)
    backlog = days_of_work(sum(deck.review for deck in shown), today.waiting, params.reviews_per_day)
    return Glance(today.day, shown, first.card if first else None, today.next_at_us(now), today.waiting, backlog)


def first_of(seen: Glance, learner: Learner, heads: Sequence[Head]) -> tuple[str, int] | None:
    """The first card of a glance, and how often it was answered by the states in memory."""
    if seen.first is None:
        return None
    [rev] = [head.rev for head in heads if head.card == seen.first]
    return seen.first, learner.history.state(seen.first, rev).reps


PARAMS = st.builds(
    Params,
    new_per_day=st.sampled_from([0, 1, 3, 20]),
    reviews_per_day=st.sampled_from([0, 2, 200]),
    review_order=st.sampled_from(["most-retrievable", "least-retrievable", "due"]),
)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), PARAMS, st.sampled_from([None, ["a"], ["a", "b"], ["gone"]]))
def test_a_glance_is_the_queue(seed: int, params: Params, only: list[str] | None) -> None:
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        learner = Learner(Path(folder) / "history.db", seed=seed)
        heads = [replace(head, rev=2) if chance.random() < 0.1 else head for head in decks()]
        names = [head.card for head in heads] + ["gone/card"]
        for _ in range(chance.randrange(60)):
            learner.go(chance.choice([0, 1, 5, 12, 600, 1440, 4000]))
            card, rev = chance.choice(names), chance.choice([1, 1, 1, 2])
            if chance.random() < 0.8:
                learner.rates(chance.choice([1, 2, 3, 3, 4]), card, rev=rev)
            else:
                kind = chance.choice([EventKind.SUSPEND, EventKind.BURY, EventKind.FORGET, EventKind.RESUME, EventKind.SET_DUE])
                evidence = {"due_day": study_day(learner.now) + chance.randrange(4)} if kind is EventKind.SET_DUE else {}
                learner.does(kind, card, rev=rev, evidence=evidence)
        index = library(Path(folder) / "library.db", heads)
        for minutes in (0, 3, 15, 700, 1440):
            learner.go(minutes)
            seen = glance(learner.path, index, params, learner.now, only)
            assert seen == queued(learner, heads, params, learner.now, only)
            assert first_card(learner.path, index, params, learner.now, only) == first_of(seen, learner, heads)
        learner.history.close()


def test_without_a_history_every_card_is_new(tmp_path: Path) -> None:
    learner = Learner(tmp_path / "elsewhere" / "history.db")
    index = library(tmp_path / "library.db", decks())
    seen = glance(tmp_path / "history.db", index, Params(new_per_day=5), learner.now)
    assert seen.decks == (DeckCount("a", 3, 0, 0), DeckCount("b", 2, 0, 0))
    assert seen.first == "a/c0"
    assert seen.next_at_us == day_start(seen.day + 1, learner.now.utc_offset_min).at_us
    assert not (tmp_path / "history.db").exists()
    learner.history.close()


def test_a_glance_reads_while_another_process_writes(tmp_path: Path) -> None:
    learner = Learner(tmp_path / "history.db")
    index = library(tmp_path / "library.db", decks())
    learner.rates(4, "a/c0")
    with learner.history._database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM card_state")
        assert glance(learner.path, index, NOTHING, learner.now) != glance(tmp_path / "none.db", index, NOTHING, learner.now)
    learner.history.close()
    # Nor does it need the files beside the database, which the last one to close takes away.
    assert not list(tmp_path.glob("history.db-*"))
    assert glance(learner.path, index, NOTHING, learner.now) == glance(tmp_path / "none.db", index, NOTHING, learner.now)


@pytest.mark.parametrize(
    ("statement", "said"),
    [("UPDATE meta SET value = '99' WHERE key = 'schema'", "newer"), ("DROP TABLE meta", "no history")],
)
def test_a_history_that_is_not_ours_is_refused(tmp_path: Path, statement: str, said: str) -> None:
    learner = Learner(tmp_path / "history.db")
    learner.history.close()
    with sqlite3.connect(learner.path) as raw:
        raw.execute(statement)
    raw.close()
    with pytest.raises(Trouble, match=said):
        glance(learner.path, library(tmp_path / "library.db", decks()), NOTHING, learner.now)


def test_a_damaged_history_is_said(tmp_path: Path) -> None:
    (tmp_path / "history.db").write_bytes(b"what is this " * 1000)
    with pytest.raises(Trouble, match="damaged"):
        glance(tmp_path / "history.db", library(tmp_path / "library.db", decks()), NOTHING, Learner(tmp_path / "h.db").now)


def test_the_queries_use_their_indexes(learner: Learner) -> None:
    """A library of a hundred thousand cards is no reason to read it all."""
    index = library(learner.path.parent / "library.db", decks())
    raw = sqlite3.connect(learner.path)
    raw.execute("ATTACH ? AS library", (str(index),))
    from flashtorch.history import glance as queries

    values: dict[str, Any] = {"day": 1, "stage": "review", "card": "a/c0", "deck": "a", "file": "0.md"}
    for query in (queries._DUE, queries._REPS, queries._NEXT_DAY.format(deck=""), queries._BURIED.format(deck=""), queries._DONE, queries._ANSWERED):
        plan = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {query}", values)]
        assert not [step for step in plan if step.startswith("SCAN")], plan
    raw.close()

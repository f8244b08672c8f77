"""One durable answer: our transaction beside the barest one that keeps the same promise."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from flashtorch.history.event import Event, EventKind
from flashtorch.history.log import History
from flashtorch.scheduling.moment import Moment, study_day
from flashtorch.scheduling.params import Params
from tests.bench.measuring import Row, timed

if TYPE_CHECKING:
    from pathlib import Path

EVIDENCE = {"v": 1, "verdict": "pass", "attempts": 1, "hints": 0, "answer": "x.sum(-1, keepdim=True)\n" * 4, "seed": 7}


def commit_row(folder: Path, now: Moment) -> Row:
    """Event, state and draft in one commit, p95, beside one bare INSERT with the same pragmas."""
    history = History.open(folder / "commits.db", Params())
    bare = sqlite3.connect(folder / "bare.db", isolation_level=None)
    bare.execute("PRAGMA journal_mode=WAL")
    bare.execute("PRAGMA synchronous=FULL")
    bare.execute("CREATE TABLE events (id INTEGER PRIMARY KEY, card TEXT, evidence TEXT) STRICT")
    turn = 0

    def ours() -> float:
        nonlocal turn
        turn += 1
        at = Moment(now.at_us + turn, now.utc_offset_min)
        card = f"bench/card-{turn}"
        state = history.state(card, 1)
        event = Event("", at.at_us, at.utc_offset_min, study_day(at), "", EventKind.REVIEW, card, 1, 3, 900, EVIDENCE)
        return timed(lambda: history.append(event, state.last_event))

    def theirs() -> float:
        def commit() -> None:
            bare.execute("BEGIN IMMEDIATE")
            bare.execute("INSERT INTO events (card, evidence) VALUES (?, ?)", ("bench/card", "x" * 300))
            bare.execute("COMMIT")

        return timed(commit)

    # Two milliseconds for an answer, where the bare commit takes a quarter of one.
    return Row("commit of an answer, p95", 8.0, "bare sqlite3, one INSERT, same pragmas, p50", ours, theirs, rounds=300, percentile=95)

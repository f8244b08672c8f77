"""The tally counts what the log and the states say, without loading either."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flashtorch.errors import Trouble
from flashtorch.history.event import EventKind
from flashtorch.history.tally import DayDone, DueDay, Tally, longest_streak, streak, tally
from flashtorch.scheduling.moment import study_day
from flashtorch.scheduling.params import Params
from flashtorch.scheduling.state import for_rev
from tests.history.people import Learner
from tests.history.test_glance import decks, library

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.history.test_glance import Head


def counted(learner: Learner, heads: Sequence[Head], only: Sequence[str] | None, ahead: int) -> Tally:
    """The same from the events and states in memory, one by one."""
    day = study_day(learner.now, learner.params.rollover_hour)
    events = [event for event in learner.history.live_events() if event.kind is EventKind.REVIEW]
    events = [event for event in events if only is None or event.card.split("/")[0] in only]
    days = dict(Counter(event.day for event in events))
    today = [event for event in events if event.day == day]
    done = DayDone(len(today), sum(event.rating != 1 for event in today), sum(event.took_ms or 0 for event in today))
    due = {each: [0, 0, 0] for each in range(day, day + ahead)}
    for head in heads:
        state = for_rev(learner.history.state(head.card), head.rev)
        if state.due_day is None or state.suspended or (only is not None and head.deck not in only):
            continue
        at = max(state.due_day, day + 1 if state.buried_day == day else day)
        if at in due:
            due[at][0 if state.stage != "review" else 2 if state.due_day < at else 1] += 1
    rows = []
    run = 0
    for each in range(min(days, default=0), max(days, default=0) + 1):
        run = run + 1 if each in days else 0
        rows.append(run)
    now = 0
    for back in range(1, 100_000):
        if day - back not in days:
            break
        now += 1
    return Tally(day, days, done, now + (day in days), max(rows), tuple(DueDay(each, *due[each]) for each in sorted(due)))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([None, ["a"], ["a", "b"], ["gone"]]), st.sampled_from([1, 7, 40]))
def test_a_tally_is_what_the_log_says(seed: int, only: list[str] | None, ahead: int) -> None:
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        learner = Learner(Path(folder) / "history.db", seed=seed)
        heads = [replace(head, rev=2) if chance.random() < 0.1 else head for head in decks()]
        names = [head.card for head in heads] + ["gone/card"]
        for _ in range(chance.randrange(60)):
            learner.go(chance.choice([0, 1, 5, 12, 600, 1440, 1440, 4000]))
            card, rev = chance.choice(names), chance.choice([1, 1, 1, 2])
            happened = chance.random()
            if happened < 0.7:
                learner.rates(chance.choice([1, 2, 3, 3, 4]), card, rev=rev)
            elif happened < 0.8:
                learner.history.undo(learner.now)
            elif happened < 0.85:
                learner.history.redo(learner.now)
            else:
                learner.does(chance.choice([EventKind.SUSPEND, EventKind.BURY, EventKind.FORGET, EventKind.RESUME]), card, rev=rev)
        index = library(Path(folder) / "library.db", heads)
        for minutes in (0, 700, 1440):
            learner.go(minutes)
            assert tally(learner.path, index, learner.params, learner.now, only, ahead=ahead) == counted(learner, heads, only, ahead)
        learner.history.close()


@pytest.mark.parametrize(
    ("days", "today", "now", "longest"),
    [
        ([], 9, 0, 0),
        ([9], 9, 1, 1),
        ([8], 9, 1, 1),
        ([7], 9, 0, 1),
        ([5, 6, 7, 8, 9], 9, 5, 5),
        ([5, 6, 7, 8], 9, 4, 4),
        ([1, 2, 3, 4, 8, 9], 9, 2, 4),
        ([1, 2, 3, 4, 8, 9], 11, 0, 4),
    ],
)
def test_a_streak_lasts_until_a_whole_day_is_missed(days: list[int], today: int, now: int, longest: int) -> None:
    assert (streak(days, today), longest_streak(days)) == (now, longest)


def test_without_a_history_there_is_nothing_yet(tmp_path: Path) -> None:
    learner = Learner(tmp_path / "elsewhere" / "history.db")
    seen = tally(tmp_path / "history.db", library(tmp_path / "library.db", decks()), Params(), learner.now, ahead=2)
    assert seen == Tally(seen.day, forecast=(DueDay(seen.day), DueDay(seen.day + 1)))
    assert not (tmp_path / "history.db").exists()
    learner.history.close()


def test_a_damaged_history_is_said(tmp_path: Path) -> None:
    (tmp_path / "history.db").write_bytes(b"what is this " * 1000)
    learner = Learner(tmp_path / "h.db")
    with pytest.raises(Trouble, match="damaged"):
        tally(tmp_path / "history.db", library(tmp_path / "library.db", decks()), Params(), learner.now)
    learner.history.close()


def test_the_forecast_uses_its_index(learner: Learner) -> None:
    index = library(learner.path.parent / "library.db", decks())
    raw = sqlite3.connect(learner.path)
    raw.execute("ATTACH ? AS library", (str(index),))
    from flashtorch.history import tally as queries

    plan = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {queries._DUE}", {"day": 1, "end": 9, "stage": "review"})]
    assert not [step for step in plan if step.startswith("SCAN")], plan
    raw.close()


def test_a_tally_loads_nothing_heavy() -> None:
    code = "import sys, flashtorch.history.tally; print(*{name.partition('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60).stdout.split()
    assert not set(loaded) & {"sqlalchemy", "pydantic", "fsrs_rs_python", "numpy", "click", "textual"}

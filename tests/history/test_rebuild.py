"""Whatever a learner does, the states kept step by step are those that the log alone gives."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from flashtorch.history.event import EventKind
from flashtorch.scheduling.moment import study_day
from flashtorch.scheduling.params import DEFAULT_WEIGHTS, Params
from tests.history.people import Learner

CARDS = st.sampled_from(["d/a", "d/b", "e/c.1"])
REVS = st.sampled_from([1, 1, 1, 1, 2, 3])
MARKS = st.sampled_from([EventKind.SUSPEND, EventKind.RESUME, EventKind.BURY, EventKind.FORGET, EventKind.FLAG, EventKind.PRACTICE])
MOVES = st.one_of(
    st.tuples(st.just("rate"), CARDS, REVS, st.sampled_from([1, 2, 3, 3, 3, 4])),
    st.tuples(st.just("rate"), CARDS, REVS, st.sampled_from([1, 2, 3, 3, 3, 4])),
    st.tuples(st.just("mark"), CARDS, REVS, MARKS),
    st.tuples(st.just("set-due"), CARDS, REVS, st.integers(-3, 500)),
    st.tuples(st.just("go"), st.sampled_from([0, 1, 10, 600, 1440, 1440 * 30, -5, -2000])),
    st.just(("undo",)),
    st.just(("undo",)),
    st.just(("redo",)),
    st.just(("restart",)),
    st.tuples(st.just("retain"), st.sampled_from([0.8, 0.9, 0.95])),
    st.tuples(st.just("fit"), st.sampled_from([DEFAULT_WEIGHTS, (0.5, 1.5, 3.0, 9.0, *DEFAULT_WEIGHTS[4:])])),
)


def move(learner: Learner, what: str, *how: Any) -> None:
    match what, how:
        case "rate", (card, rev, rating):
            learner.rates(rating, card, rev=rev)
        case "mark", (card, rev, kind):
            learner.does(kind, card, rev=rev)
        case "set-due", (card, rev, days):
            learner.does(EventKind.SET_DUE, card, rev=rev, evidence={"due_day": study_day(learner.now) + days})
        case "go", (minutes,):
            learner.go(minutes)
        case "undo", ():
            learner.history.undo(learner.now)
        case "redo", ():
            learner.history.redo(learner.now)
        case "restart", ():
            learner.restart()
        case "retain", (retention,):
            learner.params = Params(desired_retention=retention)
            learner.restart()
        case "fit", (weights,):
            learner.history.set_params(Params(weights=weights), learner.now)
        case _:
            raise AssertionError(what)


@settings(max_examples=50, deadline=None)
@given(st.lists(MOVES, max_size=30))
def test_states_are_what_the_log_says(moves: list[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        learner = Learner(Path(folder) / "history.db")
        for each in moves:
            move(learner, *each)
        assert learner.history.states() == learner.history.replayed()
        learner.history.close()


@settings(max_examples=20, deadline=None)
@given(st.lists(MOVES, max_size=20))
def test_undoing_everything_and_redoing_it_changes_nothing(moves: list[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        learner = Learner(Path(folder) / "history.db")
        for each in moves:
            move(learner, *each)
        # Whatever could still be redone is redone first, or it would come back on top of the rest.
        while learner.history.redo(learner.now):
            pass
        before = [event.id for event in learner.history.live_events()]
        undone = 0
        while learner.history.undo(learner.now):
            undone += 1
        assert not [event for event in learner.history.live_events() if event.kind in ("review", "suspend", "bury")]
        learner.restart()
        redone = 0
        while learner.history.redo(learner.now):
            redone += 1
        assert redone <= undone
        if not any(event.kind in ("resume", "forget", "set-due") for event in learner.history.live_events()):
            assert [event.id for event in learner.history.live_events()] == before
        assert learner.history.states() == learner.history.replayed()
        learner.history.close()

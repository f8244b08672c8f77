"""Undo and redo: this device's own moves, of any day, across restarts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from flashtorch.history.event import Event, EventKind
from flashtorch.history.log import History
from flashtorch.history.voids import dead
from flashtorch.scheduling.state import CardState

if TYPE_CHECKING:
    from tests.history.people import Learner


def same(one: CardState, other: CardState) -> bool:
    """But for what an answer has to have seen."""
    return replace(one, last_event=None) == replace(other, last_event=None)


def test_undo_gives_the_state_before(learner: Learner) -> None:
    states = [learner.history.state("d/a")]
    for rating in (3, 3, 1, 2, 4):
        states.append(learner.rates(rating))
        learner.go(60 * 24 * 3)
    for before in reversed(states[:-1]):
        event = learner.history.undo(learner.now)
        assert event is not None
        assert event.kind is EventKind.REVIEW
        assert same(learner.history.state("d/a"), before)
        assert learner.history.states() == learner.history.replayed()
    assert learner.history.undo(learner.now) is None
    for after in states[1:]:
        assert learner.history.redo(learner.now) is not None
        assert same(learner.history.state("d/a"), after)
        assert learner.history.states() == learner.history.replayed()
    assert learner.history.redo(learner.now) is None


def test_undo_and_redo_go_on_after_a_restart_and_days_later(learner: Learner) -> None:
    first = learner.rates(3)
    second = learner.rates(3, "d/b")
    learner.restart()
    learner.go(60 * 24 * 40)
    undone = [learner.history.undo(learner.now), learner.history.undo(learner.now)]
    assert [event.card if event else None for event in undone] == ["d/b", "d/a"]
    learner.restart()
    redone = [learner.history.redo(learner.now), learner.history.redo(learner.now)]
    assert [event.card if event else None for event in redone] == ["d/a", "d/b"]
    assert same(learner.history.state("d/a"), first)
    assert same(learner.history.state("d/b"), second)


def test_suspending_and_burying_are_undone_and_remarks_are_not(learner: Learner) -> None:
    learner.does(EventKind.SUSPEND)
    learner.does(EventKind.BURY, "d/b")
    learner.does(EventKind.FLAG, "d/b")
    kinds = [event.kind for event in (learner.history.undo(learner.now), learner.history.undo(learner.now)) if event]
    assert kinds == [EventKind.BURY, EventKind.SUSPEND]
    assert same(learner.history.state("d/a"), CardState())
    assert same(learner.history.state("d/b"), CardState())


def test_a_move_after_an_undo_ends_the_redo(learner: Learner) -> None:
    learner.rates(3)
    learner.history.undo(learner.now)
    learner.rates(1, "d/b")
    assert learner.history.redo(learner.now) is None
    # Once that move is undone too, it is the one that a redo brings back, and then nothing more.
    learner.history.undo(learner.now)
    redone = learner.history.redo(learner.now)
    assert redone is not None
    assert redone.card == "d/b"
    assert learner.history.redo(learner.now) is None


@pytest.mark.parametrize("kind", [EventKind.RESUME, EventKind.FORGET])
def test_a_move_that_is_not_undone_ends_the_redo_too(learner: Learner, kind: EventKind) -> None:
    learner.rates(3)
    learner.history.undo(learner.now)
    learner.does(kind, "d/b")
    assert learner.history.redo(learner.now) is None


def test_a_remark_does_not(learner: Learner) -> None:
    learner.rates(3)
    learner.history.undo(learner.now)
    learner.does(EventKind.NOTE, "d/b")
    assert learner.history.redo(learner.now) is not None


def test_undo_redo_undo(learner: Learner) -> None:
    learner.rates(3)
    rated = learner.rates(3)
    for _ in range(4):
        assert learner.history.undo(learner.now) is not None
        assert learner.history.state("d/a").reps == 1
        assert learner.history.redo(learner.now) is not None
        assert same(learner.history.state("d/a"), rated)
    assert [event.rating for event in learner.history.live_events()] == [3, 3]
    assert len(learner.history.events()) == 10


def test_what_another_device_did_is_not_undone_here(learner: Learner) -> None:
    other = replace(learner.event(EventKind.REVIEW, "d/a", rating=4), device_id="elsewhere", id="fffffff0-0000-7000-8000-000000000000")
    learner.rates(3)
    learner.history.append(other, learner.history.state("d/a").last_event)
    undone = learner.history.undo(learner.now)
    assert undone is not None
    assert undone.rating == 3
    assert learner.history.undo(learner.now) is None
    assert learner.history.states() == learner.history.replayed()


def test_a_clock_set_back_does_not_change_what_comes_last(learner: Learner) -> None:
    learner.rates(4)
    learner.go(-60 * 24 * 30)
    learner.rates(1)
    undone = learner.history.undo(learner.now)
    assert undone is not None
    assert undone.rating == 1
    assert learner.history.states() == learner.history.replayed()


def void(name: str, ref: str) -> Event:
    return Event(name, 0, 0, 0, "", EventKind.VOID, "d/a", ref=ref)


def review(name: str) -> Event:
    return Event(name, 0, 0, 0, "", EventKind.REVIEW, "d/a", rating=3)


@pytest.mark.parametrize(
    ("voids", "gone"),
    [
        ([], set()),
        ([("v1", "r")], {"r"}),
        ([("v2", "v1"), ("v1", "r")], {"v1"}),
        ([("v1", "r"), ("v2", "v1"), ("v3", "v2")], {"r", "v2"}),
        ([("v1", "r"), ("v2", "r"), ("v3", "v1")], {"r", "v1"}),
        ([("v1", "nothing")], {"nothing"}),
        ([("v1", "v1"), ("v2", "r")], {"r"}),
        ([("v1", "v2"), ("v2", "v1"), ("v3", "r")], {"r"}),
    ],
    ids=["none", "undone", "redone", "undone again", "undone twice", "of nothing", "of itself", "a ring"],
)
def test_what_is_dead_follows_from_the_graph_of_ids(voids: list[tuple[str, str]], gone: set[str]) -> None:
    events = [review("r"), *(void(name, ref) for name, ref in voids)]
    assert dead(events) == gone == dead(list(reversed(events)))


def test_a_history_without_moves_has_nothing_to_undo(learner: Learner) -> None:
    assert isinstance(learner.history, History)
    assert learner.history.undo(learner.now) is None
    assert learner.history.redo(learner.now) is None
    assert learner.history.events() == []

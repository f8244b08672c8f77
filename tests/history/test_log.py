"""Appending, reading, drafts, parameters."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from flashtorch.history.event import EventKind
from flashtorch.history.log import Draft, Stale
from flashtorch.scheduling.apply import apply
from flashtorch.scheduling.moment import DAY_S, Moment, study_day
from flashtorch.scheduling.params import DEFAULT_WEIGHTS, Params
from flashtorch.scheduling.state import CardState, Stage
from tests.history.people import START, Learner

if TYPE_CHECKING:
    from pathlib import Path

EVIDENCE = {"v": 1, "verdict": "pass", "attempts": 2, "hints": 1, "answer": "x.sum(dim=1)  # 按行求和", "seed": 2**62, "ms": 31.5}
FITTED = (0.5, 1.5, 3.0, 9.0, *DEFAULT_WEIGHTS[4:])


def test_a_new_history_is_empty_and_stays_the_same_device(learner: Learner) -> None:
    device = learner.history.device_id
    assert (learner.history.states(), learner.history.events(), learner.history.state("d/a")) == ({}, [], CardState())
    learner.restart()
    assert learner.history.device_id == device


def test_an_event_comes_back_as_it_was(learner: Learner) -> None:
    state = learner.rates(3, evidence=EVIDENCE, content_hash="0123456789abcdef", rev=2)
    (event,) = learner.history.events("d/a")
    assert event == replace(
        learner.event(EventKind.REVIEW, "d/a", rating=3, took_ms=1500, evidence=EVIDENCE, content_hash="0123456789abcdef", rev=2),
        id=event.id,
        device_id=learner.history.device_id,
    )
    assert state.last_event == event.id
    learner.restart()
    assert learner.history.events() == [event]
    assert learner.history.states() == {"d/a": state}


def test_the_state_is_that_of_the_transition(learner: Learner) -> None:
    expected = CardState()
    for rating in (3, 1, 2, 4, 3, 1, 3):
        state = learner.rates(rating)
        (*_, event) = learner.history.events("d/a")
        expected = apply(expected, event, learner.params)
        assert state == expected == learner.history.state("d/a")
        learner.go(60 * 30)


def test_evidence_says_its_version(learner: Learner) -> None:
    learner.does(EventKind.FLAG, evidence={"text": "the second option is wrong"})
    assert learner.history.events()[0].evidence == {"v": 1, "text": "the second option is wrong"}


def test_a_stale_answer_is_refused_and_nothing_changes(learner: Learner) -> None:
    shown = learner.history.state("d/a")
    newest = learner.rates(3)
    learner.history.save_draft("d/a", Draft("x", 1))
    with pytest.raises(Stale) as refused:
        learner.history.append(learner.event(EventKind.REVIEW, "d/a", rating=1), shown.last_event)
    assert (refused.value.card, refused.value.newest) == ("d/a", newest.last_event)
    assert len(learner.history.events()) == 1
    assert learner.history.state("d/a") == newest
    assert learner.history.draft("d/a") is not None


def test_an_answer_is_stale_after_an_undo_elsewhere(learner: Learner) -> None:
    shown = learner.rates(3)
    learner.history.undo(learner.now)
    with pytest.raises(Stale):
        learner.history.append(learner.event(EventKind.REVIEW, "d/a", rating=1), shown.last_event)
    # And not because it has forgotten the card: what was there before the review is stale too.
    with pytest.raises(Stale):
        learner.history.append(learner.event(EventKind.REVIEW, "d/a", rating=1), None)


def test_a_remark_makes_no_answer_stale(learner: Learner) -> None:
    shown = learner.rates(3)
    learner.does(EventKind.FLAG, evidence={"text": "?"})
    learner.does(EventKind.NOTE, evidence={"text": "!"})
    assert learner.history.append(learner.event(EventKind.REVIEW, "d/a", rating=3), shown.last_event).reps == 2


def test_a_remark_on_an_unseen_card_is_no_state(learner: Learner) -> None:
    assert learner.does(EventKind.FLAG) == CardState()
    assert learner.history.states() == {} == learner.history.replayed()


def test_a_clock_set_back_gives_the_state_of_the_order_of_time(learner: Learner) -> None:
    learner.rates(3)
    learner.go(-30)
    learner.rates(1)
    learner.go(300)
    learner.rates(4)
    assert [event.rating for event in learner.history.events()] == [1, 3, 4]
    assert learner.history.states() == learner.history.replayed()
    ids = {event.rating: event.id for event in learner.history.events()}
    assert ids[3] < ids[1] < ids[4] == learner.history.state("d/a").last_event


def test_voids_and_parameters_have_methods_of_their_own(learner: Learner) -> None:
    for kind in (EventKind.VOID, EventKind.PARAMS):
        with pytest.raises(ValueError, match="by hand"):
            learner.history.append(learner.event(kind, "d/a"), None)


def test_a_draft_survives_a_restart_and_ends_with_the_review(learner: Learner) -> None:
    draft = Draft("def f(x):\n    …", 2**62, attempts=2, hints=1, took_ms=60_000)
    assert learner.history.draft("d/a") is None
    learner.history.save_draft("d/a", Draft("", 1))
    learner.history.save_draft("d/a", draft)
    learner.restart()
    assert learner.history.draft("d/a") == draft
    learner.does(EventKind.BURY)
    assert learner.history.draft("d/a") == draft
    learner.rates(3, "d/b")
    assert learner.history.draft("d/a") == draft
    learner.rates(3)
    assert learner.history.draft("d/a") is None
    learner.history.save_draft("d/a", draft)
    learner.history.drop_draft("d/a")
    assert learner.history.draft("d/a") is None


def test_the_day_knows_its_new_cards_and_reviews(learner: Learner) -> None:
    day = study_day(START)
    learner.rates(4, "d/a")
    learner.rates(1, "d/b")
    learner.go(2)
    learner.rates(1, "d/b")
    assert learner.history.answered_today(day) == (2, 0)
    learner.history.undo(learner.now)
    assert learner.history.answered_today(day) == (2, 0)
    learner.history.undo(learner.now)
    assert learner.history.answered_today(day) == (1, 0)
    learner.go(20 * DAY_S / 60)
    learner.rates(1, "d/a")
    learner.go(10)
    learner.rates(3, "d/a")
    assert learner.history.answered_today(day + 20) == (0, 1)


def test_a_leech_is_suspended_and_an_undo_reverts_it(learner: Learner) -> None:
    learner.rates(4)
    for _ in range(8):
        learner.go(60 * DAY_S / 60)
        state = learner.rates(1)
        if not state.suspended:
            learner.go(10)
            learner.rates(3)
    assert (state.lapses, state.leech, state.suspended) == (8, True, True)
    learner.history.undo(learner.now)
    assert (learner.history.state("d/a").lapses, learner.history.state("d/a").suspended) == (7, False)


def test_a_higher_rev_begins_anew(learner: Learner) -> None:
    old = learner.rates(4)
    shown = learner.history.state("d/a", rev=2)
    assert shown == CardState(rev=2, last_event=old.last_event)
    again = learner.history.append(learner.event(EventKind.REVIEW, "d/a", rating=3, rev=2), shown.last_event)
    assert (again.stage, again.rev, again.reps) == (Stage.LEARNING, 2, 1)
    learner.rates(1, rev=1)
    assert replace(learner.history.state("d/a"), last_event=again.last_event) == again
    learner.history.undo(learner.now)
    learner.history.undo(learner.now)
    assert replace(learner.history.state("d/a"), last_event=old.last_event) == old
    assert learner.history.states() == learner.history.replayed()


def changes(learner: Learner) -> list[dict[str, Any]]:
    return [dict(event.evidence) for event in learner.history.events("") if event.kind is EventKind.PARAMS]


def test_default_parameters_are_not_written_down(learner: Learner) -> None:
    learner.rates(3)
    assert changes(learner) == []


def test_what_a_learner_chose_is_written_down_before_the_first_answer_that_needs_it(learner: Learner) -> None:
    learner.rates(3)
    learner.params = Params(desired_retention=0.8, new_per_day=3)
    learner.restart()
    learner.does(EventKind.BURY)
    assert changes(learner) == []
    learner.go(60 * 48)
    for _ in range(3):
        learner.go(60)
        learner.rates(4)
    assert [change["desired_retention"] for change in changes(learner)] == [0.8]
    assert "new_per_day" not in changes(learner)[0]
    assert learner.history.states() == learner.history.replayed()


def test_a_due_day_is_of_the_parameters_then_in_force_and_the_memory_of_the_latest(learner: Learner) -> None:
    for card in ("d/a", "d/b"):
        learner.rates(4, card)
    before = learner.history.states()
    learner.go(60 * 24)
    learner.history.set_params(Params(weights=FITTED), learner.now)
    after = learner.history.states()
    assert after == learner.history.replayed()
    for card, state in after.items():
        assert state.due_day == before[card].due_day
        assert state.stability != before[card].stability
    assert learner.history.params.weights == FITTED
    learner.restart()
    assert learner.history.params.weights == FITTED
    learner.go(60 * 24 * 9)
    learner.rates(3, "d/a")
    assert learner.history.states() == learner.history.replayed()
    # What a learner chooses later keeps the weights that were fitted.
    learner.params = Params(desired_retention=0.8)
    learner.restart()
    learner.go(60 * 24 * 9)
    learner.rates(3, "d/a")
    assert learner.history.params.weights == FITTED
    assert changes(learner)[-1]["weights"] == list(FITTED)
    assert learner.history.states() == learner.history.replayed()


def test_new_weights_of_another_window_are_seen_by_the_next_answer(learner: Learner) -> None:
    learner.rates(4)
    other = Learner(learner.path, seed=1)
    other.now = learner.now
    other.history.set_params(Params(weights=FITTED), other.now)
    other.history.close()
    learner.go(60 * 24 * 20)
    learner.rates(3)
    assert learner.history.params.weights == FITTED
    assert learner.history.states() == learner.history.replayed()


def test_parameters_that_do_not_fit_are_as_if_they_were_not_there(learner: Learner) -> None:
    learner.rates(4)
    learner.history.set_params(Params(desired_retention=0.8), learner.now)
    learner.history.close()
    with sqlite3.connect(learner.path) as raw:
        raw.execute("UPDATE events SET evidence = '{\"desired_retention\": 7}' WHERE kind = 'params'")
    raw.close()
    learner.params = Params()
    learner.restart()
    learner.go(60 * 24 * 20)
    learner.rates(3)
    assert learner.history.states() == learner.history.replayed()


def test_rebuilding_names_what_was_wrong_and_mends_it(learner: Learner) -> None:
    for card in ("d/a", "d/b", "d/c"):
        learner.rates(4, card)
    right = learner.history.states()
    assert learner.history.rebuild() == ()
    learner.history.close()
    with sqlite3.connect(learner.path) as raw:
        raw.execute("UPDATE card_state SET due_day = 1 WHERE card = 'd/a'")
        raw.execute("DELETE FROM card_state WHERE card = 'd/b'")
        raw.execute("UPDATE card_state SET card = 'd/x' WHERE card = 'd/c'")
    raw.close()
    learner.restart()
    assert learner.history.rebuild() == ("d/a", "d/b", "d/c", "d/x")
    assert learner.history.states() == right


def test_the_file_is_durable_and_strict(learner: Learner, tmp_path: Path) -> None:
    learner.rates(3)
    raw = sqlite3.connect(learner.path)
    assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    with pytest.raises(sqlite3.IntegrityError):
        raw.execute("UPDATE events SET at_us = 'yesterday'")
    with pytest.raises(sqlite3.IntegrityError):
        raw.execute("UPDATE events SET rating = 5")
    assert raw.execute("SELECT count(*) FROM pragma_table_list WHERE type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite%'").fetchone() == (0,)
    raw.close()
    with learner.history._database.reading() as connection:
        pragmas = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("synchronous", "foreign_keys", "busy_timeout")]
    assert pragmas == [2, 1, 5000]


def test_a_moment_far_off_is_kept(learner: Learner) -> None:
    learner.now = Moment(253_402_300_799_000_000, -720)
    learner.rates(3)
    assert learner.history.states() == learner.history.replayed()

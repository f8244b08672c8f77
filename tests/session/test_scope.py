"""What a sitting asks, for how long, and what practice leaves alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from flashtorch.cards.model import Kind
from flashtorch.errors import Trouble
from flashtorch.history.event import EventKind
from flashtorch.scheduling.moment import DAY_US, MINUTE_US, study_day
from flashtorch.scheduling.params import Params
from flashtorch.scheduling.state import Rating, Stage
from flashtorch.session.news import Nothing, Rated, Undone
from flashtorch.session.phase import Answered, Asking, Finished, Move, Reason
from flashtorch.session.scope import WHOLE, Scope, refuse_unknown
from tests.session.desk import Desk, Shelf, card

if TYPE_CHECKING:
    from collections.abc import Callable

    from flashtorch.session.phase import Phase

    Desks = Callable[..., Desk]


def shown(phase: Phase) -> str:
    assert isinstance(phase, Asking), phase
    return str(phase.question.card.id)


def rated(desk: Desk, rating: Rating = Rating.GOOD) -> Phase:
    desk.session.reveal(desk.now)
    return desk.session.rate(rating, desk.now)


def finished(phase: Phase) -> Finished:
    assert isinstance(phase, Finished), phase
    return phase


def recalls(*names: str) -> list[object]:
    return [card(name, Kind.RECALL) for name in names]


def learnt(desk: Desk) -> None:
    """Every card of the desk is answered easily, and comes back on later days."""
    phase = desk.session.begin(desk.now)
    while not isinstance(phase, Finished):
        phase = rated(desk, Rating.EASY)


def test_only_cards_of_the_note_the_tag_and_the_deck(desk: Desks) -> None:
    here = replace(card("a", Kind.RECALL), note=14, tags=("conv",))
    there = replace(card("b", Kind.RECALL), note=14, tags=("shape",))
    plain = card("c", Kind.RECALL)
    it = desk(there, plain, here, scope=Scope(note=14, tag="conv", deck="deck"))
    assert shown(it.session.begin(it.now)) == "deck/a"
    assert it.session.counts(it.now).new == 1
    assert finished(rated(it, Rating.EASY)).reason is Reason.DONE


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        (Scope(note=15), "14"),
        (Scope(tag="cnov"), "conv"),
        (Scope(note=14, tag="shape"), "all that was asked for"),
        (Scope(deck="other", tag="conv"), "all that was asked for"),
    ],
)
def test_what_no_card_has_is_a_slip_and_the_nearest_is_told(scope: Scope, said: str) -> None:
    heads = Shelf([replace(card("a", Kind.RECALL), note=14, tags=("conv",)), replace(card("b", Kind.RECALL), tags=("shape",))]).heads()
    with pytest.raises(Trouble) as caught:
        refuse_unknown(scope, heads)
    assert said in caught.value.line()
    refuse_unknown(WHOLE, [])


def test_the_card_in_hand_may_be_finished_when_the_time_is_over(desk: Desks) -> None:
    it = desk(*recalls("a", "b", "c"), scope=Scope(minutes=10))
    assert shown(it.session.begin(it.now)) == "deck/a"
    assert it.session.minutes_left(it.now) == 10
    it.later(9.5)
    assert it.session.minutes_left(it.now) == 1
    assert shown(rated(it)) == "deck/b"
    it.later(3)
    assert it.session.minutes_left(it.now) == 0
    end = finished(rated(it))
    assert (end.reason, end.counts.new, end.today.answers) == (Reason.TIME, 1, 2)
    assert shown(it.session.begin(it.now)) == "deck/c"
    assert it.session.minutes_left(it.now) == 10


def test_without_a_box_no_time_is_left_or_over(desk: Desks) -> None:
    it = desk(*recalls("a"))
    it.session.begin(it.now)
    it.later(10_000)
    assert it.session.minutes_left(it.now) is None
    assert finished(rated(it, Rating.EASY)).reason is Reason.DONE


def test_cramming_asks_every_card_and_moves_nothing(desk: Desks) -> None:
    learnt(it := desk(*recalls("a", "b")))
    before = it.history.states()
    crams = desk(it, scope=Scope(cram=True))
    first = shown(crams.session.begin(crams.now))
    answered = crams.session.reveal(crams.now)
    assert isinstance(answered, Answered)
    assert answered.is_practice
    assert {answered.buttons.next(rating).seconds for rating in Rating} == {0}
    second = shown(crams.session.rate(Rating.AGAIN, crams.now))
    assert {first, second} == {"deck/a", "deck/b"}
    (news,) = crams.session.news
    assert isinstance(news, Rated)
    assert (news.is_practice, news.state) == (True, before[first])
    assert shown(rated(crams)) == first
    end = finished(rated(crams))
    assert crams.history.states() == crams.history.replayed() == before
    assert (end.today.practised, end.today.answers) == (3, 2)
    assert end.next_at_us == it.session.ending(it.now).next_at_us
    kinds = [event.kind for event in crams.history.events()]
    assert kinds.count(EventKind.PRACTICE) == 3
    assert shown(crams.session.begin(crams.now)) in before


def test_cramming_takes_no_new_card_from_the_day_and_leaves_its_numbers_alone(desk: Desks) -> None:
    it = desk(*recalls("a", "b"), params=Params(new_per_day=1, fuzz=False))
    phase = it.session.begin(it.now)
    assert isinstance(phase, Asking)
    crams = desk(it, scope=Scope(cram=True))
    drilled = crams.session.begin(crams.now)
    assert isinstance(drilled, Asking)
    assert crams.session.counts(crams.now).new == 2
    assert drilled.question.seed != phase.question.seed
    rated(crams, Rating.AGAIN)
    rated(crams, Rating.EASY)
    again = crams.session.phase
    assert isinstance(again, Asking)
    assert again.question.card.id == drilled.question.card.id
    assert again.question.seed not in (drilled.question.seed, phase.question.seed)
    plain = desk(it)
    asked = plain.session.begin(plain.now)
    assert isinstance(asked, Asking)
    assert asked.question.seed == phase.question.seed
    assert plain.session.counts(plain.now).new == 1


def test_practice_has_no_drafts_and_spoils_none(desk: Desks) -> None:
    it = desk(card("a", Kind.CODE))
    it.session.begin(it.now)
    it.session.save_draft("half a thought", it.now)
    crams = desk(it, scope=Scope(cram=True))
    drilled = crams.session.begin(crams.now)
    assert isinstance(drilled, Asking)
    assert drilled.draft == ""
    crams.session.save_draft("something else", crams.now)
    crams.session.hint(crams.now)
    back = desk(it)
    asked = back.session.begin(back.now)
    assert isinstance(asked, Asking)
    assert (asked.draft, asked.hints_shown) == ("half a thought", 0)


def test_practice_is_undone_and_redone_like_a_rating(desk: Desks) -> None:
    learnt(it := desk(*recalls("a", "b")))
    before = it.history.states()
    crams = desk(it, scope=Scope(cram=True))
    first = shown(crams.session.begin(crams.now))
    second = shown(rated(crams))
    assert shown(crams.session.undo(crams.now)) == first
    (news,) = crams.session.news
    assert isinstance(news, Undone)
    assert news.event.kind is EventKind.PRACTICE
    assert crams.session.counts(crams.now).review == 2
    assert shown(crams.session.redo(crams.now)) == second
    assert crams.session.counts(crams.now).review == 1
    after = crams.history.states()
    assert after == crams.history.replayed()
    assert {name: replace(state, last_event=None) for name, state in after.items()} == {
        name: replace(state, last_event=None) for name, state in before.items()
    }


def test_practice_and_the_schedule_are_undone_apart(desk: Desks) -> None:
    learnt(it := desk(*recalls("a")))
    crams = desk(it, scope=Scope(cram=True))
    crams.session.begin(crams.now)
    rated(crams)
    # Rating the card for real because practice was taken back would move its schedule.
    assert shown(it.session.undo(it.now)) == "deck/a"
    (news,) = it.session.news
    assert isinstance(news, Undone)
    assert news.event.kind is EventKind.REVIEW
    assert shown(crams.session.undo(crams.now)) == "deck/a"
    crams.session.undo(crams.now)
    assert crams.session.news == (Nothing(Move.UNDO),)
    finished(it.session.redo(it.now))
    it.session.redo(it.now)
    assert it.session.news == (Nothing(Move.REDO),)
    finished(crams.session.redo(crams.now))
    assert it.history.states() == it.history.replayed()


def test_suspended_and_buried_cards_are_not_practised(desk: Desks) -> None:
    it = desk(*recalls("a", "b", "c"))
    it.session.begin(it.now)
    it.session.suspend(it.now)
    it.session.bury(it.now)
    crams = desk(it, scope=Scope(cram=True))
    assert shown(crams.session.begin(crams.now)) == "deck/c"
    assert crams.session.counts(crams.now).new == 1


def test_study_ahead_asks_what_falls_due_soon_the_next_first(desk: Desks) -> None:
    it = desk(*recalls("new", "soon", "later", "far"))
    day = study_day(it.now)
    it.session.begin(it.now)
    for name, days in (("soon", 1), ("later", 4), ("far", 90)):
        known = it.shelf.card(f"deck/{name}")
        it.queue.changed(f"deck/{name}", it.session._record.mark(EventKind.SET_DUE, known, it.queue.state(f"deck/{name}"), it.now, due_day=day + days))
    before = it.history.states()
    ahead = desk(it, scope=Scope(ahead_days=4))
    assert shown(ahead.session.begin(ahead.now)) == "deck/soon"
    assert ahead.session.counts(ahead.now).review == 2
    assert shown(rated(ahead)) == "deck/later"
    finished(rated(ahead))
    assert ahead.history.states() == before
    nothing = desk(it, scope=Scope(ahead_days=4), now=replace(it.now, at_us=it.now.at_us + 4 * DAY_US))
    finished(nothing.session.begin(nothing.now))


def test_a_backlog_is_days_of_work(desk: Desks) -> None:
    names = [f"c{number}" for number in range(7)]
    it = desk(*recalls(*names), params=Params(new_per_day=7, reviews_per_day=2, fuzz=False))
    learnt(it)
    it.later(60 * 24 * 60)
    late = desk(it)
    shown(late.session.begin(late.now))
    counts = late.session.counts(late.now)
    assert (counts.review, counts.waiting, counts.backlog_days) == (2, 5, 4)
    rated(late)
    counts = late.session.counts(late.now)
    assert (counts.review, counts.waiting, counts.backlog_days) == (1, 5, 4)
    end = finished(rated(late))
    assert (end.counts.review, end.counts.backlog_days) == (0, 3)


def test_the_day_is_told_in_numbers(desk: Desks) -> None:
    it = desk(*recalls("a", "b", "c"))
    learnt(it)
    it.later(60 * 24 * 60)
    again = desk(it)
    again.session.begin(again.now)
    again.later(1)
    rated(again, Rating.AGAIN)
    again.later(2)
    rated(again, Rating.GOOD)
    again.later(0.5)
    rated(again, Rating.HARD)
    again.session.undo(again.now)
    today = again.session.ending(again.now).today
    assert (today.answers, today.reviews, today.recalled, today.retention) == (2, 2, 1, 0.5)
    assert today.took_ms == 3 * MINUTE_US // 1000
    assert today.minutes == 3.0


def test_a_new_scope_counts_from_the_next_beginning(desk: Desks) -> None:
    learnt(it := desk(*recalls("a", "b")))
    it.queue.within(Scope(cram=True, minutes=5))
    assert shown(it.session.begin(it.now)) in ("deck/a", "deck/b")
    assert it.session.minutes_left(it.now) == 5
    it.queue.within(WHOLE)
    finished(it.session.begin(it.now))
    assert it.history.state("deck/a").stage is Stage.REVIEW

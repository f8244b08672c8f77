"""A generated card is shown with numbers that it works with, and not before that is known."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from flashtorch.cards.model import Kind
from flashtorch.cards.question import DRAWS, ask, question_seed, seeds_of
from flashtorch.errors import Trouble
from flashtorch.grading.verdict import Finding, Verdict, VerdictName
from flashtorch.scheduling.state import Rating
from flashtorch.session.news import Rated, SetAside
from flashtorch.session.phase import Asking, Drawing, Finished, Missed, Move, NotNow
from flashtorch.session.record import Record
from flashtorch.session.runner import Runner
from flashtorch.session.scope import Scope
from tests.session.desk import Desk, card
from tests.session.test_session import asking, judged, name

if TYPE_CHECKING:
    from collections.abc import Callable

    from flashtorch.scheduling.state import CardState
    from flashtorch.session.phase import Phase

    Desks = Callable[..., Desk]

BROKEN = Verdict(VerdictName.BROKEN, finding=Finding("broken", {}), torch="2.13.0")
NUMBERS = card("a", Kind.CODE, generated=True)
SEEDS = seeds_of(NUMBERS, 0)


def drawn(desk: Desk) -> Phase:
    """Try one draw, as a driver does."""
    phase = desk.session.phase
    assert isinstance(phase, Drawing)
    verdict = phase.ticket.run()
    assert verdict is not None
    return desk.session.drawn(phase.ticket.id, verdict, desk.now)


def fail(desk: Desk, *seeds: int) -> None:
    desk.judge.faults |= dict.fromkeys(seeds, BROKEN)


def test_seeds_of_one_question_differ_and_the_first_is_the_usual_one() -> None:
    assert SEEDS[0] == question_seed(NUMBERS.id, 0)
    assert len(set(SEEDS) | set(seeds_of(NUMBERS, 1))) == 2 * DRAWS
    assert seeds_of(card("a", Kind.CODE), 0) == SEEDS[:1]


def test_nothing_is_shown_or_prepared_until_the_numbers_are_known_to_be_good(desk: Desks) -> None:
    it = desk(NUMBERS)
    assert isinstance(it.session.begin(it.now), Drawing)
    assert it.judge.shown == []
    phase = asking(drawn(it))
    assert phase.question.seed == SEEDS[0]
    assert it.judge.shown == ["deck/a"]


def test_other_numbers_are_drawn_in_place_of_those_that_fail(desk: Desks) -> None:
    it = desk(NUMBERS)
    fail(it, *SEEDS[:3])
    it.session.begin(it.now)
    for _failing in range(3):
        assert isinstance(drawn(it), Drawing)
    assert asking(drawn(it)).question.seed == SEEDS[3]


def test_what_is_known_already_is_not_waited_for(desk: Desks) -> None:
    it = desk(NUMBERS)
    it.judge.results = {SEEDS[0]: BROKEN, SEEDS[1]: Verdict(VerdictName.PASS)}
    assert asking(it.session.begin(it.now)).question.seed == SEEDS[1]
    assert it.judge.tickets == []


def test_a_card_that_works_with_no_numbers_is_set_aside_and_never_shown(desk: Desks) -> None:
    it = desk(NUMBERS, card("b", Kind.RECALL))
    fail(it, *SEEDS)
    it.session.begin(it.now)
    for _failing in range(DRAWS - 1):
        assert isinstance(drawn(it), Drawing)
    assert name(drawn(it)) == "deck/b"
    assert it.session.news == (SetAside("deck/a", BROKEN),)
    assert it.judge.shown == []
    it.session.reveal(it.now)
    end = it.session.rate(Rating.EASY, it.now)
    assert isinstance(end, Finished)
    assert [each.card for each in end.aside] == ["deck/a"]


def test_a_card_without_numbers_is_shown_at_once_unless_it_is_known_to_be_broken(desk: Desks) -> None:
    it = desk(card("b", Kind.CODE), card("c", Kind.RECALL))
    assert name(it.session.begin(it.now)) == "deck/b"
    again = it.again()
    again.judge.results[question_seed(card("b", Kind.CODE).id, 0)] = BROKEN
    assert name(again.session.begin(again.now)) == "deck/c"
    assert again.session.news == (SetAside("deck/b", BROKEN),)
    again.close()


def test_where_nothing_can_be_run_the_card_is_shown_as_before(desk: Desks) -> None:
    it = desk(NUMBERS)
    fail(it)
    it.judge.faults[SEEDS[0]] = Verdict(VerdictName.UNAVAILABLE, finding=Finding("lost"))
    it.session.begin(it.now)
    assert asking(drawn(it)).question.seed == SEEDS[0]
    rates = it.again()
    rates.judge.reason = "no torch"
    assert asking(rates.session.begin(rates.now)).self_rated == "no torch"
    rates.close()


def test_a_draft_keeps_the_numbers_it_was_written_for(desk: Desks) -> None:
    it = desk(NUMBERS)
    fail(it, SEEDS[0])
    it.session.begin(it.now)
    drawn(it)
    drawn(it)
    it.session.save_draft("x = 3", it.now)
    later = it.again()
    phase = later.session.begin(later.now)
    assert isinstance(phase, Drawing)
    shown = asking(drawn(later))
    assert (shown.question.seed, shown.draft) == (SEEDS[1], "x = 3")
    later.close()


def test_a_rating_that_is_taken_back_brings_its_numbers_again(desk: Desks) -> None:
    it = desk(NUMBERS)
    fail(it, SEEDS[0])
    it.session.begin(it.now)
    drawn(it)
    drawn(it)
    judged(it, "pass")
    it.session.rate(Rating.EASY, it.now)
    shown = asking(it.session.undo(it.now))
    assert (shown.question.seed, shown.draft) == (SEEDS[1], "pass")


def test_a_program_is_carried_over_to_other_numbers(desk: Desks) -> None:
    """The card was edited while it was open, and no longer works with the numbers for which the program was written."""
    it = desk(NUMBERS)
    it.session.begin(it.now)
    drawn(it)
    it.session.save_draft("mine = 1", it.now)
    it.shelf.edited["deck/a"] = replace(NUMBERS, content_hash="1" * 16)
    it.judge.results.clear()
    fail(it, SEEDS[0])
    assert isinstance(it.session.reload(it.now), Drawing)
    drawn(it)
    shown = asking(drawn(it))
    assert (shown.question.seed, shown.draft, shown.question.card.content_hash) == (SEEDS[1], "mine = 1", "1" * 16)


def test_an_edit_of_a_card_that_still_works_loses_nothing(desk: Desks) -> None:
    it = desk(NUMBERS)
    it.session.begin(it.now)
    drawn(it)
    judged(it, "value")
    assert isinstance(it.session.phase, Missed)
    before = it.session.phase.asking
    it.shelf.edited["deck/a"] = replace(NUMBERS, content_hash="1" * 16)
    it.judge.results.clear()
    assert isinstance(it.session.reload(it.now), Drawing)
    shown = asking(drawn(it))
    assert (shown.attempts, shown.missed, shown.draft) == (1, before.missed, "value")
    judged(it, "value")
    it.shelf.edited["deck/a"] = replace(NUMBERS, content_hash="2" * 16)
    assert isinstance(it.session.reload(it.now), Missed)  # known to work


def test_what_is_trying_can_be_skipped_and_a_late_verdict_changes_nothing(desk: Desks) -> None:
    it = desk(NUMBERS, card("b", Kind.RECALL))
    phase = it.session.begin(it.now)
    assert isinstance(phase, Drawing)
    with pytest.raises(NotNow) as caught:
        it.session.answer("x", it.now)
    assert caught.value.move is Move.ANSWER
    assert "numbers" in caught.value.sentence()
    assert name(it.session.skip(it.now)) == "deck/b"
    assert it.judge.tickets[0].cancelled
    assert it.session.drawn(phase.ticket.id, BROKEN, it.now) is it.session.phase
    assert name(it.session.phase) == "deck/b"


def test_the_next_card_and_the_next_time_of_this_one_are_tried_ahead(desk: Desks) -> None:
    it = desk(NUMBERS, card("b", Kind.CODE), card("c", Kind.CODE))
    it.session.begin(it.now)
    it.session.look_ahead(it.now)
    assert it.judge.ahead == []  # nothing is open yet
    drawn(it)
    it.session.look_ahead(it.now)
    following = question_seed(card("b", Kind.CODE).id, 0)
    assert it.judge.ahead == [("deck/b", following), ("deck/a", question_seed(NUMBERS.id, 1))]
    it.judge.results[following] = BROKEN
    judged(it, "pass")
    assert name(it.session.rate(Rating.EASY, it.now)) == "deck/c"
    kinds = [type(news) for news in it.session.news]
    assert kinds == [Rated, SetAside]


def test_looking_ahead_is_silent_where_the_history_cannot_be_read(desk: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    it = desk(NUMBERS, card("b", Kind.CODE))
    it.session.begin(it.now)
    shown = drawn(it)

    def fails(_record: Record, _card: object) -> CardState:
        raise Trouble("the disk is gone")

    monkeypatch.setattr(Record, "state", fails)
    it.session.look_ahead(it.now)
    assert it.session.phase is shown
    assert it.judge.ahead == []


def test_a_proof_is_never_taken_for_an_answer_s_run() -> None:
    proofs = [Runner().proof(ask(NUMBERS, seed)) for seed in SEEDS]
    assert len({proof.id for proof in proofs}) == len(proofs)
    assert all(proof.id < 0 for proof in proofs)  # the runs of answers are counted from 1


def test_looking_ahead_sees_a_step_that_comes_first(desk: Desks) -> None:
    it = desk(NUMBERS, card("b", Kind.RECALL), card("c", Kind.RECALL))
    it.session.begin(it.now)
    drawn(it)
    judged(it, "pass")
    it.session.rate(Rating.AGAIN, it.now)
    it.later(30)
    shown = it.session.skip(it.now)
    while isinstance(shown, Asking):
        shown = it.session.skip(it.now)
    assert isinstance(shown, Drawing)
    assert shown.asking.question.seed == question_seed(NUMBERS.id, 1)


def test_practice_draws_until_it_works_too(desk: Desks) -> None:
    it = desk(NUMBERS, scope=Scope(cram=True))
    first, second = seeds_of(NUMBERS, -1)[:2]
    fail(it, first)
    it.session.begin(it.now)
    drawn(it)
    assert asking(drawn(it)).question.seed == second
    it.session.look_ahead(it.now)
    assert it.judge.ahead == [("deck/a", question_seed(NUMBERS.id, -2))]

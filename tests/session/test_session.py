"""The moves of one sitting."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from flashtorch.cards.model import Kind
from flashtorch.errors import Trouble
from flashtorch.grading.verdict import Verdict, VerdictName
from flashtorch.history.event import EventKind
from flashtorch.scheduling.state import Rating, Stage
from flashtorch.session.news import AnsweredElsewhere, Moved, Nothing, Rated, Redone, SetAside, Undone
from flashtorch.session.phase import LEGAL, Answered, Asking, Finished, Judging, Missed, Move, NotNow
from tests.session.desk import Desk, card

if TYPE_CHECKING:
    from collections.abc import Callable

    from flashtorch.session.phase import Phase

    Desks = Callable[..., Desk]


def judged(desk: Desk, answer: str) -> Phase:
    """Answer and hand the verdict back at once."""
    phase = desk.session.answer(answer, desk.now)
    assert isinstance(phase, Judging)
    verdict = phase.ticket.run()
    assert verdict is not None
    return desk.session.judged(phase.ticket.id, verdict, desk.now)


def asking(phase: Phase) -> Asking:
    assert isinstance(phase, Asking)
    return phase


def answered(phase: Phase) -> Answered:
    assert isinstance(phase, Answered)
    return phase


def missed(phase: Phase) -> Missed:
    assert isinstance(phase, Missed)
    return phase


def name(phase: Phase) -> str:
    return str(asking(phase).question.card.id)


@pytest.mark.parametrize("kind", [Kind.CODE, Kind.FILL])
def test_a_pass_at_the_first_try_suggests_good(desk: Desks, kind: Kind) -> None:
    it = desk(card("a", kind))
    assert asking(it.session.begin(it.now)).attempts == 0
    assert it.judge.shown == ["deck/a"]
    phase = answered(judged(it, "pass"))
    assert (phase.suggested, phase.attempts, phase.answer) == (Rating.GOOD, 0, "pass")
    assert "back of a" in phase.back.back


@pytest.mark.parametrize("kind", [Kind.CODE, Kind.FILL])
def test_a_run_answer_is_tried_until_it_passes_and_a_miss_costs(desk: Desks, kind: Kind) -> None:
    it = desk(card("a", kind))
    it.session.begin(it.now)
    assert missed(judged(it, "value")).verdict.name is VerdictName.VALUE
    assert missed(judged(it, "shape 2")).asking.attempts == 2
    assert missed(it.session.phase).asking.draft == "shape 2"
    assert answered(judged(it, "pass")).suggested is Rating.HARD


def test_giving_up_is_again_and_keeps_the_last_verdict(desk: Desks) -> None:
    it = desk(card("a", Kind.CODE))
    it.session.begin(it.now)
    judged(it, "value")
    phase = answered(it.session.reveal(it.now))
    assert (phase.suggested, phase.gave_up, phase.attempts) == (Rating.AGAIN, True, 1)
    assert phase.verdict is not None
    assert phase.answer == "value"


@pytest.mark.parametrize("word", ["syntax", "missing-name"])
def test_what_does_not_compile_is_a_free_retry(desk: Desks, word: str) -> None:
    it = desk(card("a", Kind.CODE))
    it.session.begin(it.now)
    phase = asking(judged(it, f"{word} x"))
    assert phase.free is not None
    assert (phase.free.name, phase.attempts, phase.draft) == (word, 0, f"{word} x")
    assert answered(judged(it, "pass")).suggested is Rating.GOOD


def test_predict_takes_one_counted_answer(desk: Desks) -> None:
    it = desk(card("a", Kind.PREDICT))
    it.session.begin(it.now)
    asking(judged(it, "syntax"))
    phase = answered(judged(it, "value"))
    assert (phase.suggested, phase.attempts) == (Rating.AGAIN, 1)


def test_giving_up_a_predict_card_computes_its_value(desk: Desks) -> None:
    it = desk(card("a", Kind.PREDICT))
    it.session.begin(it.now)
    judging = it.session.reveal(it.now)
    assert isinstance(judging, Judging)
    verdict = Verdict(VerdictName.VALUE, value="(2, 3)")
    phase = answered(it.session.judged(judging.ticket.id, verdict, it.now))
    assert (phase.value, phase.gave_up, phase.suggested, phase.verdict) == ("(2, 3)", True, Rating.AGAIN, None)


@pytest.mark.parametrize(("text", "suggested"), [("relu", Rating.GOOD), ("gelu", Rating.AGAIN)])
def test_typed_is_judged_at_once(desk: Desks, text: str, suggested: Rating) -> None:
    it = desk(card("a", Kind.TYPED))
    it.session.begin(it.now)
    phase = answered(it.session.answer(text, it.now))
    assert phase.suggested is suggested
    assert it.judge.tickets == []


def test_choices_are_taken_as_shown_and_kept_as_in_the_file(desk: Desks) -> None:
    it = desk(card("a", Kind.CHOICE))
    question = asking(it.session.begin(it.now)).question
    shown = [number for number, option in enumerate(question.options, 1) if option.text in ("option 1", "option 3")]
    phase = answered(it.session.answer(" , ".join(map(str, reversed(shown))), it.now))
    assert phase.suggested is Rating.GOOD
    assert phase.back.right_options == tuple(shown)
    it.session.rate(Rating.GOOD, it.now)
    assert it.history.events("deck/a")[0].evidence["answer"] == "1,3"


@pytest.mark.parametrize("kind", [Kind.RECALL, Kind.CLOZE])
def test_what_the_learner_judges_suggests_nothing(desk: Desks, kind: Kind) -> None:
    it = desk(card("a", kind))
    it.session.begin(it.now)
    phase = answered(it.session.reveal(it.now))
    assert (phase.suggested, phase.verdict, phase.gave_up) == (None, None, False)
    it.session.rate(Rating.EASY, it.now)
    assert it.history.events()[-1].evidence["verdict"] is None


def test_a_hint_makes_a_pass_hard(desk: Desks) -> None:
    it = desk(card("a", Kind.CODE, hints=2))
    it.session.begin(it.now)
    assert asking(it.session.hint(it.now)).hints_shown == 1
    judged(it, "value")
    assert missed(it.session.hint(it.now)).asking.hints_shown == 2
    it.session.hint(it.now)
    assert it.session.news == (Nothing(Move.HINT),)
    assert answered(judged(it, "pass")).hints_shown == 2
    assert answered(it.session.phase).suggested is Rating.HARD


@pytest.mark.parametrize("word", ["broken", "unavailable"])
def test_a_card_that_cannot_be_judged_is_set_aside_and_named_once(desk: Desks, word: str) -> None:
    it = desk(card("a", Kind.CODE), card("b", Kind.RECALL))
    it.session.begin(it.now)
    assert name(judged(it, word)) == "deck/b"
    (news,) = it.session.news
    assert isinstance(news, SetAside)
    assert (news.card, news.verdict.name) == ("deck/a", word)
    it.session.reveal(it.now)
    assert it.session.news == ()
    assert isinstance(it.session.rate(Rating.EASY, it.now), Finished)
    assert [event.card for event in it.history.events() if event.kind is EventKind.REVIEW] == ["deck/b"]
    assert it.session.counts(it.now).new == 1


def test_cancel_is_neither_attempt_nor_event(desk: Desks) -> None:
    it = desk(card("a", Kind.CODE))
    it.session.begin(it.now)
    phase = it.session.answer("value", it.now)
    assert isinstance(phase, Judging)
    back = asking(it.session.cancel(it.now))
    assert (back.attempts, back.draft) == (0, "value")
    assert it.judge.tickets[0].cancelled
    assert it.history.events() == []


def test_a_verdict_that_is_no_longer_waited_for_is_ignored(desk: Desks) -> None:
    it = desk(card("a", Kind.CODE))
    it.session.begin(it.now)
    first = it.session.answer("pass", it.now)
    assert isinstance(first, Judging)
    verdict = first.ticket.run()
    assert verdict is not None
    waiting = it.session.cancel(it.now)
    assert it.session.judged(first.ticket.id, verdict, it.now) is waiting
    second = it.session.answer("value", it.now)
    assert it.session.judged(first.ticket.id, verdict, it.now) is second


def test_a_verdict_that_cannot_be_kept_opens_the_question_again(desk: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    it = desk(card("a", Kind.CODE))
    it.session.begin(it.now)
    waiting = it.session.answer("value", it.now)
    assert isinstance(waiting, Judging)
    verdict = waiting.ticket.run()
    assert verdict is not None
    with monkeypatch.context() as full:
        full.setattr(it.history, "save_draft", lambda *_: (_ for _ in ()).throw(Trouble("the disk is full")))
        with pytest.raises(Trouble):
            it.session.judged(waiting.ticket.id, verdict, it.now)
    assert asking(it.session.phase).attempts == 0
    assert isinstance(judged(it, "value"), Missed)


def test_the_evidence_is_kept_with_the_rating(desk: Desks) -> None:
    it = desk(card("a", Kind.CODE, hints=1))
    question = asking(it.session.begin(it.now)).question
    it.later(1)
    judged(it, "value")
    it.session.hint(it.now)
    it.later(0.5)
    judged(it, "pass 写好了")
    phase = it.session.rate(Rating.HARD, it.now)
    assert isinstance(phase, Asking | Finished)
    (event,) = (each for each in it.history.events() if each.kind is EventKind.REVIEW)
    assert event.evidence == {
        "v": 1,
        "verdict": "pass",
        "attempts": 2,
        "hints": 1,
        "answer": "pass 写好了",
        "seed": question.seed,
        "passed": 1,
        "total": 1,
        "misses": [{"answer": "value", "verdict": "value", "passed": 0, "total": 1}],
        "ms": 7.5,
        "torch": "2.13.0",
        "device": "cpu",
        "level": "D",
    }
    assert (event.rating, event.took_ms, event.content_hash) == (2, 90_000, "0" * 16)
    (news,) = it.session.news
    assert isinstance(news, Rated)
    assert (news.card, news.rating, news.state.stage) == ("deck/a", Rating.HARD, Stage.LEARNING)


def test_the_next_question_follows_and_a_step_is_shown_early(desk: Desks) -> None:
    it = desk(card("a", Kind.RECALL), card("b", Kind.RECALL))
    assert name(it.session.begin(it.now)) == "deck/a"
    it.session.reveal(it.now)
    assert name(it.session.rate(Rating.GOOD, it.now)) == "deck/b"
    it.session.reveal(it.now)
    assert name(it.session.rate(Rating.EASY, it.now)) == "deck/a"
    it.session.reveal(it.now)
    end = it.session.rate(Rating.GOOD, it.now)
    assert isinstance(end, Finished)
    assert end.next_at_us is not None
    assert end.next_at_us > it.now.at_us
    assert (end.counts.new, end.counts.learning, end.counts.review) == (0, 0, 0)


def test_new_numbers_come_with_each_repetition(desk: Desks) -> None:
    it = desk(card("a", Kind.RECALL))
    first = asking(it.session.begin(it.now)).question.seed
    it.session.reveal(it.now)
    second = asking(it.session.rate(Rating.AGAIN, it.now)).question.seed
    assert first != second
    assert asking(it.session.undo(it.now)).question.seed == first


@pytest.mark.parametrize(("move", "kind"), [(Move.SUSPEND, EventKind.SUSPEND), (Move.BURY, EventKind.BURY)])
def test_a_card_is_left_for_today_or_for_good(desk: Desks, move: Move, kind: EventKind) -> None:
    it = desk(card("a", Kind.RECALL), card("b", Kind.RECALL))
    it.session.begin(it.now)
    assert name(getattr(it.session, move)(it.now)) == "deck/b"
    assert it.session.news == (Moved(move, "deck/a"),)
    assert [event.kind for event in it.history.events("deck/a")] == [kind]
    it.session.reveal(it.now)
    assert isinstance(it.session.rate(Rating.EASY, it.now), Finished)
    it.later(24 * 60)
    tomorrow = desk(it).session
    assert isinstance(tomorrow.begin(it.now), Finished) == (move is Move.SUSPEND)


def test_skip_lasts_until_the_end_of_the_sitting(desk: Desks) -> None:
    it = desk(card("a", Kind.RECALL))
    it.session.begin(it.now)
    end = it.session.skip(it.now)
    assert isinstance(end, Finished)
    assert end.counts.new == 1
    assert it.history.events() == []
    assert name(desk(it).session.begin(it.now)) == "deck/a"


def test_resume_ends_a_suspension(desk: Desks) -> None:
    it = desk(card("a", Kind.RECALL))
    it.session.begin(it.now)
    assert isinstance(it.session.suspend(it.now), Finished)
    assert name(it.session.resume("deck/a", it.now)) == "deck/a"
    assert list(it.session.news) == [Moved(Move.RESUME, "deck/a")]
    for unknown in ("deck/a", "deck/none", "nonsense"):
        it.session.resume(unknown, it.now)
        assert list(it.session.news) == [Nothing(Move.RESUME, unknown)]


def test_a_flag_is_kept_and_the_card_stays(desk: Desks) -> None:
    it = desk(card("a", Kind.CODE))
    it.session.begin(it.now)
    judged(it, "value")
    assert isinstance(it.session.flag("错了", it.now), Missed)
    (event,) = it.history.events("deck/a")
    assert (event.kind, event.evidence["text"]) == (EventKind.FLAG, "错了")
    answered(judged(it, "pass"))
    it.session.rate(Rating.GOOD, it.now)
    assert isinstance(it.session.news[0], Rated)


def test_undo_asks_the_card_again_also_after_a_restart(desk: Desks) -> None:
    it = desk(card("a", Kind.CODE), card("b", Kind.RECALL))
    it.session.begin(it.now)
    judged(it, "value")
    judged(it, "pass written")
    assert name(it.session.rate(Rating.EASY, it.now)) == "deck/b"
    it.later(2 * 24 * 60)
    other = desk(it)
    assert name(other.session.begin(it.now)) == "deck/b"
    phase = asking(other.session.undo(it.now))
    (news,) = other.session.news
    assert isinstance(news, Undone)
    assert news.event.card == "deck/a"
    assert (str(phase.question.card.id), phase.state.stage) == ("deck/a", Stage.NEW)
    assert (phase.draft, phase.attempts) == ("pass written", 1)
    assert name(other.session.redo(it.now)) == "deck/b"
    assert [type(each) for each in other.session.news] == [Redone, Rated]
    assert other.queue.state("deck/a").reps == 1


def test_undo_gives_back_a_suspended_card(desk: Desks) -> None:
    it = desk(card("a", Kind.RECALL))
    it.session.begin(it.now)
    it.session.suspend(it.now)
    assert name(it.session.undo(it.now)) == "deck/a"
    assert not asking(it.session.phase).state.suspended
    assert isinstance(it.session.redo(it.now), Finished)


def test_nothing_to_undo_or_redo_changes_nothing(desk: Desks) -> None:
    it = desk(card("a", Kind.RECALL))
    phase = it.session.begin(it.now)
    assert it.session.undo(it.now) is phase
    assert it.session.news == (Nothing(Move.UNDO),)
    assert it.session.redo(it.now) is phase
    assert it.session.news == (Nothing(Move.REDO),)


def test_undo_of_a_card_that_is_gone_goes_on(desk: Desks) -> None:
    it = desk(card("a", Kind.RECALL), card("b", Kind.RECALL))
    it.session.begin(it.now)
    it.session.reveal(it.now)
    it.session.rate(Rating.GOOD, it.now)
    del it.shelf.cards["deck/a"]
    assert name(it.session.undo(it.now)) == "deck/b"


def test_a_card_that_is_gone_is_not_asked(desk: Desks) -> None:
    it = desk(card("a", Kind.RECALL), card("b", Kind.RECALL))
    del it.shelf.cards["deck/a"]
    assert name(it.session.begin(it.now)) == "deck/b"


def test_misses_hints_text_and_time_survive_a_restart(desk: Desks) -> None:
    it = desk(card("a", Kind.CODE, hints=1))
    it.session.begin(it.now)
    it.later(1)
    it.session.hint(it.now)
    judged(it, "value")
    it.later(1)
    it.session.save_draft("pass 未完", it.now)
    it.later(600)
    other = desk(it)
    phase = asking(other.session.begin(it.now))
    assert (phase.attempts, phase.hints_shown, phase.draft) == (1, 1, "pass 未完")
    assert answered(judged(other, phase.draft)).suggested is Rating.HARD
    other.session.rate(Rating.HARD, other.later(1))
    assert other.history.events("deck/a")[0].took_ms == 180_000
    assert other.history.draft("deck/a") is None


def test_leaving_after_the_back_was_seen_is_no_first_try(desk: Desks) -> None:
    for kind in (Kind.CODE, Kind.TYPED):
        it = desk(card(kind, kind))
        it.session.begin(it.now)
        it.session.reveal(it.now)
        other = desk(it)
        assert asking(other.session.begin(it.now)).attempts == 1


def test_an_answer_to_what_another_window_answered_is_refused_kindly(desk: Desks) -> None:
    it = desk(card("a", Kind.CODE))
    it.session.begin(it.now)
    other = desk(it)
    other.session.begin(it.now)
    for each in (it, other):
        judged(each, "pass mine")
    it.session.rate(Rating.EASY, it.now)
    again = asking(other.session.rate(Rating.AGAIN, it.now))
    assert other.session.news == (AnsweredElsewhere("deck/a"),)
    assert (again.state.reps, again.draft, again.attempts) == (1, "pass mine", 0)
    assert [event.rating for event in it.history.events("deck/a")] == [4]
    judged(other, "pass")
    assert isinstance(other.session.rate(Rating.GOOD, it.now), Finished)


def test_what_another_window_answered_is_not_asked_here(desk: Desks) -> None:
    it = desk(card("a", Kind.RECALL), card("b", Kind.RECALL))
    it.session.begin(it.now)
    other = desk(it)
    other.session.begin(it.now)
    other.session.skip(it.now)
    other.session.reveal(it.now)
    other.session.rate(Rating.EASY, it.now)
    it.session.reveal(it.now)
    assert isinstance(it.session.rate(Rating.EASY, it.now), Finished)


def test_without_torch_the_learner_rates_and_reads_why(desk: Desks) -> None:
    it = desk(card("a", Kind.CODE), card("b", Kind.PREDICT), card("c", Kind.TYPED), reason="no torch")
    assert asking(it.session.begin(it.now)).self_rated == "no torch"
    phase = answered(it.session.answer("value", it.now))
    assert (phase.verdict, phase.suggested, phase.answer, phase.gave_up) == (None, None, "value", False)
    it.session.rate(Rating.EASY, it.now)
    phase = answered(it.session.reveal(it.now))
    assert (phase.suggested, phase.self_rated, phase.gave_up) == (None, "no torch", False)
    assert asking(it.session.rate(Rating.EASY, it.now)).self_rated == ""
    assert it.judge.shown == []


def test_idle_time_is_taken_out(desk: Desks) -> None:
    it = desk(card("a", Kind.RECALL))
    it.session.begin(it.now)
    it.session.reveal(it.later(300))
    it.session.rate(Rating.EASY, replace(it.now, at_us=it.now.at_us - 1_000_000))
    assert it.history.events("deck/a")[0].took_ms == 180_000


def test_a_day_that_ends_brings_the_next_ones_cards(desk: Desks) -> None:
    it = desk(card("a", Kind.RECALL), card("b", Kind.RECALL))
    it.session.begin(it.now)
    it.session.bury(it.now)
    it.session.bury(it.now)
    assert isinstance(it.session.phase, Finished)
    assert name(it.session.begin(it.later(24 * 60))) == "deck/a"


def test_a_leech_is_said_and_suspended(desk: Desks) -> None:
    it = desk(card("a", Kind.RECALL), params=None)
    it.session.begin(it.now)
    it.session.reveal(it.now)
    it.session.rate(Rating.EASY, it.now)
    for _lapse in range(8):
        it.later(400 * 24 * 60)
        it.session.begin(it.now)
        it.session.reveal(it.now)
        it.session.rate(Rating.AGAIN, it.now)
        if isinstance(it.session.phase, Asking):
            it.session.reveal(it.later(15))
            it.session.rate(Rating.GOOD, it.now)
    assert isinstance(it.session.phase, Finished)
    assert it.queue.state("deck/a").suspended
    assert any(isinstance(news, Rated) and news.became_leech for news in it.session.news)


def test_what_is_not_legal_is_refused_and_changes_nothing(desk: Desks) -> None:
    it = desk(card("a", Kind.CODE))
    session = it.session
    session.begin(it.now)
    moves: dict[Move, Callable[[], object]] = {
        Move.ANSWER: lambda: session.answer("x", it.now),
        Move.CANCEL: lambda: session.cancel(it.now),
        Move.HINT: lambda: session.hint(it.now),
        Move.REVEAL: lambda: session.reveal(it.now),
        Move.RATE: lambda: session.rate(Rating.GOOD, it.now),
        Move.SKIP: lambda: session.skip(it.now),
        Move.SUSPEND: lambda: session.suspend(it.now),
        Move.BURY: lambda: session.bury(it.now),
        Move.FLAG: lambda: session.flag("x", it.now),
        Move.UNDO: lambda: session.undo(it.now),
        Move.REDO: lambda: session.redo(it.now),
        Move.RESUME: lambda: session.resume("deck/a", it.now),
    }

    def refuses() -> None:
        phase = session.phase
        for move in moves.keys() - LEGAL[type(phase)]:
            with pytest.raises(NotNow) as caught:
                moves[move]()
            assert (caught.value.move, caught.value.phase, session.phase) == (move, phase, phase)
            assert move.value in caught.value.sentence()

    refuses()
    session.answer("value", it.now)
    refuses()
    session.cancel(it.now)
    judged(it, "value")
    refuses()
    judged(it, "pass")
    refuses()
    session.rate(Rating.EASY, it.now)
    assert isinstance(session.phase, Finished)
    refuses()
    assert len([event for event in it.history.events() if event.kind is EventKind.REVIEW]) == 1

"""What a learner says about a card, what is known of it, and what helps with one that does not stay."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from flashtorch import language
from flashtorch.cards.model import Kind
from flashtorch.errors import Trouble
from flashtorch.grading.verdict import Finding, Verdict, VerdictName
from flashtorch.history.event import Event, EventKind
from flashtorch.scheduling.known import FARTHEST_DAYS, NEAREST_DAYS, known_days
from flashtorch.scheduling.moment import study_day
from flashtorch.scheduling.params import Params
from flashtorch.scheduling.state import Rating, Stage
from flashtorch.session.evidence import verdict_of
from flashtorch.session.news import Gone, Moved, Nothing, SetAside, Undone, reason, sentence
from flashtorch.session.phase import Answered, Asking, Finished, Judging, Missed, Move, NotNow
from tests.session.desk import Desk, card

if TYPE_CHECKING:
    from collections.abc import Callable

    from flashtorch.session.phase import Phase

    Desks = Callable[..., Desk]


def shown(phase: Phase) -> str:
    assert isinstance(phase, Asking), phase
    return str(phase.question.card.id)


def answered(phase: Phase) -> Answered:
    assert isinstance(phase, Answered), phase
    return phase


def judged(desk: Desk, text: str, verdict: Verdict | None = None) -> Phase:
    phase = desk.session.answer(text, desk.now)
    assert isinstance(phase, Judging)
    verdict = verdict or phase.ticket.run()
    assert verdict is not None
    return desk.session.judged(phase.ticket.id, verdict, desk.now)


# ---------------------------------------------------------------------- known and forgotten


def test_a_new_card_that_is_known_comes_back_in_half_a_year_and_takes_no_place(desk: Desks) -> None:
    it = desk(card("a", Kind.RECALL), card("b", Kind.RECALL), params=Params(new_per_day=1, fuzz=False))
    assert shown(it.session.begin(it.now)) == "deck/a"
    assert shown(it.session.know(it.now)) == "deck/b"
    assert list(it.session.news) == [Moved(Move.KNOW, "deck/a")]
    state = it.history.state("deck/a")
    assert (state.stage, state.first_day, state.stability, state.reps) == (Stage.REVIEW, None, None, 0)
    assert state.due_day == study_day(it.now) + known_days("deck/a")
    assert it.session.counts(it.now).new == 1
    assert shown(it.session.undo(it.now)) == "deck/a"
    (news,) = it.session.news
    assert isinstance(news, Undone)
    assert "new again" in sentence(news)
    assert it.history.state("deck/a").stage is Stage.NEW
    assert shown(it.session.redo(it.now)) == "deck/b"
    assert it.history.states() == it.history.replayed()


def test_what_is_known_is_spread_over_two_months() -> None:
    days = {known_days(f"deck/c{number}") for number in range(200)}
    assert NEAREST_DAYS <= min(days) < max(days) <= FARTHEST_DAYS
    assert len(days) > 40


def test_a_known_card_is_answered_in_the_end_like_any_other(desk: Desks) -> None:
    it = desk(card("a", Kind.RECALL))
    it.session.begin(it.now)
    it.session.know(it.now)
    it.later(FARTHEST_DAYS * 24 * 60)
    later = desk(it)
    assert shown(later.session.begin(later.now)) == "deck/a"
    later.session.reveal(later.now)
    later.session.rate(Rating.GOOD, later.now)
    state = later.history.state("deck/a")
    assert state.stage is Stage.REVIEW
    assert state.stability is not None


def test_only_a_new_card_is_known(desk: Desks) -> None:
    it = desk(card("a", Kind.RECALL))
    it.session.begin(it.now)
    it.session.reveal(it.now)
    it.session.rate(Rating.AGAIN, it.now)
    before = it.session.phase
    assert it.session.know(it.now) is before
    assert it.session.news == (Nothing(Move.KNOW, "deck/a"),)
    assert [event.kind for event in it.history.live_events()] == [EventKind.PARAMS, EventKind.REVIEW]


def test_a_day_that_was_set_by_an_import_is_no_move_to_undo(desk: Desks) -> None:
    it = desk(card("a", Kind.RECALL))
    day = study_day(it.now)
    it.history.append(Event("", it.now.at_us, 60, day, "", EventKind.SET_DUE, "deck/a", evidence={"due_day": day + 9}), None)
    it.session.begin(it.now)
    it.session.undo(it.now)
    assert it.session.news == (Nothing(Move.UNDO),)


def test_a_forgotten_card_begins_anew_and_undo_gives_its_schedule_back(desk: Desks) -> None:
    it = desk(card("a", Kind.RECALL), card("b", Kind.RECALL))
    it.session.begin(it.now)
    it.session.reveal(it.now)
    it.session.rate(Rating.AGAIN, it.now)
    before = it.history.state("deck/a")
    it.session.skip(it.now)
    assert shown(it.session.phase) == "deck/a"
    it.session.forget(it.now)
    state = it.history.state("deck/a")
    assert (state.stage, state.reps, state.first_day) == (Stage.NEW, 1, None)
    it.session.undo(it.now)
    assert replace(it.history.state("deck/a"), last_event=None) == replace(before, last_event=None)
    assert "its schedule is back" in sentence(it.session.news[0])


# ---------------------------------------------------------------------- notes and flags


def test_the_latest_note_is_shown_with_the_answer_and_an_empty_one_takes_it_away(desk: Desks) -> None:
    it = desk(card("a", Kind.RECALL))
    asked = it.session.begin(it.now)
    assert it.session.remark("think of rows", it.now) is asked
    assert it.session.news == (Moved(Move.REMARK, "deck/a"),)
    it.later(1)
    it.session.remark("想想行", it.now)
    assert answered(it.session.reveal(it.now)).remark == "想想行"
    assert answered(it.session.remark("and columns", it.now)).remark == "and columns"
    it.session.rate(Rating.GOOD, it.now)
    other = desk(it)
    other.session.begin(other.now)
    assert answered(other.session.reveal(other.now)).remark == "and columns"
    other.session.remark("", other.now)
    assert other.session.info("", other.now).remark == ""
    other.session.undo(other.now)
    assert isinstance(other.session.news[0], Undone)
    assert other.session.news[0].event.kind is EventKind.REVIEW


# ---------------------------------------------------------------------- info


def test_the_info_of_a_card_is_its_history(desk: Desks) -> None:
    it = desk(replace(card("a", Kind.CODE, hints=1), note=14, tags=("conv",)), card("b", Kind.RECALL))
    it.session.begin(it.now)
    finding = Finding("shape", {"got": [2], "expected": [2, 1]}, "rows(x)")
    judged(it, "x.sum()", Verdict(VerdictName.SHAPE, 0, 2, finding, torch="2.13.0"))
    it.later(0.5)
    it.session.hint(it.now)
    judged(it, "pass 好")
    it.session.flag("too easy?", it.now)
    it.session.rate(Rating.EASY, it.now)
    it.session.undo(it.now)
    judged(it, "pass 好")
    it.session.rate(Rating.HARD, it.now)
    it.later(3 * 24 * 60)
    info = it.session.info("deck/a", it.now)
    assert (info.card, info.kind, info.note, info.tags, info.place) == ("deck/a", Kind.CODE, 14, ("conv",), "deck.md:3")
    assert info.flags == ("too easy?",)
    assert info.retrievability is not None
    assert 0 < info.retrievability < 1
    (past,) = info.answers
    assert (past.rating, past.stage, past.interval_s, past.answer, past.verdict) == (Rating.HARD, Stage.NEW, 330, "pass 好", "pass")
    assert (past.attempts, past.hints, past.torch) == (2, 1, "2.13.0")
    assert [each.kind for each in info.past] == [EventKind.REVIEW, EventKind.FLAG]
    assert not info.has_changed


def test_wrong_answers_are_told_with_what_was_wrong(desk: Desks) -> None:
    it = desk(card("a", Kind.CODE), card("b", Kind.TYPED))
    it.session.begin(it.now)
    finding = Finding("shape", {"got": [2], "expected": [2, 1]}, "rows(x)")
    judged(it, "first try", Verdict(VerdictName.SHAPE, 0, 2, finding))
    judged(it, "value second try")
    judged(it, "pass")
    it.session.rate(Rating.EASY, it.now)
    info = it.session.info("deck/a", it.now)
    assert [(wrong.answer, wrong.verdict) for wrong in info.wrong] == [("value second try", "value"), ("first try", "shape")]
    assert "(2, 1)" in info.wrong[1].sentence
    assert "rows(x)" in info.wrong[1].sentence
    it.session.answer("gelu", it.now)
    it.session.rate(Rating.AGAIN, it.now)
    typed = it.session.info("deck/b", it.now)
    assert [(wrong.answer, wrong.verdict) for wrong in typed.wrong] == [("gelu", "value")]
    language.use("zh")
    try:
        assert typed.wrong[0].sentence != it.session.info("deck/b", it.now).wrong[0].sentence
    finally:
        language.use("en")


def test_what_was_written_at_giving_up_was_not_judged_and_is_not_wrong(desk: Desks) -> None:
    it = desk(card("a", Kind.CODE))
    it.session.begin(it.now)
    judged(it, "value 1")
    it.session.save_draft("unfinished", it.now)
    it.session.reveal(it.now)
    it.session.rate(Rating.AGAIN, it.now)
    info = it.session.info("deck/a", it.now)
    assert [wrong.answer for wrong in info.wrong] == ["value 1"]
    assert (info.answers[0].answer, info.answers[0].gave_up) == ("unfinished", True)


def test_wrong_choices_are_told_in_words(desk: Desks) -> None:
    it = desk(card("a", Kind.CHOICE))
    phase = it.session.begin(it.now)
    assert isinstance(phase, Asking)
    number = next(number for number, option in enumerate(phase.question.options, 1) if option.text == "option 2")
    it.session.answer(str(number), it.now)
    it.session.rate(Rating.AGAIN, it.now)
    assert [wrong.answer for wrong in it.session.info("deck/a", it.now).wrong] == ["option 2"]


def test_intervals_are_those_of_the_parameters_of_their_day(desk: Desks) -> None:
    it = desk(card("a", Kind.RECALL))
    it.session.begin(it.now)
    it.session.reveal(it.now)
    it.session.rate(Rating.EASY, it.now)
    was = it.history.state("deck/a")
    assert was.due_day is not None
    it.history.set_params(Params(fuzz=False, desired_retention=0.7), it.later(10))
    assert it.session.info("deck/a", it.now).answers[0].interval_s == (was.due_day - study_day(it.now)) * 86400


def test_a_card_that_its_deck_changed_says_so(desk: Desks) -> None:
    it = desk(card("a", Kind.RECALL))
    it.session.begin(it.now)
    it.session.reveal(it.now)
    it.session.rate(Rating.EASY, it.now)
    it.shelf.cards["deck/a"] = replace(it.shelf.cards["deck/a"], content_hash="1" * 16)
    assert it.session.info("deck/a", it.now).has_changed


def test_the_info_of_no_card_is_refused(desk: Desks) -> None:
    it = desk(card("a", Kind.RECALL))
    with pytest.raises(NotNow):
        it.session.info("", it.now)
    it.session.begin(it.now)
    assert it.session.info("", it.now).card == "deck/a"
    with pytest.raises(Trouble):
        it.session.info("deck/none", it.now)


@pytest.mark.parametrize(
    "kept",
    [
        {"verdict": "value", "finding": {"code": "unheard-of", "params": {}, "expression": ""}},
        {"verdict": "value", "finding": {"code": "shape", "params": [], "expression": 3}},
        {"verdict": "value", "finding": "text", "misses": [3, {"verdict": "value", "answer": 7}], "answer": 5, "attempts": "two"},
        {"verdict": "not known here", "answer": "x"},
        {},
    ],
)
def test_evidence_from_elsewhere_is_read_as_far_as_it_goes(desk: Desks, kept: dict[str, object]) -> None:
    it = desk(card("a", Kind.TYPED))
    event = Event("", it.now.at_us, 60, study_day(it.now), "", EventKind.REVIEW, "deck/a", rating=1, evidence=kept)
    it.history.append(event, None)
    (past,) = it.session.info("deck/a", it.now).answers
    assert past.rating is Rating.AGAIN
    assert past.verdict in ("value", "")


def test_a_finding_comes_back_as_it_was_kept() -> None:
    finding = {"code": "value", "params": {"got": 1.0, "expected": 2.0, "total": 1}, "expression": "f()"}
    back = verdict_of({"verdict": "value", "passed": 1, "total": 2, "finding": finding})
    assert back == Verdict(VerdictName.VALUE, 1, 2, Finding("value", {"got": 1.0, "expected": 2.0, "total": 1}, "f()"))


# ---------------------------------------------------------------------- help


def test_a_card_that_is_missed_again_shows_what_went_wrong_before(desk: Desks) -> None:
    it = desk(card("a", Kind.TYPED, fact="one"), card("b", Kind.RECALL, fact="one"))
    it.session.begin(it.now)
    assert answered(it.session.answer("gelu", it.now)).help is None
    it.session.rate(Rating.AGAIN, it.now)
    it.later(2)
    again = answered(it.session.answer("tanh", it.now))
    assert again.help is not None
    assert [wrong.answer for wrong in again.help.wrong] == ["gelu"]
    assert again.help.siblings == ("deck/b",)
    it.session.rate(Rating.GOOD, it.now)
    it.later(20)
    right = desk(it)
    right.session.begin(right.now)
    assert answered(right.session.answer("relu", right.now)).help is None


def test_a_leech_is_helped_also_when_it_is_right(desk: Desks) -> None:
    it = desk(card("a", Kind.TYPED), params=Params(fuzz=False, leech_lapses=1, learning_steps_min=(), relearning_steps_min=()))
    it.session.begin(it.now)
    it.session.answer("relu", it.now)
    it.session.rate(Rating.EASY, it.now)
    it.later(60 * 24 * 60)
    it.session.begin(it.now)
    it.session.answer("gelu", it.now)
    it.session.rate(Rating.AGAIN, it.now)
    it.session.resume("deck/a", it.now)
    it.later(30 * 24 * 60)
    it.session.begin(it.now)
    found = answered(it.session.answer("relu", it.now)).help
    assert found is not None
    assert (found.is_leech, [wrong.answer for wrong in found.wrong]) == (True, ["gelu"])


# ---------------------------------------------------------------------- languages


def test_the_open_card_is_told_in_its_other_language_and_so_are_the_next(desk: Desks) -> None:
    def twin(name: str) -> object:
        other = replace(card(name, Kind.TYPED), title=f"标题 {name}", lang="zh")
        return replace(card(name, Kind.TYPED), lang="en", translations=(other,))

    it = desk(twin("a"), twin("b"), card("c", Kind.TYPED))
    phase = it.session.begin(it.now)
    assert isinstance(phase, Asking)
    assert phase.question.title == "title of a"
    it.session.save_draft("begun", it.now)
    told = it.session.speak("", it.now)
    assert isinstance(told, Asking)
    assert (told.question.title, told.draft, told.question.seed) == ("标题 a", "begun", phase.question.seed)
    back = it.session.speak("en", it.now)
    assert isinstance(back, Asking)
    assert back.question.title == "title of a"
    it.session.speak("zh", it.now)
    answered(it.session.answer("relu", it.now))
    again = answered(it.session.speak("en", it.now))
    assert again.question.title == "title of a"
    it.session.speak("zh", it.now)
    after = it.session.rate(Rating.EASY, it.now)
    assert isinstance(after, Asking)
    assert after.question.title == "标题 b"
    it.session.skip(it.now)
    it.session.speak("", it.now)
    assert it.session.news == (Nothing(Move.LANG, "deck/c"),)


# ---------------------------------------------------------------------- decks that change


def test_a_card_whose_file_changed_is_read_again_before_it_is_asked(desk: Desks) -> None:
    it = desk(card("a", Kind.RECALL), card("b", Kind.RECALL))
    it.session.begin(it.now)
    it.shelf.edited["deck/b"] = replace(card("b", Kind.RECALL), title="mended")
    it.session.reveal(it.now)
    phase = it.session.rate(Rating.EASY, it.now)
    assert isinstance(phase, Asking)
    assert phase.question.title == "mended"
    assert not it.shelf.edited


def test_a_card_that_is_gone_is_told_in_one_line(desk: Desks) -> None:
    it = desk(card("a", Kind.RECALL), card("b", Kind.RECALL), card("c", Kind.RECALL))
    it.session.begin(it.now)
    it.shelf.edited["deck/b"] = None
    it.session.reveal(it.now)
    assert shown(it.session.rate(Rating.EASY, it.now)) == "deck/c"
    assert it.session.news[-1] == Gone(("deck/b",))
    assert "deck/b" in sentence(it.session.news[-1])


def test_a_deck_that_is_gone_ends_the_sitting_in_one_line(desk: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    it = desk(*(card(name, Kind.RECALL) for name in "abc"))
    it.session.begin(it.now)

    def refuses() -> None:
        raise Trouble("no such file or folder")

    monkeypatch.setattr(it.shelf, "is_stale", lambda name: True)
    monkeypatch.setattr(it.shelf, "refresh", refuses)
    it.session.reveal(it.now)
    assert isinstance(it.session.rate(Rating.EASY, it.now), Finished)
    assert it.session.news[-1] == Gone(("deck/b", "deck/c"))
    assert "2 cards" in sentence(it.session.news[-1])
    assert it.history.state("deck/a").stage is Stage.REVIEW


def test_reloading_shows_the_open_card_as_it_is_now_and_loses_nothing(desk: Desks) -> None:
    it = desk(card("a", Kind.CODE, hints=2))
    it.session.begin(it.now)
    it.session.hint(it.now)
    judged(it, "value 1")
    it.shelf.edited["deck/a"] = replace(card("a", Kind.CODE, hints=2), title="mended")
    phase = it.session.reload(it.now)
    assert isinstance(phase, Missed)
    assert (phase.asking.question.title, phase.asking.attempts, phase.asking.hints_shown) == ("mended", 1, 1)
    judged(it, "pass")
    it.shelf.edited["deck/a"] = replace(card("a", Kind.CODE, hints=2), title="again", content_hash="2" * 16)
    back = answered(it.session.reload(it.now))
    assert (back.question.title, back.suggested) == ("again", Rating.HARD)
    it.session.rate(Rating.EASY, it.now)
    assert it.history.events("deck/a")[-1].content_hash == "2" * 16
    it.shelf.edited["deck/a"] = None
    assert isinstance(it.session.reload(it.now), Finished)


def test_reloading_a_card_that_is_gone_goes_on(desk: Desks) -> None:
    it = desk(card("a", Kind.RECALL), card("b", Kind.RECALL))
    it.session.begin(it.now)
    it.shelf.edited["deck/a"] = None
    assert shown(it.session.reload(it.now)) == "deck/b"
    assert it.session.news[-1] == Gone(("deck/a",))


def test_a_card_of_another_kind_or_revision_is_opened_afresh(desk: Desks) -> None:
    it = desk(card("a", Kind.RECALL))
    it.session.begin(it.now)
    it.session.reveal(it.now)
    it.shelf.edited["deck/a"] = card("a", Kind.TYPED)
    assert shown(it.session.reload(it.now)) == "deck/a"
    it.session.answer("relu", it.now)
    it.shelf.edited["deck/a"] = card("a", Kind.TYPED, rev=2)
    assert shown(it.session.reload(it.now)) == "deck/a"


# ---------------------------------------------------------------------- set aside


def test_what_was_set_aside_is_named_at_the_end_and_an_upgrade_is_said(desk: Desks) -> None:
    it = desk(card("a", Kind.CODE), card("b", Kind.CODE))
    it.session.begin(it.now)
    judged(it, "pass", Verdict(VerdictName.PASS, 1, 1, torch="2.12.0"))
    it.session.rate(Rating.AGAIN, it.now)
    it.session.skip(it.now)
    phase = it.session.phase
    assert shown(phase) == "deck/a"
    broken = Verdict(VerdictName.BROKEN, 0, 1, Finding("torch-range", {"range": "<2.13", "torch": "2.13.0"}), torch="2.13.0")
    end = judged(it, "pass", broken)
    assert isinstance(end, Finished)
    news = next(news for news in it.session.news if isinstance(news, SetAside))
    assert news.ran_with == "2.12.0"
    (aside,) = end.aside
    assert (aside.card, aside.ran_with) == ("deck/a", "2.12.0")
    assert "it ran with torch 2.12.0; this is torch 2.13.0" in reason(aside)
    again = desk(it)
    again.session.begin(again.now)
    broken = replace(broken, torch="2.12.0")
    end = again.session.phase
    again.session.skip(again.now)
    assert again.session.ending(again.now).aside == ()

"""Whatever a learner does, in whatever order: nothing but `NotNow` comes out, and the history is what was rated less what was undone."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from flashtorch.cards.model import Kind
from flashtorch.cards.question import seeds_of
from flashtorch.grading.verdict import Verdict, VerdictName
from flashtorch.history.event import EventKind
from flashtorch.scheduling.order import agenda_of
from flashtorch.scheduling.state import Rating
from flashtorch.session.news import Moved, Nothing, Rated, Redone, Undone
from flashtorch.session.phase import LEGAL, Answered, Asking, Drawing, Finished, Judging, Missed, Move, NotNow
from tests.session.desk import Desk, card

if TYPE_CHECKING:
    from collections.abc import Callable

    from flashtorch.session.phase import Phase

COUNTED = (EventKind.REVIEW, EventKind.SUSPEND, EventKind.BURY, EventKind.FORGET, EventKind.SET_DUE)
CARDS = [card(kind, kind, hints=1, fact="one" if kind in (Kind.RECALL, Kind.CLOZE) else "") for kind in Kind]
NUMBERS = card("numbers", Kind.CODE, generated=True)
CARDS.append(NUMBERS)
BROKEN = Verdict(VerdictName.BROKEN)
ANSWERS = ("pass", "value", "syntax", "missing-name", "broken", "unavailable", "relu", "1,3", "9", "", "张量")
MOVES = (
    *(Move.HINT, Move.REVEAL, Move.SKIP, Move.SUSPEND, Move.BURY, Move.KNOW, Move.FORGET),
    *(Move.RELOAD, Move.UNDO, Move.REDO, Move.CANCEL),
)


class AnyMoves(RuleBasedStateMachine):
    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.desk = Desk(Path(self.folder.name), CARDS)
        self.desk.judge.faults = dict.fromkeys(seeds_of(NUMBERS, 0)[:2], BROKEN) | dict.fromkeys(seeds_of(NUMBERS, 1), BROKEN)
        self.done: list[str] = []
        """The cards of live moves that can be undone, oldest first."""
        self.undone: list[str] = []
        self.desk.session.begin(self.desk.now)

    def teardown(self) -> None:
        if hasattr(self, "desk"):
            self.desk.close()
            self.folder.cleanup()

    def make(self, move: Move, act: Callable[[], Phase]) -> None:
        """A move: refused exactly when the table says so, and then nothing has changed."""
        session = self.desk.session
        before, legal = session.phase, move in LEGAL[type(session.phase)]
        try:
            after = act()
        except NotNow:
            assert not legal
            assert session.phase is before
            return
        assert legal
        assert after is session.phase
        for news in session.news:
            self.note(news)

    def note(self, news: object) -> None:
        match news:
            case Moved(move=Move.SUSPEND | Move.BURY | Move.KNOW | Move.FORGET):
                self.done.append(news.card)
                self.undone.clear()
            case Moved(move=Move.RESUME):
                self.undone.clear()
            case Rated() if not any(isinstance(each, Redone) for each in self.desk.session.news):
                self.done.append(news.card)
                self.undone.clear()
            case Undone():
                assert self.done.pop() == news.event.card
                self.undone.append(news.event.card)
                assert str(self.shown().question.card.id) == news.event.card
            case Redone():
                assert self.undone.pop() == news.event.card
                self.done.append(news.event.card)
            case Nothing(move=Move.UNDO):
                assert not self.done
            case Nothing(move=Move.REDO):
                assert not self.undone

    def shown(self) -> Asking | Answered:
        phase = self.desk.session.phase
        shown = phase.asking if isinstance(phase, Missed | Judging | Drawing) else phase
        assert isinstance(shown, Asking | Answered)
        return shown

    @rule(text=st.sampled_from(ANSWERS))
    def answer(self, text: str) -> None:
        self.make(Move.ANSWER, lambda: self.desk.session.answer(text, self.desk.now))

    @rule(late=st.booleans())
    def judge(self, late: bool) -> None:
        tickets = self.desk.judge.tickets
        if tickets:
            ticket = tickets[0 if late else -1]
            phase, verdict = self.desk.session.phase, ticket.run()
            if verdict is not None:
                waited = isinstance(phase, Judging) and phase.ticket is ticket
                assert (self.desk.session.judged(ticket.id, verdict, self.desk.now) is not phase) == waited

    @rule(late=st.booleans())
    def draw(self, late: bool) -> None:
        tickets, phase = self.desk.judge.tickets, self.desk.session.phase
        waiting = [phase.ticket] if isinstance(phase, Drawing) and not late else tickets[:1]
        if waiting and (verdict := (ticket := waiting[0]).run()) is not None:
            waited = isinstance(phase, Drawing) and phase.ticket is ticket
            after = self.desk.session.drawn(ticket.id, verdict, self.desk.now)
            assert (after is not phase) == waited
            assert verdict is not BROKEN or not isinstance(after, Asking) or after.question.card.id != NUMBERS.id

    @rule()
    def look_ahead(self) -> None:
        before = self.desk.session.phase
        self.desk.session.look_ahead(self.desk.now)
        assert self.desk.session.phase is before

    @rule(rating=st.sampled_from(Rating))
    def rate(self, rating: Rating) -> None:
        self.make(Move.RATE, lambda: self.desk.session.rate(rating, self.desk.now))

    @rule(move=st.sampled_from(MOVES))
    def move(self, move: Move) -> None:
        act: Callable[..., Phase] = getattr(self.desk.session, move.value)
        self.make(move, lambda: act(self.desk.now))

    @rule(which=st.sampled_from(CARDS))
    def resume(self, which: object) -> None:
        self.make(Move.RESUME, lambda: self.desk.session.resume(str(which.id), self.desk.now))  # type: ignore[attr-defined]

    @rule(note=st.booleans())
    def flag(self, note: bool) -> None:
        session = self.desk.session
        move, act = (Move.REMARK, session.remark) if note else (Move.FLAG, session.flag)
        self.make(move, lambda: act("odd", self.desk.now))

    @rule()
    def look_up(self) -> None:
        session = self.desk.session
        before = session.phase
        try:
            info = session.info("", self.desk.now)
        except NotNow:
            assert isinstance(before, Finished)
            return
        assert session.phase is before
        assert info.card == str(self.shown().question.card.id)
        assert info.state == self.desk.history.state(info.card)
        answers = [event for event in self.desk.history.live_events() if event.rating and event.card == info.card]
        assert len(info.answers) == len(answers)

    @rule(text=st.sampled_from(ANSWERS))
    def draft(self, text: str) -> None:
        before = self.desk.session.phase
        after = self.desk.session.save_draft(text, self.desk.now)
        assert type(after) is type(before)

    @rule(minutes=st.sampled_from((0.2, 5, 30, 24 * 60, 40 * 24 * 60, -1)))
    def wait(self, minutes: float) -> None:
        self.desk.later(minutes)

    @rule()
    def restart(self) -> None:
        other = self.desk.again()
        other.judge.faults = self.desk.judge.faults
        self.desk.close()
        self.desk = other
        self.desk.session.begin(self.desk.now)

    @invariant()
    def the_history_is_what_was_done_less_what_was_undone(self) -> None:
        if hasattr(self, "desk"):
            live = [event.card for event in self.desk.history.live_events() if event.kind in COUNTED]
            assert sorted(live) == sorted(self.done)

    @invariant()
    def the_phase_is_consistent(self) -> None:
        if not hasattr(self, "desk"):
            return
        desk, phase = self.desk, self.desk.session.phase
        if isinstance(phase, Finished):
            return
        shown = self.shown()
        assert shown.state == desk.history.state(str(shown.question.card.id), shown.question.card.rev)
        assert 0 <= shown.hints_shown <= len(shown.question.hints)
        if isinstance(phase, Missed):
            assert phase.asking.attempts > 0
            assert not phase.asking.question.card.kind.is_one_shot
        if isinstance(phase, Answered) and not phase.question.card.kind.is_graded:
            assert phase.suggested is None

    @invariant()
    def the_queue_is_what_a_fresh_look_says(self) -> None:
        if hasattr(self, "desk"):
            desk = self.desk
            fresh = agenda_of(desk.shelf.heads(), desk.history.states(), desk.now, desk.history.params)
            counts = desk.session.counts(desk.now)
            expected = fresh.counts().get("deck", (0, 0, 0))
            assert (counts.new, counts.learning, counts.review) == expected


AnyMoves.TestCase.settings = settings(
    max_examples=50, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestAnyMoves = AnyMoves.TestCase

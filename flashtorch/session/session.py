"""One sitting: the transitions, and nothing else.

No thread, no clock, no screen: whoever drives a sitting says what time it is and runs the tickets. Each move returns the new
phase, `news` says what else it did, and an illegal one raises `NotNow` and changes nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flashtorch.cards.model import Kind
from flashtorch.errors import Trouble
from flashtorch.grading.instant import judge_instant
from flashtorch.history.event import EventKind
from flashtorch.scheduling.state import Rating
from flashtorch.session import evidence
from flashtorch.session.info import help_of, remark_of
from flashtorch.session.marks import Marks
from flashtorch.session.news import AnsweredElsewhere, Nothing, Rated, Redone, Undone
from flashtorch.session.opening import turned
from flashtorch.session.phase import Answered, Asking, Judging, Miss, Missed, Move

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flashtorch.cards.model import Card
    from flashtorch.grading.verdict import Verdict
    from flashtorch.history.event import Event
    from flashtorch.scheduling.moment import Moment
    from flashtorch.session.info import Help
    from flashtorch.session.phase import Phase


class StudySession(Marks):
    """A state machine over one learner's cards: what answers a card, and what takes that back.

    Marks on a card (suspend, bury, know, forget, flag, remark, info …) are in `Marks`; where the sitting stands (`phase`, `news`,
    `counts`, `minutes_left`, `ending`, `begin`) is in `Sitting`.
    """

    def answer(self, text: str, now: Moment) -> Phase:
        """An answer: `Judging` when code has to run, else judged at once; nothing is judged on a card that the learner rates."""
        asking = self._asking(Move.ANSWER, now)
        question = asking.question
        kind = question.card.kind
        if asking.self_rated or not kind.is_graded:
            return self._answered(replace(asking, draft=text), None, now)
        if kind.is_run:
            asking = self._keep(replace(asking, draft=text, free=None))
            return self._to(Judging(asking, text, self._judge.ticket(question, text)))
        return self._verdict(asking, text, judge_instant(question, evidence.as_graded(question, text)), now)

    def judged(self, ticket_id: int, verdict: Verdict, now: Moment) -> Phase:
        """The verdict of a ticket; one of a ticket that is no longer waited for is ignored."""
        phase = self._phase
        if not isinstance(phase, Judging) or phase.ticket.id != ticket_id:
            return phase
        self._allowed(Move.JUDGED, now)
        if phase.gave_up and not verdict.name.sets_aside:
            return self._answered(phase.asking, None, now, gave_up=True, value=verdict.value)
        try:
            return self._verdict(phase.asking, phase.answer, verdict, now)
        except Trouble:
            # What cannot be kept is not counted, and the question is open again.
            self._to(phase.asking)
            raise

    def cancel(self, now: Moment) -> Phase:
        """Stop the answer that is being run: neither attempt nor event."""
        phase = self._allowed(Move.CANCEL, now)
        assert isinstance(phase, Judging)
        phase.ticket.cancel()
        return self._to(phase.asking)

    def hint(self, now: Moment) -> Phase:
        """Show one hint more."""
        asking = self._asking(Move.HINT, now)
        if asking.hints_shown >= len(asking.question.hints):
            return self._said(Nothing(Move.HINT))
        asking = self._keep(replace(asking, hints_shown=asking.hints_shown + 1))
        return self._to(replace(self._phase, asking=asking) if isinstance(self._phase, Missed) else asking)

    def reveal(self, now: Moment) -> Phase:
        """Show the back; on a judged card this is giving up."""
        asking = self._asking(Move.REVEAL, now)
        kind = asking.question.card.kind
        gave_up = kind.is_graded and not asking.self_rated
        if gave_up and kind is Kind.PREDICT:
            return self._to(Judging(asking, "", self._judge.value(asking.question), gave_up=True))
        verdict = self._phase.verdict if isinstance(self._phase, Missed) else None
        return self._answered(asking, verdict, now, gave_up=gave_up)

    def rate(self, rating: Rating, now: Moment) -> Phase:
        """Keep the rating, durably, and go on; a card that was answered elsewhere meanwhile is shown again instead."""
        phase = self._allowed(Move.RATE, now)
        assert isinstance(phase, Answered)
        card, before = phase.question.card, phase.state
        name, practice = str(card.id), phase.is_practice
        kept = evidence.evidence(phase)
        state = self._record.review(card, before, rating, self._pace.ms, kept, now, practice=practice)
        if state is None:
            return self._answered_elsewhere(card, phase.answer, now)
        if practice:
            self._queue.practised(name, now, once_more=rating is Rating.AGAIN)
        else:
            self._queue.answered(name, state, now)
        became_leech = state.leech and not before.leech
        self._said(Rated(name, rating, state, became_leech=became_leech, is_practice=practice, is_kept=self._record.is_kept))
        return self._next(now)

    def undo(self, now: Moment) -> Phase:
        """Take back this device's last move, of any day, and show its card as the next question.

        A move is a rating, a suspension, a burial, that a card was known or forgotten; of ratings, practice takes back its own.
        """
        self._allowed(Move.UNDO, now)
        event = self._record.undo(now, practice=self.scope.is_practice)
        if event is None:
            return self._said(Nothing(Move.UNDO))
        self._said(Undone(event))
        self._queue.reload()
        self._queue.unpractised(event.card)
        card = self._card(event.card)
        if card is None:
            return self._next(now)
        self._record.restore_draft(card, event)
        return self._open(card, now)

    def redo(self, now: Moment) -> Phase:
        """Take the last undo back, and go on as after the move it had undone."""
        self._allowed(Move.REDO, now)
        event = self._record.redo(now, practice=self.scope.is_practice)
        if event is None:
            return self._said(Nothing(Move.REDO))
        self._queue.reload()
        self._said(Redone(event))
        if event.rating:
            practice = event.kind is EventKind.PRACTICE
            if practice and event.rating > Rating.AGAIN:
                self._queue.practised(event.card, now, once_more=False)
            rated = Rated(event.card, Rating(event.rating), self._queue.state(event.card), is_practice=practice)
            self._said(replace(rated, is_kept=self._record.is_kept))
        return self._next(now)

    def save_draft(self, text: str, now: Moment) -> Phase:
        """Keep what the learner has written so far; also a sign of life. Nothing is kept where no answer is awaited."""
        phase = self._phase
        if isinstance(phase, Asking):
            self._pace = self._pace.touched(now.at_us)
            self._phase = self._keep(replace(phase, draft=text))
        elif isinstance(phase, Missed):
            self._pace = self._pace.touched(now.at_us)
            self._phase = replace(phase, asking=self._keep(replace(phase.asking, draft=text)))
        return self._phase

    def _verdict(self, asking: Asking, text: str, verdict: Verdict, now: Moment) -> Phase:
        if verdict.name.sets_aside:
            return self._set_aside(asking.question.card, verdict, now)
        if verdict.name.is_free:
            return self._to(self._keep(replace(asking, draft=text, free=verdict)))
        missed = not verdict.is_pass
        misses = (*asking.missed, Miss(text, verdict)) if missed else asking.missed
        asking = self._keep(replace(asking, draft=text, free=None, attempts=asking.attempts + missed, missed=misses))
        if missed and not asking.question.card.kind.is_one_shot:
            return self._to(Missed(asking, text, verdict))
        return self._answered(asking, verdict, now)

    def _answered(self, asking: Asking, verdict: Verdict | None, now: Moment, *, gave_up: bool = False, value: str = "") -> Phase:
        if gave_up:
            # Whoever has seen the back and leaves without a rating does not come back to a first try.
            self._keep(replace(asking, attempts=asking.attempts + 1))
        card = asking.question.card
        events = self._record.events(card)
        failed = gave_up or (verdict is not None and not verdict.is_pass) or bool(asking.attempts)
        shown = turned(
            asking,
            verdict,
            self._record.params,
            now,
            gave_up=gave_up,
            value=value,
            practice=self.scope.is_practice,
            remark=remark_of(events),
            help=self._help(asking, events) if failed or asking.state.leech else None,
        )
        return self._to(shown)

    def _help(self, asking: Asking, events: Sequence[Event]) -> Help | None:
        """For a leech, and for a card that was wrong before."""
        card = asking.question.card
        found = help_of(card, asking.state, events, self._queue.siblings(str(card.id)))
        return found if found.wrong or found.is_leech else None

    def _answered_elsewhere(self, card: Card, text: str, now: Moment) -> Phase:
        self._queue.reload()
        self._said(AnsweredElsewhere(str(card.id)))
        # The numbers may be drawn anew, so only a program is worth keeping.
        phase = self._open(card, now, text=text)
        return self.save_draft(text, now) if card.kind is Kind.CODE else phase

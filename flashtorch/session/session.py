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
from flashtorch.session.news import AnsweredElsewhere, Moved, Nothing, Rated, Redone, SetAside, Undone
from flashtorch.session.opening import opened, turned
from flashtorch.session.pace import Pace
from flashtorch.session.phase import LEGAL, Answered, Asking, Finished, Judging, Missed, Move, NotNow
from flashtorch.session.queue import NO_COUNTS

if TYPE_CHECKING:
    from flashtorch.cards.model import Card
    from flashtorch.grading.verdict import Verdict
    from flashtorch.scheduling.moment import Moment
    from flashtorch.session.judge import Judge
    from flashtorch.session.news import News
    from flashtorch.session.opening import Cards
    from flashtorch.session.phase import Counts, Phase
    from flashtorch.session.queue import Queue
    from flashtorch.session.record import Record


class StudySession:
    """A state machine over one learner's cards.

    `news` are the things that the last move did besides leading to its phase.
    """

    def __init__(self, cards: Cards, queue: Queue, record: Record, judge: Judge) -> None:
        self._cards = cards
        self._queue = queue
        self._record = record
        self._judge = judge
        self._pace = Pace(0)
        self._begun = False
        self._phase: Phase = Finished(NO_COUNTS, None)
        self.news: tuple[News, ...] = ()

    @property
    def phase(self) -> Phase:
        return self._phase

    @property
    def rollover_hour(self) -> int:
        """The local hour at which a study day begins."""
        return self._record.params.rollover_hour

    def counts(self, now: Moment) -> Counts:
        """What today's limits still allow, skipped cards included."""
        return self._queue.counts(now)

    def begin(self, now: Moment) -> Phase:
        """The first question; after the end of a sitting, what has fallen due since."""
        self.news = ()
        if self._begun:
            self._queue.reload()
        self._begun = True
        return self._next(now)

    def answer(self, text: str, now: Moment) -> Phase:
        """An answer: `Judging` when code has to run, else judged at once; nothing is judged on a card that the learner rates."""
        asking = self._asking(Move.ANSWER, now)
        question = asking.question
        kind = question.card.kind
        if asking.self_rated or not kind.is_graded:
            return self._answered(replace(asking, draft=text), None, now)
        if kind.is_run:
            asking = self._keep(replace(asking, draft=text, free=None), now)
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
        asking = self._keep(replace(asking, hints_shown=asking.hints_shown + 1), now)
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
        state = self._record.review(card, before, rating, self._pace.ms, evidence.evidence(phase), now)
        if state is None:
            return self._answered_elsewhere(card, phase.answer, now)
        self._queue.answered(str(card.id), state, now)
        self._said(Rated(str(card.id), rating, state, became_leech=state.leech and not before.leech, is_kept=self._record.is_kept))
        return self._next(now)

    def skip(self, now: Moment) -> Phase:
        """Not again in this sitting."""
        self._allowed(Move.SKIP, now)
        card = str(self._on_screen().question.card.id)
        self._queue.set_aside(card)
        self._said(Moved(Move.SKIP, card))
        return self._next(now)

    def suspend(self, now: Moment) -> Phase:
        """Not again until it is resumed."""
        return self._leave(Move.SUSPEND, EventKind.SUSPEND, now)

    def bury(self, now: Moment) -> Phase:
        """Not again today."""
        return self._leave(Move.BURY, EventKind.BURY, now)

    def flag(self, text: str, now: Moment) -> Phase:
        """Keep a remark about the card, for its author or for later; the card stays."""
        self._allowed(Move.FLAG, now)
        shown = self._on_screen()
        self._record.mark(EventKind.FLAG, shown.question.card, shown.state, now, text=text)
        return self._said(Moved(Move.FLAG, str(shown.question.card.id)))

    def resume(self, card: str, now: Moment) -> Phase:
        """End a suspension."""
        self._allowed(Move.RESUME, now)
        state = self._queue.state(card)
        known = self._card(card)
        if known is None or not state.suspended:
            return self._said(Nothing(Move.RESUME, card))
        self._queue.changed(card, self._record.mark(EventKind.RESUME, known, state, now))
        self._said(Moved(Move.RESUME, card))
        return self._next(now) if isinstance(self._phase, Finished) else self._phase

    def undo(self, now: Moment) -> Phase:
        """Take back this device's last rating, suspension or burial, of any day, and show its card as the next question."""
        self._allowed(Move.UNDO, now)
        event = self._record.undo(now)
        if event is None:
            return self._said(Nothing(Move.UNDO))
        self._said(Undone(event))
        self._queue.reload()
        card = self._card(event.card)
        if card is None:
            return self._next(now)
        self._record.restore_draft(card, event)
        return self._open(card, now)

    def redo(self, now: Moment) -> Phase:
        """Take the last undo back, and go on as after the move it had undone."""
        self._allowed(Move.REDO, now)
        event = self._record.redo(now)
        if event is None:
            return self._said(Nothing(Move.REDO))
        self._queue.reload()
        self._said(Redone(event))
        if event.rating:
            self._said(Rated(event.card, Rating(event.rating), self._queue.state(event.card)))
        return self._next(now)

    def save_draft(self, text: str, now: Moment) -> Phase:
        """Keep what the learner has written so far; also a sign of life. Nothing is kept where no answer is awaited."""
        phase = self._phase
        if isinstance(phase, Asking):
            self._pace = self._pace.touched(now.at_us)
            self._phase = self._keep(replace(phase, draft=text), now)
        elif isinstance(phase, Missed):
            self._pace = self._pace.touched(now.at_us)
            self._phase = replace(phase, asking=self._keep(replace(phase.asking, draft=text), now))
        return self._phase

    def _allowed(self, move: Move, now: Moment) -> Phase:
        """The phase, when the move is legal in it; a legal move is a sign of life and clears the news."""
        if move not in LEGAL[type(self._phase)]:
            raise NotNow(move, self._phase)
        self._pace = self._pace.touched(now.at_us)
        self.news = ()
        return self._phase

    def _asking(self, move: Move, now: Moment) -> Asking:
        self._allowed(move, now)
        asking = self._on_screen()
        assert isinstance(asking, Asking)
        return asking

    def _on_screen(self) -> Asking | Answered:
        """The card that is open."""
        shown = self._phase.asking if isinstance(self._phase, Missed) else self._phase
        assert isinstance(shown, Asking | Answered)
        return shown

    def _verdict(self, asking: Asking, text: str, verdict: Verdict, now: Moment) -> Phase:
        card = str(asking.question.card.id)
        if verdict.name.sets_aside:
            self._queue.set_aside(card)
            self._said(SetAside(card, verdict))
            return self._next(now)
        if verdict.name.is_free:
            return self._to(self._keep(replace(asking, draft=text, free=verdict), now))
        missed = not verdict.is_pass
        asking = self._keep(replace(asking, draft=text, free=None, attempts=asking.attempts + missed), now)
        if missed and not asking.question.card.kind.is_one_shot:
            return self._to(Missed(asking, text, verdict))
        return self._answered(asking, verdict, now)

    def _answered(self, asking: Asking, verdict: Verdict | None, now: Moment, *, gave_up: bool = False, value: str = "") -> Phase:
        if gave_up:
            # Whoever has seen the back and leaves without a rating does not come back to a first try.
            self._keep(replace(asking, attempts=asking.attempts + 1), now)
        return self._to(turned(asking, verdict, self._record.params, now, gave_up=gave_up, value=value))

    def _answered_elsewhere(self, card: Card, text: str, now: Moment) -> Phase:
        self._queue.reload()
        self._said(AnsweredElsewhere(str(card.id)))
        phase = self._open(card, now)
        # The numbers may be drawn anew, so only a program is worth keeping.
        return self.save_draft(text, now) if card.kind is Kind.CODE else phase

    def _leave(self, move: Move, kind: EventKind, now: Moment) -> Phase:
        self._allowed(move, now)
        shown = self._on_screen()
        card = shown.question.card
        self._queue.changed(str(card.id), self._record.mark(kind, card, shown.state, now))
        self._said(Moved(move, str(card.id)))
        return self._next(now)

    def _next(self, now: Moment) -> Phase:
        refreshed = ""
        while (name := self._queue.next(now)) is not None:
            card = self._card(name)
            if card is None:
                self._queue.set_aside(name)
            elif name != refreshed and (state := self._record.state(card)) != self._queue.state(name):
                # Another window has been here.
                self._queue.changed(name, state)
                refreshed = name
            else:
                return self._open(card, now)
        return self._to(Finished(self.counts(now), self._queue.next_at_us(now)))

    def _open(self, card: Card, now: Moment) -> Phase:
        asking, took_ms = opened(card, self._record, self._judge)
        self._pace = Pace(now.at_us, took_ms)
        return self._to(asking)

    def _card(self, name: str) -> Card | None:
        """The card, unless it has gone from its deck, or went bad, since the queue was made."""
        try:
            return self._cards.card(name)
        except Trouble:
            return None

    def _keep(self, asking: Asking, now: Moment) -> Asking:
        """The same, durable: quitting here does not turn the next try into a first one."""
        self._record.save_draft(asking, self._pace.ms)
        return asking

    def _to(self, phase: Phase) -> Phase:
        self._phase, self.news = phase, (*self.news, *self._record.bad_news())
        return phase

    def _said(self, news: News) -> Phase:
        self.news = (*self.news, news)
        return self._phase

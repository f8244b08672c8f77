"""What every move of a sitting needs: the phase, the news, the time that passes, and the next card."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from flashtorch.cards.model import Kind
from flashtorch.cards.question import DRAWS, ask, question_seed
from flashtorch.errors import Trouble
from flashtorch.grading.verdict import VerdictName
from flashtorch.language import current
from flashtorch.scheduling.moment import MINUTE_US
from flashtorch.session.info import last_torch
from flashtorch.session.news import Gone, SetAside
from flashtorch.session.opening import next_turn, opened, renewed
from flashtorch.session.pace import Pace
from flashtorch.session.phase import LEGAL, Answered, Aside, Asking, Drawing, Finished, Judging, Missed, NotNow, Reason
from flashtorch.session.queue import NO_COUNTS

if TYPE_CHECKING:
    from flashtorch.cards.model import Card
    from flashtorch.grading.verdict import Verdict
    from flashtorch.scheduling.moment import Moment
    from flashtorch.session.judge import Judge
    from flashtorch.session.news import News
    from flashtorch.session.opening import Cards
    from flashtorch.session.phase import Counts, Move, Phase
    from flashtorch.session.queue import Queue
    from flashtorch.session.record import Record
    from flashtorch.session.scope import Scope


class Sitting:
    """Where a sitting stands, and how it goes on.

    `news` are the things that the last move did besides leading to its phase.
    """

    def __init__(self, cards: Cards, queue: Queue, record: Record, judge: Judge) -> None:
        self._cards = cards
        self._queue = queue
        self._record = record
        self._judge = judge
        self._pace = Pace(0)
        self._until_us: int | None = None
        """When the time box is over."""
        self._lang = ""
        """The language that the learner chose for this sitting."""
        self._aside: dict[str, Aside] = {}
        self._begun = False
        self._phase: Phase = Finished(NO_COUNTS, None)
        self.news: tuple[News, ...] = ()

    @property
    def phase(self) -> Phase:
        return self._phase

    @property
    def scope(self) -> Scope:
        """What is asked, and for how long."""
        return self._queue.scope

    @property
    def rollover_hour(self) -> int:
        """The local hour at which a study day begins."""
        return self._record.params.rollover_hour

    def counts(self, now: Moment) -> Counts:
        """What today's limits still allow, skipped cards included; in practice, what is still to be practised."""
        return self._queue.counts(now)

    def minutes_left(self, now: Moment) -> int | None:
        """What is left of the time box, a begun minute counting whole; 0 when it is over, None without one."""
        if self._until_us is None:
            return None
        return max(0, -(-(self._until_us - now.at_us) // MINUTE_US))

    def ending(self, now: Moment, reason: Reason = Reason.LEFT) -> Finished:
        """The end of the sitting as it would be now, with the numbers of the day and what was set aside; nothing changes."""
        today = self._record.today(self._queue.state, now)
        return Finished(self.counts(now), self._queue.next_at_us(now), reason, today, tuple(self._aside.values()))

    def begin(self, now: Moment) -> Phase:
        """The first question; after the end of a sitting, what has fallen due since, with a new time box."""
        self.news = ()
        if self._begun:
            self._queue.afresh()
        self._begun = True
        minutes = self.scope.minutes
        self._until_us = None if minutes is None else now.at_us + round(minutes * MINUTE_US)
        return self._next(now)

    def drawn(self, ticket_id: int, verdict: Verdict, now: Moment) -> Phase:
        """The verdict on the numbers that were drawn: the question, with others if need be; the next one when the card has none.

        That of a ticket which is no longer waited for is ignored.
        """
        phase = self._phase
        if not isinstance(phase, Drawing) or phase.ticket.id != ticket_id:
            return phase
        self.news = ()
        asking = phase.asking
        if verdict.name is not VerdictName.BROKEN:
            return self._show(asking, phase.took_ms, now)
        name = str(asking.question.card.id)
        if (card := self._card(name)) is None:
            self._queue.set_aside(name)
            self._said(Gone((name,)))
            return self._next(now)
        return self._open(card, now, draw=phase.draw + 1, fault=verdict, text=asking.draft)

    def look_ahead(self, now: Moment) -> None:
        """Have tried what may be asked after the open question, for a driver that has nothing else to do; nothing changes.

        So a generated card need not be waited for, and one that is broken here is not shown.
        """
        if not isinstance(self._phase, Asking | Missed):
            return
        this = str(self._on_screen().question.card.id)
        # What is wrong with the history is said by the move that needs it.
        with contextlib.suppress(Trouble):
            self._try(self._queue.next(now, but=this), 0)
            self._try(this, 1)

    def _try(self, name: str | None, after: int) -> None:
        """The next question of a card, or the one after that."""
        card = self._card(name) if name else None
        if card is None or not card.kind.is_run or (after and not card.generated):
            return
        turn = next_turn(card, self._record, self._record.state(card), practice=self.scope.is_practice, after=after)
        question = ask(card, question_seed(card.id, turn), self._lang or current())
        if self._judge.known(question) is None:
            self._judge.look_ahead(question)

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
        shown = self._phase.asking if isinstance(self._phase, Missed | Judging | Drawing) else self._phase
        assert isinstance(shown, Asking | Answered)
        return shown

    def _next(self, now: Moment) -> Phase:
        """The next question, of the card as its deck says it now; the end, when nothing is left or the time is over."""
        if self._until_us is not None and now.at_us >= self._until_us:
            return self._to(self.ending(now, Reason.TIME))
        refreshed = ""
        gone: list[str] = []
        card: Card | None = None
        while (name := self._queue.next(now)) is not None:
            card = self._fresh(name, gone)
            if card is None:
                self._queue.set_aside(name)
            elif name != refreshed and (state := self._record.state(card)) != self._queue.state(name):
                # Another window has been here.
                self._queue.changed(name, state)
                refreshed = name
            else:
                break
        if gone:
            self._said(Gone(tuple(dict.fromkeys(gone))))
        return self._to(self.ending(now, Reason.DONE)) if name is None or card is None else self._open(card, now)

    def _open(self, card: Card, now: Moment, *, draw: int = 0, fault: Verdict | None = None, text: str = "") -> Phase:
        """Ask the card: a generated one with numbers that it works with, so that it is not shown before that is known.

        `draw` counts the draws that were tried, the last one with this `fault`; `text` is a program that was written before.
        """
        lang = self._lang or current()
        while draw < (DRAWS if card.generated else 1):
            asking, took_ms = opened(card, self._record, self._judge, lang, practice=self.scope.is_practice, draw=draw)
            if text and card.kind is Kind.CODE and not asking.draft:
                asking = replace(asking, draft=text)
            if not asking.is_run:
                return self._show(asking, took_ms, now)
            known = self._judge.known(asking.question)
            if known is None and card.generated:
                return self._to(Drawing(asking, self._judge.proof(asking.question), draw, took_ms))
            if known is None or known.name is not VerdictName.BROKEN:
                return self._show(asking, took_ms, now)
            draw, fault = draw + 1, known
        assert fault is not None
        return self._set_aside(card, fault, now)

    def _drawn_still(self, card: Card, now: Moment) -> Phase:
        """The open card was edited, and may not work any more with the numbers that it is shown with."""
        shown = self._on_screen()
        if not isinstance(shown, Asking) or not shown.is_run:
            return self._phase
        known = self._judge.known(shown.question)
        if known is None:
            return self._to(Drawing(shown, self._judge.proof(shown.question), 0, self._pace.ms))
        if known.name is VerdictName.BROKEN:
            return self._open(card, now, draw=1, fault=known, text=shown.draft)
        return self._phase

    def _show(self, asking: Asking, took_ms: int, now: Moment) -> Phase:
        if asking.is_run:
            self._judge.show(asking.question)
        self._pace = Pace(now.at_us, took_ms)
        return self._to(asking)

    def _set_aside(self, card: Card, verdict: Verdict, now: Moment) -> Phase:
        """It cannot be judged here: named now and at the end, and if it once ran with another torch, that is said."""
        name = str(card.id)
        before = last_torch(self._record.events(card)) if verdict.name is VerdictName.BROKEN else ""
        ran_with = before if verdict.torch and before != verdict.torch else ""
        self._queue.set_aside(name)
        self._aside[name] = Aside(name, verdict, ran_with)
        self._said(SetAside(name, verdict, ran_with))
        return self._next(now)

    def _renew(self, card: Card, lang: str) -> None:
        """Show the open card once more, as it is now or in another language, and lose nothing."""
        shown = renewed(self._on_screen(), card, self._judge, lang)
        if isinstance(shown, Asking) and shown.is_run:
            self._judge.show(shown.question)
        if isinstance(self._phase, Missed):
            assert isinstance(shown, Asking)
            self._to(replace(self._phase, asking=shown))
        else:
            self._to(shown)

    def _card(self, name: str) -> Card | None:
        """The card, unless it has gone from its deck, or went bad."""
        try:
            return self._cards.card(name)
        except Trouble:
            return None

    def _fresh(self, name: str, gone: list[str]) -> Card | None:
        """The card as its file says it now; `gone` is told what is missing."""
        if self._cards.is_stale(name) and not self._look_again(gone):
            gone.append(name)
            return None
        card = self._card(name)
        if card is None:
            gone.append(name)
        return card

    def _look_again(self, gone: list[str]) -> bool:
        """Read what has changed in the decks; False when they are not there."""
        try:
            self._cards.refresh()
        except Trouble:
            return False
        gone += self._queue.reshelve(self._cards.heads())
        return True

    def _keep(self, asking: Asking) -> Asking:
        """The same, durable: quitting here does not turn the next try into a first one. Practice has no first tries."""
        if not self.scope.is_practice:
            self._record.save_draft(asking, self._pace.ms)
        return asking

    def _to(self, phase: Phase) -> Phase:
        self._phase, self.news = phase, (*self.news, *self._record.bad_news())
        return phase

    def _said(self, news: News) -> Phase:
        self.news = (*self.news, news)
        return self._phase

"""Moves that say something about the open card, rather than answer it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flashtorch.cards.model import main_language
from flashtorch.history.event import EventKind
from flashtorch.language import current
from flashtorch.scheduling.known import known_days
from flashtorch.scheduling.moment import study_day
from flashtorch.scheduling.state import Stage
from flashtorch.session.news import Gone, Moved, Nothing
from flashtorch.session.phase import Answered, Drawing, Finished, Move, NotNow
from flashtorch.session.sitting import Sitting

if TYPE_CHECKING:
    from typing import Any

    from flashtorch.scheduling.moment import Moment
    from flashtorch.session.info import CardInfo
    from flashtorch.session.phase import Asking, Phase


class Marks(Sitting):
    """What can be said about a card; all of it durable when the method returns."""

    def skip(self, now: Moment) -> Phase:
        """Not again in this sitting."""
        phase = self._allowed(Move.SKIP, now)
        if isinstance(phase, Drawing):
            phase.ticket.cancel()
        card = str(self._on_screen().question.card.id)
        self._queue.set_aside(card)
        self._said(Moved(Move.SKIP, card))
        return self._next(now)

    def suspend(self, now: Moment) -> Phase:
        """Not again until it is resumed. Undone by `undo`."""
        return self._leave(Move.SUSPEND, EventKind.SUSPEND, now)

    def bury(self, now: Moment) -> Phase:
        """Not again today. Undone by `undo`."""
        return self._leave(Move.BURY, EventKind.BURY, now)

    def know(self, now: Moment) -> Phase:
        """The learner knows this new card: it is asked again in half a year, and takes none of today's places. Undone by `undo`.

        Nothing was answered, so it is no review but a day that is set; the first real answer begins the memory. On a card that is
        not new nothing happens, which the news says.
        """
        shown = self._shown_for(Move.KNOW, now)
        card = str(shown.question.card.id)
        if shown.state.stage is not Stage.NEW:
            return self._said(Nothing(Move.KNOW, card))
        due_day = study_day(now, self.rollover_hour) + known_days(card)
        return self._leave(Move.KNOW, EventKind.SET_DUE, now, due_day=due_day, known=True)

    def forget(self, now: Moment) -> Phase:
        """The card begins anew; its history stays. Undone by `undo`."""
        return self._leave(Move.FORGET, EventKind.FORGET, now)

    def flag(self, text: str, now: Moment) -> Phase:
        """Keep a sentence about the card, for its author or for later; the card stays."""
        shown = self._shown_for(Move.FLAG, now)
        self._record.mark(EventKind.FLAG, shown.question.card, shown.state, now, text=text)
        return self._said(Moved(Move.FLAG, str(shown.question.card.id)))

    def remark(self, text: str, now: Moment) -> Phase:
        """Keep a private note on the card in place of an earlier one; it is shown with the answer. An empty one takes it away."""
        shown = self._shown_for(Move.REMARK, now)
        self._record.mark(EventKind.NOTE, shown.question.card, shown.state, now, text=text)
        if isinstance(self._phase, Answered):
            self._to(replace(self._phase, remark=text))
        return self._said(Moved(Move.REMARK, str(shown.question.card.id)))

    def resume(self, card: str, now: Moment) -> Phase:
        """End the suspension of any card."""
        self._allowed(Move.RESUME, now)
        state = self._queue.state(card)
        known = self._card(card)
        if known is None or not state.suspended:
            return self._said(Nothing(Move.RESUME, card))
        self._queue.changed(card, self._record.mark(EventKind.RESUME, known, state, now))
        self._said(Moved(Move.RESUME, card))
        return self._next(now) if isinstance(self._phase, Finished) else self._phase

    def info(self, card: str, now: Moment) -> CardInfo:
        """Everything that is known of a card; of the open one when the name is empty. The phase stays.

        Raises:
            Trouble: no deck holds a card of that name.
            NotNow: no name is given, and no card is open.
        """
        if not card and isinstance(self._phase, Finished):
            raise NotNow(Move.INFO, self._phase)
        self._allowed(Move.INFO, now)
        known = self._cards.card(card) if card else self._on_screen().question.card
        return self._record.info(known, self._queue.siblings(str(known.id)), now)

    def speak(self, lang: str, now: Moment) -> Phase:
        """Show the open card, and those after it, in this language where they have it; an empty name is the card's next one.

        The numbers, the order of options and what is written stay.
        """
        shown = self._shown_for(Move.LANG, now)
        card = shown.question.card
        mine = main_language(card.lang)
        known = sorted({mine, *(main_language(twin.lang) for twin in card.translations)})
        wanted = main_language(lang) if lang else known[(known.index(mine) + 1) % len(known)]
        if wanted not in known or (wanted == mine and not lang):
            return self._said(Nothing(Move.LANG, str(card.id)))
        self._lang = wanted
        self._renew(card, wanted)
        return self._phase

    def reload(self, now: Moment) -> Phase:
        """Look at the decks again, and show the open card as its file says it now, with what was hinted, written and judged."""
        self._allowed(Move.RELOAD, now)
        gone: list[str] = []
        if isinstance(self._phase, Finished):
            self._look_again(gone)
            return self._next(now)
        before = self._on_screen()
        name = str(before.question.card.id)
        card = self._card(name) if self._look_again(gone) else None
        if card is None:
            self._queue.set_aside(name)
            self._said(Gone((name,)))
            return self._next(now)
        if card.kind is not before.question.card.kind or self._record.state(card) != before.state:
            return self._open(card, now)
        lang = self._lang or current()
        self._renew(card, lang)
        edited = self._on_screen().question.card.content_hash != before.question.card.content_hash
        return self._drawn_still(card, now) if edited and card.generated else self._phase

    def _shown_for(self, move: Move, now: Moment) -> Asking | Answered:
        self._allowed(move, now)
        return self._on_screen()

    def _leave(self, move: Move, kind: EventKind, now: Moment, **data: Any) -> Phase:
        shown = self._shown_for(move, now)
        card = shown.question.card
        self._queue.changed(str(card.id), self._record.mark(kind, card, shown.state, now, **data))
        self._said(Moved(move, str(card.id)))
        return self._next(now)

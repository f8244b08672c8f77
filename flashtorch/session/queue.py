"""What is left of today in this sitting."""

from __future__ import annotations

from bisect import insort
from dataclasses import replace
from typing import TYPE_CHECKING

from flashtorch.scheduling.moment import day_start, study_day
from flashtorch.scheduling.order import STEPS, agenda_of
from flashtorch.scheduling.row import Row
from flashtorch.scheduling.state import CardState, for_rev
from flashtorch.session.phase import Counts, DeckCounts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from flashtorch.cards.model import Head
    from flashtorch.scheduling.moment import Moment
    from flashtorch.scheduling.order import Agenda
    from flashtorch.scheduling.params import Params

NO_COUNTS = Counts(0, 0, 0)


class Queue:
    """Today's agenda, kept up to date move by move.

    An answer changes the agenda in place, for making a new one of ten thousand cards is felt between two questions; whatever
    happens seldom makes a new one.
    """

    def __init__(
        self, heads: Sequence[Head], load: Callable[[], Mapping[str, CardState]], params: Params, *, deck: str | None = None
    ) -> None:
        """`heads` are those of the whole library, for limits and siblings count over all of it; `deck` is the one to ask."""
        self._heads = heads
        self._head = {head.card: head for head in heads}
        self._load = load
        self._params = params
        self._deck = deck
        self._states: dict[str, CardState] = dict(load())
        self._aside: set[str] = set()
        self._whole: Agenda | None = None
        self._rest: Agenda | None = None

    def narrow(self, deck: str | None) -> None:
        """Ask this deck alone from now on; None for all."""
        self._deck = deck
        self._whole = self._rest = None

    def reload(self) -> None:
        """Read the states again, as after something that another window or an undo did."""
        self._states = dict(self._load())
        self._whole = self._rest = None

    def next(self, now: Moment) -> str | None:
        """The card to ask now; None when nothing is due and no step within twenty minutes."""
        row = self._today(now)[1].next(now)
        return row.card if row else None

    def next_at_us(self, now: Moment) -> int | None:
        """When the next card falls due, microseconds of UTC; None when nothing is scheduled."""
        return self._today(now)[1].next_at_us(now)

    def counts(self, now: Moment) -> Counts:
        """What the day's limits still allow, cards that were set aside included."""
        counted = sorted(self._today(now)[0].counts().items())
        new, learning, review = (sum(of_deck[at] for _deck, of_deck in counted) for at in range(3))
        return Counts(new, learning, review, tuple(DeckCounts(deck, *of_deck) for deck, of_deck in counted))

    def state(self, card: str) -> CardState:
        """The card's state as it was last seen here."""
        state = self._states.get(card, CardState())
        return for_rev(state, self._head[card].rev) if card in self._head else state

    def set_aside(self, card: str) -> None:
        """Not again in this sitting."""
        self._aside.add(card)
        self._rest = None

    def changed(self, card: str, state: CardState) -> None:
        """The card was suspended, buried, resumed, or answered elsewhere."""
        self._states[card] = state
        self._whole = self._rest = None

    def answered(self, card: str, state: CardState, now: Moment) -> None:
        """The card was answered here: it gives up its place, and a step of today finds a new one."""
        whole, rest = self._today(now)
        self.changed(card, state)
        if not any(row.card == card for row in (*whole.main, *whole.learning)):
            # It was asked again by an undo, or in the place of a sibling that was set aside: other cards move up.
            return
        self._whole = self._moved(whole, card, state)
        self._rest = self._whole if rest is whole else self._moved(rest, card, state)

    def _today(self, now: Moment) -> tuple[Agenda, Agenda]:
        """Of the study day: everything, and what is left once the cards that were set aside are left out."""
        if self._whole is None or self._whole.day != study_day(now, self._params.rollover_hour):
            self._whole, self._rest = self._made(now, frozenset()), None
        if self._rest is None:
            self._rest = self._made(now, self._aside) if self._aside else self._whole
        return self._whole, self._rest

    def _made(self, now: Moment, without: frozenset[str] | set[str]) -> Agenda:
        deck = self._deck
        wanted = None if deck is None else lambda head: head.deck == deck
        return agenda_of(self._heads, self._states, now, self._params, without=without, wanted=wanted)

    def _moved(self, agenda: Agenda, card: str, state: CardState) -> Agenda:
        learning = [row for row in agenda.learning if row.card != card]
        later_us = agenda.later_us
        if state.stage in STEPS and state.due_day == agenda.day and not state.suspended and card not in self._aside:
            insort(learning, self._row(card, state), key=lambda row: (row.due_at_us or 0, row.card))
        elif not state.suspended and state.due_day is not None and state.due_day > agenda.day:
            start = day_start(state.due_day, state.utc_offset_min, self._params.rollover_hour).at_us
            later_us = start if later_us is None else min(later_us, start)
        main = tuple(row for row in agenda.main if row.card != card)
        return replace(agenda, learning=tuple(learning), main=main, later_us=later_us)

    def _row(self, card: str, state: CardState) -> Row:
        head = self._head[card]
        where = (head.card, head.deck, head.file, head.position, head.note, head.siblings)
        return Row(*where, state.stage, state.due_at_us, state.due_day, state.last_day, state.stability)

"""What is left of today in this sitting."""

from __future__ import annotations

from bisect import insort
from dataclasses import replace
from typing import TYPE_CHECKING

from flashtorch.scheduling.limits import days_of_work
from flashtorch.scheduling.moment import day_start, study_day
from flashtorch.scheduling.order import STEPS, agenda_of, row_of
from flashtorch.scheduling.practice import practice_of
from flashtorch.scheduling.state import CardState, for_rev
from flashtorch.session.phase import Counts, DeckCounts
from flashtorch.session.scope import WHOLE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from flashtorch.cards.model import Head
    from flashtorch.scheduling.moment import Moment
    from flashtorch.scheduling.order import Agenda
    from flashtorch.scheduling.params import Params
    from flashtorch.session.scope import Scope

NO_COUNTS = Counts(0, 0, 0)


class Queue:
    """Today's agenda, kept up to date move by move.

    An answer changes the agenda in place, for making a new one of ten thousand cards is felt between two questions; whatever
    happens seldom makes a new one.
    """

    def __init__(
        self, heads: Sequence[Head], load: Callable[[], Mapping[str, CardState]], params: Params, *, scope: Scope = WHOLE
    ) -> None:
        """`heads` are those of the whole library, for limits and siblings count over all of it; `scope` says what to ask."""
        self._heads = heads
        self._head = {head.card: head for head in heads}
        self._load = load
        self._params = params
        self._scope = scope
        self._states: dict[str, CardState] = dict(load())
        self._aside: set[str] = set()
        self._practised: set[str] = set()
        self._whole: Agenda | None = None
        self._rest: Agenda | None = None

    @property
    def scope(self) -> Scope:
        return self._scope

    def within(self, scope: Scope) -> None:
        """Ask what this scope holds from now on."""
        self._scope = scope
        self._practised.clear()
        self._whole = self._rest = None

    def narrow(self, deck: str | None) -> None:
        """Ask this deck alone from now on; None for all."""
        self.within(replace(self._scope, deck=deck))

    def reload(self) -> None:
        """Read the states again, as after something that another window or an undo did."""
        self._states = dict(self._load())
        self._whole = self._rest = None

    def afresh(self) -> None:
        """The same, and everything is practised once more."""
        self._practised.clear()
        self.reload()

    def reshelve(self, heads: Sequence[Head]) -> tuple[str, ...]:
        """The decks have other cards now; gives those that were still to be asked and are gone."""
        asked = [row.card for row in (*self._whole.learning, *self._whole.main)] if self._whole else []
        self._heads = heads
        self._head = {head.card: head for head in heads}
        self._whole = self._rest = None
        return tuple(card for card in asked if card not in self._head)

    def next(self, now: Moment, *, but: str = "") -> str | None:
        """The card to ask now, or to ask `but` for that one; None when nothing is due and no step within twenty minutes."""
        row = self._today(now)[1].next(now, but=but)
        return row.card if row else None

    def next_at_us(self, now: Moment) -> int | None:
        """When the next card falls due, microseconds of UTC; None when nothing is scheduled. Practice changes nothing about it."""
        rest = self._scheduled(now, self._aside) if self._scope.is_practice else self._today(now)[1]
        return rest.next_at_us(now)

    def counts(self, now: Moment) -> Counts:
        """What the day's limits still allow, cards that were set aside included; in practice, what is still to be practised."""
        today = self._today(now)[0]
        counted = sorted(today.counts().items())
        new, learning, review = (sum(of_deck[at] for _deck, of_deck in counted) for at in range(3))
        backlog = days_of_work(review, today.waiting, self._params.reviews_per_day)
        return Counts(new, learning, review, tuple(DeckCounts(deck, *of_deck) for deck, of_deck in counted), today.waiting, backlog)

    def state(self, card: str) -> CardState:
        """The card's state as it was last seen here."""
        state = self._states.get(card, CardState())
        return for_rev(state, self._head[card].rev) if card in self._head else state

    def siblings(self, card: str) -> tuple[str, ...]:
        """The other cards of the same fact, in deck order."""
        mine = self._head.get(card)
        return tuple(head.card for head in self._heads if mine and head.siblings == mine.siblings and head.card != card)

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

    def practised(self, card: str, now: Moment, *, once_more: bool) -> None:
        """The card was practised: it is done with, or comes again after all others."""
        whole, rest = self._today(now)
        last = (row_of(self._head[card], self.state(card)),) if once_more and card in self._head else ()
        if not once_more:
            self._practised.add(card)
        self._whole, self._rest = (
            replace(agenda, main=(*(row for row in agenda.main if row.card != card), *last)) for agenda in (whole, rest)
        )

    def unpractised(self, card: str) -> None:
        """That was taken back."""
        self._practised.discard(card)
        self._whole = self._rest = None

    def _today(self, now: Moment) -> tuple[Agenda, Agenda]:
        """Of the study day: everything, and what is left once the cards that were set aside are left out."""
        if self._whole is None or self._whole.day != study_day(now, self._params.rollover_hour):
            self._whole, self._rest = self._made(now, frozenset()), None
        if self._rest is None:
            self._rest = self._made(now, self._aside) if self._aside else self._whole
        return self._whole, self._rest

    def _made(self, now: Moment, without: frozenset[str] | set[str]) -> Agenda:
        scope = self._scope
        if not scope.is_practice:
            return self._scheduled(now, without)
        days = 0 if scope.cram else scope.ahead_days
        without = without | self._practised
        return practice_of(self._heads, self._states, now, self._params, wanted=scope.holds, without=without, ahead_days=days)

    def _scheduled(self, now: Moment, without: frozenset[str] | set[str]) -> Agenda:
        scope = self._scope
        wanted = scope.holds if scope.is_narrow else None
        return agenda_of(self._heads, self._states, now, self._params, without=without, wanted=wanted)

    def _moved(self, agenda: Agenda, card: str, state: CardState) -> Agenda:
        learning = [row for row in agenda.learning if row.card != card]
        later_us = agenda.later_us
        if state.stage in STEPS and state.due_day == agenda.day and not state.suspended and card not in self._aside:
            insort(learning, row_of(self._head[card], state), key=lambda row: (row.due_at_us or 0, row.card))
        elif not state.suspended and state.due_day is not None and state.due_day > agenda.day:
            start = day_start(state.due_day, state.utc_offset_min, self._params.rollover_hour).at_us
            later_us = start if later_us is None else min(later_us, start)
        main = tuple(row for row in agenda.main if row.card != card)
        return replace(agenda, learning=tuple(learning), main=main, later_us=later_us)

"""What a sitting writes down: moves as events of the history, the open card as a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flashtorch.cards.question import ask, seeds_of
from flashtorch.history.draft import Draft
from flashtorch.history.event import Event, EventKind
from flashtorch.history.event_id import new_id
from flashtorch.history.faults import Stale
from flashtorch.scheduling.moment import DAY_US, day_start, study_day
from flashtorch.session.evidence import as_shown, misses
from flashtorch.session.info import card_info
from flashtorch.session.news import NotKept
from flashtorch.session.today import today

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flashtorch.cards.model import Card
    from flashtorch.history.log import History
    from flashtorch.scheduling.moment import Moment
    from flashtorch.scheduling.params import Params
    from flashtorch.scheduling.state import CardState, Rating
    from flashtorch.session.info import CardInfo
    from flashtorch.session.phase import Asking, Today


class Record:
    """The history of one learner, as a sitting uses it. Everything is durable when a method returns, while `is_kept`."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._told = False

    @property
    def is_kept(self) -> bool:
        """Whether what is written down is durable."""
        return self._history.unkept is None

    def bad_news(self) -> tuple[NotKept, ...]:
        """That nothing is kept any more, at the first time of asking after it began."""
        why = self._history.unkept
        if why is None or self._told:
            return ()
        self._told = True
        return (NotKept(f"{why.where}: {why.what}"),)

    @property
    def params(self) -> Params:
        return self._history.params

    def state(self, card: Card) -> CardState:
        """The card's state now, whoever wrote it."""
        return self._history.state(str(card.id), card.rev)

    def states(self) -> Mapping[str, CardState]:
        """Of every card that was ever touched."""
        return self._history.states()

    def review(
        self,
        card: Card,
        state: CardState,
        rating: Rating,
        took_ms: int,
        evidence: Mapping[str, Any],
        now: Moment,
        *,
        practice: bool = False,
    ) -> CardState | None:
        """Keep a rating of a card that was shown in `state`; None when it was answered elsewhere since, and nothing is kept.

        One in practice is always kept, and leaves the state as it is.
        """
        kind = EventKind.PRACTICE if practice else EventKind.REVIEW
        event = self._event(kind, card, state, now, evidence, rating=int(rating), took_ms=took_ms)
        try:
            return self._history.append(event, state.last_event)
        except Stale:
            return None

    def mark(self, kind: EventKind, card: Card, state: CardState, now: Moment, **data: Any) -> CardState:
        """Keep an event that is right whatever another window did meanwhile."""
        event = self._event(kind, card, state, now, {"v": 1, **data})
        while True:
            try:
                return self._history.append(event, state.last_event)
            except Stale:
                state = self.state(card)

    def events(self, card: Card) -> list[Event]:
        """Of the card, live and dead, in the order in which they happened."""
        return self._history.events(str(card.id))

    def practised(self, card: Card) -> int:
        """How often the card was ever answered in practice."""
        return sum(event.kind is EventKind.PRACTICE for event in self.events(card))

    def info(self, card: Card, siblings: tuple[str, ...], now: Moment) -> CardInfo:
        """Everything that is known of the card."""
        return card_info(card, self.state(card), self.events(card), self._history.events(""), siblings, now, self.params)

    def today(self, state_of: Callable[[str], CardState], now: Moment) -> Today:
        """What was done on this study day so far; `state_of` gives the states as they are."""
        day = study_day(now, self.params.rollover_hour)
        begins = day_start(day, now.utc_offset_min, self.params.rollover_hour).at_us
        # Ids begin with the time; a day's worth earlier takes in whoever has travelled since.
        return today(self._history.events(since=new_id(begins - DAY_US, bytes(8))), state_of, day)

    def undo(self, now: Moment, *, practice: bool = False) -> Event | None:
        return self._history.undo(now, practice=practice)

    def redo(self, now: Moment, *, practice: bool = False) -> Event | None:
        return self._history.redo(now, practice=practice)

    def draft(self, card: Card) -> Draft | None:
        return self._history.draft(str(card.id))

    def save_draft(self, asking: Asking, took_ms: int) -> None:
        draft = Draft(asking.draft, asking.question.seed, asking.attempts, asking.hints_shown, took_ms)
        self._history.save_draft(str(asking.question.card.id), draft)

    def restore_draft(self, card: Card, undone: Event) -> None:
        """Make a draft of the rating that was taken back, so that neither its text nor its misses are lost."""
        if undone.kind is not EventKind.REVIEW:
            return
        kept, seed = undone.evidence, undone.evidence.get("seed")
        if seed in seeds_of(card, self.state(card).reps):
            text = as_shown(ask(card, seed), str(kept.get("answer", "")))
            draft = Draft(text, seed, misses(kept), int(kept.get("hints", 0)), undone.took_ms or 0)
            self._history.save_draft(str(card.id), draft)

    def _event(
        self,
        kind: EventKind,
        card: Card,
        state: CardState,
        now: Moment,
        evidence: Mapping[str, Any],
        *,
        rating: int | None = None,
        took_ms: int | None = None,
    ) -> Event:
        """Without id and device: the history gives them."""
        day = study_day(now, self.params.rollover_hour)
        name, rev = str(card.id), state.rev
        return Event(
            "", now.at_us, now.utc_offset_min, day, "", kind, name, rev, rating, took_ms, evidence, content_hash=card.content_hash
        )

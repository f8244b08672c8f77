"""The history of one learner: append, undo, redo, and the states that follow."""

from __future__ import annotations

import os
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, desc, func, insert, select

from flashtorch.history.draft import Draft
from flashtorch.history.engine import Database
from flashtorch.history.event import Event, EventKind
from flashtorch.history.event_id import new_id
from flashtorch.history.faults import Busy, Stale, Unwritable
from flashtorch.history.going_on import GoingOn
from flashtorch.history.rebuild import UNTOUCHED, read_epochs, rebuild, refold, replayed, stored
from flashtorch.history.rows import (
    DRAFT,
    DROP_DRAFT,
    PUT_DRAFT,
    PUT_STATE,
    STATE,
    event_of,
    event_values,
    state_of,
    state_values,
)
from flashtorch.history.tables import card_state, events
from flashtorch.history.undo import by_id, last_move, last_undo
from flashtorch.history.voids import dead
from flashtorch.scheduling.apply import TOUCHING, apply
from flashtorch.scheduling.moment import Moment, study_day
from flashtorch.scheduling.state import for_rev

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from sqlalchemy import Connection

    from flashtorch.scheduling.params import Params
    from flashtorch.scheduling.state import CardState

__all__ = ["Busy", "Draft", "History", "Stale", "Unwritable"]

_INSERT_EVENT = insert(events)
_NEWEST_OF_DEVICE = select(func.max(events.c.id)).where(events.c.device_id == bindparam("device"))
_NEWEST_OF_CARD = (
    select(events.c.at_us, events.c.id)
    .where(events.c.card == bindparam("name"))
    .order_by(desc(events.c.at_us), desc(events.c.id))
    .limit(1)
)
_RECKONED = (EventKind.REVIEW, EventKind.SET_DUE)


class History:
    """An open history. One thread uses it at a time; other processes may use the same file.

    Every method raises `Trouble` for a damaged file, and those that write raise `Unwritable` (`Busy`, when only another process
    is in the way); nothing has changed then. One that `goes_on` is told so by `unkept` instead.
    """

    def __init__(self, database: Database, device_id: str, params: Params, entropy: Callable[[int], bytes]) -> None:
        self._database = database
        self._chosen = params
        self._entropy = entropy
        self.device_id = device_id
        """Of this copy of the history; events that came from elsewhere carry another."""
        self.held = 0
        """Answers that are held in memory alone."""
        with database.reading() as connection:
            self._epochs = read_epochs(connection)

    @classmethod
    def open(
        cls, path: Path, params: Params, *, busy_ms: int = 5000, entropy: Callable[[int], bytes] = os.urandom, goes_on: bool = False
    ) -> History:
        """Open the file, or make it; `params` are what this learner chose, `busy_ms` how long another writer is waited for.

        With `goes_on` a file that can be read and not written, now or later, is no error: what is answered is held in memory.

        Raises:
            Unwritable: the folder or the file cannot be used here.
            Trouble: the file is damaged, of a newer flashtorch, or something else.
        """
        database = (GoingOn if goes_on else Database)(path, busy_ms)
        try:
            return cls(database, database.prepare(lambda: entropy(8).hex()), params, entropy)
        except BaseException:
            database.close()
            raise

    def close(self) -> None:
        self._database.close()

    @property
    def unkept(self) -> Unwritable | None:
        """Why what is answered now is not kept; None while it is."""
        return self._database.unkept

    def keep_late(self) -> None:
        """Try once more to keep what is held in memory: the disk may have room again, or the folder be writable.

        Raises:
            Trouble: it cannot be kept.
        """
        if isinstance(self._database, GoingOn) and self.unkept:
            self._database.keep_late()
            self.held = 0

    @property
    def params(self) -> Params:
        """What is in force: what the learner chose, with the weights that were fitted last."""
        return replace(self._chosen, weights=self._epochs.latest.weights) if self._epochs.params else self._chosen

    def state(self, card: str, rev: int = 1) -> CardState:
        """The state of a card whose deck says `rev`."""
        with self._database.reading() as connection:
            return for_rev(_stored_state(connection, card), rev)

    def states(self) -> dict[str, CardState]:
        """Of every card that was ever touched, with the highest rev that the log has seen."""
        with self._database.reading() as connection:
            return stored(connection)

    def append(self, event: Event, seen: str | None) -> CardState:
        """Keep an event and what follows from it, durably, and give the card's new state.

        An empty `id` or `device_id` is filled in; `seen` is the state's `last_event` when the card was shown. A review drops the
        card's draft. What the learner has changed about the parameters is written down before.

        Raises:
            Stale: the card was touched since.
            ValueError: a void or new parameters, which have methods of their own.
        """
        if event.kind in (EventKind.VOID, EventKind.PARAMS):
            raise ValueError(f"{event.kind} is not appended by hand")
        state = self._database.write(lambda connection: self._append(connection, event, seen))
        self.held += event.kind is EventKind.REVIEW and self.unkept is not None
        return state

    def _append(self, connection: Connection, event: Event, seen: str | None) -> CardState:
        self._epochs = read_epochs(connection)
        if event.kind in _RECKONED and self.params.recorded() != self._epochs.latest.recorded():
            # A due day has to follow from the log alone, so what it is reckoned with is written down before.
            self._put_in_force(connection, self.params, Moment(event.at_us, event.utc_offset_min))
        before = _stored_state(connection, event.card)
        if event.kind in TOUCHING and before.last_event != seen:
            raise Stale(event.card, before.last_event)
        newest = connection.execute(_NEWEST_OF_CARD, {"name": event.card}).first()
        event = self._write(connection, event)
        if event.kind is EventKind.REVIEW:
            connection.execute(DROP_DRAFT, {"name": event.card})
        if not self._is_newest(event, newest):
            return refold(connection, event.card, self._epochs)
        state = apply(before, event, self.params)
        if state != UNTOUCHED:
            connection.execute(PUT_STATE, state_values(event.card, state))
        return state

    def undo(self, now: Moment, *, practice: bool = False) -> Event | None:
        """Take back this device's last live move, of any day; None when there is none.

        Moves are suspensions, burials, that a card was known or forgotten, and reviews, or answers in `practice`.
        """

        def act(connection: Connection) -> Event | None:
            event = last_move(connection, self.device_id, practice=practice)
            if event is not None:
                self._void(connection, event, now)
            return event

        return self._database.write(act)

    def redo(self, now: Moment, *, practice: bool = False) -> Event | None:
        """Bring back what the last undo took, unless something was done since; gives the event that lives again."""

        def act(connection: Connection) -> Event | None:
            undo = last_undo(connection, self.device_id, practice=practice)
            if undo is None:
                return None
            self._void(connection, undo, now)
            return by_id(connection, undo.ref)

        return self._database.write(act)

    def set_params(self, params: Params, now: Moment) -> None:
        """Put other parameters in force, for instance fitted weights; due days stay, memories are made again."""

        def act(connection: Connection) -> None:
            self._epochs = read_epochs(connection)
            self._put_in_force(connection, params, now)

        self._database.write(act)
        self._chosen = params

    def events(self, card: str | None = None, *, since: str = "") -> list[Event]:
        """Of one card, or all, live and dead, in the order in which they happened; `since` is the lowest id that is wanted."""
        query = select(events).where(events.c.id >= since).order_by(events.c.at_us, events.c.id)
        with self._database.reading() as connection:
            return [event_of(row) for row in connection.execute(query if card is None else query.where(events.c.card == card))]

    def live_events(self) -> list[Event]:
        """What was not taken back, without the voids themselves."""
        found = self.events()
        of_card: dict[str, list[Event]] = {}
        for event in found:
            of_card.setdefault(event.card, []).append(event)
        gone = frozenset[str]().union(*(dead(group) for group in of_card.values()))
        return [event for event in found if event.kind is not EventKind.VOID and event.id not in gone]

    def answered_today(self, day: int) -> tuple[int, int]:
        """How many cards were answered for the first time on a study day, and how many as due reviews."""
        query = select(
            func.count().filter(card_state.c.first_day == day), func.count().filter(card_state.c.reviewed_day == day)
        ).where(card_state.c.last_day >= day)
        with self._database.reading() as connection:
            new, reviews = connection.execute(query).one()
            return new, reviews

    def rebuild(self) -> tuple[str, ...]:
        """Make all states again from the log; names the cards whose state was another, which should be none."""

        def act(connection: Connection) -> tuple[str, ...]:
            self._epochs = read_epochs(connection)
            return rebuild(connection)

        return self._database.write(act)

    def replayed(self) -> dict[str, CardState]:
        """What the log alone says the states are; nothing is written."""
        with self._database.reading() as connection:
            return replayed(connection)

    def draft(self, card: str) -> Draft | None:
        """What was written when the card was left."""
        with self._database.reading() as connection:
            row = connection.execute(DRAFT, {"name": card}).first()
        return Draft(*row) if row is not None else None

    def save_draft(self, card: str, draft: Draft) -> None:
        """Keep what is written of an open card, in place of an earlier draft."""
        self._database.write(lambda connection: connection.execute(PUT_DRAFT, {"card": card, **asdict(draft)}))

    def drop_draft(self, card: str) -> None:
        """Forget it."""
        self._database.write(lambda connection: connection.execute(DROP_DRAFT, {"name": card}))

    def _write(self, connection: Connection, event: Event) -> Event:
        """Append to the log, with an id and a device where there is none; ids of a device only grow."""
        if not event.id:
            newest = connection.execute(_NEWEST_OF_DEVICE, {"device": self.device_id}).scalar()
            event = replace(event, id=new_id(event.at_us, self._entropy(8), newest))
        if not event.device_id:
            event = replace(event, device_id=self.device_id)
        connection.execute(_INSERT_EVENT, event_values(event))
        return event

    def _is_newest(self, event: Event, newest: Sequence[Any] | None) -> bool:
        """Whether the event comes after all of its card and of the parameters, so that the state only has to go on."""
        when = (event.at_us, event.id)
        after_params = not self._epochs.begun or when > self._epochs.begun[-1]
        return after_params and (newest is None or when > tuple(newest))

    def _void(self, connection: Connection, event: Event, now: Moment) -> None:
        self._epochs = read_epochs(connection)
        day = study_day(now, self.params.rollover_hour)
        void = Event("", now.at_us, now.utc_offset_min, day, "", EventKind.VOID, event.card, event.rev, ref=event.id)
        self._write(connection, void)
        refold(connection, event.card, self._epochs)

    def _put_in_force(self, connection: Connection, params: Params, now: Moment) -> None:
        day = study_day(now, params.rollover_hour)
        record = Event("", now.at_us, now.utc_offset_min, day, "", EventKind.PARAMS, "", evidence=params.recorded())
        before = self._epochs
        self._write(connection, record)
        self._epochs = read_epochs(connection)
        if self._epochs.latest.weights != before.latest.weights or not self._epochs.share_weights:
            rebuild(connection)


def _stored_state(connection: Connection, card: str) -> CardState:
    row = connection.execute(STATE, {"name": card}).first()
    return state_of(row) if row is not None else UNTOUCHED

"""What an undo takes back and a redo brings back: this device's own moves, the newest first, across restarts.

Practice and the schedule are undone apart: a sitting of the one never opens a card because of an answer to the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from flashtorch.history.rows import LOG, LogRow, event_of
from flashtorch.history.tables import events
from flashtorch.history.voids import dead
from flashtorch.scheduling.apply import TOUCHING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from flashtorch.history.event import Event

UNDOABLE = ("suspend", "bury", "forget", "set-due")
"""Beside answers."""
MOVES = tuple(sorted(TOUCHING - {"void", "review"}))
"""Kinds beside answers after which what was undone before cannot be redone."""
_ANSWER = {False: "review", True: "practice"}


def last_move(connection: Connection, device_id: str, *, practice: bool) -> Event | None:
    """The newest live event that an undo takes back."""
    for event, gone in _newest(connection, device_id, (*UNDOABLE, _ANSWER[practice])):
        if event.id not in gone and _is_move(event):
            return event
    return None


def last_undo(connection: Connection, device_id: str, *, practice: bool) -> Event | None:
    """The void that a redo takes back: the newest live one of a move, unless a move was made since."""
    for event, gone in _newest(connection, device_id, (*MOVES, _ANSWER[practice], "void")):
        if event.id in gone:
            continue
        if event.kind != "void":
            return None
        taken_back = by_id(connection, event.ref)
        if taken_back is not None and taken_back.kind not in ("void", _ANSWER[not practice]):
            return event
    return None


def _is_move(event: Event) -> bool:
    """Whether a learner made it in a sitting: a day is also set by what brings cards in from elsewhere."""
    return event.kind != "set-due" or event.evidence.get("known") is True


def by_id(connection: Connection, name: str | None) -> Event | None:
    """The event of that id."""
    row = connection.execute(select(events).where(events.c.id == name)).first()
    return event_of(row) if row is not None else None


def _newest(connection: Connection, device_id: str, kinds: tuple[str, ...]) -> Iterator[tuple[Event, frozenset[str]]]:
    """This device's events, newest first, each with what is dead of its card."""
    query = select(events).where(events.c.device_id == device_id, events.c.kind.in_(kinds)).order_by(events.c.id.desc())
    gone: dict[str, frozenset[str]] = {}
    for row in connection.execute(query.execution_options(stream_results=True, max_row_buffer=32)):
        event = event_of(row)
        if event.card not in gone:
            of_card = connection.execute(LOG.where(events.c.card == event.card))
            gone[event.card] = dead([LogRow._make(each) for each in of_card])
        yield event, gone[event.card]

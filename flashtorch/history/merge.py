"""Events of another copy of the log join this one; the same events give the same states, whatever order they came in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from flashtorch.history.rebuild import read_epochs, rebuild, refold
from flashtorch.history.tables import events

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection


def rows(connection: Connection) -> list[dict[str, Any]]:
    """The whole log, as `merge` takes it."""
    return [dict(row._mapping) for row in connection.execute(select(events))]


def merge(connection: Connection, found: Sequence[Mapping[str, Any]]) -> int:
    """Add the events that are not there yet, and what follows from them for their cards; how many there were.

    Merging twice changes nothing, and the order of merges does not matter: events are told apart by their ids.
    """
    known = set(connection.execute(select(events.c.id)).scalars())
    new = [row for row in found if row["id"] not in known]
    if not new:
        return 0
    connection.execute(insert(events), new)
    cards = {row["card"] for row in new}
    if "" in cards:
        # Parameters concern every card.
        rebuild(connection)
    else:
        through_time = read_epochs(connection)
        for card in cards:
            refold(connection, card, through_time)
    return len(new)

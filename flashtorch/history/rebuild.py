"""All states from the log alone."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from flashtorch.history.fold import Epochs, epochs, fold
from flashtorch.history.rows import LOG, PUT_STATE, LogRow, state_of, state_values
from flashtorch.history.tables import card_state, events
from flashtorch.scheduling.state import CardState

if TYPE_CHECKING:
    from sqlalchemy import Connection

# Through the index of cards each row would be looked up by itself: reading the log as it lies and sorting it here takes a third.
_AS_IT_LIES = """
SELECT card, at_us, id, kind, rev, rating, day, utc_offset_min, ref, CASE kind WHEN 'review' THEN '{}' ELSE evidence END
FROM events NOT INDEXED
"""
_OF_CARD = LOG.where(events.c.card == "").order_by(events.c.at_us, events.c.id)
UNTOUCHED = CardState()


def read_epochs(connection: Connection) -> Epochs:
    """The parameters through time. They belong to no card, and neither do the voids that take them back."""
    # Most logs hold none, and this is asked before every write.
    if connection.execute(select(events.c.id).where(events.c.kind == "params").limit(1)).first() is None:
        return Epochs()
    return epochs([LogRow._make(row) for row in connection.execute(_OF_CARD)])


def replayed(connection: Connection) -> dict[str, CardState]:
    """The state of every card that an event touched, folded from the log."""
    through_time = read_epochs(connection)
    rows = sorted(map(LogRow._make, connection.exec_driver_sql(_AS_IT_LIES)))
    folded = {card: fold(list(group), through_time) for card, group in groupby(rows, itemgetter(0)) if card}
    return {card: state for card, state in folded.items() if state != UNTOUCHED}


def stored(connection: Connection) -> dict[str, CardState]:
    """The states as they are cached."""
    return {row[0]: state_of(row) for row in connection.execute(select(card_state))}


def rebuild(connection: Connection) -> tuple[str, ...]:
    """Put what the log says in the cache's place, and name the cards that it had wrong."""
    before, after = stored(connection), replayed(connection)
    wrong = sorted(card for card in before.keys() | after.keys() if before.get(card) != after.get(card))
    connection.execute(delete(card_state))
    if after:
        connection.execute(PUT_STATE, [state_values(card, state) for card, state in after.items()])
    return tuple(wrong)


def refold(connection: Connection, card: str, through_time: Epochs) -> CardState:
    """Fold one card anew and keep the state."""
    query = LOG.where(events.c.card == card).order_by(events.c.at_us, events.c.id)
    state = fold([LogRow._make(row) for row in connection.execute(query)], through_time)
    if state != UNTOUCHED:
        connection.execute(PUT_STATE, state_values(card, state))
    return state


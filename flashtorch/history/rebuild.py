"""All states from the log alone."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import bindparam, delete, select

from flashtorch.history.fold import Epochs, epochs, fold
from flashtorch.history.rows import LOG, PUT_STATE, LogRow, state_of, state_values
from flashtorch.history.tables import card_state, events
from flashtorch.scheduling.moment import Moment
from flashtorch.scheduling.replay import replayed as replay
from flashtorch.scheduling.state import CardState

if TYPE_CHECKING:
    from sqlalchemy import Connection

# Through the index of cards each row would be looked up by itself: reading the log as it lies and sorting it here takes a third.
# Most cards were only ever answered, and of an answer little is needed.
_AS_IT_LIES = """
SELECT card, at_us, id, CASE WHEN kind = 'review' AND rev = 1 THEN rating END, day, utc_offset_min FROM events NOT INDEXED
"""
_LOG_OF_CARD = LOG.where(events.c.card == bindparam("name")).order_by(events.c.at_us, events.c.id)
_DROP_STATE = delete(card_state).where(card_state.c.card == bindparam("name"))
UNTOUCHED = CardState()
Answer: TypeAlias = tuple[str, int, str, int, int, int]
"""`card`, `at_us`, `id`, `rating`, `day`, `utc_offset_min`; no rating for anything but an answer of the first rev."""


def read_epochs(connection: Connection) -> Epochs:
    """The parameters through time. They belong to no card, and neither do the voids that take them back."""
    # Most logs hold none, and this is asked before every write.
    if connection.execute(select(events.c.id).where(events.c.kind == "params").limit(1)).first() is None:
        return Epochs()
    return epochs([LogRow._make(row) for row in connection.execute(_LOG_OF_CARD, {"name": ""})])


def replayed(connection: Connection) -> dict[str, CardState]:
    """The state of every card that an event touched, folded from the log."""
    through_time = read_epochs(connection)
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    of_card = defaultdict[str, list[Answer]](list)
    with_more = set[str]()
    for row in driver.execute(_AS_IT_LIES):
        of_card[row[0]].append(row)
        if row[3] is None:
            with_more.add(row[0])
    folded = {card: _answered(answers, through_time) for card, answers in of_card.items() if card not in with_more}
    folded |= {card: _folded(connection, card, through_time) for card in with_more if card}
    return {card: state for card, state in folded.items() if state != UNTOUCHED}


def _answered(answers: list[Answer], through_time: Epochs) -> CardState:
    """The state of a card that was only ever answered; the same as `fold` gives."""
    answers.sort()
    cards, at_us, ids, ratings, days, offsets = zip(*answers, strict=True)
    params = through_time.throughout((at_us[0], ids[0]), (at_us[-1], ids[-1])) if through_time.share_weights else None
    if params is None:
        return fold([LogRow(*answer[:3], "review", 1, *answer[3:], None, "") for answer in answers], through_time)
    return replay(UNTOUCHED, cards[0], params, ratings, days, Moment(at_us[-1], offsets[-1]), max(ids))


def stored(connection: Connection) -> dict[str, CardState]:
    """The states as they are cached."""
    return {row[0]: state_of(row) for row in connection.execute(select(card_state))}


def rebuild(connection: Connection) -> tuple[str, ...]:
    """Put what the log says in the cache's place, and name the cards that it had wrong."""
    before, after = stored(connection), replayed(connection)
    gone = sorted(before.keys() - after.keys())
    changed = sorted(card for card, state in after.items() if before.get(card) != state)
    if gone:
        connection.execute(_DROP_STATE, [{"name": card} for card in gone])
    if changed:
        connection.execute(PUT_STATE, [state_values(card, after[card]) for card in changed])
    return tuple(sorted((*gone, *changed)))


def refold(connection: Connection, card: str, through_time: Epochs) -> CardState:
    """Fold one card anew and keep the state."""
    state = _folded(connection, card, through_time)
    if state != UNTOUCHED:
        connection.execute(PUT_STATE, state_values(card, state))
    return state


def _folded(connection: Connection, card: str, through_time: Epochs) -> CardState:
    return fold([LogRow._make(row) for row in connection.execute(_LOG_OF_CARD, {"name": card})], through_time)

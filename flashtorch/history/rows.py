"""Rows of the database and the values that they hold."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert

from flashtorch.history.event import Event, EventKind
from flashtorch.history.tables import card_state, events, open_card
from flashtorch.scheduling.state import CardState, Stage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Row


class LogRow(NamedTuple):
    """What folding needs of an event. A tuple, and its evidence unread, because a rebuild makes one of every row."""

    card: str
    at_us: int
    id: str
    kind: str
    rev: int
    rating: int | None
    day: int
    utc_offset_min: int
    ref: str | None
    text: str
    """The evidence as JSON."""

    @property
    def evidence(self) -> Mapping[str, Any]:
        return read_evidence(self.text)


_STAGES = {str(stage): stage for stage in Stage}
STATE_COLUMNS = [column.name for column in card_state.columns]
LOG = select(
    events.c.card,
    events.c.at_us,
    events.c.id,
    events.c.kind,
    events.c.rev,
    events.c.rating,
    events.c.day,
    events.c.utc_offset_min,
    events.c.ref,
    events.c.evidence,
)
STATE = select(card_state).where(card_state.c.card == bindparam("name"))
_insert_state = insert(card_state)
PUT_STATE = _insert_state.on_conflict_do_update(
    index_elements=["card"], set_={name: _insert_state.excluded[name] for name in STATE_COLUMNS if name != "card"}
)
_of_draft = open_card.c.card == bindparam("name")
DRAFT = select(open_card.c.text, open_card.c.seed, open_card.c.attempts, open_card.c.hints, open_card.c.took_ms).where(_of_draft)
DROP_DRAFT = delete(open_card).where(_of_draft)
_insert_draft = insert(open_card)
PUT_DRAFT = _insert_draft.on_conflict_do_update(
    index_elements=["card"],
    set_={column.name: _insert_draft.excluded[column.name] for column in open_card.columns if column.name != "card"},
)


def read_evidence(text: str) -> Mapping[str, Any]:
    """The evidence of a row; empty for what is no object."""
    try:
        evidence = json.loads(text)
    except ValueError:
        return {}
    return evidence if isinstance(evidence, dict) else {}


def event_values(event: Event) -> dict[str, Any]:
    """An event as a row of `events`."""
    evidence = {"v": 1, **event.evidence}
    return {
        "id": event.id,
        "at_us": event.at_us,
        "utc_offset_min": event.utc_offset_min,
        "day": event.day,
        "device_id": event.device_id,
        "kind": str(event.kind),
        "card": event.card,
        "rev": event.rev,
        "rating": event.rating,
        "took_ms": event.took_ms,
        "evidence": json.dumps(evidence, ensure_ascii=False, separators=(",", ":")),
        "content_hash": event.content_hash,
        "ref": event.ref,
    }


def event_of(row: Row[Any]) -> Event:
    """The event of a whole row of `events`, by its column names."""
    values = dict(row._mapping)
    return Event(**{**values, "kind": EventKind(values["kind"]), "evidence": read_evidence(values["evidence"])})


def state_values(card: str, state: CardState) -> dict[str, Any]:
    """A state as a row of `card_state`."""
    values = {name: getattr(state, name) for name in STATE_COLUMNS if name != "card"}
    return {"card": card, **values, "stage": str(state.stage), "leech": int(state.leech), "suspended": int(state.suspended)}


def state_of(row: Sequence[Any]) -> CardState:
    """The state of a row of `card_state`, in the order of its columns, which is that of the fields."""
    values = [_STAGES[row[1]], *row[2:14], row[14] != 0, row[15] != 0, *row[16:]]
    return CardState(*values)

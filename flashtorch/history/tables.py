"""The tables of the history. The log in `events` is the truth; `card_state` can be made again from it."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Integer, MetaData, Table, Text, text
from sqlalchemy.dialects.sqlite import REAL

metadata = MetaData()

meta = Table("meta", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False), sqlite_strict=True)
"""`schema`: the version of these tables. `device`: the id of the machine that owns this file."""

events = Table(
    "events",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at_us", Integer, nullable=False),
    Column("utc_offset_min", Integer, nullable=False),
    Column("day", Integer, nullable=False),
    Column("device_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("card", Text, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("rating", Integer),
    Column("took_ms", Integer),
    Column("evidence", Text, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("ref", Text),
    CheckConstraint("rating between 1 and 4", name="rating_is_1_to_4"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
Index("events_of_card", events.c.card, events.c.at_us, events.c.id)
Index("events_of_device", events.c.device_id, events.c.id)
Index("events_of_params", events.c.at_us, sqlite_where=text("kind = 'params'"))

card_state = Table(
    "card_state",
    metadata,
    Column("card", Text, primary_key=True),
    Column("stage", Text, nullable=False),
    Column("stability", REAL),
    Column("difficulty", REAL),
    Column("step", Integer, nullable=False),
    Column("due_at_us", Integer),
    Column("due_day", Integer),
    Column("last_day", Integer),
    Column("last_at_us", Integer),
    Column("utc_offset_min", Integer, nullable=False),
    Column("first_day", Integer),
    Column("reviewed_day", Integer),
    Column("reps", Integer, nullable=False),
    Column("lapses", Integer, nullable=False),
    Column("leech", Integer, nullable=False),
    Column("suspended", Integer, nullable=False),
    Column("buried_day", Integer),
    Column("rev", Integer, nullable=False),
    Column("last_event", Text),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
Index("state_by_due", card_state.c.stage, card_state.c.due_day)
Index("state_by_last", card_state.c.last_day)
Index("state_by_buried", card_state.c.buried_day, sqlite_where=card_state.c.buried_day.is_not(None))

open_card = Table(
    "open_card",
    metadata,
    Column("card", Text, primary_key=True),
    Column("text", Text, nullable=False),
    Column("seed", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("hints", Integer, nullable=False),
    Column("took_ms", Integer, nullable=False),
    sqlite_strict=True,
)

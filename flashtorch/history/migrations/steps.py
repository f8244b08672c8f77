"""What changes from each version of the tables to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from alembic.operations import Operations

    Step: TypeAlias = Callable[[Operations], None]

STEPS: dict[int, Step] = {}
"""By the version that a step leads to: from 2 to `SCHEMA`, without a gap.

A step changes every table but `card_state`, which is made anew from the log. SQLite alters little in place; what it cannot,
`batch_alter_table` does by a new table, which has to be told again what ours are:
`table_kwargs={"sqlite_strict": True, "sqlite_with_rowid": False}`.
"""

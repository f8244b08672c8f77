"""An older history becomes one of today: a copy is kept first, then every step happens in one transaction, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import select, text, update

from flashtorch.errors import Trouble
from flashtorch.history import faults
from flashtorch.history.backup import keep
from flashtorch.history.copies import Why
from flashtorch.history.faults import Damaged, Unwritable, checked_version
from flashtorch.history.migrations.steps import STEPS
from flashtorch.history.rebuild import rebuild
from flashtorch.history.tables import meta, metadata
from flashtorch.paths import Paths

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from flashtorch.history.engine import Database

_VERSION = select(meta.c.value).where(meta.c.key == "schema")


def bring_up(database: Database) -> None:
    """Change the tables to today's.

    Raises:
        Unwritable: the copy that is kept first, or the history itself, cannot be written. The history is as it was.
        Trouble: the history is damaged.
    """
    if not database.unkept:
        _copied_first(database)
    with database.writing() as connection:
        found = connection.execute(_VERSION).scalar_one()
        # Another process may have been quicker; and it may have been a newer one.
        checked_version(found, database.path)
        if int(found) < faults.SCHEMA:
            _changed(connection, int(found))


def _copied_first(database: Database) -> None:
    with database.reading() as connection:
        # Named after the last answer that it holds.
        at_us = connection.execute(text("SELECT max(at_us) FROM events")).scalar() or 0
    try:
        keep(database.path, Paths(database.path.parent).backups, at_us, Why.BEFORE_UPDATE)
    except Damaged:
        raise
    except Trouble as trouble:
        raise Unwritable(trouble.what, where=trouble.where, advice=trouble.advice) from None


def _changed(connection: Connection, found: int) -> None:
    operations = Operations(MigrationContext.configure(connection))
    for version in range(found + 1, faults.SCHEMA + 1):
        STEPS[version](operations)
    operations.drop_table("card_state")
    metadata.create_all(connection)
    rebuild(connection)
    connection.execute(update(meta).where(meta.c.key == "schema").values(value=str(faults.SCHEMA)))

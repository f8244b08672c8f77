"""When the history cannot be written, a sitting goes on: with all that is there, in memory, and it is said that nothing is kept."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import update

from flashtorch.history.engine import Database, said_plainly
from flashtorch.history.faults import Busy, Unwritable
from flashtorch.history.merge import merge, rows
from flashtorch.history.readonly import copied, in_memory
from flashtorch.history.tables import meta

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Connection

T = TypeVar("T")


class _TakenBack(Exception):
    """Ends a transaction that was only a trial."""


class GoingOn(Database):
    """A database that turns into a copy in memory once its file cannot be written: read-only, full, failing, gone.

    Another program that writes meanwhile is no reason: that passes.
    """

    def __init__(self, path: Path, busy_ms: int) -> None:
        super().__init__(path, busy_ms)
        self._busy_ms = busy_ms

    def prepare(self, device_id: Callable[[], str]) -> str:
        try:
            device = super().prepare(device_id)
            # Better said before the first answer than after it.
            self._probe()
        except Busy:
            raise
        except Unwritable as why:
            self._turn(why)
            device = super().prepare(device_id)
        return device

    def _probe(self) -> None:
        """Write and take it back: SQLite begins a transaction in a read-only file, and minds the first change only.

        Raises:
            Unwritable: it cannot be written.
        """
        with suppress(Busy, _TakenBack), self.writing() as connection:
            connection.execute(update(meta).values(value=meta.c.value))
            raise _TakenBack

    def write(self, act: Callable[[Connection], T]) -> T:
        try:
            return super().write(act)
        except Busy:
            raise
        except Unwritable as why:
            if self.unkept:
                raise
            self._turn(why)
        return super().write(act)

    def keep_late(self) -> int:
        """Add what was held in memory to the file after all, for it may be there again; how many events that were.

        Raises:
            Trouble: it cannot be done; everything is still in memory.
        """
        device = super().prepare(str)
        with self.reading() as connection:
            held = rows(connection)
        with closing(Database(self.path, self._busy_ms)) as file:
            file.prepare(lambda: device)
            return file.write(lambda connection: merge(connection, held))

    def _turn(self, why: Unwritable) -> None:
        """From here on nothing is kept.

        Raises:
            Trouble: the file cannot be read either.
        """
        memory = self._as_seen() or self._as_it_lies()
        self.close()
        self._use(lambda: memory)
        self.unkept = why

    def _as_seen(self) -> sqlite3.Connection | None:
        """What the open connection sees; None where there is none, or where it fails."""
        memory = in_memory()
        try:
            with said_plainly(self.path), self.reading() as connection:
                source = connection.connection.driver_connection
                assert isinstance(source, sqlite3.Connection)
                source.backup(memory)
        except (Unwritable, sqlite3.Error):
            memory.close()
            return None
        return memory

    def _as_it_lies(self) -> sqlite3.Connection:
        with said_plainly(self.path):
            return copied(self.path)

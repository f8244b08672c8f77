"""When the history cannot be written, a sitting goes on: with all that is there, in memory, and it is said that nothing is kept."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from flashtorch.history.engine import Database, said_plainly
from flashtorch.history.faults import Busy, Unwritable
from flashtorch.history.readonly import copied, in_memory

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

T = TypeVar("T")


class GoingOn(Database):
    """A database that turns into a copy in memory once its file cannot be written: read-only, full, failing, gone.

    Another program that writes meanwhile is no reason: that passes.
    """

    def prepare(self, device_id: Callable[[], str]) -> str:
        try:
            device = super().prepare(device_id)
            # Better said before the first answer than after it.
            with suppress(Busy), self.writing():
                pass
        except Busy:
            raise
        except Unwritable as why:
            self._turn(why)
            device = super().prepare(device_id)
        return device

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

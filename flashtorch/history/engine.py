"""How the database is opened: durable, shared with other processes, refused when it is not ours.

Every commit is on the disk before it is acknowledged (`synchronous=FULL`; NORMAL may lose acknowledged reviews at a power cut),
and whoever will write takes the lock at once (`BEGIN IMMEDIATE`; a deferred lock fails when two processes read before they write).
"""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection, create_engine, event, inspect, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from flashtorch.history import faults
from flashtorch.history.faults import Unwritable, checked_file, checked_version, plainly
from flashtorch.history.tables import meta, metadata
from flashtorch.language import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

T = TypeVar("T")

_BEGIN = "flashtorch_begin"
_WAL_TRIES = 100
_WAL_PAUSE_S = 0.02


class Database:
    """One connection to the history's file. One thread uses it at a time."""

    def __init__(self, path: Path, busy_ms: int) -> None:
        self.path = path
        self.unkept: Unwritable | None = None
        """Why what is written is not kept; None while it is."""
        self._place: os.stat_result | None = None
        self._use(lambda: _connected(path, busy_ms))

    def _use(self, connected: Callable[[], sqlite3.Connection]) -> None:
        self._engine = create_engine("sqlite://", creator=connected, poolclass=StaticPool, pool_reset_on_return=None)
        event.listen(self._engine, "begin", _begin)
        self._writer = self._engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent view."""
        with said_plainly(self.path), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """All of it happens, durably, or nothing does.

        Raises:
            Unwritable: it cannot be kept; `Busy` when another process holds the lock for too long.
        """
        with said_plainly(self.path), self._writer.begin() as connection:
            self._check_place()
            yield connection

    def write(self, act: Callable[[Connection], T]) -> T:
        """What `act` gives, once all that it wrote is durable; it may be called again when nothing of it was kept.

        Raises:
            Unwritable: as `writing`.
        """
        with self.writing() as connection:
            return act(connection)

    def _check_place(self) -> None:
        """SQLite goes on writing into a file that was deleted or moved, where nobody finds it again."""
        if self.unkept:
            return
        try:
            found = os.stat(self.path)
        except OSError:
            found = None
        self._place = self._place or found
        if found is None or self._place is None or not os.path.samestat(found, self._place):
            raise Unwritable(_("the history was moved or deleted meanwhile"), where=str(self.path))

    def _write_ahead(self) -> None:
        """Switch the log on once. SQLite does not wait for the lock that this needs, so two first starts would trip over it."""
        with said_plainly(self.path):
            connection = self._engine.raw_connection().driver_connection
            assert isinstance(connection, sqlite3.Connection)
            for left in reversed(range(_WAL_TRIES)):
                try:
                    if connection.execute("PRAGMA journal_mode").fetchone()[0] == "delete":
                        connection.execute("PRAGMA journal_mode=WAL")
                    return
                except sqlite3.OperationalError as error:
                    if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or not left:
                        raise
                    time.sleep(_WAL_PAUSE_S)

    def close(self) -> None:
        self._engine.dispose()

    def prepare(self, device_id: Callable[[], str]) -> str:
        """Make the tables where there are none, bring older ones up to date, and give the id of this device.

        Raises:
            Trouble: the file is damaged, newer or something else.
        """
        with said_plainly(self.path):
            checked_file(self.path)
        with self.reading() as connection:
            tables = inspect(connection).get_table_names()
            version = _meta(connection, "schema") if "meta" in tables else None
        if tables:
            checked_version(version, self.path)
        self._write_ahead()
        if version is not None and int(version) < faults.SCHEMA:
            from flashtorch.history.migrations.bring_up import bring_up

            bring_up(self)
        with self.reading() as connection:
            device = _meta(connection, "device") if tables else None
        if device is not None:
            return device
        with self.writing() as connection:
            metadata.create_all(connection)
            for key, value in (("schema", str(faults.SCHEMA)), ("device", device_id())):
                connection.execute(insert(meta).on_conflict_do_nothing(), {"key": key, "value": value})
            device = _meta(connection, "device")
        assert device is not None
        return device


@contextmanager
def said_plainly(path: Path) -> Iterator[None]:
    """Turn what is wrong with the file into Trouble; what is wrong with the program stays what it is."""
    try:
        yield
    except DBAPIError as error:
        cause = error.orig
        trouble = plainly(cause, path) if isinstance(cause, sqlite3.Error) else None
        if trouble is None:
            raise
        raise trouble from None
    except (sqlite3.Error, OSError) as error:
        trouble = plainly(error, path)
        if trouble is None:
            raise
        raise trouble from None


def _connected(path: Path, busy_ms: int) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=busy_ms / 1000, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA synchronous=FULL")
    except BaseException:
        connection.close()
        raise
    return connection


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))


def _meta(connection: Connection, key: str) -> str | None:
    value: str | None = connection.execute(select(meta.c.value).where(meta.c.key == key)).scalar()
    return value

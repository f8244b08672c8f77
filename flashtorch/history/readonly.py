"""The history's file opened for looking only: the standard library, nothing written, nothing made."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from flashtorch.history import faults
from flashtorch.history.faults import checked_file, checked_version, plainly

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE_S = 5
_NEEDS_MORE = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR)


@contextmanager
def looking(history: Path, library: Path | None = None) -> Iterator[sqlite3.Connection]:
    """The history as it stands at this moment, while others may write; the file has to be there.

    With `library`, the index of decks is there as the schema `library`.

    Raises:
        Trouble: the file is damaged, or the history of a newer flashtorch.
    """
    with plain(history):
        db = opened(history)
        try:
            if library is not None:
                db.execute("ATTACH ? AS library", (read_only(library),))
            # One view for all that is asked.
            db.execute("BEGIN")
            yield db
        finally:
            db.close()


@contextmanager
def plain(history: Path) -> Iterator[None]:
    """Errors of the database become Trouble, as far as they can be told."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        trouble = plainly(error, history)
        if trouble is None:
            raise
        raise trouble from None


def opened(history: Path, *, as_it_is: bool = False) -> sqlite3.Connection:
    """A connection to a history that is there, which is one of ours; an older one is brought up to date unless `as_it_is`."""
    checked_file(history)
    db = reader(history)
    try:
        known = db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone()
        found = db.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone() if known else None
        version = checked_version(found[0] if found else None, history)
    except BaseException:
        db.close()
        raise
    if as_it_is or version == faults.SCHEMA:
        return db
    db.close()
    from flashtorch.history.engine import Database

    with closing(Database(history, PATIENCE_S * 1000)) as database:
        database.prepare(str)
    return opened(history)


def reader(history: Path) -> sqlite3.Connection:
    """A connection to a file that is there, also where SQLite cannot make the two files that it wants beside it."""
    db = sqlite3.connect(read_only(history), uri=True, timeout=PATIENCE_S)
    try:
        db.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        db.close()
        if error.sqlite_errorcode & 0xFF not in _NEEDS_MORE:
            raise
        return _without_files(history)
    except BaseException:
        db.close()
        raise
    return db


def copied(history: Path) -> sqlite3.Connection:
    """All that the file holds, in memory; nothing where there is no file."""
    memory = in_memory()
    if history.exists():
        checked_file(history)
        with closing(reader(history)) as source:
            source.backup(memory)
    return memory


def in_memory() -> sqlite3.Connection:
    """An empty database in memory, which any thread may use."""
    return sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)


def read_only(path: Path) -> str:
    """The file's name as SQLite takes it for reading alone."""
    return f"file:{quote(str(path.absolute()))}?mode=ro"


def _without_files(history: Path) -> sqlite3.Connection:
    """For a folder that cannot be written: nobody can be writing there, so the file is read as it lies."""
    log = history.with_name(history.name + "-wal")
    if not log.exists() or not log.stat().st_size:
        return sqlite3.connect(f"{read_only(history)}&immutable=1", uri=True)
    # Loaded for this alone: whoever looks is in a hurry.
    from shutil import copyfile
    from tempfile import TemporaryDirectory

    # The last answers are in the log alone, and it is read only where its files can be made.
    memory = in_memory()
    with TemporaryDirectory(prefix="flashtorch-") as folder:
        copy = Path(folder) / history.name
        for path in (history, log):
            copyfile(path, copy.with_name(path.name))
        with closing(sqlite3.connect(copy)) as source:
            source.backup(memory)
    return memory

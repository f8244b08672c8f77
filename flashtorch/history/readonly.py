"""The history's file opened for looking only: the standard library, nothing written, nothing made."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

from flashtorch.history.faults import checked_version, plainly

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE_S = 5


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
    except sqlite3.Error as error:
        trouble = plainly(error, history)
        if trouble is None:
            raise
        raise trouble from None


def opened(history: Path) -> sqlite3.Connection:
    """A connection to a history that is there, which is one of ours."""
    db = sqlite3.connect(read_only(history), uri=True, timeout=PATIENCE_S)
    try:
        known = db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone()
        found = db.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone() if known else None
        checked_version(found[0] if found else None, history)
    except BaseException:
        db.close()
        raise
    return db


def read_only(path: Path) -> str:
    """The file's name as SQLite takes it for reading alone."""
    return f"file:{quote(str(path.absolute()))}?mode=ro"

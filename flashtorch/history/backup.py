"""Backups of the history: copied while others write, whole or not at all, and checked before they count."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from flashtorch.errors import Trouble
from flashtorch.history.copies import Copy, Why, copies, copy_path
from flashtorch.history.faults import damaged, is_damage
from flashtorch.history.readonly import opened, plain
from flashtorch.language import _

if TYPE_CHECKING:
    from pathlib import Path

KEEP = 7
"""Of each kind."""
EVERY_US = 20 * 3_600_000_000
"""A sitting a day makes a backup a day, also when today's is some hours earlier than yesterday's."""
_UNKNOWN = (-1, None)


def back_up(history: Path, to: Path) -> None:
    """Put a checked copy of the history at `to`, in place of what is there; nothing of it is seen before it is whole.

    Raises:
        Trouble: there is no history, it is damaged or a newer flashtorch's, or `to` cannot be written.
    """
    if not history.exists():
        raise Trouble(_("there is no history yet"), where=str(history))
    beside = to.with_name(f".{to.name}.{os.getpid()}.new")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        with plain(history):
            source = opened(history, as_it_is=True)
        with closing(source):
            _copied(source, beside, history)
        settle(beside)
        beside.replace(to)
        settle(to.parent)
    except (OSError, sqlite3.Error) as error:
        reason = (error.strerror if isinstance(error, OSError) else "") or error
        raise Trouble(_("the backup cannot be written ({reason})").format(reason=reason), where=str(to)) from None
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)


def keep(history: Path, folder: Path, at_us: int, why: Why) -> Copy:
    """A backup in `folder`; the oldest of its kind go once there are more than `KEEP`.

    Raises:
        Trouble: as `back_up`.
    """
    path = copy_path(folder, at_us, why)
    back_up(history, path)
    drop_oldest(folder, why)
    return Copy(path, at_us, why)


def keep_daily(history: Path, folder: Path, at_us: int) -> Copy | None:
    """The backup of a day: None while the last one is young, and when nothing has happened since.

    Raises:
        Trouble: as `back_up`.
    """
    newest = next((copy for copy in copies(folder) if copy.why is Why.ROUTINE), None)
    # One from the future, made before the clock was set back, does not stop the next.
    if not history.exists() or (newest is not None and 0 <= at_us - newest.at_us < EVERY_US):
        return None
    if newest is not None and _last_event(history) == _last_event(newest.path) != _UNKNOWN:
        return None
    return keep(history, folder, at_us, Why.ROUTINE)


def drop_oldest(folder: Path, why: Why) -> None:
    """Keep the newest `KEEP` of a kind. One that cannot be removed stays."""
    for copy in [copy for copy in copies(folder) if copy.why is why][KEEP:]:
        for path in (copy.path, *companions(copy.path)):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)


def companions(database: Path) -> tuple[Path, Path]:
    """The files that SQLite keeps beside a database while it is in use."""
    return database.with_name(database.name + "-wal"), database.with_name(database.name + "-shm")


def settle(path: Path) -> None:
    """Wait until a file, or what a folder says of its files, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _copied(source: sqlite3.Connection, beside: Path, history: Path) -> None:
    """The copy, checked: one of a damaged history must not push a sound one out.

    Raises:
        Trouble: the history is damaged.
        OSError, sqlite3.Error: the copy cannot be written.
    """
    # Whoever may read the folder of a backup may not read what the learner wrote.
    os.close(os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
    with closing(sqlite3.connect(beside, isolation_level=None)) as target:
        # Written once, and waited for as a whole afterwards.
        target.execute("PRAGMA synchronous=OFF")
        target.execute("PRAGMA journal_mode=OFF")
        try:
            source.backup(target)
            # A copy is one file: without this, whoever opens it makes two more beside it.
            target.execute("PRAGMA journal_mode=DELETE")
            found = target.execute("PRAGMA integrity_check(1)").fetchone()[0]
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            found = str(error)
        if found != "ok":
            raise damaged(history, found)


def _last_event(path: Path) -> tuple[int, str | None]:
    """What tells two states of one log apart, for it only grows; `_UNKNOWN` where that cannot be said."""
    try:
        with plain(path), closing(opened(path, as_it_is=True)) as database:
            count, newest = database.execute("SELECT count(*), max(id) FROM events").fetchone()
            return count, newest
    except Trouble:
        return _UNKNOWN

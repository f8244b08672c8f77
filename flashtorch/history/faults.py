"""What can be wrong with the history's file, in words. The standard library only."""

from __future__ import annotations

import errno
import os
import sqlite3
from typing import TYPE_CHECKING

from flashtorch.errors import Trouble
from flashtorch.language import _

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = 1
"""The version of the tables that this program writes."""


class Unwritable(Trouble):
    """What was answered cannot be kept: the file or folder is read-only, the disk is full or fails. Nothing was changed."""


class Busy(Unwritable):
    """Another process keeps the file locked; a moment later it may work."""


class Damaged(Trouble):
    """The file is no sound database any more."""


class Stale(Exception):
    """An answer to a card that was answered elsewhere after it had been shown; nothing was changed."""

    def __init__(self, card: str, newest: str | None) -> None:
        self.card = card
        self.newest = newest
        """The id of the newest event that touched the card."""
        super().__init__(f"{card} has moved on to {newest}")


_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_A_PAGE = 4096
_UNWRITABLE = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_IOERR)


def plainly(error: sqlite3.Error | OSError, path: Path) -> Trouble | None:
    """The trouble that an error of the database means; None for one that is a bug."""
    where = str(path)
    if isinstance(error, OSError):
        return Unwritable(_("the history cannot be kept here ({error})").format(error=error.strerror or error), where=where)
    code = getattr(error, "sqlite_errorcode", None)
    primary = code & 0xFF if isinstance(code, int) else None
    if primary in _BUSY:
        return Busy(_("another program is writing the history"), where=where, advice=_("Try again in a moment"))
    if primary == sqlite3.SQLITE_FULL or (primary == sqlite3.SQLITE_IOERR and _is_full(path.parent)):
        return Unwritable(_("the disk is full, so nothing more is kept"), where=where, advice=_("Make room, then try again"))
    if primary in (*_UNWRITABLE, sqlite3.SQLITE_CANTOPEN) and _is_read_only(path):
        return Unwritable(_("the history is read-only here"), where=where)
    if primary == sqlite3.SQLITE_CANTOPEN and (why := _why_closed(path.parent)):
        return Unwritable(_("the history cannot be kept here ({error})").format(error=why), where=where)
    if primary == sqlite3.SQLITE_CANTOPEN:
        return Unwritable(_("the history cannot be opened ({error})").format(error=error), where=where)
    if primary in _UNWRITABLE:
        return Unwritable(_("the history cannot be written ({error})").format(error=error), where=where)
    return damaged(path, str(error)) if is_damage(error) else None


def _is_full(folder: Path) -> bool:
    """SQLite calls a full disk an I/O error, too, when it is the shared memory beside the file that finds no room."""
    try:
        found = os.statvfs(folder)
        return found.f_bavail * found.f_frsize < _A_PAGE
    except OSError:
        return False


def _is_read_only(path: Path) -> bool:
    """SQLite says of a file in a read-only folder no more than that it cannot be opened."""
    return path.exists() and os.access(path, os.R_OK) and not (os.access(path.parent, os.W_OK) and os.access(path, os.W_OK))


def _why_closed(folder: Path) -> str:
    """What the system would say of a new file in a folder; empty where it would let one be made, or cannot be asked."""
    try:
        if os.access(folder, os.W_OK | os.X_OK):
            return ""
        return os.strerror(errno.EROFS if os.statvfs(folder).f_flag & os.ST_RDONLY else errno.EACCES)
    except OSError:
        return ""


def is_damage(error: sqlite3.Error) -> bool:
    """Whether an error says that the file is no sound database."""
    code = getattr(error, "sqlite_errorcode", None)
    return isinstance(code, int) and code & 0xFF in _DAMAGED


def damaged(path: Path, said: str) -> Damaged:
    """What to say of a damaged file, with the backup to restore by its name where there is one."""
    newest = _newest_backup(path)
    if newest:
        advice = _("Put the last backup in its place: flashtorch backup restore {name}").format(name=newest)
    else:
        advice = _("Put a copy of it in its place, or move the file away to begin anew")
    return Damaged(_("the history is damaged ({error})").format(error=said), where=str(path), advice=advice)


def checked_file(path: Path) -> None:
    """Refuse what SQLite would call something else: a folder, and an empty file where there was a history.

    Raises:
        Trouble: it is one of these.
    """
    if path.is_dir():
        advice = _("Move it away, or choose another folder with FLASHTORCH_HOME")
        raise Trouble(_("this is a folder, and the history should be a file here"), where=str(path), advice=advice)
    # An empty file is a new database to SQLite. Where there are backups, a power cut or a full disk has emptied it.
    if path.is_file() and not path.stat().st_size and _newest_backup(path):
        raise damaged(path, _("the file is empty"))


def _newest_backup(path: Path) -> str:
    """By name; empty where there is none."""
    from flashtorch.history.copies import Why, copies
    from flashtorch.paths import Paths

    of_history = Paths(path.parent)
    if path != of_history.history:
        return ""
    return next((copy.name for copy in copies(of_history.backups) if copy.why is not Why.BEFORE_RESTORE), "")


def checked_version(found: str | None, path: Path) -> int:
    """The version of a history; refuses a file that a newer flashtorch wrote, or another program.

    Raises:
        Trouble: it is one of these.
    """
    if found is None or not found.isdigit() or int(found) < 1:
        advice = _("Move it away, or choose another folder with FLASHTORCH_HOME")
        raise Trouble(_("this is no history of flashtorch"), where=str(path), advice=advice)
    if int(found) > SCHEMA:
        said = _("a newer flashtorch wrote this history (version {found}; this one knows {known})")
        advice = _("Update flashtorch; the file is left as it is")
        raise Trouble(said.format(found=found, known=SCHEMA), where=str(path), advice=advice)
    return int(found)

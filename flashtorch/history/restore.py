"""Putting a backup in the history's place; what was there is kept aside, damaged or not."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from flashtorch.errors import Trouble
from flashtorch.history.backup import back_up, companions, drop_oldest, settle
from flashtorch.history.copies import Copy, Why, copies, copy_path
from flashtorch.history.faults import Busy, Damaged, is_damage, plainly
from flashtorch.language import _

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restoration did."""

    backup: Path
    aside: Copy | None
    """Where the file that it took the place of lies now; None when there was none."""


def find_backup(folder: Path, named: str) -> Path:
    """The backup of that name in `folder`, else the file at that path.

    Raises:
        Trouble: there is none.
    """
    known = {copy.name: copy.path for copy in copies(folder)}
    if named in known:
        return known[named]
    path = Path(named).absolute()
    if path.is_file():
        return path
    near = get_close_matches(named, known, n=1)
    advice = _("Did you mean {name}?").format(name=near[0]) if near else _("flashtorch backup list names them")
    raise Trouble(_("there is no backup {name}").format(name=named), where=str(folder), advice=advice)


def restore(backup: Path, history: Path, folder: Path, at_us: int) -> Restored:
    """Put a checked copy of `backup` in the history's place, as one step; the backup stays, the present file is kept in `folder`.

    Raises:
        Busy: another program has the history open; what it wrote from now on would be lost.
        Trouble: the backup is damaged or a newer flashtorch's, or there is no room.
    """
    # A history that is a link stays one.
    history = history.resolve()
    if history.is_dir():
        raise Trouble(_("this is a folder, and the history should be a file here"), where=str(history))
    if history.exists() and backup.samefile(history):
        raise Trouble(_("this is the history itself, not a backup of it"), where=str(history))
    fresh = history.with_name(f".{history.name}.{os.getpid()}.restored")
    try:
        _prepared(backup, fresh)
        with _alone(history):
            aside = _kept_aside(history, folder, at_us) if history.exists() else None
            # Whoever found the log of the old file beside the new one would mix the two.
            for path in companions(history):
                path.unlink(missing_ok=True)
            fresh.replace(history)
            settle(history.parent)
    except OSError as error:
        what = _("the backup cannot be restored ({reason})").format(reason=error.strerror or error)
        raise Trouble(what, where=str(backup)) from None
    finally:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
    return Restored(backup, aside)


def _prepared(backup: Path, fresh: Path) -> None:
    """A checked copy of the backup beside the history."""
    try:
        back_up(backup, fresh)
    except Damaged as damage:
        advice = _("flashtorch backup list names the others")
        raise Trouble(_("this backup is damaged, so it is not restored"), where=damage.where, advice=advice) from None


@contextlib.contextmanager
def _alone(history: Path) -> Iterator[None]:
    """Nobody else has the file open meanwhile, as far as it is sound enough to say so."""
    if not history.exists():
        yield
        return
    with closing(sqlite3.connect(history, timeout=0, isolation_level=None)) as database:
        try:
            # Leaving the write-ahead log needs the file for oneself, and puts all of the log into it.
            database.execute("PRAGMA journal_mode=DELETE")
            database.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:
            trouble = plainly(error, history)
            if isinstance(trouble, Busy):
                what = _("another program has the history open")
                raise Busy(what, where=str(history), advice=_("Close every other flashtorch, then try again")) from None
            if not is_damage(error):
                raise trouble or error from None
        yield


def _kept_aside(history: Path, folder: Path, at_us: int) -> Copy:
    """The present file as it is, with the log beside it where it could not be put into it."""
    aside = copy_path(folder, at_us, Why.BEFORE_RESTORE)
    folder.mkdir(parents=True, exist_ok=True)
    for path, to in zip((history, *companions(history)), (aside, *companions(aside)), strict=True):
        if path.exists():
            shutil.copy2(path, to)
            settle(to)
    settle(folder)
    drop_oldest(folder, Why.BEFORE_RESTORE)
    return Copy(aside, at_us, Why.BEFORE_RESTORE)

"""The folders that runs work in: made private, locked while somebody lives who needs them, removed whatever is in them."""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import os
import stat
import tempfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX = "flashtorch-run-"


def make(parent: str) -> tuple[str, int]:
    """A new private folder in `parent`, and the descriptor whose lock says that it is in use."""
    while True:
        folder = tempfile.mkdtemp(prefix=PREFIX, dir=parent)
        # Between the two calls somebody's sweep may take the folder for a stale one: then another is made.
        if (lock := _locked(folder)) is not None:
            return folder, lock


def _locked(folder: str) -> int | None:
    try:
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(lock), os.lstat(folder)):
            return lock
    except OSError:
        pass
    os.close(lock)
    return None


def sweep(parent: str) -> int:
    """Remove what earlier trainers that were killed have left in `parent`; how many folders."""
    removed = 0
    for name in os.listdir(parent):
        folder = os.path.join(parent, name)
        if not name.startswith(PREFIX):
            continue
        try:
            known = os.lstat(folder)
        except OSError:
            continue
        if known.st_uid != os.getuid() or not stat.S_ISDIR(known.st_mode):
            continue
        if (lock := _locked(folder)) is not None:
            remove(folder)
            os.close(lock)
            removed += 1
    return removed


def remove(folder: str) -> None:
    """Remove `folder` with all that is in it, when nobody works there any more. Follows no link; permission bits do not stop it.

    A folder found on the way is moved up into `folder` before it is emptied, so that no depth of nesting is too much.
    """
    with contextlib.suppress(OSError):
        os.rmdir(folder)
        return
    serial = itertools.count()
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        waiting += _emptied(here, folder, serial)
        if here != folder:
            with contextlib.suppress(OSError):
                os.rmdir(here)
    with contextlib.suppress(OSError):
        os.rmdir(folder)


def _emptied(here: str, top: str, serial: Iterator[int]) -> list[str]:
    """Take everything out of `here`; the folders that were in it, now in `top`."""
    folders = []
    with contextlib.suppress(OSError):
        os.chmod(here, stat.S_IRWXU)
        for name in os.listdir(here):
            path = os.path.join(here, name)
            if not stat.S_ISDIR(os.lstat(path).st_mode):
                os.unlink(path)
            elif here == top:
                folders.append(path)
            else:
                os.chmod(path, stat.S_IRWXU)
                folders.append(_moved(path, top, serial))
    return folders


def _moved(path: str, top: str, serial: Iterator[int]) -> str:
    while True:
        free = os.path.join(top, f".{next(serial)}")
        if not os.path.lexists(free):
            os.rename(path, free)
            return free

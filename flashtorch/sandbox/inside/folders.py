"""The folders that runs work in: made private, locked while somebody lives who needs them, removed whatever is in them."""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
import tempfile

PREFIX = "flashtorch-run-"
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


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

    It goes down one level at a time and up again by `..`, so that no depth of nesting is too much. A folder is removed only once it
    is empty: to try it before makes the kernel look through all that it knows below.
    """
    way: list[tuple[str, list[str]]] = []
    """The names that lead to where we are, and the folders beside each that are still to be emptied."""
    here = os.open(folder, FOLDER)
    try:
        waiting = _emptied(here)
        while True:
            if waiting:
                name = waiting.pop()
                with contextlib.suppress(OSError):
                    os.chmod(name, stat.S_IRWXU, dir_fd=here)
                    below = os.open(name, FOLDER, dir_fd=here)
                    os.close(here)
                    here = below
                    way.append((name, waiting))
                    waiting = _emptied(here)
            elif way:
                above = os.open("..", FOLDER, dir_fd=here)
                os.close(here)
                here = above
                name, waiting = way.pop()
                with contextlib.suppress(OSError):
                    os.rmdir(name, dir_fd=here)
            else:
                break
    finally:
        os.close(here)
    with contextlib.suppress(OSError):
        os.rmdir(folder)


def _emptied(here: int) -> list[str]:
    """Take everything out of a folder but other folders; their names."""
    folders = []
    with contextlib.suppress(OSError):
        for name in os.listdir(here):
            known = os.stat(name, dir_fd=here, follow_symlinks=False)
            if stat.S_ISDIR(known.st_mode):
                folders.append(name)
            else:
                os.unlink(name, dir_fd=here)
    return folders

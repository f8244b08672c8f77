"""A file that is whole or not there: written beside its place and put there at the end."""

from __future__ import annotations

import contextlib
import os
import stat
from typing import TYPE_CHECKING

from flashtorch.errors import Trouble
from flashtorch.language import _

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def write_whole(path: Path, pieces: Iterable[bytes]) -> None:
    """Put a file with these pieces at `path`; whatever happens on the way, also Ctrl-C, what was there before stays.

    What is no regular file, a pipe for instance, is written as it is.

    Raises:
        Trouble: it cannot be written.
    """
    try:
        _write(path, pieces)
    except OSError as error:
        raise Trouble(_("the file cannot be written ({reason})").format(reason=error.strerror or error), where=str(path)) from None


def _write(path: Path, pieces: Iterable[bytes]) -> None:
    # Through a link to the file that it names, which is then replaced rather than the link.
    path = path.resolve()
    mode = path.stat().st_mode if path.exists() else None
    if mode is not None and not stat.S_ISREG(mode):
        with path.open("wb") as file:
            file.writelines(pieces)
        return
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o666)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if mode is not None:
                os.fchmod(file.fileno(), stat.S_IMODE(mode))
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """Wait until the file's new name is on the disk; not every file system can be asked."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

"""The copies of the history that lie in the backups folder: their names, and which are there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STAMP = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"history-(\d{8}T\d{6}Z)(?:-(by-hand|before-update|before-restore))?\.db")


class Why(StrEnum):
    """What a copy was made for; each kind is kept apart, so that none crowds out another."""

    ROUTINE = "routine"
    """At the end of a sitting, once a day."""
    BY_HAND = "by-hand"
    BEFORE_UPDATE = "before-update"
    """Before a newer version of the tables."""
    BEFORE_RESTORE = "before-restore"
    """What a restored backup took the place of, as it was, damaged or not."""


@dataclass(frozen=True, slots=True)
class Copy:
    """One of them."""

    path: Path
    at_us: int
    why: Why

    @property
    def name(self) -> str:
        return self.path.name


def copies(folder: Path) -> tuple[Copy, ...]:
    """Those in `folder`, the newest first; what has another name is none of them."""
    try:
        found = [copy for path in folder.iterdir() if (copy := _read(path)) is not None]
    except OSError:
        return ()
    return tuple(sorted(found, key=lambda copy: (copy.at_us, copy.name), reverse=True))


def copy_path(folder: Path, at_us: int, why: Why) -> Path:
    """Where a copy made at that instant belongs: names sort by time, and one that is taken is not given again."""
    for later in count():
        stamp = (_EPOCH + timedelta(microseconds=at_us, seconds=later)).strftime(_STAMP)
        path = folder / (f"history-{stamp}.db" if why is Why.ROUTINE else f"history-{stamp}-{why}.db")
        if not path.exists():
            return path
    raise AssertionError


def _read(path: Path) -> Copy | None:
    match = _NAME.fullmatch(path.name)
    if match is None or not path.is_file():
        return None
    try:
        at = datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
    return Copy(path, (at - _EPOCH) // timedelta(microseconds=1), Why(match[2] or Why.ROUTINE))

"""What checking found out about cards before: kept by what was run, by which torch, and judged by which code.

A file of its own, for it is a cache: whatever is wrong with it, it is begun anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flashtorch.cards.model import Place, Problem

if TYPE_CHECKING:
    from flashtorch.cards.model import Card
    from flashtorch.grading.cardcheck import Thorough

_MOST = 20_000
"""Rows; beyond them the oldest are dropped."""
_TABLE = "CREATE TABLE IF NOT EXISTS checked (key TEXT PRIMARY KEY, found TEXT NOT NULL) STRICT"


class Checked:
    """Problems by card, for any thread; never the cause of an error."""

    def __init__(self, path: Path) -> None:
        self._db: sqlite3.Connection | None = None
        self._lock = threading.Lock()
        self._judge = _judge()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = self._opened(path)
        except sqlite3.DatabaseError:
            with contextlib.suppress(OSError, sqlite3.DatabaseError):
                path.unlink(missing_ok=True)
                self._db = self._opened(path)
        except OSError:
            pass

    def get(self, card: Card, how: Thorough, torch: str) -> tuple[Problem, ...] | None:
        """What was found, at the lines where it stands now; None when this was never checked."""
        if self._db is None:
            return None
        key = self._key(card, how, torch)
        try:
            with self._lock:
                row = self._db.execute("SELECT found FROM checked WHERE key = ?", (key,)).fetchone()
            return tuple(_problem(card, told) for told in json.loads(row[0])) if row else None
        except (sqlite3.Error, ValueError, TypeError, KeyError):
            return None

    def put(self, card: Card, how: Thorough, torch: str, problems: tuple[Problem, ...]) -> None:
        """Remember what was found."""
        if self._db is None:
            return
        told = [[problem.place.line - card.place.line, problem.severity, problem.code, problem.message] for problem in problems]
        with contextlib.suppress(sqlite3.Error), self._lock, self._db:
            self._db.execute("INSERT OR REPLACE INTO checked VALUES (?, ?)", (self._key(card, how, torch), json.dumps(told)))
            self._db.execute("DELETE FROM checked WHERE rowid <= (SELECT max(rowid) FROM checked) - ?", (_MOST,))

    def close(self) -> None:
        if self._db is not None:
            self._db.close()

    def _opened(self, path: Path) -> sqlite3.Connection:
        db = sqlite3.connect(path, timeout=1, check_same_thread=False)
        db.execute(_TABLE)
        return db

    def _key(self, card: Card, how: Thorough, torch: str) -> str:
        """Everything that decides what is found; the places of the parts too, for problems name lines."""
        parts = [[part.role, part.source, part.tolerance, part.note, part.line - card.place.line] for part in card.parts]
        limits = card.limits
        values: list[Any] = [
            str(card.id), parts, card.survivors_allowed, card.generated, limits.wall_s, limits.memory_mb, limits.processes,
            limits.devices, limits.torch, how.draws, how.all_draws, how.seeds, how.mutants, torch, self._judge,
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(values).encode()).hexdigest()


def _problem(card: Card, told: list[Any]) -> Problem:
    line, severity, code, message = told
    return Problem(Place(card.place.file, card.place.line + line), severity, code, message, str(card.id))


def _judge() -> str:
    """The code that judges and the language it speaks, so that a mended judge looks again."""
    from flashtorch import language

    digest = hashlib.sha256(language.current().encode())
    package = Path(__file__).parents[1]
    for path in sorted((*package.glob("grading/**/*.py"), *package.glob("sandbox/**/*.py"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()

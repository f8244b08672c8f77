"""Which questions of generated cards are known to work here: kept over sittings, so that the first card of one need not wait.

A cache: whatever is wrong with it, nothing is known. The standard library only, for the first painted card asks it.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flashtorch.cards.model import DeckInfo
    from flashtorch.cards.question import Question
    from flashtorch.paths import Paths
    from flashtorch.settings import Settings

_MOST = 20_000
"""Lines; beyond them the older half is dropped."""
_DIGITS = 20


class Proven:
    """The questions whose own program has run without a fault, by card, numbers, torch and device."""

    def __init__(self, path: Path, python: str = "", device: str = "cpu", believed: frozenset[str] = frozenset()) -> None:
        """`python` is the interpreter whose torch is used, empty for this one; `believed` are decks that need no trying."""
        self._believed = believed
        self._path = path
        self._torch = _torch_of(python)
        self._device = device
        self._known: set[str] | None = None

    @classmethod
    def of(cls, paths: Paths, settings: Settings, decks: Iterable[DeckInfo]) -> Proven:
        """What this learner's sittings found out; the decks that came with the program were tried before it was given away."""
        believed = frozenset(deck.name for deck in decks if deck.origin == "shipped")
        return cls(paths.proven, settings.grader_python, settings.grader_device, believed)

    def has(self, question: Question) -> bool:
        """Whether the question has worked before with the torch that is here."""
        if question.card.id.deck in self._believed:
            return True
        return bool(self._torch) and self._key(question) in self._read()

    def add(self, question: Question) -> None:
        """Remember that it works."""
        key = self._key(question)
        if self._torch and key not in self._read():
            self._read().add(key)
            with contextlib.suppress(OSError), self._path.open("a", encoding="ascii") as file:
                # One write of a short line, so that two windows do not cut into each other's.
                file.write(f"{key}\n")

    def _read(self) -> set[str]:
        if self._known is None:
            try:
                lines = self._path.read_text(encoding="ascii", errors="replace").split()
            except OSError:
                lines = []
            if len(lines) > _MOST:
                lines = lines[-_MOST // 2 :]
                self._write(lines)
            self._known = set(lines)
        return self._known

    def _write(self, lines: list[str]) -> None:
        new = self._path.with_name(f".{self._path.name}-{os.getpid()}.new")
        with contextlib.suppress(OSError):
            new.write_text("".join(f"{line}\n" for line in lines), encoding="ascii")
            new.replace(self._path)

    def _key(self, question: Question) -> str:
        card = question.card
        named = "\n".join((str(card.id), card.content_hash, str(question.seed), self._device, self._torch))
        return hashlib.sha256(named.encode()).hexdigest()[:_DIGITS]


def _torch_of(python: str) -> str:
    """What changes when another torch is installed; empty where that cannot be seen, which proves nothing."""
    if python and Path(python) != Path(sys.executable):
        return ""
    with contextlib.suppress(ImportError, ValueError, OSError):
        spec = importlib.util.find_spec("torch")
        if spec is not None and spec.origin:
            status = Path(spec.origin).with_name("version.py").stat()
            return f"{spec.origin} {status.st_mtime_ns} {status.st_size}"
    return ""

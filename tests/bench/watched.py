"""A program in a pseudo-terminal whose screen is followed: what it shows now, and when a text came."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pyte

from tests.terminal import Terminal, understood

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

QUIET_S = 0.06
"""Without output for so long, a frame is complete."""


class Watched:
    """Kept running between measurements; `close` ends it."""

    def __init__(self, command: Sequence[str | Path], env: dict[str, str], folder: Path) -> None:
        self._terminal = Terminal(command, env, folder).__enter__()
        self._shown = pyte.Screen(self._terminal.columns, self._terminal.rows)
        self._stream = pyte.ByteStream(self._shown)
        self._fed = 0

    @property
    def pid(self) -> int:
        return self._terminal.pid

    def close(self) -> None:
        self._terminal.__exit__()

    @property
    def screen(self) -> str:
        """After everything that has arrived."""
        self._feed_until(lambda: False)
        return "\n".join(self._shown.display)

    def settle(self) -> None:
        """Read until nothing comes any more."""
        while self._read(QUIET_S):
            pass

    def wait_for(self, text: str, timeout: float = 60.0) -> None:
        until = time.perf_counter() + timeout
        while text not in self.screen:
            if time.perf_counter() > until:
                raise TimeoutError(f"{text!r} never appeared; the screen shows:\n{self.screen}")
            self._read(0.05)

    def press(self, keys: str) -> None:
        """Type, and read the frame that follows."""
        self._terminal.send(keys)
        self._read(2.0)
        self.settle()

    def timed(self, keys: str, shown: Callable[[str], bool]) -> float:
        """Milliseconds from typing until the screen is as `shown` wants it. Looked at afterwards, so that it never waits for us."""
        self._feed_until(lambda: False)
        sent = self._terminal.send(keys)
        self._read(2.0)
        self.settle()
        until = time.perf_counter() + 20
        while (at := self._feed_until(lambda: shown("\n".join(self._shown.display)))) is None:
            if time.perf_counter() > until:
                raise TimeoutError(f"{keys!r} did not do it; the screen shows:\n" + "\n".join(self._shown.display))
            self._read(0.05)
        return (at - sent) * 1000

    def _read(self, seconds: float) -> bool:
        before = len(self._terminal.chunks)
        if not self._terminal.read(seconds):
            raise RuntimeError(f"the program has ended: {self._terminal.status}\n{self.screen}")
        return len(self._terminal.chunks) > before

    def _feed_until(self, done: Callable[[], bool]) -> float | None:
        """The arrival of the chunk after which `done` holds; what comes after it waits."""
        while self._fed < len(self._terminal.chunks):
            at, data = self._terminal.chunks[self._fed]
            self._fed += 1
            self._stream.feed(understood(data))
            if done():
                return at
        return None

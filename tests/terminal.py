"""A program in a pseudo-terminal: what its screen shows, and when it showed it.

While the clock runs, bytes are only stored beside their arrival; the terminal is emulated afterwards, so that a measured program
never waits for us. The queries that a toolkit sends at its start are answered as a modern terminal answers them.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyte

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

ANSWERS: tuple[tuple[re.Pattern[bytes], bytes], ...] = (
    (re.compile(rb"\x1b\[0?c"), b"\x1b[?62;22c"),
    (re.compile(rb"\x1b\[6n"), b"\x1b[1;1R"),
    (re.compile(rb"\x1b\[\?2026\$p"), b"\x1b[?2026;2$y"),
    (re.compile(rb"\x1b\[\?2048\$p"), b"\x1b[?2048;0$y"),
    (re.compile(rb"\x1b\[\?u"), b"\x1b[?0u"),
)
STRANGE_TO_PYTE = re.compile(rb"\x1b\[[<>=?][0-9;]*[a-zA-Z$]?[a-zA-Z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1bP[^\x1b]*\x1b\\")
SWITCHES = re.compile(rb"\x1b\[\?(?:25|1049|7)[hl]")


@dataclass
class Terminal:
    """One running program. Use as a context manager, which kills what is left of it."""

    command: Sequence[str | Path]
    env: Mapping[str, str]
    cwd: Path
    columns: int = 80
    rows: int = 24
    chunks: list[tuple[float, bytes]] = field(default_factory=list)
    started: float = 0.0
    ended: bool = False

    def __enter__(self) -> Terminal:
        self.started = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                os.chdir(self.cwd)
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", self.rows, self.columns, 0, 0))
                env = {**self.env, "TERM": "xterm-256color", "COLORTERM": "truecolor", "COLUMNS": str(self.columns), "LINES": str(self.rows)}
                os.execvpe(str(self.command[0]), [str(word) for word in self.command], env)
            finally:
                os._exit(127)
        # The next program must not hold this terminal open.
        os.set_inheritable(self.fd, False)
        return self

    def __exit__(self, *exception: object) -> None:
        if not self.ended:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)

    def send(self, keys: str | bytes) -> float:
        """Type, and say when."""
        at = time.perf_counter()
        os.write(self.fd, keys.encode() if isinstance(keys, str) else keys)
        return at

    def read(self, seconds: float) -> bool:
        """Store what arrives within `seconds`; False once the program has ended."""
        if self.ended or not select.select([self.fd], [], [], seconds)[0]:
            return not self.ended
        try:
            data = os.read(self.fd, 1 << 16)
        except OSError:
            data = b""
        if not data:
            self.ended = True
            self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
            return False
        self.chunks.append((time.perf_counter(), data))
        for query, answer in ANSWERS:
            for _ in query.findall(data):
                os.write(self.fd, answer)
        return True

    def wait_for(self, text: str, timeout: float = 60.0, *, since: float = 0.0) -> float:
        """Read until `text` is on the screen, and say when the bytes arrived that brought it, not counting those before `since`.

        Raises:
            TimeoutError: it never appeared; says what the screen shows instead.
        """
        until = time.perf_counter() + timeout
        shown = self._replayed()
        seen = len(self.chunks)
        while text not in _joined(shown.display):
            if time.perf_counter() > until or (self.ended and seen == len(self.chunks)):
                raise TimeoutError(f"{text!r} never appeared; the screen shows:\n" + "\n".join(shown.display))
            self.read(0.05)
            for _, data in self.chunks[seen:]:
                self._feed(data)
            seen = len(self.chunks)
        return self.when(text, since=since)

    def wait_end(self, timeout: float = 60.0) -> int:
        """Read until the program ends; its exit status.

        Raises:
            TimeoutError: it went on; says what the screen shows.
        """
        until = time.perf_counter() + timeout
        while self.read(0.1):
            if time.perf_counter() > until:
                raise TimeoutError("the program has not ended; the screen shows:\n" + self.screen())
        return self.status

    def when(self, text: str, *, since: float = 0.0) -> float:
        """The arrival of the first bytes after `since` with which `text` was on the screen."""
        shown = self._blank()
        for at, data in self.chunks:
            self._feed(data)
            if at >= since and text in _joined(shown.display):
                return at
        raise TimeoutError(f"{text!r} was never shown")

    def screen(self) -> str:
        """What the screen shows now."""
        return "\n".join(line.rstrip() for line in self._replayed().display)

    def _replayed(self) -> pyte.Screen:
        """The screen after everything that has arrived; what is fed from here on changes it."""
        shown = self._blank()
        for _, data in self.chunks:
            self._feed(data)
        return shown

    def _blank(self) -> pyte.Screen:
        shown = pyte.Screen(self.columns, self.rows)
        self._stream = pyte.ByteStream(shown)
        return shown

    def _feed(self, data: bytes) -> None:
        self._stream.feed(understood(data))


def understood(data: bytes) -> bytes:
    """Without the sequences that the emulator would print as text."""
    return STRANGE_TO_PYTE.sub(lambda m: m[0] if SWITCHES.fullmatch(m[0]) else b"", data)


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(lines)

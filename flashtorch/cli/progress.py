"""How far something is that takes more than a second: one line on stderr, on a terminal only, gone when it ends."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from flashtorch.cli.screen import is_terminal

if TYPE_CHECKING:
    from collections.abc import Callable

_QUIET_S = 1.0
_EVERY_S = 0.1
_WIDTH = 24


class Progress:
    """A bar. Call it with how many of how many are done; use as a context manager, which takes it away at the end."""

    def __init__(self, what: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._what = what
        self._clock = clock
        self._began = clock()
        self._drawn = 0.0
        self._shown = False
        self._wanted = is_terminal(sys.stderr)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *exception: object) -> None:
        self.clear()

    def __call__(self, done: int, of: int) -> None:
        now = self._clock()
        if not self._wanted or now - self._began < _QUIET_S or (now - self._drawn < _EVERY_S and done < of):
            return
        self._drawn, self._shown = now, True
        full = _WIDTH * done // max(1, of)
        sys.stderr.write(f"\r\x1b[K{self._what} [{'#' * full}{'.' * (_WIDTH - full)}] {done}/{of}")
        sys.stderr.flush()

    def clear(self) -> None:
        """Take the line away, for instance before another one is printed."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._shown = False

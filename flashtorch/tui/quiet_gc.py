"""The garbage collector, kept out of the way of keys: it runs when nobody types.

A collection of everything that Textual holds takes longer than a key may; what is there after the first paint stays to the end
anyway, so it is frozen, and the rest is collected a moment after the last thing that happened.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.message_pump import MessagePump
    from textual.timer import Timer

IDLE_S = 0.5


class QuietGC:
    """Takes over the collector of this process until `stop`."""

    def __init__(self) -> None:
        """Nothing is collected from here on: what a start allocates stays."""
        gc.disable()
        self._timer: Timer | None = None

    def start(self, pump: MessagePump) -> None:
        """Collect from now on, but only after `stir` and a moment of quiet."""
        self._timer = pump.set_interval(IDLE_S, self._collect, pause=True)

    def freeze(self) -> None:
        """What is there now stays: no later collection looks at it."""
        gc.freeze()

    def stir(self) -> None:
        """Something happened."""
        if self._timer:
            self._timer.reset()
            self._timer.resume()

    def stop(self) -> None:
        """Give the collector back."""
        gc.unfreeze()
        gc.enable()

    def _collect(self) -> None:
        if self._timer:
            self._timer.pause()
        gc.collect()

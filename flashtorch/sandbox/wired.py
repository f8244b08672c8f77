"""What every cell does the same, however its process came to be: one run, cancelled from anywhere, ended as a whole."""

from __future__ import annotations

import contextlib
import math
import signal
import socket
import threading
import time
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from flashtorch.sandbox.cell import Ending, Outcome
from flashtorch.sandbox.clean import clean
from flashtorch.sandbox.conversation import Conversation, Word

if TYPE_CHECKING:
    from flashtorch.sandbox.cell import Limits
    from flashtorch.sandbox.conversation import Ends
    from flashtorch.sandbox.kept import Death
    from flashtorch.sandbox.slots import Slots

CLOSING_MS = 1000
"""How long a process that ends may take between its socket's end and its own."""
DEATH_S = 5.0
"""How long to wait for the word on how a process ended that is gone."""
SAID = {
    Word.REPLY: Ending.REPLIED,
    Word.TOO_BIG: Ending.REPLY_TOO_BIG,
    Word.NO_MEMORY: Ending.MEMORY,
    Word.GARBLED: Ending.GARBLED,
    Word.FLOOD: Ending.OUTPUT,
    Word.LATE: Ending.WALL,
}


class WiredCell(ABC):
    """A cell behind a socket and two pipes."""

    ready_s = 60.0
    """How long the cell may take to become ready; a cell that does not is lost."""
    slots: Slots | None = None
    """What bounds how many run at a time, if anything does."""

    def __init__(self, ends: Ends, gone: int, limits: Limits, level: str) -> None:
        self._ends, self._limits, self._level = ends, limits, level
        self._conversation = Conversation(ends, gone, limits)
        self._turn = threading.Lock()
        """Held by whoever converses; descriptors are closed under it."""
        self._hold = threading.Lock()
        """Held while descriptors are used to end the process."""
        self._used = self._cancelled = self._closed = False

    @abstractmethod
    def _kill(self) -> None:
        """Have the process killed, and at some time after that all that it started; returns at once."""

    @abstractmethod
    def _death(self, timeout_s: float) -> Death | None:
        """Wait for how the process ended; None when that does not become known."""

    def _begin(self) -> None:  # noqa: B027  A cell that has nothing to do then need not say so.
        """The run is about to begin."""

    @abstractmethod
    def _release(self) -> None:
        """Free what is held beside the ends."""

    def wait(self) -> bool:
        """Wait until the cell is sealed, rehearsed and waiting; False when it will not be. `run` does this by itself."""
        with self._turn:
            if self._used or self._cancelled:
                return False
            return self._conversation.await_ready(time.monotonic() + self.ready_s) is Word.READY

    def run(self, payload: bytes) -> Outcome:
        """Run the entry on `payload` and wait for how that ended.

        Never raises for anything the run does; RuntimeError when the cell has run before.
        """
        with self._turn:
            if self._used:
                raise RuntimeError("a cell runs once")
            self._used = True
            # A run waits for its turn before its clock begins.
            slots, memory_mb = self.slots, self._limits.memory_mb
            if self._cancelled or (slots and not slots.take(memory_mb, lambda: self._cancelled)):
                return Outcome(Ending.CANCELLED, level=self._level)
            try:
                return self._talk(payload)
            finally:
                if slots:
                    slots.give_back(memory_mb)

    def cancel(self) -> None:
        """End the run, or the waiting cell, from any thread; at any time, more than once."""
        with self._hold:
            if self._closed:
                return
            self._cancelled = True
            self._kill()
            # The run need not wait for a process that is slow to die.
            with contextlib.suppress(OSError):
                self._ends.job.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Kill the whole tree and free the descriptors; a run that is under way ends as cancelled."""
        self.cancel()
        with self._turn, self._hold:
            if not self._closed:
                self._closed = True
                self._ends.close()
                self._release()

    def _talk(self, payload: bytes) -> Outcome:
        talk = self._conversation
        started = time.monotonic()
        word = talk.await_ready(started + self.ready_s)
        if word is not Word.READY:
            return self._outcome(Ending.LOST, started)
        self._begin()
        started = time.monotonic()
        word = talk.carry(payload, started + self._limits.wall_s)
        if word is Word.GONE:
            return self._gone(started)
        if not talk.taken and word in (Word.LATE, Word.GARBLED):
            # Somebody has stopped it, or it is none of ours: the run has not begun.
            return self._outcome(Ending.LOST, started)
        return self._outcome(SAID[word], started)

    def _outcome(self, ending: Ending, started: float, code: int | None = None) -> Outcome:
        took = (time.monotonic() - started) * 1e3
        if self._cancelled:
            ending, code = Ending.CANCELLED, None
        if ending is not Ending.REPLIED:
            self._kill()
        self._conversation.drain()
        out, err = self._conversation.printed
        reply = self._conversation.reply if ending is Ending.REPLIED else b""
        return Outcome(ending, reply, clean(out), clean(err), code, took, self._level)

    def _gone(self, started: float) -> Outcome:
        """The process ended, or closed its socket, before a whole reply."""
        if self._cancelled:
            return self._outcome(Ending.CANCELLED, started)
        taken = self._conversation.taken
        if not self._conversation.has_ended(CLOSING_MS):
            # It lives, and has closed its socket: what it does now nobody can hear.
            return self._outcome(Ending.GARBLED if taken else Ending.LOST, started)
        death = self._death(DEATH_S)
        if death is None:
            return self._outcome(Ending.LOST, started)
        code = death.status
        if not taken:
            return self._outcome(Ending.LOST, started, code)
        if death.over:
            return self._outcome(Ending(death.over), started)
        # A run can send itself the signal. What the kernel reckons as used is not to the tick what it tells afterwards.
        least = {-signal.SIGXCPU: self._limits.cpu_s / 2, -signal.SIGKILL: self._limits.cpu_s}
        if death.cpu_s >= least.get(code, math.inf):
            return self._outcome(Ending.CPU, started, code)
        if code < 0:
            return self._outcome(Ending.SIGNALLED, started, code)
        return self._outcome(Ending.GARBLED if self._conversation.broken_off else Ending.EXITED, started, code)

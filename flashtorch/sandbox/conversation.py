"""One run's bytes: the payload in, the reply and what is printed out, all at once, none of them believed or let grow."""

from __future__ import annotations

import contextlib
import math
import os
import select
import socket
import time
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from flashtorch.sandbox import wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from flashtorch.sandbox.cell import Limits

FLOOD = 16
"""Times the cap: what a run may print before it is ended for it, but never less than FLOOD_LEAST bytes."""
FLOOD_LEAST = 1 << 20
PIECE = 1 << 18


class Word(Enum):
    """What a wait ended with."""

    READY = auto()
    REPLY = auto()
    TOO_BIG = auto()
    NO_MEMORY = auto()
    GARBLED = auto()
    FLOOD = auto()
    LATE = auto()
    GONE = auto()


@dataclass(frozen=True, slots=True)
class Ends:
    """The trainer's ends of a cell's descriptors."""

    job: socket.socket
    out: int
    err: int

    def close(self) -> None:
        self.job.close()
        wire.close((self.out, self.err))


def open_ends() -> tuple[Ends, tuple[int, int, int]]:
    """Our ends, not blocking, and the cell's, in the order socket, output, errors, to be closed once they are sent."""
    ours, theirs = socket.socketpair()
    out, out_in = os.pipe()
    err, err_in = os.pipe()
    ours.setblocking(False)
    os.set_blocking(out, False)
    os.set_blocking(err, False)
    return Ends(ours, out, err), (theirs.detach(), out_in, err_in)


class Conversation:
    """With one cell; used by one thread."""

    def __init__(self, ends: Ends, gone: int, limits: Limits) -> None:
        """`gone` is a descriptor that becomes readable when the process has ended."""
        self._job, self._gone = ends.job, gone
        self._kept = {ends.out: bytearray(), ends.err: bytearray()}
        self._cap = limits.output_kb << 10
        self._flood = max(self._cap * FLOOD, FLOOD_LEAST)
        self._most = limits.reply_mb << 20
        self._printed = 0
        self._received = bytearray()
        self._to_send = memoryview(b"")
        self._ended = False
        self._ready = False
        self.taken = False
        """Whether the cell has its payload, so that what happens is the run's doing."""
        self._poll = select.poll()
        for fd in (ends.job.fileno(), gone, *self._kept):
            self._poll.register(fd, select.POLLIN)

    @property
    def printed(self) -> tuple[bytes, bytes]:
        """What was kept of output and errors."""
        out, err = self._kept.values()
        return bytes(out), bytes(err)

    @property
    def reply(self) -> bytes:
        return bytes(self._received[wire.HEAD.size :])

    @property
    def broken_off(self) -> bool:
        """Whether a reply had begun."""
        return bool(self._received)

    def await_ready(self, until: float) -> Word:
        """Until the cell waits for its payload: READY, GONE, GARBLED or LATE. `until` is of the monotonic clock."""
        if not self._ready:
            return self._pump(until, self._look_for_ready)
        # It may have been killed while it waited.
        return Word.GONE if self.has_ended(0) else Word.READY

    def carry(self, payload: bytes, until: float) -> Word:
        """Hand the payload over and wait for the reply or what comes instead."""
        self._to_send = memoryview(wire.HEAD.pack(len(payload)) + payload)
        self._poll.modify(self._job, select.POLLIN | select.POLLOUT)
        return self._pump(until, self._look_for_reply)

    def drain(self) -> None:
        """Take what is still in the pipes; waits for nothing."""
        for fd in self._kept:
            while self._printed <= self._flood and self._hear_print(fd):
                pass

    def has_ended(self, wait_ms: int) -> bool:
        """Whether the process ends within that time."""
        watched = select.poll()
        watched.register(self._gone, select.POLLIN)
        return bool(watched.poll(wait_ms))

    def _look_for_ready(self) -> Word | None:
        if not self._received:
            return None
        if self._received != wire.READY:
            return Word.GARBLED
        self._received.clear()
        self._ready = True
        return Word.READY

    def _look_for_reply(self) -> Word | None:
        if not self.taken and self._received:
            if not self._received.startswith(wire.TAKEN):
                return Word.GARBLED
            del self._received[: len(wire.TAKEN)]
            self.taken = True
        if len(self._received) < wire.HEAD.size:
            return None
        (size,) = wire.HEAD.unpack_from(self._received)
        if size == wire.NO_MEMORY:
            return Word.NO_MEMORY
        if size > self._most:
            return Word.TOO_BIG
        missing = wire.HEAD.size + size - len(self._received)
        return None if missing > 0 else Word.GARBLED if missing else Word.REPLY

    def _pump(self, until: float, look: Callable[[], Word | None]) -> Word:
        while True:
            if (word := look()) is not None:
                return word
            if self._ended:
                return Word.GONE
            if self._printed > self._flood:
                return Word.FLOOD
            left = until - time.monotonic()
            if left <= 0:
                return Word.LATE
            for fd, events in self._poll.poll(math.ceil(left * 1e3)):
                self._serve(fd, events)

    def _serve(self, fd: int, events: int) -> None:
        if fd == self._gone:
            # It may have said all before it ended.
            while self._hear_reply():
                pass
            self._ended = True
        elif fd != self._job.fileno():
            if not self._hear_print(fd):
                self._poll.unregister(fd)
        else:
            if events & select.POLLOUT:
                self._send()
            if events & ~select.POLLOUT and not self._hear_reply():
                self._ended = True

    def _send(self) -> None:
        try:
            self._to_send = self._to_send[self._job.send(self._to_send) :]
        except BlockingIOError:
            return
        except OSError:
            # Whoever does not listen may still have spoken.
            self._to_send = memoryview(b"")
        if not self._to_send:
            self._poll.modify(self._job, select.POLLIN)

    def _hear_reply(self) -> bool:
        """Whether there may be more. Stops at the cap, so that a babbler is judged by its first bytes."""
        if len(self._received) > self._most + wire.HEAD.size:
            return False
        try:
            piece = self._job.recv(PIECE)
        except OSError:
            return False
        self._received += piece
        return bool(piece)

    def _hear_print(self, fd: int) -> bool:
        piece = b""
        with contextlib.suppress(OSError):
            piece = os.read(fd, PIECE)
        kept = self._kept[fd]
        kept += piece[: self._cap - len(kept)]
        self._printed += len(piece)
        return bool(piece)

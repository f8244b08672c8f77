"""The entry of many programs for one card: each is run and observed as `observe` does, one after the other in one process.

For programs that are made from the card's own solution, to see whether its check tells them from it: what one leaves behind can at
worst hide a gap in the check, and never touches a learner's answer. The payload is that of `observe` without `answer`, and

    answers   the programs
    seconds   how long each may take; one that takes longer is interrupted, wherever it is in Python, and its reply says so

The reply is, for each program that was run, `<u32 size> <reply of observe>`. A program that takes the process with it takes the
replies too: whoever asked halves the list and asks again.
"""

from __future__ import annotations

import json
import os
import signal
import struct
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flashtorch.grading.inside import observe, scope

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

SIZE = struct.Struct("<I")


class TooSlow(BaseException):
    """The program has had its time. Not an Exception: a program's own handlers are not meant to catch it."""


def main(payload: bytes) -> bytes:
    """Run each program and give all replies."""
    job = json.loads(payload)
    answers, seconds = job.pop("answers"), job.pop("seconds")
    replies = []
    home = os.getcwd()
    for answer in answers:
        with _hurried(seconds):
            reply = observe.main(json.dumps({**job, "answer": answer}).encode())
        replies += [SIZE.pack(len(reply)), reply]
        os.chdir(home)
        scope.empty_folder()
    return b"".join(replies)


@contextmanager
def _hurried(seconds: float) -> Iterator[None]:
    """Raise `TooSlow` in this thread when the time is over, and again each time that it is over once more."""
    before = signal.signal(signal.SIGALRM, _too_slow)
    signal.setitimer(signal.ITIMER_REAL, seconds, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _too_slow(number: int, frame: FrameType | None) -> None:
    # Only where a program of the card is what runs; in between, nothing is to be lost to it.
    while frame is not None:
        if frame.f_code.co_filename in (observe.ANSWER, observe.SETUP, observe.CHECK):
            raise TooSlow
        frame = frame.f_back

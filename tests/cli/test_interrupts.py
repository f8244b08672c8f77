"""A signal that wakes nobody is heard all the same."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

WAITING = """
import os, signal, sys, threading, time
from flashtorch.cli.interrupts import always_heard

def elsewhere():
    # The system may give a signal to any thread. Here that leaves the main thread in its read, as one does that comes just before it.
    time.sleep(0.2)
    signal.pthread_kill(threading.get_ident(), signal.{name})

signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(7))
with always_heard():
    threading.Thread(target=elsewhere, daemon=True).start()
    try:
        print("read", {read})
    except KeyboardInterrupt:
        print("heard")
"""


@pytest.mark.parametrize("read", ["input()", "os.read(0, 1)", "sys.stdin.buffer.readline()"])
def test_an_interrupt_given_to_another_thread_ends_a_read(read: str) -> None:
    assert _waited("SIGINT", read) == ("heard", 0)


def test_a_request_to_end_does_too() -> None:
    assert _waited("SIGTERM", "os.read(0, 1)") == ("", 7)


def _waited(name: str, read: str) -> tuple[str, int]:
    silent, ours = os.pipe()
    try:
        done = subprocess.run(
            [sys.executable, "-c", WAITING.format(name=name, read=read)], stdin=silent, capture_output=True, text=True, timeout=30, check=False
        )
    finally:
        os.close(silent)
        os.close(ours)
    return done.stdout.strip(), done.returncode

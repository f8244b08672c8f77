"""An interrupt that arrives in the instant before a read begins is heard all the same.

Python notes a signal and runs its handler between two instructions. One that comes after the last of them, and before the system
call that waits for a line, would be heard only when the line comes: a Ctrl-C that does nothing. So each one is followed by nudges,
a signal that does nothing but end a waiting call, upon which the handler runs.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEARD = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_NUDGE = signal.SIGURG
"""Ignored where nobody handles it, and of no use to anything else here."""
_AFTER_S = (0.02, 0.1, 0.5)
"""Several, for a nudge can fall into the same instant."""


@contextlib.contextmanager
def always_heard() -> Iterator[None]:
    """While this lasts, no signal waits for the next line. For the main thread, where no event loop is."""
    ours, theirs = os.pipe()
    os.set_blocking(theirs, False)
    main = threading.get_ident()
    before = signal.signal(_NUDGE, lambda number, frame: None)
    previous = signal.set_wakeup_fd(theirs, warn_on_full_buffer=False)
    nudger = threading.Thread(target=_nudge, args=(ours, main), daemon=True)
    nudger.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(previous)
        os.close(theirs)
        nudger.join()
        os.close(ours)
        signal.signal(_NUDGE, before)


def _nudge(arrivals: int, main: int) -> None:
    """Until the other end of `arrivals` is closed: signal numbers come in, nudges for the thread `main` go out."""
    while numbers := os.read(arrivals, 64):
        if not set(numbers).intersection(_HEARD):
            continue
        for after_s in _AFTER_S:
            time.sleep(after_s)
            signal.pthread_kill(main, _NUDGE)

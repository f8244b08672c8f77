"""No process is left: every descendant of this process is found, killed and buried.

The caller adopts orphans (`linux.adopt_orphans`), so a descendant cannot leave the tree by forking twice or by a session of
its own; what is not a child that the caller knows belongs to a run that is over.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from typing import TYPE_CHECKING

from flashtorch.sandbox.inside.linux import LINUX

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

LISTED = os.path.exists("/proc/thread-self/children")
PATIENCE_S = 10.0
"""How long `clear` waits for killed processes; one in an uninterruptible call may stay until the call returns."""


def buried() -> Iterator[tuple[int, int, float]]:
    """Each child that has ended since the last call: its pid, its exit code or negative signal, the CPU seconds it used."""
    while True:
        try:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        yield pid, os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime


def strays(known: Container[int]) -> list[int]:
    """All living descendants of this process but the children in `known` and what is below them."""
    found = [pid for pid in _children(os.getpid()) if pid not in known]
    for pid in found:
        found += _children(pid)
    return found


def below(pid: int) -> list[int]:
    """All living descendants of the process `pid`."""
    found = _children(pid)
    for child in found:
        found += _children(child)
    return found


def kill(pids: list[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def clear() -> None:
    """Kill everything below this process and wait until nothing is left."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        for _ended in buried():
            pass
        left = strays(())
        if not left:
            return
        kill(left)
        time.sleep(0.001)


def _children(pid: int) -> list[int]:
    """The children of all threads of `pid`; none where the system does not tell."""
    if not LISTED:
        return _children_by_search(pid)
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children", "rb") as file:
                found += map(int, file.read().split())
    return found


def _children_by_search(pid: int) -> list[int]:
    """The same where the kernel keeps no list of children: every process is asked for its parent."""
    found: list[int] = []
    if not LINUX:
        return found
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open(f"/proc/{name}/stat", "rb") as file:
            # The name in parentheses may hold anything, so count from its end: state, then parent.
            if int(file.read().rpartition(b")")[2].split()[1]) == pid:
                found.append(int(name))
    return found

"""A small process between the trainer and what it starts: whatever happens to either, nothing is left.

The trainer holds the other end of its lifeline, descriptor 0. The keeper starts one child in a folder of its own and waits
until the child ends or the lifeline closes, which it does when the trainer closes it or dies in any way; then it kills all
that is below it, removes the folder and ends. It imports no torch and sees no code. Should the keeper itself be killed, the
template takes its place; what a run leaves behind when both are killed at once is beyond what limits alone can find.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
from typing import TYPE_CHECKING, Any

from flashtorch.sandbox.inside import folders, reap
from flashtorch.sandbox.inside.frames import Ended, hear, place, take_descriptor_0, tell
from flashtorch.sandbox.inside.linux import LINUX, adopt_orphans, die_with

if TYPE_CHECKING:
    import socket

POLL_MS = 50
LOG_TAIL = 2000


def main() -> None:
    """Read what to start, with the child's descriptors 0, 1 and 2 beside it; without 1 and 2 both go to a log file."""
    for ignored in (signal.SIGINT, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    lifeline = take_descriptor_0()
    try:
        order, fds = hear(lifeline)
    except Ended:
        return
    adopt_orphans()
    try:
        folder, lock = folders.make(order["parent"])
    except OSError as error:
        tell(lifeline, {"event": "failed", "reason": str(error)})
        return
    child = start(order, fds, folder)
    for fd in fds:
        os.close(fd)
    with contextlib.suppress(OSError):
        folders.sweep(order["parent"])
    end(lifeline, child, wait(lifeline, child), os.path.join(folder, "log"))
    folders.remove(folder)
    os.close(lock)


def start(order: dict[str, Any], fds: list[int], folder: str) -> int:
    """Start this interpreter again in the role `order["role"]`, in `folder`, by the program `order["through"]` if any; its pid."""
    keeper = os.getpid()
    child = os.fork()
    if child:
        return child
    try:
        os.setsid()
        die_with(keeper)
        os.chdir(folder)
        if len(fds) == 1:
            log = os.open("log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            fds = [*fds, log, log]
        place(fds)
        boot = os.path.join(os.path.dirname(os.path.abspath(__file__)), "boot.py")
        for received in (signal.SIGINT, signal.SIGHUP):
            signal.signal(received, signal.SIG_DFL)
        whole = [*order["through"], sys.executable, "-I", "-X", "utf8", boot, order["role"]]
        os.execv(whole[0], whole)
    finally:
        os._exit(127)


def wait(lifeline: socket.socket, child: int) -> tuple[int, float] | None:
    """Until the child has ended, then how; or until the lifeline says something, which can only be its end, then None."""
    watched = select.poll()
    watched.register(lifeline, select.POLLIN)
    if LINUX:
        watched.register(os.pidfd_open(child), select.POLLIN)
    while True:
        pid, status, usage = os.wait4(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime
        if any(fd == lifeline.fileno() for fd, _events in watched.poll(None if LINUX else POLL_MS)):
            return None


def end(lifeline: socket.socket, child: int, ended: tuple[int, float] | None, log: str) -> None:
    """Kill everything below, and tell how the child ended if anybody still listens."""
    if ended is None:
        os.kill(child, signal.SIGKILL)
        _pid, status, usage = os.wait4(child, 0)
        ended = os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime
    if not LINUX:
        # Without a way to adopt orphans, its group is all that can be found of what it started.
        with contextlib.suppress(OSError):
            os.killpg(child, signal.SIGKILL)
    said = ""
    with contextlib.suppress(OSError), open(log, "rb") as file:
        file.seek(max(0, os.fstat(file.fileno()).st_size - LOG_TAIL))
        said = file.read(LOG_TAIL).decode("utf-8", "replace")
    with contextlib.suppress(OSError):
        tell(lifeline, {"event": "died", "status": ended[0], "cpu_s": ended[1], "log": said})
    reap.clear()

"""The warm template: imports torch once, then forks a cell for each order. It sees no payload and no card's text."""

from __future__ import annotations

import contextlib
import gc
import importlib.util
import os
import select
import signal
import sys
import time
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from flashtorch.sandbox.inside import cell, entries, folders, reap, warm
from flashtorch.sandbox.inside.boot import forget_ourselves
from flashtorch.sandbox.inside.frames import Ended, hear, take_descriptor_0, tell
from flashtorch.sandbox.inside.linux import LINUX, adopt_orphans, collapse_heap, die_with, threads
from flashtorch.sandbox.inside.seal import seal_template

if TYPE_CHECKING:
    import socket
    from types import ModuleType

SWEEP_MS = 2


def main() -> NoReturn:
    """Descriptor 0 is the trainer's control socket; this folder is ours until the keeper removes it."""
    control = take_descriptor_0()
    keeper = os.getppid()
    try:
        config, _none = hear(control)
        forget_ourselves(config["path"])
        adopt_orphans()
        level = seal_template(config)
        tell(control, warm_up(level))
        # From here on there may be runs: should the keeper be killed, then we do its work.
        signal.signal(signal.SIGTERM, stop)
        die_with(keeper, signal.SIGTERM)
        Template(control).serve()
    except (Ended, BrokenPipeError):
        reap.clear()
    os._exit(0)


def stop(number: int, _frame: object) -> NoReturn:
    signal.signal(number, signal.SIG_IGN)
    raise Ended


def warm_up(level: str) -> dict[str, Any]:
    """Make this process worth forking; what there is to say about it."""
    started = time.perf_counter()
    if importlib.util.find_spec("torch") is None:
        return {"event": "failed", "why": "missing", "reason": ""}
    try:
        torch = warm.import_torch()
        warm.exercise()
    except BaseException as error:
        traceback.print_exc()
        return {"event": "failed", "why": "import", "reason": in_a_line(error)}
    # A second thread does not exist in a fork, but the locks that it holds do.
    forks = LINUX and hasattr(os, "pidfd_open") and threads() == 1
    gc.collect()
    gc.freeze()
    if forks:
        collapse_heap()
    return {
        "event": "ready",
        "forks": forks,
        "level": level,
        "torch": str(torch.__version__),
        "python": sys.version.partition(" ")[0],
        "devices": warm.devices(torch, may_ask=not forks),
        "start_ms": (time.perf_counter() - started) * 1e3,
    }


def in_a_line(error: BaseException) -> str:
    return " ".join(traceback.format_exception_only(error)[-1].split())[:300]


@dataclass(frozen=True)
class Child:
    """A cell as its parent knows it."""

    order: int
    pidfd: int
    folder: str


class Template:
    """The loop: orders come in, cells are forked, ends are told, nothing of a run that is over stays."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.entries: dict[str, ModuleType] = {}
        self.children: dict[int, Child] = {}
        self.over: list[Child] = []
        """Cells that are buried and may still have descendants or files."""
        self.watched = select.poll()
        self.watched.register(control, select.POLLIN)

    def serve(self) -> NoReturn:
        while True:
            for fd, _events in self.watched.poll(SWEEP_MS if self.over else None):
                if fd == self.control.fileno():
                    self.fork(*hear(self.control))
            self.bury()

    def fork(self, order: dict[str, Any], fds: list[int]) -> None:
        """Fork a cell with the descriptors that came with the order, and tell its pidfd."""
        parent = os.getpid()
        folder = os.path.join(os.getcwd(), f"cell-{order['id']}")
        try:
            entry = self.entry(order["entry"], order["room"])
            os.mkdir(folder)
            pid = os.fork()
            if not pid:
                self.be_born(cell.Task(entry, order["limits"], order["rehearse"], folder), fds, parent)
            pidfd = os.pidfd_open(pid)
        except Exception as error:
            traceback.print_exc()
            tell(self.control, {"event": "refused", "id": order["id"], "reason": in_a_line(error)})
        else:
            self.children[pid] = Child(order["id"], pidfd, folder)
            self.watched.register(pidfd, select.POLLIN)
            tell(self.control, {"event": "born", "id": order["id"]}, [pidfd])
        finally:
            for fd in fds:
                os.close(fd)

    def entry(self, name: str, room: str) -> ModuleType:
        """The entry's module, imported and rehearsed here when it is asked for first, so that no run pays for that."""
        if name not in self.entries:
            entry = self.entries[name] = entries.load(name, room)
            cell.rehearse(entry, "cpu")
            gc.freeze()
        return self.entries[name]

    def be_born(self, task: cell.Task, fds: list[int], parent: int) -> NoReturn:
        """The first steps in the child: whatever goes wrong, it must not go on as a second template."""
        try:
            die_with(parent)
            adopt_orphans()
            job, out, err = fds
            cell.live(task, (job, out, err))
        finally:
            os._exit(cell.NOT_STARTED)

    def bury(self) -> None:
        """Reap what has ended and sweep after it. Living cells adopt their own orphans, so a stray is of a run that is over."""
        for pid, status, cpu_s in reap.buried():
            if (child := self.children.pop(pid, None)) is not None:
                self.watched.unregister(child.pidfd)
                os.close(child.pidfd)
                self.over.append(child)
                tell(self.control, {"event": "died", "id": child.order, "status": status, "cpu_s": cpu_s})
        if self.over:
            if strays := reap.strays(self.children):
                reap.kill(strays)
                return
            for child in self.over:
                with contextlib.suppress(OSError):
                    folders.remove(child.folder)
                tell(self.control, {"event": "gone", "id": child.order})
            self.over.clear()

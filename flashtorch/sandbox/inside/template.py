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

from flashtorch.sandbox.inside import cell, entries, folders, namespaces, reap, selftest, warm, watch
from flashtorch.sandbox.inside.boot import forget_ourselves
from flashtorch.sandbox.inside.frames import Ended, hear, take_descriptor_0, tell
from flashtorch.sandbox.inside.linux import LINUX, adopt_orphans, collapse_heap, die_with, threads
from flashtorch.sandbox.inside.seal import FILTERED, Walls, seal_template

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
        try:
            walls = sealed(config)
        except OSError as error:
            tell(control, {"event": "unsealed", "why": in_a_line(error)})
            os._exit(0)
        tell(control, warm_up(walls.level))
        if not walls.has_namespaces:
            # From here on there may be runs: should the keeper be killed, then we do its work.
            signal.signal(signal.SIGTERM, stop)
            die_with(keeper, signal.SIGTERM)
        Template(control, walls).serve()
    except (Ended, BrokenPipeError):
        reap.clear()
    os._exit(0)


def stop(number: int, _frame: object) -> NoReturn:
    """The keeper was killed. No exception, which whatever is being done could take for a fault of its own and go on."""
    signal.signal(number, signal.SIG_IGN)
    reap.clear()
    os._exit(0)


def sealed(config: dict[str, Any]) -> Walls:
    """The walls of the level that is asked for, tried before anything else is done. Raises OSError when one does not hold."""
    outside = config["outside"] | {"folder": os.getcwd(), "pids": [config["outside"]["pid"], os.getppid()]}
    walls = seal_template(config)
    if walls.level in FILTERED and (holes := selftest.holes(walls, outside, os.path.join(os.getcwd(), "trial"))):
        raise OSError(", ".join(holes))
    return walls


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
        "compiled": getattr(torch, "__cached__", None) or "",
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
    """Empty where its files end with it."""
    limits: dict[str, Any]
    note: namespaces.Note | None


class Template:
    """The loop: orders come in, cells are forked, ends are told, nothing of a run that is over stays."""

    def __init__(self, control: socket.socket, walls: Walls) -> None:
        self.control = control
        self.walls = walls
        self.entries: dict[str, ModuleType] = {}
        self.children: dict[int, Child] = {}
        self.over: list[Child] = []
        """Cells that are buried and may still have descendants or files."""
        self.running: dict[int, str] = {}
        """Runs to be looked at, by pid, and the limit that they were ended for, if any."""
        self.watched = select.poll()
        self.watched.register(control, select.POLLIN)

    def serve(self) -> NoReturn:
        while True:
            for fd, _events in self.watched.poll(SWEEP_MS if self.over else watch.EVERY_MS if self.running else None):
                if fd == self.control.fileno():
                    self.obey(*hear(self.control))
            self.look()
            self.bury()

    def obey(self, order: dict[str, Any], fds: list[int]) -> None:
        if "watch" not in order:
            self.fork(order, fds)
        elif pid := next((pid for pid, child in self.children.items() if child.order == order["watch"]), 0):
            self.running[pid] = ""

    def look(self) -> None:
        """End the runs that are over a limit which nothing else keeps."""
        for pid in [pid for pid, why in self.running.items() if not why]:
            child = self.children[pid]
            with contextlib.suppress(OSError):
                self.running[pid] = watch.exceeded(pid, child.folder, child.limits)
            if self.running[pid]:
                reap.kill([pid, *reap.below(pid)])

    def fork(self, order: dict[str, Any], fds: list[int]) -> None:
        """Fork a cell with the descriptors that came with the order, and tell its pidfd."""
        parent = os.getpid()
        apart = self.walls.has_namespaces
        folder = "" if apart else os.path.join(os.getcwd(), f"cell-{order['id']}")
        try:
            entry = self.entry(order["entry"], order["room"])
            if folder:
                os.mkdir(folder)
            note = namespaces.Note() if apart else None
            pid = namespaces.fork() if apart else os.fork()
            if not pid:
                task = cell.Task(entry, order["limits"], order["rehearse"], folder, self.walls, note)
                # Seen from its own pid namespace, its parent has no number.
                self.be_born(task, fds, 0 if apart else parent)
            pidfd = os.pidfd_open(pid)
        except Exception as error:
            traceback.print_exc()
            tell(self.control, {"event": "refused", "id": order["id"], "reason": in_a_line(error)})
        else:
            self.children[pid] = Child(order["id"], pidfd, folder, order["limits"], note)
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
            # What they are left in is memory that the template shares with each: a run must not find that of another.
            for other in self.children.values():
                if other.note is not None:
                    other.note.close()
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
                if child.note is not None:
                    status = child.note.read(status)
                    child.note.close()
                self.over.append(child)
                over = self.running.pop(pid, "")
                tell(self.control, {"event": "died", "id": child.order, "status": status, "cpu_s": cpu_s, "over": over})
        if self.over:
            if strays := reap.strays(self.children):
                reap.kill(strays)
                return
            for child in self.over:
                if child.folder:
                    with contextlib.suppress(OSError):
                        folders.remove(child.folder)
                tell(self.control, {"event": "gone", "id": child.order})
            self.over.clear()

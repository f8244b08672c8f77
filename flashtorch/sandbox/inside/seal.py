"""Where the walls go up: once for the template before it imports torch, once for each cell before it runs anything.

The levels, each with all that the next one has and more:
A: namespaces and a private root around everything, and each cell in a pid namespace of its own;
B: bubblewrap has made such a root around the template; C: Landlock and the system-call filter; D: limits alone.
M is macOS, where the profile of `sandbox-exec` is in force before the first line runs.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flashtorch.sandbox.inside import capabilities, landlock, namespaces, no_new_privs, root, seccomp
from flashtorch.sandbox.inside.rlimits import set_limits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FILTERED = ("A", "B", "C")
OF_PROC = ("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/filesystems", "/proc/loadavg")


@dataclass(frozen=True)
class Walls:
    """What stands around the template, and what a cell needs to know to close itself in."""

    level: str
    view: root.View

    @property
    def has_namespaces(self) -> bool:
        """Whether each cell is the first process of namespaces of its own."""
        return self.level == "A"

    @property
    def own_tmp(self) -> bool:
        """Whether `/tmp` can be a cell's own; the interpreter may lie there."""
        return not any(path.startswith("/tmp/") for path in self.view.shown)


def seal_template(config: Mapping[str, Any], device: str = "cpu") -> Walls:
    """Close this process in, with everything it will fork, at the level that `config` names. Raises OSError where that fails.

    At level A, what returns is another process: the first one inside.
    """
    os.umask(0o077)
    wanted = config["walls"]
    shown = root.libraries((*config["path"], *wanted["rooms"])) if os.path.exists("/proc/self/maps") else ()
    walls = Walls(wanted["level"], root.View(shown, tuple(wanted["hidden"]), device))
    if walls.has_namespaces:
        namespaces.enter(walls.view)
        os.chdir(namespaces.BOX)
    here = os.getcwd()
    os.environ.update(TMPDIR=here, HOME=here, TORCHINDUCTOR_CACHE_DIR=os.path.join(here, "inductor"))
    return walls


def own_place(walls: Walls, limits: Mapping[str, Any], folder: str) -> str:
    """The empty folder that this cell may write to: `folder`, or one that nobody else can see."""
    if not walls.has_namespaces:
        return folder
    namespaces.enter_cell(limits["disk_mb"], processes=limits["processes"], own_tmp=walls.own_tmp)
    return namespaces.BOX


def close_in(walls: Walls, limits: Mapping[str, Any], folder: str) -> None:
    """Close this process in for the one run that it is for. From here on nothing it does can be trusted.

    Raises OSError where a wall of its level does not stand.
    """
    set_limits(limits, alone=walls.has_namespaces)
    if walls.level not in FILTERED:
        return
    no_new_privs.give_up()
    # A kernel may be built without it; then the private root has to do, and where there is none there is no level.
    if landlock.version() or not walls.has_namespaces:
        landlock.restrict(landlock.Allowed(dict(_rights(walls, limits, folder))))
    capabilities.drop_all()
    processes = bool(limits["processes"]) and walls.has_namespaces
    device = limits["device"] not in root.OWN_MEMORY
    seccomp.load(seccomp.Policy(processes=processes, device=device, hidden=walls.has_namespaces))


def _rights(walls: Walls, limits: Mapping[str, Any], folder: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Which paths a cell may use, and how."""
    if walls.has_namespaces:
        own = landlock.OWN + (landlock.SOCKETS if limits["processes"] else ())
        yield "/", landlock.READ
        yield from ((path, own) for path in (folder, "/dev/shm", *(["/tmp"] if walls.own_tmp else [])))
    else:
        yield from ((path, landlock.READ) for path in (*root.SYSTEM, *root.MERGED, *OF_PROC))
        for path in walls.view.shown:
            yield from _but(path, walls.view.hidden)
        # Rooms lie within what is hidden.
        yield from ((path, landlock.READ) for path in walls.view.shown if _within(path, walls.view.hidden))
        yield folder, landlock.OWN
    yield from ((path, landlock.WRITE) for path in root.DEVICES)
    if limits["device"] not in root.OWN_MEMORY:
        yield from ((path, landlock.DEVICE) for path in root.GPU)
        # The driver names its threads.
        yield from (("/proc/self/task", ("write-file", "truncate", *landlock.READ)), ("/sys", landlock.READ))


def _but(path: str, hidden: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Everything below `path` but what is hidden there: rights can be given only, not taken back."""
    if _within(path, hidden):
        return
    if not any(_within(each, (path,)) for each in hidden):
        yield path, landlock.READ
        return
    yield path, landlock.LIST
    for name in os.listdir(path):
        yield from _but(os.path.join(path, name), hidden)


def _within(path: str, folders: tuple[str, ...]) -> bool:
    return any(path == folder or path.startswith(folder.rstrip("/") + "/") for folder in folders)

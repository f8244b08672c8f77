"""The levels at which a run can be held, as data: what stands, what that stops, and which snippet of the tests proves it."""

from __future__ import annotations

import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Level:
    """One level; a better one has all that the next one has, and more."""

    name: str
    stands: str
    """What is enforced, by whom."""
    stops: str
    proof: str
    """A snippet of `tests/sandbox/hostile` that this level contains and the next one does not, or not as well."""
    holds: bool = True
    """Whether the kernel contains a deck that nobody trusts."""
    processes: bool = False
    """Whether a card with `needs=processes` can be run."""


LEVELS = (
    Level(
        "A",
        "user, mount, pid, ipc, uts and net namespaces; a read-only root of interpreter and libraries; one capped file system in"
        " memory; limits, no_new_privs, Landlock, no capabilities, a list of allowed system calls",
        "everything below; the home folder does not exist; the tree ends with its first process; disk is capped at once",
        "read_via_proc_self_root",
        processes=True,
    ),
    Level(
        "B",
        "bubblewrap makes the namespaces and the root, once around all runs; within it, level C",
        "everything below; the home folder does not exist",
        "write_home",
    ),
    Level(
        "C",
        "Landlock, no capabilities, a list of allowed system calls, limits; disk is looked at while a run runs",
        "reading and writing files, processes, programs, sockets, signals; whether a path exists can still be found out",
        "read_etc_shadow",
    ),
    Level(
        "M",
        "macOS: the profile of sandbox-exec around each run; limits but for memory",
        "reading and writing files, processes, sockets",
        "write_home",
    ),
    Level("D", "limits alone", "loops, floods and accidents", "loop_torch_op", holds=False, processes=True),
)
NAMES = tuple(level.name for level in LEVELS)
REQUIRABLE = ("A", "B", "C")


def named(name: str) -> Level:
    """The level of that name."""
    return next(level for level in LEVELS if level.name == name)


def candidates(platform: str = sys.platform) -> tuple[str, ...]:
    """The levels to be tried on this system, best first."""
    if platform == "linux":
        return ("A", "B", "C", "D")
    return ("M", "D") if platform == "darwin" else ("D",)


def satisfies(level: str, required: str) -> bool:
    """Whether a level is as good as the one required; macOS's counts as C."""
    rank = {"A": 0, "B": 1, "C": 2, "M": 2, "D": 3}
    return not required or rank[level] <= rank[required]

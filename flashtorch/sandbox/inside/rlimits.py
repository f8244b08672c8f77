"""The limits of one run, as the kernel's own: memory, processor time, file size, descriptors, processes.

Stops: filling memory, looping past the trainer's own clock, files without end, bombs of forks and threads. Proved by the snippets
`mem_single_huge`, `raise_own_rlimits`, `loop_torch_op` and `huge_exception_message`.
"""

from __future__ import annotations

import contextlib
import math
import resource
from typing import TYPE_CHECKING, Any

from flashtorch.sandbox.inside.linux import LINUX, address_space

if TYPE_CHECKING:
    from collections.abc import Mapping

TASKS_BESIDE = 1024
"""How many processes and threads may be added to those that the machine has, by this run and by others of the same user, which the
kernel counts together. More than a run may have before it is ended for it (`watch.py`): a bomb must not leave none for others."""
TASKS_ALONE, TASKS_WITH_PROCESSES = 128, 256
"""How many there may be where a namespace counts those of this run alone."""
SIGNALS_WAITING = 128


def set_limits(limits: Mapping[str, Any], *, alone: bool = False) -> None:
    """Lower this process's limits to those of the run; what it holds and has used already is not counted.

    `limits` are the fields of the trainer's `Limits`; `alone` says that a user namespace counts tasks.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    # The kernel counts in whole seconds: what was used is rounded so that a run loses at most a quarter of one.
    cpu = math.ceil(used.ru_utime + used.ru_stime - 0.25) + int(limits["cpu_s"])
    # At the soft limit SIGXCPU says why; a run that ignores it is killed a second later.
    _lower(resource.RLIMIT_CPU, cpu, cpu + 1)
    _lower(resource.RLIMIT_FSIZE, int(limits["file_mb"]) << 20)
    _lower(resource.RLIMIT_NOFILE, int(limits["files"]))
    # One byte: no core file fits, and unlike zero it also stops a program that cores are piped to.
    _lower(resource.RLIMIT_CORE, 1)
    if LINUX:
        # CUDA reserves more address space than any budget would allow.
        if limits["device"] == "cpu":
            most = address_space() + (int(limits["memory_mb"]) << 20)
            _lower(resource.RLIMIT_AS, most)
            _lower(resource.RLIMIT_DATA, most)
            _lower(resource.RLIMIT_MEMLOCK, 0)
        _lower(resource.RLIMIT_MSGQUEUE, 0)
        _lower(resource.RLIMIT_RTPRIO, 0)
        _lower(resource.RLIMIT_SIGPENDING, SIGNALS_WAITING)
        inside = TASKS_WITH_PROCESSES if limits["processes"] else TASKS_ALONE
        _lower(resource.RLIMIT_NPROC, inside if alone else _tasks() + TASKS_BESIDE)


def _tasks() -> int:
    """Of the whole machine, for the limit counts all that belong to the user. Nothing holds root back."""
    with open("/proc/loadavg", "rb") as file:
        return int(file.read().split()[3].partition(b"/")[2])


def _lower(which: int, soft: int, hard: int | None = None) -> None:
    _old_soft, old_hard = resource.getrlimit(which)
    top = soft if hard is None else hard
    if old_hard != resource.RLIM_INFINITY:
        soft, top = min(soft, old_hard), min(top, old_hard)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(which, (soft, top))

"""What a sitting weighs: processor time while nobody types, memory, and a library that has not changed."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from flashtorch.cards.library import open_library
from tests.bench.measuring import Row, environment, process, timed
from tests.bench.screen import Sitting

if TYPE_CHECKING:
    from contextlib import ExitStack

    from flashtorch.paths import Paths

IDLE_S = 4.0
WARM_S = 8.0
"""Until the template has imported torch, and a cell waits."""


def idle_row(folder: Path, after: ExitStack) -> Row:
    """Processor time of the screen on an open card, beside the time that goes by."""
    sitting = Sitting(folder / "idle", after)

    def ours() -> float:
        pid = sitting.it.pid
        before = _cpu_ms(pid)
        time.sleep(IDLE_S)
        return max(0.01, _cpu_ms(pid) - before)

    return Row("processor time while idle", 1 / 200, f"{IDLE_S:g} s of waiting", ours, lambda: IDLE_S * 1000, rounds=5)


def memory_rows(folder: Path, after: ExitStack) -> list[Row]:
    """Of the screen and of the template with a waiting cell, on a code card, in MB instead of milliseconds."""
    sitting = Sitting(folder / "memory", after)
    beside = "import torch alone, MB"
    screen = Row("memory of the screen, MB", 85 / 177, beside, lambda: pss_mb(_warm(sitting)), _torch_alone, rounds=3)
    template = Row("memory of the template and a cell, MB", 330 / 177, beside, lambda: _template_mb(_warm(sitting)), _torch_alone, rounds=3)
    return [screen, template]


def library_row(paths: Paths, folder: Path) -> Row:
    """Opening a library of ten thousand cards of which none has changed, beside a Python that does nothing."""
    ours = lambda: timed(lambda: open_library(paths, register=False).close())  # noqa: E731
    theirs = lambda: process([sys.executable, "-c", ""], environment(), folder)  # noqa: E731
    return Row("unchanged library of 10k cards", 6.0, "cold python that does nothing", ours, theirs)


def _warm(sitting: Sitting) -> int:
    """The process of the screen, once a code card's cell waits."""
    is_new = not sitting.is_started
    pid = sitting.it.pid
    if is_new:
        sitting.to_code()
        time.sleep(WARM_S)
    return pid


def _torch_alone() -> float:
    with subprocess.Popen(
        [sys.executable, "-c", "import torch, sys; print(1, flush=True); sys.stdin.read()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(),
    ) as alone:
        assert alone.stdout
        assert alone.stdin
        alone.stdout.readline()
        found = pss_mb(alone.pid)
        alone.stdin.close()
    return found


def _template_mb(pid: int) -> float:
    """Everything below the screen's process."""
    return sum(pss_mb(child) for child in _below(pid))


def _below(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            found += [child, *_below(child)]
    return found


def _cpu_ms(pid: int) -> float:
    """Of all threads, from the scheduler."""
    return sum(int((task / "schedstat").read_text().split()[0]) for task in Path(f"/proc/{pid}/task").iterdir()) / 1e6


def pss_mb(pid: int) -> float:
    """The memory of a process: what is its own, and its share of what it shares."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0

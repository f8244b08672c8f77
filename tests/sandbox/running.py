"""Short ways to run a script in a cell and to look at processes."""

from __future__ import annotations

import contextlib
import json
import os
import select
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flashtorch.sandbox.cell import Ending, Limits, Outcome
from flashtorch.sandbox.forked_cell import ForkedCell

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flashtorch.sandbox.sandbox import Sandbox

ENTRY = "tests.sandbox.inside.script"
QUICK = Limits(wall_s=20, cpu_s=20)
WAIT_S = 20.0


def run(sandbox: Sandbox, script: str, limits: Limits = QUICK, *, rehearse: bool = False) -> Outcome:
    """One script in one cell, which is closed and gone when this returns."""
    cell = sandbox.prepare(ENTRY, limits, rehearse=rehearse)
    try:
        return cell.run(script.encode())
    finally:
        cell.close()
        if isinstance(cell, ForkedCell):
            assert cell.wait_gone(WAIT_S)


def replied(outcome: Outcome) -> Any:
    """What the script left in `reply`."""
    assert outcome.ending is Ending.REPLIED, outcome
    return json.loads(outcome.reply)


class Watch:
    """Living processes, of which one wants to see the end."""

    def __init__(self, pids: Iterable[int]) -> None:
        self._fds: dict[int, int] = {}
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                self._fds[pid] = os.pidfd_open(pid)

    def pids(self) -> set[int]:
        """Those that lived."""
        return set(self._fds)

    def ended(self, of: set[int] | None = None) -> set[int]:
        """Wait for their ends, or those of some; those that have come."""
        done = {pid for pid, fd in self._fds.items() if (of is None or pid in of) and select.select([fd], [], [], WAIT_S)[0]}
        for fd in self._fds.values():
            os.close(fd)
        self._fds = dict.fromkeys(self._fds, -1)
        return done


def children(pid: int) -> list[int]:
    """The children of `pid`."""
    found: list[int] = []
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (thread / "children").read_text().split())
    return found


def descendants(pid: int) -> list[int]:
    """All processes below `pid`."""
    found = children(pid)
    for child in found:
        found += children(child)
    return found


def alive(pid: int) -> bool:
    """Whether `pid` runs: neither gone nor a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False

"""How many runs may compute at a time: as many as the machine has cores, and as its memory holds; others wait their turn."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PART_OF_MEMORY = 0.75
"""What all runs together may be promised of the machine's memory."""
LOOK_S = 0.1
"""How often one that waits looks whether it was cancelled."""


class Slots:
    """Taken by a run when it begins, given back when it has ended. A run that needs more memory than all have waits to be alone."""

    def __init__(self, cores: int, memory_mb: int) -> None:
        self._cores, self._memory_mb = max(1, cores), memory_mb
        self._promised: list[int] = []
        self._changed = threading.Condition()

    def take(self, memory_mb: int, is_cancelled: Callable[[], bool]) -> bool:
        """Wait for a turn; False when the run was cancelled meanwhile."""
        with self._changed:
            while not self._fits(memory_mb):
                if is_cancelled():
                    return False
                self._changed.wait(LOOK_S)
            self._promised.append(memory_mb)
            return True

    def give_back(self, memory_mb: int) -> None:
        with self._changed:
            self._promised.remove(memory_mb)
            self._changed.notify_all()

    def _fits(self, memory_mb: int) -> bool:
        if not self._promised:
            return True
        return len(self._promised) < self._cores and sum(self._promised) + memory_mb <= self._memory_mb


def slots_of_this_machine() -> Slots:
    """For the cores that this process may use, and the memory that there is."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else 4 << 30
    return Slots(cores, int(memory * PART_OF_MEMORY) >> 20)

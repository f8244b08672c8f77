"""Runs take turns: as many at a time as there are cores, and as the memory holds."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from flashtorch.sandbox.cell import Ending, Limits, Outcome
from flashtorch.sandbox.slots import Slots, slots_of_this_machine
from tests.sandbox.running import ENTRY, replied

if TYPE_CHECKING:
    from flashtorch.sandbox.sandbox import Sandbox


def waits(slots: Slots, memory_mb: int) -> bool:
    """Whether a run would have to wait."""
    if not slots.take(memory_mb, lambda: True):
        return True
    slots.give_back(memory_mb)
    return False


def test_cores_bound_them() -> None:
    slots = Slots(2, 100_000)
    assert slots.take(10, lambda: False)
    assert not waits(slots, 10)
    assert slots.take(10, lambda: False)
    assert waits(slots, 10)
    slots.give_back(10)
    assert not waits(slots, 10)


def test_memory_bounds_them_and_one_always_may() -> None:
    slots = Slots(8, 1000)
    assert slots.take(2000, lambda: False)
    assert waits(slots, 1)
    slots.give_back(2000)
    assert slots.take(600, lambda: False)
    assert waits(slots, 600)
    assert not waits(slots, 400)


def test_one_that_waits_begins_when_another_ends() -> None:
    slots = Slots(1, 1000)
    slots.take(1, lambda: False)
    begun = threading.Event()

    def begin() -> None:
        slots.take(1, lambda: False)
        begun.set()

    waiting = threading.Thread(target=begin)
    waiting.start()
    assert not begun.wait(0.05)
    slots.give_back(1)
    assert begun.wait(10)
    waiting.join()


def test_this_machine_has_one_for_each_core_at_least() -> None:
    assert not waits(slots_of_this_machine(), 2048)


def test_the_wait_is_not_on_the_runs_clock_and_can_be_cancelled(light: Sandbox) -> None:
    first, second, third = (light.prepare(ENTRY, Limits(wall_s=1), rehearse=False) for _cell in range(3))
    only = Slots(1, 1 << 20)
    for cell in (first, second, third):
        cell.slots = only
    ended: dict[str, Outcome] = {}
    long = threading.Thread(target=lambda: ended.update(first=first.run(b"import time; time.sleep(0.8); reply = 1")))
    waits_long = threading.Thread(target=lambda: ended.update(third=third.run(b"reply = 3")))
    long.start()
    assert replied(second.run(b"import time; time.sleep(0.8); reply = 2")) == 2
    long.join()
    only.take(1, lambda: False)
    waits_long.start()
    third.cancel()
    waits_long.join(10)
    assert ended["third"].ending is Ending.CANCELLED
    assert replied(ended["first"]) == 1
    for cell in (first, second, third):
        cell.close()

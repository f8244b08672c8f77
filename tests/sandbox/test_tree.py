"""Nothing that a run started outlives it."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import pytest

from flashtorch.sandbox.cell import Ending, Limits
from flashtorch.sandbox.entry import find_entry
from flashtorch.sandbox.forked_cell import ForkedCell
from flashtorch.sandbox.kept import Launch
from flashtorch.sandbox.spawned import SpawnedCell
from tests.sandbox.conftest import ROOM
from tests.sandbox.running import ENTRY, WAIT_S, Watch, alive, children, replied, run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flashtorch.sandbox.sandbox import Sandbox

LIMITS = Limits(wall_s=1.0, processes=True)
# Each leaves processes behind that print their pids.
STARTERS = {
    "child": "if not os.fork(): stay()",
    "session of its own": "if not os.fork(): os.setsid(); stay()",
    "daemon": "if not os.fork():\n    os.setsid()\n    if os.fork(): os._exit(0)\n    stay()\nos.wait()",
    "deep": "for _ in range(6):\n    if os.fork(): break\nelse: stay()\nif os.getpid() != ME: stay()",
    "many": "for _ in range(30):\n    if not os.fork(): stay()",
    "unkillable by parents": "import ctypes\nif not os.fork(): ctypes.CDLL(None).prctl(1, 0); ctypes.CDLL(None).prctl(36, 1); os.setsid(); stay()",
    "no adopting": "import ctypes; ctypes.CDLL(None).prctl(36, 0)\nif not os.fork():\n    if os.fork(): os._exit(0)\n    stay()\nos.wait()",
    "stopped": "import signal\npid = os.fork()\nif not pid: stay()\nos.kill(pid, signal.SIGSTOP); os.write(1, f'{pid} '.encode())",
    "other program": "import subprocess\nprint(subprocess.Popen(['/bin/sleep', '600'], start_new_session=True).pid, end=' ', flush=True)",
}
COUNTS = {"deep": 6, "many": 30}
ENDS = {
    "replies": ("reply = 1", Ending.REPLIED),
    "exits": ("os._exit(0)", Ending.EXITED),
    "crashes": ("import ctypes; ctypes.string_at(0)", Ending.SIGNALLED),
    "is timed out": ("time.sleep(60)", Ending.WALL),
}


def script(starter: str, end: str, count: int) -> str:
    """Start, wait until `count` descendants have said that they stay, end."""
    return (
        "import os, time\nME = os.getpid()\nHEARD, SAY = os.pipe()\n"
        "def stay():\n    os.write(1, f'{os.getpid()} '.encode()); os.write(SAY, b'.'); time.sleep(600)\n"
        f"{starter}\n"
        f"for _ in range({count}): os.read(HEARD, 1)\n"
        f"{end}\n"
    )


@pytest.mark.parametrize(("starter", "end"), [(starter, "exits") for starter in STARTERS] + [("daemon", end) for end in ENDS])
def test_whatever_it_started_and_however_it_ends(sandbox: Sandbox, starter: str, end: str) -> None:
    last, ending = ENDS[end]
    count = COUNTS.get(starter, 0 if starter in ("other program", "stopped") else 1)
    cell = sandbox.prepare(ENTRY, LIMITS, rehearse=False)
    assert isinstance(cell, ForkedCell)
    outcome = cell.run(script(STARTERS[starter], last, count).encode())
    cell.close()
    assert cell.wait_gone(WAIT_S)
    pids = [int(pid) for pid in outcome.stdout.split()]
    assert outcome.ending is ending, outcome
    assert len(pids) >= max(count, 1)
    assert not [pid for pid in pids if alive(pid)]


@pytest.mark.parametrize("starter", ["daemon", "many", "unkillable by parents"])
def test_of_a_cell_alone_too(stand_in: str, tmp_path: Path, starter: str) -> None:
    cell = SpawnedCell(Launch(stand_in, str(tmp_path), rooms=(str(ROOM),)), find_entry(ENTRY), LIMITS, False, "D")
    outcome = cell.run(script(STARTERS[starter], "os._exit(0)", COUNTS.get(starter, 1)).encode())
    cell.close()
    pids = [int(pid) for pid in outcome.stdout.split()]
    assert outcome.ending is Ending.EXITED
    assert pids
    assert not [pid for pid in pids if alive(pid)]


def test_a_fork_bomb_is_over_when_its_run_is(light: Sandbox) -> None:
    # Bounded by itself for root, whom no limit on processes holds.
    bomb = "import os, time\nuntil = time.monotonic() + 0.4\nwhile time.monotonic() < until:\n    try: os.fork()\n    except OSError: pass\n    time.sleep(0.02)\ntime.sleep(600)"
    cell = light.prepare(ENTRY, Limits(wall_s=0.5), rehearse=False)
    assert isinstance(cell, ForkedCell)
    assert cell.run(bomb.encode()).ending is Ending.WALL
    cell.close()
    assert cell.wait_gone(WAIT_S)
    (template,) = [child for keeper in children(os.getpid()) for child in children(keeper) if b"template" in _command(child)][-1:]
    assert children(template) == []


def test_another_run_is_left_alone_by_the_sweep(sandbox: Sandbox) -> None:
    """Two cells at once, each with a child: the end of one does not touch what belongs to the other."""
    other = sandbox.prepare(ENTRY, Limits(processes=True), rehearse=False)
    outcome = other.run(script(STARTERS["daemon"], "reply = 1", 1).encode())
    (stays,) = map(int, outcome.stdout.split())
    watch = Watch([stays])
    for _again in range(3):
        run(sandbox, script(STARTERS["daemon"], "os._exit(0)", 1), LIMITS)
    assert alive(stays)
    other.close()
    assert watch.ended() == {stays}


def _command(pid: int) -> bytes:
    with open(f"/proc/{pid}/cmdline", "rb") as file:
        return file.read()


@pytest.mark.parametrize("level", ["A", "B", "C"])
def test_a_bomb_of_threads_leaves_others_theirs(at_level: Callable[[str], Sandbox], level: str) -> None:
    """Else what runs beside it, such as the card's own solution, is what fails."""
    sandbox = at_level(level)
    bomb = (
        "import os, threading\nthreading.stack_size(32768)\ntry:\n"
        "    for _ in range(400): threading.Thread(target=threading.Event().wait, daemon=True).start()\n"
        "except (RuntimeError, MemoryError): pass\nos.write(1, b'full')\nthreading.Event().wait()"
    )
    neighbour = (
        "import sys, threading, time\nwait = threading.Event()\nthreads = [threading.Thread(target=wait.wait) for _ in range(50)]\n"
        "time.sleep(0.5)\n[each.start() for each in threads]\nwait.set()\nreply = len(threads)"
    )
    cell, beside = (sandbox.prepare(ENTRY, Limits(wall_s=1.5), rehearse=False) for _ in range(2))
    assert cell.wait()
    assert beside.wait()
    bombing = threading.Thread(target=cell.run, args=(bomb.encode(),))
    bombing.start()
    assert replied(beside.run(neighbour.encode())) == 50
    bombing.join()
    cell.close()
    beside.close()

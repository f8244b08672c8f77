"""Every way a run can end has its own name, in a forked cell and in one that was started alone."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from flashtorch.sandbox.cell import Ending, Limits
from flashtorch.sandbox.entry import find_entry
from flashtorch.sandbox.kept import Launch
from flashtorch.sandbox.spawned import SpawnedCell
from tests.sandbox.conftest import ROOM
from tests.sandbox.running import ENTRY, QUICK, replied, run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flashtorch.sandbox.sandbox import Sandbox

SHORT = Limits(wall_s=0.3)
CASES = {
    "replied": ("reply = 1", QUICK, Ending.REPLIED, None),
    "empty reply": ("reply = b''", QUICK, Ending.REPLIED, None),
    "sys.exit": ("import sys; sys.exit(3)", QUICK, Ending.EXITED, 3),
    "sys.exit of nothing": ("import sys; sys.exit()", QUICK, Ending.EXITED, 0),
    "sys.exit of a text": ("import sys; sys.exit('no')", QUICK, Ending.EXITED, 1),
    "os._exit": ("import os; os._exit(4)", QUICK, Ending.EXITED, 4),
    "uncaught": ("1 / 0", QUICK, Ending.EXITED, 1),
    "interrupted by itself": ("raise KeyboardInterrupt", QUICK, Ending.EXITED, 1),
    "segmentation fault": ("import ctypes; ctypes.string_at(0)", QUICK, Ending.SIGNALLED, -signal.SIGSEGV),
    "abort": ("import os; os.abort()", QUICK, Ending.SIGNALLED, -signal.SIGABRT),
    "killed": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", QUICK, Ending.SIGNALLED, -signal.SIGKILL),
    "endless loop": ("while True: pass", SHORT, Ending.WALL, None),
    "endless sleep": ("import time; time.sleep(60)", SHORT, Ending.WALL, None),
    "deaf": ("import signal; [signal.signal(n, signal.SIG_IGN) for n in range(1, 32) if n not in (9, 19)]\nwhile True: pass", SHORT, Ending.WALL, None),
    "processor time": ("while True: pass", Limits(cpu_s=1), Ending.CPU, -signal.SIGXCPU),
    "processor time, ignored": ("import signal; signal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass", Limits(cpu_s=1), Ending.CPU, -signal.SIGKILL),
    "memory": ("bytearray(1 << 32)", QUICK, Ending.MEMORY, None),
    "flood": ("while True: print('x' * 1000)", QUICK, Ending.OUTPUT, None),
    "flood of errors": ("import os\nwhile True: os.write(2, b'x' * 1000)", QUICK, Ending.OUTPUT, None),
    "reply too big": ("reply = b'x' * (2 << 20)", Limits(reply_mb=1), Ending.REPLY_TOO_BIG, None),
    "reply that lies about its size": ("import os; os.write(3, b'\\xff' * 3 + b'\\x7f'); os._exit(0)", QUICK, Ending.REPLY_TOO_BIG, None),
    "reply broken off": ("import os; os.write(3, b'\\x09\\0\\0\\0abc'); os._exit(0)", QUICK, Ending.GARBLED, 0),
    "reply with more behind it": ("import os; os.write(3, b'\\x01\\0\\0\\0ab')", QUICK, Ending.GARBLED, None),
    "channel closed": ("import os, time; os.close(3); time.sleep(60)", QUICK, Ending.GARBLED, None),
    "signal of a limit that it has not reached": ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", QUICK, Ending.SIGNALLED, -signal.SIGXCPU),
    "own socket closed": ("import os; os.close(3)", QUICK, Ending.EXITED, 1),
}
ALONE = ["replied", "sys.exit", "uncaught", "segmentation fault", "endless loop", "memory", "flood", "reply broken off"]


@pytest.mark.parametrize("level", ["A", "B", "C", "D"])
@pytest.mark.parametrize("name", CASES)
def test_a_forked_cell_names_how_it_ended(at_level: Callable[[str], Sandbox], name: str, level: str) -> None:
    script, limits, ending, code = CASES[name]
    outcome = run(at_level(level), script, limits)
    assert (outcome.ending, outcome.exit, outcome.level) == (ending, code, level), outcome


@pytest.mark.parametrize("level", ["A", "B", "C", "D"])
@pytest.mark.parametrize("name", ALONE)
def test_a_cell_alone_names_it_the_same(at_level: Callable[[str], Sandbox], stand_in: str, tmp_path: Path, name: str, level: str) -> None:
    """The way that GPUs go, on the processor: the same code with `cpu` as its device."""
    at_level(level)
    script, limits, ending, code = CASES[name]
    launch = Launch(stand_in, str(tmp_path), os.environ, rooms=(str(ROOM),))
    cell = SpawnedCell(launch, find_entry(ENTRY), limits, True, level)
    outcome = cell.run(script.encode())
    cell.close()
    assert (outcome.ending, outcome.exit, outcome.level) == (ending, code, level), outcome
    assert not list(tmp_path.iterdir())


def test_a_cell_alone_has_its_own_torch(sandbox: Sandbox, runs: Path) -> None:
    """The same work in both gives the same bytes."""
    script = "import torch; torch.default_generator.manual_seed(1); reply = torch.nn.Linear(3, 2)(torch.randn(4, 3)).tolist()"
    with_template = sandbox.prepare(ENTRY, QUICK)
    alone = SpawnedCell(Launch(sandbox.python, str(runs), rooms=(str(ROOM),)), find_entry(ENTRY), QUICK, True, "D")
    outcomes = [cell.run(script.encode()) for cell in (with_template, alone)]
    with_template.close()
    alone.close()
    assert replied(outcomes[0]) == replied(outcomes[1])


def test_a_device_gets_a_cell_alone(light: Sandbox) -> None:
    cell = light.prepare(ENTRY, Limits(device="meta"))
    assert isinstance(cell, SpawnedCell)
    assert replied(cell.run(b"import os; reply = os.environ.get('CUDA_VISIBLE_DEVICES', 'as it is')")) == "as it is"
    cell.close()


def test_what_was_printed_is_kept_to_the_cap_and_cleaned(sandbox: Sandbox) -> None:
    outcome = run(sandbox, "import sys; print('\\x1b[31mred\\x1b[0m'); sys.stderr.write('e' * 100_000); reply = 0", Limits(output_kb=1))
    assert replied(outcome) == 0
    assert (outcome.stdout, outcome.stderr) == ("red\n", "e" * 1024)


def test_what_was_printed_before_the_end_is_kept(sandbox: Sandbox) -> None:
    outcome = run(sandbox, "import sys; sys.stdout.write('no line end'); 1 / 0")
    assert outcome.stdout == "no line end"
    assert outcome.stderr.splitlines()[-1] == "ZeroDivisionError: division by zero"


def test_much_goes_both_ways_at_once(sandbox: Sandbox) -> None:
    """Payload, reply and output are each larger than any buffer between, and none waits for another."""
    script = "import sys\nfor _ in range(8): print('o' * 60_000); sys.stderr.write('e' * 60_000)\nreply = bytes(8 << 20)"
    outcome = run(sandbox, script + "\n#" + "x" * (8 << 20), Limits(wall_s=30, cpu_s=30, output_kb=1024))
    assert (outcome.ending, len(outcome.reply)) == (Ending.REPLIED, 8 << 20)
    assert (outcome.stdout.count("o"), outcome.stderr.count("e")) == (480_000, 480_000)


def test_a_cell_runs_once(sandbox: Sandbox) -> None:
    cell = sandbox.prepare(ENTRY, QUICK, rehearse=False)
    cell.run(b"")
    with pytest.raises(RuntimeError, match="once"):
        cell.run(b"")
    cell.close()
    cell.close()


def test_a_closed_cell_was_cancelled(sandbox: Sandbox) -> None:
    cell = sandbox.prepare(ENTRY, QUICK, rehearse=False)
    cell.close()
    assert not cell.wait()
    assert cell.run(b"").ending is Ending.CANCELLED

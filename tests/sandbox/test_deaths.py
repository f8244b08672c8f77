"""Whoever dies, what depends on it dies too, what does not goes on, and the next run works."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flashtorch.sandbox.cell import Ending, Limits, Unavailable
from flashtorch.sandbox.sandbox import Sandbox
from flashtorch.sandbox.spawned import SpawnedCell
from tests.sandbox.conftest import ROOM, STAND_IN
from tests.sandbox.running import ENTRY, QUICK, WAIT_S, Watch, children, descendants, replied, run

if TYPE_CHECKING:
    from collections.abc import Callable

PARENT = "import os; reply = os.getppid()"
ENDLESS = Limits(wall_s=60, cpu_s=60)


def template_of(sandbox: Sandbox) -> int:
    return int(replied(run(sandbox, PARENT)))


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def test_a_template_killed_between_runs_is_replaced(light: Sandbox) -> None:
    first = template_of(light)
    watch = Watch([first, parent(first)])
    os.kill(first, signal.SIGKILL)
    assert len(watch.ended()) == 2
    second = template_of(light)
    assert second != first
    assert light.report().torch == "0.stand-in"


@pytest.mark.parametrize("victim", ["template", "keeper"])
def test_one_killed_while_a_run_is_under_way_loses_the_run(light: Sandbox, tmp_path: Path, victim: str) -> None:
    template = template_of(light)
    keeper = parent(template)
    cell = light.prepare(ENTRY, ENDLESS, rehearse=False)
    cell.wait()
    below = descendants(keeper)
    watch = Watch([keeper, *below])
    threading.Timer(0.05, os.kill, (template if victim == "template" else keeper, signal.SIGKILL)).start()
    assert cell.run(b"while True: pass").ending is Ending.LOST
    cell.close()
    assert watch.ended() == {keeper, *below}
    assert replied(run(light, "reply = 'again'")) == "again"
    light.close()
    # A keeper that is killed cannot tidy up any more; the next one does.
    with Sandbox(light.python, folder=tmp_path, levels=["D"], rooms=[ROOM]) as later:
        later.report()
    assert not list(tmp_path.glob("flashtorch-run-*"))


def test_a_run_that_kills_the_template_is_lost_and_only_that(light: Sandbox) -> None:
    outcome = run(light, "import os\nos.kill(os.getppid(), 9)\nwhile True: pass", ENDLESS)
    assert outcome.ending is Ending.LOST
    assert replied(run(light, "reply = 1")) == 1


@pytest.mark.parametrize("victim", ["template", "keeper"])
def test_what_a_run_left_behind_dies_too(light: Sandbox, victim: str) -> None:
    cell = light.prepare(ENTRY, Limits(processes=True), rehearse=False)
    script = "import ctypes, os, time\nif not os.fork():\n    os.setsid(); ctypes.CDLL(None).prctl(1, 0); time.sleep(600)\nreply = os.getppid()"
    template = replied(cell.run(script.encode()))
    below = descendants(template)
    assert len(below) == 2
    watch = Watch(below)
    os.kill(template if victim == "template" else parent(template), signal.SIGKILL)
    assert watch.ended() == set(below)
    cell.close()


def test_a_prepared_cell_that_is_killed_is_lost(light: Sandbox) -> None:
    template = template_of(light)
    cell = light.prepare(ENTRY, QUICK)
    assert cell.wait()
    (waiting,) = children(template)
    watch = Watch([waiting])
    os.kill(waiting, signal.SIGKILL)
    watch.ended()
    assert cell.run(b"reply = 1").ending is Ending.LOST
    assert not cell.wait()
    cell.close()
    assert template_of(light) == template


def test_a_cell_that_dies_before_it_takes_its_payload_is_lost_however_late_that_is_seen(sandbox: Sandbox) -> None:
    """Nothing of the run was there yet, so nothing of it can be blamed."""
    template = template_of(sandbox)
    for _again in range(10):
        cell = sandbox.prepare(ENTRY, QUICK)
        assert cell.wait()
        os.kill(descendants(template)[-1], signal.SIGKILL)
        assert cell.run(b"reply = 1").ending is Ending.LOST
        cell.close()


def test_a_cell_that_is_stopped_before_it_takes_its_payload_is_lost(sandbox: Sandbox) -> None:
    template = template_of(sandbox)
    cell = sandbox.prepare(ENTRY, Limits(wall_s=0.3))
    assert cell.wait()
    os.kill(descendants(template)[-1], signal.SIGSTOP)
    assert cell.run(b"reply = 1").ending is Ending.LOST
    cell.close()


@pytest.mark.parametrize("victim", ["template", "keeper"])
def test_the_next_run_may_come_before_anybody_has_noticed(light: Sandbox, victim: str) -> None:
    for _again in range(5):
        template = template_of(light)
        watch = Watch([template, parent(template)])
        os.kill(template if victim == "template" else parent(template), signal.SIGKILL)
        cell = light.prepare(ENTRY, QUICK, rehearse=False)
        # Ordered from the dying one, it is lost, and whoever asks orders another.
        assert cell.run(b"reply = 1").ending in (Ending.REPLIED, Ending.LOST)
        cell.close()
        assert len(watch.ended()) == 2


TRAINER = """
import sys
from pathlib import Path
from flashtorch.sandbox.cell import Limits
from flashtorch.sandbox.sandbox import Sandbox
sandbox = Sandbox(sys.argv[1], folder=Path(sys.argv[2]), levels=[sys.argv[3]], rooms=[Path("tests/sandbox/inside")])
waiting = sandbox.prepare("tests.sandbox.inside.script", Limits())
waiting.wait()
alone = sandbox.prepare("tests.sandbox.inside.script", Limits(device="meta"))
alone.wait()
cell = sandbox.prepare("tests.sandbox.inside.script", Limits(wall_s=60))
cell.wait()
print("ready", flush=True)
cell.run(b'''
import os, time
if not os.fork():
    os.setsid()
    if os.fork(): os._exit(0)
    time.sleep(600)
while True: pass
''')
"""


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_trainer_leaves_nothing(stand_in: str, tmp_path: Path, end: signal.Signals) -> None:
    root = Path(__file__).parents[2]
    with subprocess.Popen([sys.executable, "-c", TRAINER, stand_in, str(tmp_path), "D"], cwd=root, stdout=subprocess.PIPE) as trainer:
        assert trainer.stdout is not None
        assert trainer.stdout.readline() == b"ready\n"
        below = descendants(trainer.pid)
        # Two keepers, the template, a waiting cell, a running one and a cell alone, and whatever the run has forked by now.
        assert len(below) >= 6
        assert len(list(tmp_path.iterdir())) == 2
        watch = Watch(below)
        trainer.send_signal(end)
    assert watch.ended() == set(below)
    assert not list(tmp_path.iterdir())


def test_the_folders_of_dead_trainers_are_swept(stand_in: str, tmp_path: Path) -> None:
    stale, used, foreign = (tmp_path / name for name in ("flashtorch-run-stale", "flashtorch-run-used", "somebody-elses"))
    for folder in (stale / "cell-1" / "work", used, foreign):
        folder.mkdir(parents=True)
    (stale / "cell-1" / "work" / "file").write_text("old")
    link = tmp_path / "flashtorch-run-link"
    link.symlink_to(foreign)
    lock = os.open(used, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    with Sandbox(stand_in, folder=tmp_path, levels=["D"], rooms=[ROOM]) as light:
        light.report()
    os.close(lock)
    assert sorted(tmp_path.iterdir()) == sorted([used, foreign, link])


def test_a_closed_sandbox_has_ended_everything_and_starts_nothing(stand_in: str, tmp_path: Path) -> None:
    sandbox = Sandbox(stand_in, folder=tmp_path, levels=["D"], rooms=[ROOM])
    cell = sandbox.prepare(ENTRY, ENDLESS, rehearse=False)
    keeper = parent(template_of(sandbox))
    watch = Watch([keeper, *descendants(keeper)])
    running = threading.Timer(0, lambda: outcomes.append(cell.run(b"while True: pass")))
    outcomes: list[object] = []
    running.start()
    sandbox.close()
    running.join(WAIT_S)
    assert len(outcomes) == 1
    assert len(watch.ended()) >= 3
    assert not list(tmp_path.iterdir())
    cell.close()
    with pytest.raises(Unavailable, match="closed"):
        sandbox.prepare(ENTRY, QUICK)
    sandbox.close()


def test_closing_at_once_is_fine(stand_in: str, tmp_path: Path) -> None:
    for _again in range(5):
        sandbox = Sandbox(stand_in, folder=tmp_path, levels=["D"], rooms=[ROOM])
        sandbox.start()
        sandbox.close()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("torch", "said"),
    [
        (None, r"^torch is not installed for .*/python$"),
        ("raise ImportError('libcudart.so.12: cannot open\\n shared object')", r"^torch cannot be imported by .*: ImportError: libcudart.so.12: cannot open shared object$"),
        ("import sys; sys.exit(3)", r"^torch cannot be imported by .*: SystemExit: 3$"),
        ("import os; os.write(2, b'Illegal instruction\\n'); os._exit(3)", r"^the process that runs code dies at its start: exit 3: Illegal instruction$"),
        ("import ctypes; ctypes.string_at(0)", r"^the process that runs code dies at its start: SIGSEGV"),
    ],
)
def test_a_torch_that_does_not_work_is_one_line(interpreter: Callable[[str | None], str], tmp_path: Path, torch: str | None, said: str) -> None:
    with Sandbox(interpreter(torch), folder=tmp_path) as sandbox:
        for ask in (sandbox.report, lambda: sandbox.prepare(ENTRY, QUICK), lambda: sandbox.prepare(ENTRY, Limits(device="cuda"))):
            with pytest.raises(Unavailable, match=said) as caught:
                ask()
            assert "\n" not in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_an_interpreter_that_is_none_is_one_line(tmp_path: Path) -> None:
    for python in (tmp_path / "missing", tmp_path):
        with Sandbox(str(python), folder=tmp_path) as sandbox, pytest.raises(Unavailable, match="cannot be started"):
            sandbox.report()
    with Sandbox("/bin/false", folder=tmp_path) as sandbox, pytest.raises(Unavailable, match="dies at its start"):
        sandbox.report()


def test_a_folder_that_cannot_be_used_is_one_line(stand_in: str, tmp_path: Path) -> None:
    with Sandbox(stand_in, folder=tmp_path / "missing") as sandbox, pytest.raises(Unavailable, match=r"missing/flashtorch-run"):
        sandbox.report()


def test_a_torch_with_threads_of_its_own_is_never_forked(interpreter: Callable[[str | None], str], tmp_path: Path) -> None:
    """Every cell is then a process of its own, and no template stays."""
    threads = "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()\n"
    with Sandbox(interpreter(threads + STAND_IN), folder=tmp_path, levels=["D"], rooms=[ROOM]) as sandbox:
        assert sandbox.report().torch == "0.stand-in"
        cell = sandbox.prepare(ENTRY, QUICK)
        assert isinstance(cell, SpawnedCell)
        assert replied(cell.run(b"reply = 1")) == 1
        assert len(list(tmp_path.iterdir())) == 1
        cell.close()
    assert not list(tmp_path.iterdir())


def test_of_the_environment_only_what_finds_libraries_is_passed_on(stand_in: str, tmp_path: Path) -> None:
    mine = {"LD_LIBRARY_PATH": "/lib/mine", "CUDA_VISIBLE_DEVICES": "1", "TOKEN": "secret", "PYTHONPATH": "/evil", "HOME": "/root"}
    script = "import os; reply = {name: os.environ.get(name) for name in ('LD_LIBRARY_PATH', 'CUDA_VISIBLE_DEVICES', 'TOKEN', 'PYTHONPATH')}"
    with Sandbox(stand_in, folder=tmp_path, environment=mine, levels=["D"], rooms=[ROOM]) as sandbox:
        on = {device: replied(run(sandbox, script, Limits(device=device))) for device in ("cpu", "meta")}
    assert on["cpu"] == {"LD_LIBRARY_PATH": "/lib/mine", "CUDA_VISIBLE_DEVICES": "", "TOKEN": None, "PYTHONPATH": None}
    assert on["meta"] == {"LD_LIBRARY_PATH": "/lib/mine", "CUDA_VISIBLE_DEVICES": "1", "TOKEN": None, "PYTHONPATH": None}


@pytest.mark.parametrize("entry", ["flashtorch.sandbox.wire", "inside", "os.system", "tests.sandbox.inside.script.main", "nowhere.inside.x"])
def test_only_inside_modules_are_entries(light: Sandbox, entry: str) -> None:
    with pytest.raises((ValueError, ModuleNotFoundError)):
        light.prepare(entry, QUICK)


def test_an_entry_that_does_not_load_is_one_line(light: Sandbox) -> None:
    with pytest.raises(Unavailable, match=r"^tests.sandbox.inside.absent does not load: ModuleNotFoundError"):
        light.prepare("tests.sandbox.inside.absent", QUICK)
    assert replied(run(light, "reply = 1")) == 1

"""What a run finds, and what is left after it: nothing of an earlier one."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import pytest

from flashtorch.sandbox.cell import Ending, Limits
from flashtorch.sandbox.forked_cell import ForkedCell
from tests.sandbox.running import ENTRY, QUICK, WAIT_S, alive, descendants, replied, run

if TYPE_CHECKING:
    from pathlib import Path

    from flashtorch.sandbox.sandbox import Sandbox


def test_fifty_runs_leave_no_process_folder_thread_or_descriptor(sandbox: Sandbox, runs: Path) -> None:
    def held() -> tuple[int, int, int, int]:
        files = sum(len(entries) for _root, *lists in os.walk(runs) for entries in lists)
        return len(descendants(os.getpid())), files, threading.active_count(), len(os.listdir("/proc/self/fd"))

    def one(number: int) -> None:
        cell = sandbox.prepare(ENTRY, Limits(wall_s=10), rehearse=False)
        assert isinstance(cell, ForkedCell)
        mess = "import os, tempfile\nopen('left', 'w').write('x')\nos.makedirs('a/b/c')\nopen(tempfile.mkstemp()[1], 'w').write('y')\n"
        cell.run((mess + ("os._exit(1)" if number % 2 else "reply = 0")).encode())
        cell.close()
        assert cell.wait_gone(WAIT_S)

    one(0)
    before = held()
    for number in range(50):
        one(number)
    assert held() == before


def test_a_tangled_folder_is_removed(sandbox: Sandbox, runs: Path, tmp_path: Path) -> None:
    """Deep, without permissions, full of links and pipes; what links lead to stays."""
    keep = tmp_path / "keep"
    keep.mkdir()
    (keep / "mine").write_text("precious")
    tangle = f"""
import os
os.symlink({str(keep)!r}, "link"); os.symlink("/nowhere", "dangling"); os.mkfifo("pipe")
os.mkdir(".0"); os.mkdir(".1"); open(".1/x", "w").close()
for _ in range(1100):
    os.mkdir("d"); open("f", "w").close(); os.symlink({str(keep)!r}, "l"); os.chdir("d")
os.chmod(".", 0)
reply = 1
"""
    cell = sandbox.prepare(ENTRY, QUICK, rehearse=False)
    assert isinstance(cell, ForkedCell)
    assert replied(cell.run(tangle.encode())) == 1
    assert len(list(runs.glob("*/cell-*/work/.1/x"))) == 1
    cell.close()
    assert cell.wait_gone(WAIT_S)
    assert not list(runs.glob("*/cell-*"))
    assert (keep / "mine").read_text() == "precious"


FOUND = """
import os, resource, sys, tempfile, threading
import torch
def refused(name):
    try: __import__(name)
    except ModuleNotFoundError: return True
old = os.umask(0); os.umask(old)
reply = dict(
    here=os.listdir(), temporary=os.listdir(tempfile.gettempdir()), apart=os.path.realpath(tempfile.gettempdir()) != os.getcwd(),
    home=os.path.expanduser("~") == tempfile.gettempdir(), umask=old, stdin=sys.stdin.read(), argv=sys.argv,
    descriptors=sorted(int(fd) for fd in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{fd}")),
    threads=threading.active_count(), tasks=len(os.listdir("/proc/self/task")), torch_threads=torch.get_num_threads(), cuda=torch.cuda.is_initialized(),
    environment=sorted(os.environ), refused=[name for name in ("flashtorch.cards", "flashtorch.sandbox.wire", "flashtorch.history", "tests.sandbox.running", "flashtorch.grading.judge") if refused(name)],
    core=resource.getrlimit(resource.RLIMIT_CORE)[0], files=resource.getrlimit(resource.RLIMIT_NOFILE)[0], size=resource.getrlimit(resource.RLIMIT_FSIZE)[0],
    command=open("/proc/self/cmdline").read().split("\\0")[-2], leader=os.getsid(0) == os.getpid(), optimizer="torch._dynamo" in sys.modules)
"""


def test_what_a_run_finds(sandbox: Sandbox) -> None:
    found = replied(run(sandbox, FOUND, Limits(files=99, file_mb=3), rehearse=True))
    assert found == {
        "here": [], "temporary": [], "apart": True, "home": True, "umask": 0o077, "stdin": "", "argv": [""],
        "descriptors": [0, 1, 2, 3], "threads": 1, "tasks": 1, "torch_threads": 1, "cuda": False,
        "environment": sorted(["PATH", "LANG", "HOME", "TMPDIR", "TORCHINDUCTOR_CACHE_DIR", "GLIBC_TUNABLES", "MALLOC_ARENA_MAX", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES"]),
        "refused": ["flashtorch.cards", "flashtorch.sandbox.wire", "flashtorch.history", "tests.sandbox.running", "flashtorch.grading.judge"],
        "core": 1, "files": 99, "size": 3 << 20, "command": "template", "leader": True, "optimizer": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("script", "error"),
    [
        ("open('big', 'wb').write(bytes(5 << 20))", "File too large"),
        ("import os\nfds = [os.dup(0) for _ in range(200)]", "Too many open files"),
        ("import torch; torch.ones(1 << 30)", "can't allocate memory"),
    ],
)
def test_a_limit_is_an_error_that_the_run_sees(sandbox: Sandbox, script: str, error: str) -> None:
    outcome = run(sandbox, script, Limits(files=100, file_mb=4))
    assert (outcome.ending, outcome.exit) == (Ending.EXITED, 1)
    assert error in outcome.stderr


def test_memory_within_the_budget_is_there(sandbox: Sandbox) -> None:
    assert replied(run(sandbox, "import torch; reply = torch.ones(25 << 20).sum().item()", Limits(memory_mb=256))) == 25 << 20


HIDE = """
import builtins, os, sys, torch
secret = bytes(reversed({backwards!r}))
builtins.kept = [secret + str(n).encode() for n in range(500)]
os.environ["KEPT"] = secret.decode(); sys.modules["kept"] = secret
open("kept", "wb").write(secret); open(os.path.join(os.environ["TMPDIR"], "kept"), "wb").write(secret)
tensor = torch.frombuffer(bytearray(secret * 1000), dtype=torch.uint8).clone()
torch.kept = tensor
reply = 1
"""
SEEK = """
import builtins, os, sys, re, torch
backwards = {backwards!r}
# The whole is never put together here, so that what is found is what somebody else left.
front, back = backwards[:11:-1], backwards[11::-1]
found = 0
for line in open("/proc/self/maps"):
    span, access, *_, name = (line.split() + [""])[:6]
    if "rw" not in access or name.startswith("[v"): continue
    low, high = (int(x, 16) for x in span.split("-"))
    with open("/proc/self/mem", "rb", buffering=0) as memory:
        memory.seek(low)
        data = memory.read(high - low) or b""
    at = data.find(front)
    while at >= 0:
        found += data[at + len(front) : at + len(front) + len(back)] == back
        at = data.find(front, at + 1)
    del data
reply = [found, hasattr(builtins, "kept"), "KEPT" in os.environ, "kept" in sys.modules, hasattr(torch, "kept"), os.listdir()]
"""


def test_nothing_of_one_run_is_found_by_the_next(sandbox: Sandbox) -> None:
    backwards = b"rewsna-fo-terces-eht-9173"
    # The search finds what is there.
    planted = SEEK.format(backwards=backwards).replace("found = 0\n", "found = 0\nplanted = bytes(reversed(backwards))\n")
    assert replied(run(sandbox, planted))[0] > 0
    waiting = sandbox.prepare(ENTRY, QUICK)
    assert replied(run(sandbox, HIDE.format(backwards=backwards))) == 1
    expected = [0, False, False, False, False, []]
    assert replied(run(sandbox, SEEK.format(backwards=backwards))) == expected
    assert replied(waiting.run(SEEK.format(backwards=backwards).encode())) == expected
    waiting.close()


def test_cells_are_prepared_from_many_threads_at_once(sandbox: Sandbox) -> None:
    results: dict[int, int] = {}

    def one(number: int) -> None:
        for step in range(4):
            results[number * 10 + step] = replied(run(sandbox, f"reply = {number * 10 + step}"))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert results == {number * 10 + step: number * 10 + step for number in range(8) for step in range(4)}


def test_two_sandboxes_at_once(sandbox: Sandbox, light: Sandbox) -> None:
    theirs, ours = (each.prepare(ENTRY, QUICK, rehearse=False) for each in (sandbox, light))
    script = b"import os, torch; reply = [os.getppid(), torch.__version__]"
    (one, real), (two, stand_in) = replied(theirs.run(script)), replied(ours.run(script))
    assert one != two
    assert stand_in == "0.stand-in" != real
    light.close()
    ours.close()
    assert not alive(two)
    theirs.close()
    assert replied(run(sandbox, "import os; reply = os.getppid()")) == one

"""The level is found by trying: what does not hold is refused, and the next one is tried; what stands is what is said to stand."""

from __future__ import annotations

import errno
import os
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from flashtorch.sandbox.cell import Ending, Limits, Unavailable
from flashtorch.sandbox.forked_cell import ForkedCell
from flashtorch.sandbox.sandbox import Sandbox
from tests.sandbox.conftest import ROOM
from tests.sandbox.running import ENTRY, QUICK, WAIT_S, Watch, descendants, replied, run
from tests.sandbox.test_deaths import TRAINER

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
HELD = ["A", "B", "C"]
# Ideas of our own, each for a call or a file that nothing else guards; `True` is an escape.
IDEAS = {
    "a signal to the trainer by a descriptor": "import fcntl, os, socket\na, b = socket.socketpair()\ntry:\n    fcntl.fcntl(a, fcntl.F_SETOWN, PARENT); reply = True\nexcept OSError: reply = False",
    "permissions of a library": "import os\ntry: os.chmod(os.__file__, 0o777); reply = True\nexcept OSError: reply = False",
    "attributes of a library": "import os\ntry: os.setxattr(os.__file__, 'user.x', b'1'); reply = True\nexcept OSError: reply = False",
    "times of a library": "import os\ntry: os.utime(os.__file__); reply = True\nexcept OSError: reply = False",
    "our own sources": "import flashtorch\ntry: open(OURS).read(); reply = True\nexcept OSError: reply = False",
    "the decks": "import os\nreply = os.path.isdir(DECKS) and bool([n for n in __import__('glob').glob(DECKS + '/**/*.md', recursive=True) if os.access(n, 4)])",
    "a link to a file outside": "import os\ntry: os.link(OURS, 'linked'); reply = bool(open('linked').read())\nexcept OSError: reply = False",
    "a file of the template": "import os, glob\nreply = False\nfor p in glob.glob('/proc/[0-9]*/environ'):\n    if int(p.split('/')[2]) in (1, os.getpid()): continue\n    try: reply = reply or bool(open(p, 'rb').read())\n    except OSError: pass",
    "a write to another's memory": "import os\nreply = False\nfor p in (os.getppid(), PARENT):\n    try: open(f'/proc/{p}/mem', 'r+b').close(); reply = p not in (0, os.getpid())\n    except OSError: pass",
    "another's limits": "import resource\ntry: resource.prlimit(PARENT, resource.RLIMIT_NOFILE, (64, 64)); reply = True\nexcept (OSError, ProcessLookupError): reply = False",
    "a longer life": "import ctypes\nreply = ctypes.CDLL(None).prctl(1, 0, 0, 0, 0) == 0",
    "a trap for the next": "import os, sys\nreply = False\nfor p in filter(os.path.isdir, sys.path):\n    try: open(p + '/sitecustomize.py', 'w').close(); os.unlink(p + '/sitecustomize.py'); reply = True\n    except OSError: pass",
    "being traced by anybody": "import ctypes\nreply = ctypes.CDLL(None).prctl(0x59616d61, -1, 0, 0, 0) == 0",
    "a device": "import os\ntry: os.mknod('d', 0o20600, os.makedev(1, 1)); reply = True\nexcept OSError: reply = False",
    "System V memory": "import ctypes\nreply = ctypes.CDLL(None).shmget(0, 4096, 0o1600) >= 0",
    "a message queue": "import ctypes\nreply = ctypes.CDLL(None).msgget(0, 0o1600) >= 0",
    "a namespace within": "import ctypes\nreply = ctypes.CDLL(None).unshare(0x10000000) == 0",
    "a namespace by clone": "import ctypes, os\nr = ctypes.CDLL(None).syscall(56, 0x10000000 | 17, 0, 0, 0, 0)\nif r == 0: os._exit(0)\nreply = r > 0",
    "the time of day": "import time\ntry: time.clock_settime(time.CLOCK_REALTIME, time.time()); reply = True\nexcept OSError: reply = False",
    "a socket to the kernel": "import socket\ntry: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW); reply = True\nexcept OSError: reply = False",
    "a program in the kernel, at a socket": "import ctypes, socket, struct\na, b = socket.socketpair()\nf = ctypes.create_string_buffer(struct.pack('HBBI', 6, 0, 0, 0xffff), 8)\ntry: a.setsockopt(1, 26, struct.pack('HxxxxxxP', 1, ctypes.addressof(f))); reply = True\nexcept OSError: reply = False",
    "more than it may hold of pipes": "import fcntl, os\nr, w = os.pipe()\ntry: fcntl.fcntl(w, 1031, 1 << 20); reply = True\nexcept OSError: reply = False",
}


@pytest.mark.parametrize("level", HELD)
@pytest.mark.parametrize("idea", IDEAS)
def test_no_idea_of_our_own_gets_out(at_level: Callable[[str], Sandbox], idea: str, level: str) -> None:
    places = f"PARENT = {os.getpid()}; OURS = {str(ROOT / 'flashtorch/errors.py')!r}; DECKS = {str(ROOT / 'decks')!r}\n"
    script = IDEAS[idea].replace("import flashtorch\n", "")
    assert replied(run(at_level(level), places + script)) is False


@pytest.mark.parametrize("level", HELD)
def test_no_datagram_finds_a_socket_by_its_name(at_level: Callable[[str], Sandbox], tmp_path: Path, level: str) -> None:
    """One of a pair can be given another's name with each message, unless it is of a kind that speaks to its pair alone."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as named, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as abstract:
        named.bind(str(tmp_path / "log"))
        abstract.bind(f"\0{tmp_path}")
        script = (
            "import socket\nreply = []\n"
            "for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET, socket.SOCK_STREAM):\n"
            f"    for name in ({named.getsockname()!r}, {abstract.getsockname()!r}):\n"
            "        try: reply.append(socket.socketpair(socket.AF_UNIX, kind)[0].sendto(b'x', name))\n"
            "        except OSError as error: reply.append(type(error).__name__)\n"
        )
        said = replied(run(at_level(level), script))
        named.setblocking(False)
        abstract.setblocking(False)
        for heard in (named, abstract):
            with pytest.raises(BlockingIOError):
                heard.recv(10)
    assert said[:4] == ["PermissionError"] * 4


@pytest.mark.parametrize("level", HELD)
def test_pairs_of_sockets_speak(at_level: Callable[[str], Sandbox], level: str) -> None:
    script = (
        "import asyncio, socket\na, b = socket.socketpair(); a.settimeout(5); a.send(b'x'); b.setsockopt(1, 16, 1)\n"
        "c, d = socket.socketpair(type=socket.SOCK_SEQPACKET | socket.SOCK_NONBLOCK); c.send(b'y')\n"
        "async def go(): return 'went'\nreply = [b.recv(1).decode(), d.recv(1).decode(), asyncio.run(go())]"
    )
    assert replied(run(at_level(level), script)) == ["x", "y", "went"]


@pytest.mark.parametrize("level", HELD)
def test_no_run_makes_the_rest_of_the_machine_wait(at_level: Callable[[str], Sandbox], level: str) -> None:
    before = os.getpriority(os.PRIO_PROCESS, 0)
    script = (
        "import os\nreply = []\nfor which in (os.PRIO_PROCESS, os.PRIO_PGRP, os.PRIO_USER):\n"
        "    try: os.setpriority(which, 0, 1); reply.append('done')\n    except OSError: reply.append('refused')\n"
    )
    said = replied(run(at_level(level), script))
    assert os.getpriority(os.PRIO_PROCESS, 0) == before
    # At level A no other process of the same user can be meant.
    assert said == ["done", *(["done"] if level == "A" else ["refused"]) * 2]


def test_no_run_shares_memory_with_another(at_level: Callable[[str], Sandbox]) -> None:
    """At level A the template has a page with each, in which is left how it ended."""
    sandbox = at_level("A")
    script = "reply = [line for line in open('/proc/self/maps') if ' rw-s' in line]"
    others = [sandbox.prepare(ENTRY, QUICK, rehearse=False) for _ in range(2)]
    try:
        assert all(cell.wait() for cell in others)
        assert replied(run(sandbox, script)) == []
    finally:
        for cell in others:
            cell.close()


def test_the_first_level_that_holds_is_taken(stand_in: str, tmp_path: Path) -> None:
    with Sandbox(stand_in, folder=tmp_path, rooms=[ROOM]) as sandbox:
        report = sandbox.report()
    assert report.level in "ABCD"
    assert [level for level, _why in report.tried] == ["A", "B", "C", "D"][: "ABCD".index(report.level)]
    assert all(why for _level, why in report.tried)


HOLE = """
import sys
source = open({path!r}).read().replace({old!r}, {new!r})
open({path!r}, "w").write(source)
"""


@pytest.mark.parametrize(
    ("file", "old", "new", "hole"),
    [
        ("seccomp.py", 'program.choose(bpf.ANY_BIT, calls.CLONE_THREAD, "allow", "refuse")', "program.give(ALLOW)", "start a process"),
        ("landlock.py", "system_call(RESTRICT, ruleset, 0)", "pass", "read a file outside"),
        ("capabilities.py", 'call("capset"', '(lambda *a: None)("capset"', "keep a privilege"),
        ("calls.py", "mremap brk", "mremap memfd_create brk", "make memory that nothing counts"),
        ("rlimits.py", "_lower(resource.RLIMIT_NOFILE", "(lambda *a: None)(resource.RLIMIT_NOFILE", "raise a limit"),
        ("calls.py", '"descriptors that', '"', ""),
        ("calls.py", " openat openat2", "", "read the library"),
    ],
)
def test_a_hole_in_a_wall_is_found_at_the_start(stand_in: str, tmp_path: Path, file: str, old: str, new: str, hole: str) -> None:
    """A copy of the package with one line changed: level C is refused and says which escape worked, or which need did not."""
    if file == "capabilities.py" and os.geteuid():
        pytest.skip("whoever is not root has no capability to keep")
    copy = tmp_path / "copy"
    shutil.copytree(ROOT / "flashtorch", copy / "flashtorch", ignore=shutil.ignore_patterns("__pycache__", "locale"))
    path = copy / "flashtorch/sandbox/inside" / file
    source = path.read_text(encoding="utf-8")
    assert old in source
    path.write_text(source.replace(old, new), encoding="utf-8")
    program = (
        "import sys; from pathlib import Path; from flashtorch.sandbox.sandbox import Sandbox\n"
        "with Sandbox(sys.argv[1], folder=Path(sys.argv[2]), levels=['C', 'D']) as s: print(s.report().level, s.report().tried)"
    )
    (tmp_path / "runs").mkdir()
    ran = subprocess.run([sys.executable, "-c", program, stand_in, str(tmp_path / "runs")], cwd=copy, capture_output=True, text=True, check=True)
    if not hole:
        assert ran.stdout.startswith("C "), ran
        return
    if "no Landlock" in ran.stdout:
        pytest.skip(f"level C does not hold here: {ran.stdout}")
    assert ran.stdout.startswith("D "), ran
    assert hole in ran.stdout or "Error" in ran.stdout, ran


@pytest.mark.parametrize("level", HELD)
def test_a_killed_trainer_leaves_nothing_behind_the_walls(stand_in: str, tmp_path: Path, level: str) -> None:
    with Sandbox(stand_in, folder=tmp_path, levels=[level], rooms=[ROOM], environment=os.environ) as sandbox:
        try:
            sandbox.report()
        except Unavailable as why:
            pytest.skip(f"level {level} does not hold here: {why}")
    command = [sys.executable, "-c", TRAINER, stand_in, str(tmp_path), level]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as trainer:
        assert trainer.stdout is not None
        assert trainer.stdout.readline() == b"ready\n"
        below = descendants(trainer.pid)
        watch = Watch(below)
        trainer.kill()
    assert watch.ended() == set(below)
    assert not list(tmp_path.iterdir())


def test_two_trainers_at_once_do_not_meet(stand_in: str, tmp_path: Path) -> None:
    with Sandbox(stand_in, folder=tmp_path, rooms=[ROOM]) as one, Sandbox(stand_in, folder=tmp_path, rooms=[ROOM]) as two:
        cells = [sandbox.prepare(ENTRY, QUICK, rehearse=False) for sandbox in (one, two)]
        script = b"import os, time; open('mine', 'w').write('x'); time.sleep(0.3); reply = sorted(os.listdir('.'))"
        found: list[Any] = []
        threads = [threading.Thread(target=lambda cell=cell: found.append(replied(cell.run(script)))) for cell in cells]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [["mine"], ["mine"]]
        for cell in cells:
            cell.close()
        two.close()
        assert replied(run(one, "reply = 1")) == 1


@pytest.mark.parametrize("level", ["B", "C"])
def test_files_without_end_are_stopped_where_no_file_system_stops_them(at_level: Callable[[str], Sandbox], level: str) -> None:
    fill = "import time\nfor n in range(100):\n    open(f'f{n}', 'wb').write(bytes(4 << 20)); time.sleep(0.01)"
    assert run(at_level(level), fill, Limits(disk_mb=16)).ending is Ending.DISK
    many = "import os, time\nfor n in range(400):\n    os.mkdir(str(n))\n    for k in range(50): open(f'{n}/{k}', 'w').close()\ntime.sleep(5)"
    assert run(at_level(level), many).ending is Ending.DISK


def test_a_full_file_system_is_the_runs_own(at_level: Callable[[str], Sandbox]) -> None:
    fill = "import os\ntry:\n    for n in range(100): open(f'f{n}', 'wb').write(bytes(4 << 20))\nexcept OSError as e: reply = [n, e.errno]"
    outcome = run(at_level("A"), fill, Limits(disk_mb=16))
    assert replied(outcome)[1] == errno.ENOSPC


def test_many_processes_have_one_memory(at_level: Callable[[str], Sandbox]) -> None:
    eat = "import os, time\nfor _ in range(6):\n    if not os.fork():\n        x = bytearray(200 << 20)\n        for i in range(0, len(x), 4096): x[i] = 1\n        time.sleep(60)\ntime.sleep(60)"
    assert run(at_level("A"), eat, Limits(processes=True, memory_mb=600)).ending is Ending.MEMORY


def test_a_fork_bomb_stays_in_its_namespace(at_level: Callable[[str], Sandbox]) -> None:
    bomb = "import os, time\nuntil = time.monotonic() + 60\nwhile time.monotonic() < until:\n    try: os.fork()\n    except OSError: time.sleep(0.01)"
    cell = at_level("A").prepare(ENTRY, Limits(processes=True, wall_s=0.7), rehearse=False)
    assert isinstance(cell, ForkedCell)
    outcome = cell.run(bomb.encode())
    cell.close()
    assert cell.wait_gone(WAIT_S)
    assert outcome.ending in (Ending.WALL, Ending.MEMORY, Ending.TASKS)
    assert replied(run(at_level("A"), "reply = 1")) == 1


@pytest.mark.parametrize("level", HELD)
def test_nothing_of_an_answer_is_visible_to_the_next(at_level: Callable[[str], Sandbox], level: str) -> None:
    sandbox = at_level(level)
    needle = "".join(["nee", "dle-of-an-", "answer"])
    plant = f"import os\nkeep = ['{needle}' + str(n) for n in range(2000)]\nopen('{needle}', 'w').write('{needle}')\nos.environ['N'] = '{needle}'\nreply = 1"
    replied(run(sandbox, plant))
    hunt = (
        "import gc, os\nneedle = ''.join(['nee', 'dle-of-an-', 'answer'])\nfound = [o for o in gc.get_objects() if isinstance(o, (list, dict)) and len(o) > 1000 and needle in repr(o)[:500000]]\n"
        "hits = 0\nfor line in open('/proc/self/maps'):\n    span, access, *_rest = line.split()\n    if 'rw' not in access or '[v' in line: continue\n"
        "    low, high = (int(x, 16) for x in span.split('-'))\n    with open('/proc/self/mem', 'rb', 0) as m:\n        m.seek(low)\n"
        "        try: hits += m.read(min(high - low, 64 << 20)).count((needle + '1999').encode())\n        except OSError: pass\n"
        "reply = [len(found), hits, os.listdir('.'), os.environ.get('N')]"
    )
    found = replied(run(sandbox, hunt))
    # What is searched for is in the searcher's own memory, but never as the last one planted.
    assert found[0] == 0
    assert found[1] <= 1
    assert found[2:] == [[], None]

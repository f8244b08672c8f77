"""A dozen escapes, tried at each start of the template in a cell sealed like any other: a level that lets one through is refused.

What ordinary programs need is tried too, for a list that allows nothing looks like perfect containment.
"""

from __future__ import annotations

import ctypes
import errno
import json
import mmap
import os
import platform
import resource
import select
import signal
import socket
import tempfile
import threading
from typing import TYPE_CHECKING, Any, NoReturn

from flashtorch.sandbox.inside import namespaces, seccomp
from flashtorch.sandbox.inside.cell import settle
from flashtorch.sandbox.inside.frames import place
from flashtorch.sandbox.inside.linux import system_call
from flashtorch.sandbox.inside.seal import Walls, close_in, own_place

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PATIENCE_MS = 20_000
LIMITS = {
    "cpu_s": 5, "memory_mb": 256, "file_mb": 8, "files": 64, "disk_mb": 16, "processes": False, "device": "cpu",
}  # fmt: skip
REPORT = 1
"""The descriptor that the cell reports on."""
CLONE_NEWUSER = 0x1000_0000
PTRACE_TRACEME, PTRACE_ATTACH = 0, 16


def holes(walls: Walls, outside: Mapping[str, Any], folder: str) -> list[str]:
    """What a sealed cell could do and should not, or could not and should; empty when the level holds.

    `outside` names files to be read, a folder to be written to and processes to be signalled, none of which a cell may reach.
    """
    ours, theirs = os.pipe()
    os.makedirs(folder, exist_ok=True)
    note = namespaces.Note() if walls.has_namespaces else None
    pid = namespaces.fork() if note else os.fork()
    if not pid:
        _try(walls, outside, folder, theirs, note)
    os.close(theirs)
    said = b""
    while select.select([ours], [], [], PATIENCE_MS / 1e3)[0] and (piece := os.read(ours, 1 << 16)):
        said += piece
    os.close(ours)
    os.kill(pid, signal.SIGKILL)
    _pid, status = os.waitpid(pid, 0)
    try:
        return [str(each) for each in json.loads(said)]
    except ValueError:
        return [f"the test itself ended ({os.waitstatus_to_exitcode(status)})"]


def _try(walls: Walls, outside: Mapping[str, Any], folder: str, report: int, note: namespaces.Note | None) -> NoReturn:
    found = []
    try:
        null = os.open(os.devnull, os.O_RDONLY)
        place((null, report, null))
        report = REPORT
        os.closerange(3, 256)
        inner = own_place(walls, LIMITS, folder)
        settle(inner)
        if note:
            namespaces.beget(note)
        close_in(walls, LIMITS, inner)
        found = [f"could {name}" for name, escape in escapes(outside).items() if _works(escape)]
        found += [f"could not {name}" for name, need in NEEDED.items() if not _works(need)]
    except BaseException as error:
        found = [f"{type(error).__name__}: {error}"]
    finally:
        os.write(report, json.dumps(found).encode())
        os._exit(0)


def _works(attempt: Callable[[], object]) -> bool:
    """Whether it went through: it raised nothing."""
    try:
        attempt()
    except (OSError, ValueError, RuntimeError, AssertionError):
        return False
    return True


def escapes(outside: Mapping[str, Any]) -> dict[str, Callable[[], object]]:
    """What must not be possible, each harmless if it is."""
    machine = platform.machine()
    numbers = seccomp.table(machine)

    def kernel(name: str, *arguments: Any) -> Callable[[], object]:
        return lambda: _reach(numbers[name], *arguments)

    return {
        "read a file outside": lambda: _read(*outside["files"]),
        "write a file outside": lambda: _write(os.path.join(outside["folder"], "escaped")),
        "start a process": _fork,
        "start a program": _execute,
        "open a connection": lambda: socket.socket(socket.AF_INET),
        "open a named socket": lambda: socket.socket(socket.AF_UNIX),
        "send to a socket of any name": lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM),
        "signal a process outside": lambda: _signal(outside["pids"]),
        "trace": kernel("ptrace", PTRACE_ATTACH, os.getppid() or 2, None, None),
        "make a user namespace": kernel("unshare", CLONE_NEWUSER),
        "mount": kernel("mount", b"none", b"/", None, 1 << 18, None),
        "make a ring": kernel("io_uring_setup", 1, ctypes.create_string_buffer(120)),
        "use keys": kernel("keyctl", 0, -3, 0),
        "load a program into the kernel": kernel("bpf", 0, ctypes.create_string_buffer(120), 48),
        "make memory that nothing counts": kernel("memfd_create", b"", 0),
        "raise a limit": lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096)),
        "keep a privilege": _keep_privilege,
        "keep a descriptor": _keep_descriptor,
    }


def _reach(number: int, *arguments: Any) -> None:
    """Whatever the kernel makes of it: a call that is refused for what it asks for has got through."""
    try:
        system_call(number, *arguments)
    except OSError as error:
        if error.errno in (errno.EPERM, errno.EACCES, errno.ENOSYS):
            raise


def _read(*paths: str) -> None:
    for path in paths:
        with open(path, "rb") as file:
            file.read(1)


def _write(path: str) -> None:
    with open(path, "wb") as file:
        file.write(b"?")
    os.unlink(path)


def _fork() -> None:
    if not os.fork():
        os._exit(0)


def _execute() -> None:
    """That the program is missing is found only by a kernel that was asked to start it."""
    try:
        os.execv("/nonexistent", ["/nonexistent"])
    except FileNotFoundError:
        return


def _signal(pids: list[int]) -> None:
    others = [pid for pid in pids if pid != os.getpid()]
    for pid in others:
        os.kill(pid, 0)
    assert others


def _keep_privilege() -> None:
    """Raises when there is none: no capability, no new privileges, a filter in force."""
    with open("/proc/self/status", encoding="ascii", errors="replace") as file:
        status = {line.partition(":")[0]: line.partition(":")[2].strip() for line in file}
    none = all(int(status[name], 16) == 0 for name in ("CapPrm", "CapEff", "CapInh"))
    assert not (none and status["NoNewPrivs"] == "1" and status["Seccomp"] == "2")


def _keep_descriptor() -> None:
    for fd in range(3, 256):
        try:
            os.fstat(fd)
        except OSError:
            continue
        return
    raise OSError("none")


def _thread() -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.set)
    thread.start()
    thread.join(5)
    assert done.is_set()


def _own_files() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "file")
        _write(path)
        with open("here", "w", encoding="ascii") as file:
            file.write("x")
        os.rename("here", path)
        assert os.listdir(folder) == ["file"]
    assert os.listdir(".") == []


NEEDED: dict[str, Callable[[], object]] = {
    "start a thread": _thread,
    "use its own folder": _own_files,
    "map memory": lambda: mmap.mmap(-1, 1 << 20).close(),
    "read the library": lambda: _read(os.__file__),
    "draw random bytes": lambda: os.urandom(8),
    "make a pair of sockets": socket.socketpair,
}

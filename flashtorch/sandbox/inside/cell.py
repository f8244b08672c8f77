"""One cell from the inside: seal, rehearse, wait for the payload, run the entry, answer with one frame, pause."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
import tempfile
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from flashtorch.sandbox.inside import namespaces, warm
from flashtorch.sandbox.inside.frames import HEAD, NO_MEMORY, READY, TAKEN, TOO_BIG, Ended, place, read_frame, write
from flashtorch.sandbox.inside.linux import LINUX
from flashtorch.sandbox.inside.seal import Walls, close_in, own_place

if TYPE_CHECKING:
    from types import ModuleType

JOB = 3
"""The descriptor of the cell's own socket; 0 is `/dev/null`, 1 and 2 are pipes, and there are no others."""
NOT_STARTED = 97
"""What a cell exits with that could not be made ready."""


@dataclass(frozen=True)
class Task:
    """What a cell is for."""

    entry: ModuleType
    """Its `main(payload: bytes) -> bytes` is run; its `rehearse(device: str) -> None`, if it has one, takes the place of ours."""
    limits: dict[str, Any]
    rehearse: bool
    folder: str
    """An empty folder of its own, which whoever buries the cell removes; not used where the cell sees one that nobody else does."""
    walls: Walls
    note: namespaces.Note | None = None
    """Where it is left how the cell ended, if the cell is the first of its pid namespace."""


def live(task: Task, fds: tuple[int, int, int]) -> NoReturn:
    """Be the cell: never returns, whatever the entry does. `fds` are its socket and the pipes for output and errors."""
    code = NOT_STARTED
    try:
        become(fds)
        folder = own_place(task.walls, task.limits, task.folder)
        settle(folder)
        if task.note is not None:
            namespaces.beget(task.note, lambda: close_in(task.walls, task.limits, folder))
        close_in(task.walls, task.limits, folder)
        if task.rehearse:
            rehearse(task.entry, task.limits["device"])
        write(JOB, READY)
        payload = read_frame(JOB)
        # From here on what happens is the run's doing; whoever dies before had not seen it.
        write(JOB, TAKEN)
        code = run(task.entry, payload, task.limits["reply_mb"] << 20)
    except Ended:
        code = 0
    except BaseException as error:
        with contextlib.suppress(OSError):
            os.write(2, "".join(traceback.format_exception(error)).encode()[-2000:])
    os._exit(code)


def become(fds: tuple[int, int, int]) -> None:
    """Take the cell's descriptors and nothing else, its streams, its signals."""
    with contextlib.suppress(PermissionError):
        os.setsid()
    null = os.open(os.devnull, os.O_RDONLY)
    place((null, fds[1], fds[2], fds[0]))
    os.set_inheritable(JOB, False)
    for fd in _open_descriptors():
        if fd > JOB:
            with contextlib.suppress(OSError):
                os.close(fd)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    for name, stream in (("stdin", _stream(0, "r")), ("stdout", _stream(1, "w")), ("stderr", _stream(2, "w"))):
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def settle(folder: str) -> None:
    """Work in an empty folder, with another one for temporary files."""
    work, temporary = os.path.join(folder, "work"), os.path.join(folder, "tmp")
    os.makedirs(work, exist_ok=True)
    os.makedirs(temporary, exist_ok=True)
    os.chdir(work)
    tempfile.tempdir = None
    os.environ.update(TMPDIR=temporary, HOME=temporary, TORCHINDUCTOR_CACHE_DIR=os.path.join(temporary, "inductor"))
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
        # When memory runs out, the run goes first and the trainer stays.
        file.write("1000")


def rehearse(entry: ModuleType, device: str) -> None:
    """Touch the pages that the run will write to, through the entry's own code if it offers that; leave nothing behind."""
    getattr(entry, "rehearse", warm.exercise)(device)
    gc.collect()


def run(entry: ModuleType, payload: bytes, most: int) -> int:
    """Run the entry and send its reply; returns only when it ended without one, with the exit code."""
    try:
        reply = entry.main(payload)
    except MemoryError:
        reply = None
    except SystemExit as end:
        return _exit_code(end.code)
    except BaseException:
        traceback.print_exc()
        _flush()
        return 1
    _flush()
    with contextlib.suppress(OSError):
        write(JOB, NO_MEMORY if reply is None else TOO_BIG if len(reply) > most else HEAD.pack(len(reply)))
        if reply is not None and len(reply) <= most:
            write(JOB, reply)
        # No exit: tearing down hundreds of megabytes would take the core while the trainer reads the reply.
        while True:
            with contextlib.suppress(BaseException):
                signal.pause()
    # The entry has closed its own socket.
    return 1


def _exit_code(code: object) -> int:
    """As the interpreter would end: nothing is 0, a number is itself, anything else is printed and is 1."""
    if code is not None and not isinstance(code, int):
        with contextlib.suppress(Exception):
            print(code, file=sys.stderr)
    _flush()
    return 0 if code is None else code & 0xFF if isinstance(code, int) else 1


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        with contextlib.suppress(BaseException):
            stream.flush()  # type: ignore[union-attr]


def _stream(fd: int, mode: str) -> Any:
    return open(fd, mode, buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)


def _open_descriptors() -> list[int]:
    return [int(name) for name in os.listdir("/proc/self/fd" if LINUX else "/dev/fd")]

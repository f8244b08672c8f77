"""Processes behind a keeper: started with a clean environment, ended as whole trees, also when the trainer is killed."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from flashtorch.language import _
from flashtorch.sandbox import bwrap, seatbelt, wire
from flashtorch.sandbox.cell import Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BOOT = Path(__file__).resolve().parent / "inside" / "boot.py"
OWN_ROOM = BOOT.parent
PACKAGE = OWN_ROOM.parent.parent
"""Ours: runs see nothing of it but the rooms, and nothing of the decks within it or beside it."""
SIGNALLED = 128
END_S = 10.0
"""How long a keeper may take to kill what is below it."""

_CLEAN = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "HOME": "/nonexistent",
    # One thread: a process with a second one cannot be forked, and a small tensor is not worth two.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    # The heap on huge pages: forks and exits cost a quarter.
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
}
_NO_GPU = dict.fromkeys(("CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES"), "")
_LIBRARIES = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "CUDA_HOME")
_GPU = ("CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES", "HSA_OVERRIDE_GFX_VERSION")


@dataclass(frozen=True, slots=True)
class Launch:
    """What every process of one sandbox is started with."""

    python: str
    """The interpreter; it needs torch, and no flashtorch."""
    folder: str
    """Where run folders are made."""
    environment: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """The trainer's own, of which only what finds libraries and chooses GPUs is passed on."""
    rooms: tuple[str, ...] = ()
    """The folders of entries, which every level shows to runs."""

    def variables(self, device: str) -> dict[str, str]:
        """The whole environment of a process for `device`."""
        passed = _LIBRARIES if device == "cpu" else _LIBRARIES + _GPU
        chosen = {name: self.environment[name] for name in passed if name in self.environment}
        return _CLEAN | chosen | (_NO_GPU if device == "cpu" else {})

    def path(self) -> list[str]:
        """Folders to add to the search path: where this interpreter finds torch, when the isolated one may not look there."""
        if self.python != sys.executable:
            return []
        spec = importlib.util.find_spec("torch")
        return [str(Path(place).parent) for place in (spec and spec.submodule_search_locations) or ()][:1]

    def config(self, level: str) -> dict[str, Any]:
        """What a process is told about its walls, and what it must not reach."""
        outside = {"files": [str(PACKAGE / "errors.py")], "pid": os.getpid()}
        walls = {"level": level, "rooms": [str(OWN_ROOM), *self.rooms], "hidden": [str(PACKAGE), str(PACKAGE.parent / "decks")]}
        return {"path": self.path(), "walls": walls, "outside": outside}

    def through(self, level: str, device: str) -> list[str]:
        """The program and its arguments by which a process of that level is started; empty for the interpreter itself.

        Raises Refused when there is no such program.
        """
        if level not in ("B", "M"):
            return []
        shown = [*bwrap.interpreter_folders(self.python, self.variables("cpu")), *self.path(), str(OWN_ROOM), *self.rooms]
        if level == "M":
            if not os.path.exists(seatbelt.PROGRAM):
                raise Refused(_("{program} is not installed").format(program="sandbox-exec"))
            own = str(Path(self.folder).resolve())
            return seatbelt.arguments(seatbelt.profile(str(Path(self.python).resolve()), shown, own, mps=device == "mps"))
        program = bwrap.find(self.environment or _CLEAN)
        if program is None:
            raise Refused(_("{program} is not installed").format(program="bubblewrap"))
        return bwrap.arguments(program, shown, [str(each) for each in (PACKAGE, PACKAGE.parent / "decks") if each.is_dir()])


class Refused(Exception):
    """A level does not hold here; the text says why in one line."""


@dataclass(frozen=True, slots=True)
class Death:
    """How a process ended."""

    status: int
    """The exit code, or the negative signal number."""
    cpu_s: float
    log: str = ""
    over: str = ""
    """The limit that it was ended for, of those that no kernel keeps: `memory`, `disk`, `tasks`."""


class Kept:
    """A keeper and the one process that it keeps."""

    def __init__(self, launch: Launch, role: str, device: str, fds: Sequence[int], level: str) -> None:
        """Start it; `fds` become its descriptors 0, 1 and 2 and stay open here.

        Raises Unavailable when `python` cannot run, Refused when the level needs a program that is not there.
        """
        self._through = through = launch.through(level, device)
        self.lifeline, theirs = socket.socketpair()
        self._lock = threading.Lock()
        self._heard = False
        self._death: Death | None = None
        self.refusal = ""
        try:
            self._keeper = subprocess.Popen(
                [launch.python, "-I", "-S", "-X", "utf8", str(BOOT), "keeper"],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=launch.variables(device),
                cwd="/",
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            self.lifeline.close()
            reason = getattr(error, "strerror", None) or error
            raise Unavailable(_("{python} cannot be started: {reason}").format(python=launch.python, reason=reason)) from error
        finally:
            theirs.close()
        # A keeper that is gone already is told by its death.
        with contextlib.suppress(OSError):
            wire.send(self.lifeline, {"role": role, "parent": launch.folder, "through": through}, fds)

    def end(self) -> None:
        """Have everything killed; returns at once."""
        with contextlib.suppress(OSError):
            self.lifeline.shutdown(socket.SHUT_WR)

    def death(self, timeout_s: float) -> Death | None:
        """Wait for how the process ended; None when that does not become known."""
        with self._lock:
            if not self._heard:
                self.lifeline.settimeout(timeout_s)
                with contextlib.suppress(wire.Garbled, KeyError, TypeError, ValueError):
                    heard = wire.receive(self.lifeline)
                    self._heard = heard is not None
                    self._take(heard[0] if heard else {})
            return self._death

    def _take(self, message: dict[str, Any]) -> None:
        if message.get("event") == "died":
            status = int(message["status"])
            if self._through and status > SIGNALLED:
                # bubblewrap says as a shell does that a signal ended what it started.
                status = SIGNALLED - status
            self._death = Death(status, float(message["cpu_s"]), str(message["log"]))
        self.refusal = str(message.get("reason", ""))

    def close(self) -> None:
        """End it and wait until nothing is left."""
        self.end()
        try:
            self._keeper.wait(END_S)
        except subprocess.TimeoutExpired:
            self._keeper.kill()
            self._keeper.wait()
        with self._lock:
            self._heard = True
            self.lifeline.close()

"""The stage of a hostile snippet: a home with canaries, listeners, a stand-in database; and what is looked at afterwards."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import resource
import signal
import socket
import sqlite3
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.sandbox.running import descendants

if TYPE_CHECKING:
    from collections.abc import Iterator

SHARED = ("/tmp", "/dev/shm", "/var/tmp", "/run")
MARKS = ("pwned", "ft-", "evil")
"""What the snippets call the files that they leave."""
HEARD = (signal.SIGTERM, signal.SIGUSR1, signal.SIGHUP)


@dataclass
class Stage:
    """Everything that a snippet could reach and must not."""

    base: Path
    secret: str
    hits: list[str] = field(default_factory=list)
    """What listeners heard."""
    signals: list[int] = field(default_factory=list)
    sockets: dict[str, socket.socket] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        return self.base / "home" / "alice"

    def set(self) -> None:
        """Build it."""
        (self.home / ".ssh").mkdir(parents=True)
        (self.base / "outside").mkdir()
        for name in (".ssh/id_ed25519", "canary.txt", ".bashrc", ".ssh/authorized_keys", "deck.md"):
            (self.home / name).write_text(self.secret)
        with contextlib.closing(sqlite3.connect(self.home / "reviews.sqlite")) as database:
            database.execute("create table r(x)")
            database.execute("insert into r values (?)", (self.secret,))
            database.commit()
        os.environ.update(HOME=str(self.home), OPENAI_API_KEY=self.secret, FT_SECRET=self.secret)
        for number in HEARD:
            signal.signal(number, lambda got, _frame: self.signals.append(got))
        self._listen("tcp", socket.socket(), ("127.0.0.1", 0))
        self._listen("udp", socket.socket(type=socket.SOCK_DGRAM), ("127.0.0.1", 0))
        self._listen("unix", socket.socket(socket.AF_UNIX), str(self.base / "s.sock"))
        self._listen("dgram", socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM), str(self.base / "d.sock"))
        self._listen("abstract", socket.socket(socket.AF_UNIX), f"\0ft-abs-{os.getpid()}")

    def _listen(self, name: str, listener: socket.socket, address: object) -> None:
        listener.bind(address)  # type: ignore[arg-type]
        if isinstance(address, str) and address.startswith("/"):
            # Whoever is kept out is kept out by the walls.
            os.chmod(address, 0o777)
        self.sockets[name] = listener
        if listener.type == socket.SOCK_STREAM:
            listener.listen(8)

        def hear() -> None:
            while True:
                try:
                    said = listener.accept()[1] if listener.type == socket.SOCK_STREAM else listener.recv(100)
                except OSError:
                    return
                self.hits.append(f"{name}: {said!r}")

        threading.Thread(target=hear, daemon=True).start()

    def filled(self, code: str, template: int) -> str:
        """A snippet with its placeholders filled in."""
        places = {
            "HOME": self.home, "OUT": self.base / "outside", "DB": self.home / "reviews.sqlite", "DECK": self.home / "deck.md",
            "TCP": self.sockets["tcp"].getsockname()[1], "UDP": self.sockets["udp"].getsockname()[1], "UNIX": self.base / "s.sock", "DGRAM": self.base / "d.sock",
            "ABSTRACT": f"ft-abs-{os.getpid()}", "HOSTPID": os.getpid(), "TPID": template,
        }  # fmt: skip
        for name, value in places.items():
            code = code.replace(f"@{name}@", str(value))
        return code

    def seen(self) -> dict[str, object]:
        """What must be the same after a snippet as before."""
        return {
            "files of the host": self._digest(),
            "temporary folders": sorted(name for name in _shared_names() if name.startswith(MARKS)),
            "System V objects": [len(Path(f"/proc/sysvipc/{kind}").read_text().splitlines()) for kind in ("shm", "sem", "msg")],
            "what listeners heard": list(self.hits),
            "signals to the trainer": list(self.signals),
            "processes": sorted(pid for pid in descendants(os.getpid())),
            "folders of runs": sorted(path.name for path in (self.base / "runs").glob("*/*")),
            "descriptors of the trainer": len(os.listdir("/proc/self/fd")),
            "priority, limits and cores of the trainer": [
                os.getpriority(os.PRIO_PROCESS, 0), os.sched_getscheduler(0), os.sched_getaffinity(0),
                *map(resource.getrlimit, (resource.RLIMIT_NOFILE, resource.RLIMIT_CPU, resource.RLIMIT_AS)),
            ],
        }

    def _digest(self) -> str:
        digest = hashlib.sha256()
        # Not where runs have their folders: those come and go.
        for path in sorted([*(self.base / "home").rglob("*"), *(self.base / "outside").rglob("*"), *self.base.glob("*.sock")]):
            known = path.lstat()
            times = known.st_mtime_ns if path.is_file() else 0
            digest.update(repr((str(path), known.st_mode, known.st_uid, known.st_size, times)).encode())
            if path.is_file() and not path.is_symlink():
                digest.update(path.read_bytes())
        return digest.hexdigest()


def _shared_names() -> Iterator[str]:
    for folder in SHARED:
        with contextlib.suppress(OSError):
            yield from os.listdir(folder)


def told(stdout: str) -> Iterator[tuple[str, bool]]:
    """The reports of a snippet, and whether each says that it got out."""
    for line in stdout.splitlines():
        with contextlib.suppress(ValueError, RecursionError):
            report = json.loads(line)
            if isinstance(report, dict):
                yield line[:300], bool(report.get("escaped"))

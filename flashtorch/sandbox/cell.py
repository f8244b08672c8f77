"""What a run is given and how it ends; the standard library only, for the trainer's side."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may use. A cell is made with its limits and cannot change them."""

    wall_s: float = 10.0
    cpu_s: int = 12
    memory_mb: int = 2048
    """Beyond what the process holds once torch is imported; enforced on the CPU only."""
    file_mb: int = 64
    disk_mb: int = 128
    """Of all its files together."""
    files: int = 256
    """Open at a time."""
    output_kb: int = 64
    """Of stdout and of stderr each, kept; what comes after is cut, and far beyond it the run is killed."""
    reply_mb: int = 16
    processes: bool = False
    """Whether the run may start processes (`needs=processes`)."""
    device: str = "cpu"


class Ending(StrEnum):
    """How a run ended: every way has its own name."""

    REPLIED = "replied"
    """A whole reply frame arrived."""
    EXITED = "exited"
    """The process ended by itself before a reply."""
    SIGNALLED = "signalled"
    """The process was killed by a signal that we did not send."""
    WALL = "wall"
    CPU = "cpu"
    MEMORY = "memory"
    DISK = "disk"
    """Its files grew beyond what they may hold together."""
    TASKS = "tasks"
    """It started far more threads or processes than any work needs."""
    OUTPUT = "output"
    """It wrote far more than the output cap."""
    REPLY_TOO_BIG = "reply-too-big"
    GARBLED = "garbled"
    """It closed its channel, broke its reply off, or sent more than one: its own doing, which it would do again."""
    CANCELLED = "cancelled"
    LOST = "lost"
    """The worker died through no fault that can be named; may be tried once more."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is known of one run."""

    ending: Ending
    reply: bytes = b""
    """The payload of the reply frame when `ending` is REPLIED, else empty. Not to be believed: check every length in it."""
    stdout: str = ""
    """Cleaned for a terminal: no escapes, no control characters but tab and line end, capped."""
    stderr: str = ""
    exit: int | None = None
    """The exit status, or the negative signal number."""
    wall_ms: float = 0.0
    level: str = "D"
    """The sandbox level it ran at."""


class Cell(Protocol):
    """A prepared, sealed process that waits for one payload."""

    def run(self, payload: bytes) -> Outcome:
        """Run the entry on `payload` and wait for how it ended; once only. Never raises for anything the run does."""

    def cancel(self) -> None:
        """End the run, or the waiting cell, from any thread; at any time, more than once."""

    def close(self) -> None:
        """Give the cell back: kills the whole tree and frees descriptors. `run` does not do this, for a paused cell is killed
        only after its verdict is shown."""


@dataclass(frozen=True, slots=True)
class Report:
    """What the sandbox found out about this machine at its start."""

    level: str
    torch: str
    python: str
    devices: tuple[str, ...]
    start_ms: float
    tried: tuple[tuple[str, str], ...] = ()
    """The better levels that were tried here, and why each does not hold."""


class Unavailable(Exception):
    """No code can be run here (torch missing or failing to import, the template dies); the text says why in one line."""

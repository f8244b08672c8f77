"""Cells in processes of their own: exec'd, warmed on their device, used once. For GPUs, and where no template can fork."""

from __future__ import annotations

import contextlib
from dataclasses import asdict
from typing import TYPE_CHECKING

from flashtorch.sandbox import wire
from flashtorch.sandbox.conversation import open_ends
from flashtorch.sandbox.kept import Death, Kept, Launch
from flashtorch.sandbox.wired import WiredCell

if TYPE_CHECKING:
    from flashtorch.sandbox.cell import Limits
    from flashtorch.sandbox.entry import Entry


class SpawnedCell(WiredCell):
    """A fresh interpreter behind a keeper of its own; it becomes ready seconds after it is made."""

    ready_s = 180.0

    def __init__(self, launch: Launch, entry: Entry, limits: Limits, rehearse: bool, level: str) -> None:
        """Start it; returns at once. Raises Unavailable when the interpreter cannot be started."""
        ends, theirs = open_ends()
        try:
            self._kept = Kept(launch, "alone", limits.device, theirs, level)
        except BaseException:
            ends.close()
            raise
        finally:
            wire.close(theirs)
        task = {"entry": entry.name, "room": entry.room, "limits": asdict(limits), "rehearse": rehearse}
        with contextlib.suppress(OSError):
            wire.send(ends.job, launch.config(level) | task)
        super().__init__(ends, self._kept.lifeline.fileno(), limits, level)

    def _kill(self) -> None:
        self._kept.end()

    def _death(self, timeout_s: float) -> Death | None:
        return self._kept.death(timeout_s)

    def _release(self) -> None:
        self._kept.close()

"""Entries: modules with a `main(payload: bytes) -> bytes` that the trainer names and a cell runs."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from flashtorch.sandbox.inside.boot import admit

if TYPE_CHECKING:
    from types import ModuleType


def load(entry: str, room: str) -> ModuleType:
    """The module `entry`, whose package lies in the folder `room`; imported once in a process and known to all its forks."""
    package = entry.rpartition(".")[0]
    admit(package, room)
    return importlib.import_module(entry)

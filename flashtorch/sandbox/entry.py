"""Which code a cell runs: a module of an `inside` package, by its name and the folder it lies in."""

from __future__ import annotations

import importlib.util
import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A module with `main(payload: bytes) -> bytes`; it is never imported here."""

    name: str
    room: str
    """The folder of its package, for interpreters that do not know the package."""


def find_entry(name: str) -> Entry:
    """The entry called `name`. Raises ValueError when it is not a module of an importable `inside` package."""
    package, _dot, module = name.rpartition(".")
    if package.rpartition(".")[2] != "inside" or not module.isidentifier():
        raise ValueError(f"{name} is not a module of an `inside` package")
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ValueError(f"there is no package {package}")
    return Entry(name, os.path.realpath(next(iter(spec.submodule_search_locations))))

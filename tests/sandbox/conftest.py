"""Two interpreters to run code with: this one with the real torch, and one with a stand-in that imports at once."""

from __future__ import annotations

import sys
import venv
from typing import TYPE_CHECKING

import pytest

from flashtorch.sandbox.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

STAND_IN = """
class Anything:
    def __getattr__(self, name): return self
    def __call__(self, *args, **named): return self
    def __matmul__(self, other): return self

class version: cuda = None
__version__ = "0.stand-in"
__path__ = []
def __getattr__(name):
    if name.startswith("__"): raise AttributeError(name)
    return Anything()
"""


@pytest.fixture(scope="session")
def interpreter(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str | None], str]:
    """Makes an interpreter that knows no flashtorch and whose torch is the given source; None for no torch at all."""
    made: dict[str | None, str] = {}

    def make(torch: str | None) -> str:
        if torch not in made:
            home = tmp_path_factory.mktemp("interpreter")
            venv.create(home, symlinks=True)
            if torch is not None:
                (home / f"lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages/torch.py").write_text(torch)
            made[torch] = str(home / "bin" / "python")
        return made[torch]

    return make


@pytest.fixture(scope="session")
def stand_in(interpreter: Callable[[str | None], str]) -> str:
    """An interpreter that is warm in a moment, for tests of processes and not of torch."""
    return interpreter(STAND_IN)


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the shared sandbox makes its folders."""
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="session")
def sandbox(runs: Path) -> Iterator[Sandbox]:
    """With the real torch, shared by all tests that leave it whole."""
    with Sandbox(folder=runs) as started:
        yield started


@pytest.fixture
def light(stand_in: str, tmp_path: Path) -> Iterator[Sandbox]:
    """With the stand-in, for one test that may break it."""
    with Sandbox(stand_in, folder=tmp_path) as started:
        yield started

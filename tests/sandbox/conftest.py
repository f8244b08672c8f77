"""Two interpreters to run code with: this one with the real torch, and one with a stand-in that imports at once."""

from __future__ import annotations

import contextlib
import os
import sys
import venv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flashtorch.sandbox.cell import Unavailable
from flashtorch.sandbox.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOM = Path(__file__).parent / "inside"

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
            # At level A root is somebody else inside.
            home.chmod(0o755)
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
    """With the real torch and without walls, shared by all tests that leave it whole."""
    with Sandbox(folder=runs, levels=["D"], rooms=[ROOM]) as started:
        yield started


@pytest.fixture(scope="session")
def at_level(runs: Path) -> Iterator[Callable[[str], Sandbox]]:
    """The sandbox with the real torch at a level, started when it is first asked for; skips where the level does not hold."""
    with contextlib.ExitStack() as open_ones:
        started: dict[str, Sandbox] = {}

        def at(level: str) -> Sandbox:
            if level not in started:
                started[level] = open_ones.enter_context(Sandbox(folder=runs, levels=[level], rooms=[ROOM], environment=os.environ))
            try:
                assert started[level].report().level == level
            except Unavailable as why:
                pytest.skip(f"level {level} does not hold here: {why}")
            return started[level]

        yield at


@pytest.fixture
def light(stand_in: str, tmp_path: Path) -> Iterator[Sandbox]:
    """With the stand-in and without walls, for one test that may break it."""
    with Sandbox(stand_in, folder=tmp_path, levels=["D"], rooms=[ROOM]) as started:
        yield started

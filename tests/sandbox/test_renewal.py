"""A template that has forked often is replaced by another, and nobody waits for it; what it could not keep is kept for it."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flashtorch.sandbox import forked
from flashtorch.sandbox.cell import Unavailable
from flashtorch.sandbox.sandbox import Sandbox
from tests.sandbox.conftest import ROOM, STAND_IN
from tests.sandbox.running import ENTRY, QUICK, WAIT_S, Watch, descendants, replied, run

if TYPE_CHECKING:
    from collections.abc import Callable

PARENT = "import os; reply = os.getppid()"


def test_a_worn_template_is_replaced_while_its_cells_live_on(light: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forked, "WORN_AFTER", 3)
    old = light.prepare(ENTRY, QUICK, rehearse=False)
    old.wait()
    first = int(replied(run(light, PARENT)))
    watch = Watch([first])
    until = time.monotonic() + WAIT_S
    while (now := int(replied(run(light, PARENT)))) == first and time.monotonic() < until:
        time.sleep(0.01)
    assert now != first
    # The waiting cell belongs to the old one, which stays until that is gone.
    assert int(replied(old.run(PARENT.encode()))) == first
    old.close()
    monkeypatch.setattr(forked, "WORN_AFTER", 10_000)
    while time.monotonic() < until and first in descendants(os.getpid()):
        run(light, "reply = 1")
    assert watch.ended() == {first}


def test_behind_a_read_only_root_torch_is_compiled_for_the_next_start(interpreter: Callable[[str | None], str], tmp_path: Path) -> None:
    python = interpreter(STAND_IN + "\n# compiled\n")
    (site,) = (Path(python).parents[1] / "lib").glob("python*/site-packages")
    with Sandbox(python, folder=tmp_path, levels=["A"], rooms=[ROOM]) as sandbox:
        try:
            sandbox.report()
        except Unavailable as why:
            pytest.skip(f"level A does not hold here: {why}")
        until = time.monotonic() + WAIT_S
        while not list(site.glob("__pycache__/torch.*.pyc")) and time.monotonic() < until:
            time.sleep(0.01)
        assert list(site.glob("__pycache__/torch.*.pyc"))
    assert not list(tmp_path.iterdir())

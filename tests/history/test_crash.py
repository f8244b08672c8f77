"""SIGKILL at any moment loses no acknowledged answer."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.house.sources import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def test_a_hundred_kills_lose_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.history.crash", str(tmp_path), "100", "7"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.stderr == ""
    found = json.loads(done.stdout)
    assert found.pop("acknowledged") > 200
    assert found == {"rounds": 100, "lost": [], "damaged": [], "wrong": []}

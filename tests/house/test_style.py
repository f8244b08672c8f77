"""Types and lints: the whole package and its tests, as `mypy` and `ruff check` see them."""

from __future__ import annotations

import subprocess
import sys

from tests.house.sources import ROOT


def test_types_are_complete() -> None:
    done = subprocess.run([sys.executable, "-m", "mypy"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_to_tidy() -> None:
    done = subprocess.run([sys.executable, "-m", "ruff", "check"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr

"""Programs that try to get out, at level A and at level C, as root and as somebody else: nothing happens.

The two levels of one user are played at the same time, in processes of their own; each snippet of each is a test here. Those of
`further.json` that are not quick are played with FLASHTORCH_LONG_TESTS=1.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.hostile.play import chosen

LEVELS = ("A", "C")
USERS = ("root", "user")
SOMEBODY = 23456
ROOT = Path(__file__).parents[2]
EVERYTHING = "FLASHTORCH_LONG_TESTS" in os.environ
PATIENCE_S = 1200 if EVERYTHING else 300


def command(user: str) -> list[str]:
    """What to put before a program so that `user` runs it. Raises LookupError where that cannot be."""
    if user == "root" and os.geteuid():
        raise LookupError("only root can run as root")
    if user == "user" and not os.geteuid():
        return [sys.executable, "-m", "tests.sandbox.as_user", str(SOMEBODY)]
    return []


@cache
def played(user: str) -> dict[str, dict[str, Any]]:
    """What became of each snippet at each level, by level and name."""
    lines = [*command(user), sys.executable, "-m", "tests.sandbox.hostile"]
    rest = ["all"] if EVERYTHING else []
    runs = {level: subprocess.Popen([*lines, level, *rest], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for level in LEVELS}
    found: dict[str, dict[str, Any]] = {}
    for level, run in runs.items():
        out, err = run.communicate(timeout=PATIENCE_S)
        told = [json.loads(line) for line in out.splitlines()]
        found[level] = {each.get("name", "unavailable"): each for each in told}
        if run.returncode:
            found[level]["died"] = {"how": err.decode()[-2000:]}
    return found


@pytest.mark.parametrize("name", [snippet["name"] for snippet in chosen(EVERYTHING)])
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("user", USERS)
def test_it_is_contained(user: str, level: str, name: str) -> None:
    try:
        found = played(user)[level]
    except LookupError as why:
        pytest.skip(f"not run as {user}: {why}")
    if "unavailable" in found and name not in found:
        pytest.skip(f"not run at level {level}: {found['unavailable']}")
    assert name in found, found["died"]["how"]
    if found[name]["not_run"]:
        pytest.skip(f"not run: {found[name]['not_run']}")
    assert not found[name]["wrong"], found[name]

"""`--require-level`: nothing runs where less holds than the level that is asked for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from flashtorch.sandbox.cell import Unavailable
from flashtorch.sandbox.levels import LEVELS, NAMES, REQUIRABLE, candidates, named, satisfies
from flashtorch.sandbox.sandbox import Sandbox

ROOT = Path(__file__).parents[2]


def flashtorch(home: Path, *arguments: str, said: str = "") -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "FLASHTORCH_HOME": str(home), "LANGUAGE": "en"}
    return subprocess.run([sys.executable, "-m", "flashtorch", *arguments], input=said, env=env, cwd=ROOT, capture_output=True, encoding="utf-8")


def test_a_level_is_as_good_as_those_below_it() -> None:
    assert [level.name for level in LEVELS] == ["A", "B", "C", "M", "D"]
    for required in REQUIRABLE:
        assert satisfies("A", required)
        assert not satisfies("D", required)
    assert satisfies("M", "C")
    assert all(satisfies(name, "") for name in NAMES)
    assert not named("D").holds


def test_the_best_level_is_tried_first() -> None:
    assert candidates("linux") == ("A", "B", "C", "D")
    assert candidates("darwin") == ("M", "D")
    assert candidates("win32") == ("D",)


def test_what_does_not_hold_is_refused(tmp_path: Path) -> None:
    """Where only limits could be had, a demand leaves nothing to run with."""
    with Sandbox("/bin/false", folder=tmp_path, require="A") as sandbox, pytest.raises(Unavailable):
        sandbox.report()


def test_grade_tells_the_level_that_it_ran_at(tmp_path: Path) -> None:
    ran = flashtorch(tmp_path, "grade", "first-steps/mend", "--json", "--require-level", "C", said="x")
    told = json.loads(ran.stdout)
    if told["verdict"] == "unavailable":
        assert "level C is required" in told["finding"]
        assert ran.returncode == 2
    else:
        assert told["sandbox"] in ("A", "B", "C", "M")


@pytest.mark.parametrize("arguments", [("grade", "first-steps/mend"), ("deck", "check", "decks/first-steps"), ("--plain",)])
def test_no_command_runs_below_it(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """An interpreter that dies holds at no level: every command says so in one line, and ends with 2."""
    (tmp_path / "settings.toml").write_text('grader_python = "/bin/false"\n')
    ran = flashtorch(tmp_path, *arguments, "--require-level", "A", said="x")
    assert ran.returncode == 2, ran
    assert "Traceback" not in ran.stderr
    assert "dies at its start" in ran.stderr + ran.stdout


def test_the_setting_is_one_of_the_levels(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('required_level = "D"\n')
    ran = flashtorch(tmp_path, "grade", "first-steps/mend", said="x")
    assert ran.returncode == 2
    assert "required_level" in ran.stderr

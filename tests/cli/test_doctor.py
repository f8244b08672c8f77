"""`flashtorch doctor`: what is in order is said so, what is not has a cross, an advice and exit 1."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from flashtorch.cli import checkup, doctor
from flashtorch.cli.checkup import Health
from flashtorch.cli.checkup_history import history
from flashtorch.cli.main import main
from flashtorch.history.backup import keep
from flashtorch.history.copies import Why
from flashtorch.paths import Paths
from flashtorch.scheduling.moment import DAY_US, Moment
from tests.history.people import START, Learner

ROOT = Path(__file__).resolve().parents[2]


def examined(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "TMPDIR")}
    done = subprocess.run(
        [sys.executable, "-m", "flashtorch", "doctor", *arguments],
        env={**kept, "FLASHTORCH_HOME": str(home), "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT), **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stderr == ""
    return done


def checks(done: subprocess.CompletedProcess[str]) -> dict[str, dict[str, Any]]:
    report = json.loads(done.stdout)
    assert report["ok"] == all(check["state"] != "wrong" for check in report["checks"])
    assert done.returncode == (0 if report["ok"] else 1)
    return {check["check"]: check for check in report["checks"]}


def test_a_torch_that_takes_its_time_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On stderr, and only while it is waited for."""
    monkeypatch.setenv("FLASHTORCH_HOME", str(tmp_path))
    monkeypatch.setattr(doctor, "SLOW_S", 0.02)
    with pytest.raises(SystemExit):
        main(["doctor", "--json"])
    said = capsys.readouterr()
    assert json.loads(said.out)["checks"]
    assert said.err == "torch is still being imported; it may take some minutes the first time\n"


@pytest.fixture
def learner(tmp_path: Path) -> Learner:
    learner = Learner(tmp_path / "home" / "history.db")
    for number in range(200):
        learner.rates(3, f"d/c{number}")
    learner.history.close()
    return learner


def states(learner: Learner, *, rebuild: bool = False, days: int = 0) -> dict[str, checkup.Finding]:
    found = history(Paths(learner.path.parent), Moment(START.at_us + days * DAY_US), rebuild=rebuild)
    return {finding.check: finding for finding in found}


def test_a_new_home_is_in_order_and_nothing_is_made_but_the_cache(tmp_path: Path) -> None:
    done = examined(tmp_path / "home")
    assert done.returncode == 0, done.stdout
    lines = [line for line in done.stdout.splitlines() if not line.startswith(" ")]
    assert lines[-1] == "Everything is in order."
    assert all(line.startswith(("✓ ok  ", "· notice  ")) for line in lines[:-1])
    said = {line.split("  ")[1].split(":")[0] for line in lines[:-1]}
    assert {"program", "folder", "settings", "language", "terminal", "history", "decks", "torch", "sandbox", "run folders"} <= said
    assert not (tmp_path / "home" / "history.db").exists()


def test_what_is_wrong_has_a_cross_and_exit_1(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "settings.toml").write_text("new_per_dya = 3\n", encoding="utf-8")
    (home / "history.db").write_bytes(b"no history" * 1000)
    (home / "trust.json").write_text("[]", encoding="utf-8")
    (tmp_path / "bad.md").write_text("---\ndeck: bad\n---\n\n# A\n<!-- card: a -->\n\nText\n", encoding="utf-8")
    (home / "decks.txt").write_text(f"{tmp_path / 'bad.md'}\n", encoding="utf-8")
    found = checks(examined(home, "--json", LANG="C", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0"))
    assert {name for name, check in found.items() if check["state"] == "wrong"} == {"settings", "history", "decks", "trust"}
    assert "new_per_day" in found["settings"]["advice"]
    assert str(home / "history.db") in found["history"]["said"]
    assert f"{tmp_path / 'bad.md'}:6" in found["decks"]["said"]
    assert found["torch"]["state"] == "ok"


def test_without_a_torch_that_works_it_says_why(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "settings.toml").write_text('grader_python = "/no/python"\n', encoding="utf-8")
    found = checks(examined(tmp_path / "home", "--json"))
    assert found["torch"]["state"] == "wrong"
    assert found["torch"]["said"]
    assert "rated by yourself" in found["torch"]["advice"]


def test_folders_of_killed_runs_are_told(tmp_path: Path) -> None:
    (tmp_path / "tmp" / "flashtorch-run-old").mkdir(parents=True)
    found = checks(examined(tmp_path / "home", "--json", TMPDIR=str(tmp_path / "tmp")))
    assert found["run-folders"]["said"].startswith("1 folder")
    assert list((tmp_path / "tmp").iterdir()) == []


def test_states_are_compared_with_the_log_and_put_right(learner: Learner) -> None:
    assert states(learner)["states"].health is Health.FINE
    assert states(learner)["history"].said.startswith("200 events")
    with closing(sqlite3.connect(learner.path, isolation_level=None)) as database:
        database.execute("UPDATE card_state SET stability = 1 WHERE card = 'd/c1'")
        database.execute("DELETE FROM card_state WHERE card = 'd/c2'")
    found = states(learner)["states"]
    assert (found.health, found.advice) == (Health.WRONG, "Put them right: flashtorch doctor --rebuild")
    assert "2 states" in found.said
    assert "(d/c1, d/c2)" in found.said
    assert "2 states were put right" in states(learner, rebuild=True)["states"].said
    assert states(learner)["states"].health is Health.FINE


def test_damage_is_found_where_no_card_has_met_it_yet(learner: Learner) -> None:
    content = bytearray(learner.path.read_bytes())
    content[-4096:] = b"\x5a" * 4096
    learner.path.write_bytes(content)
    assert states(learner)["history"].health is Health.WRONG


def test_backups_that_stopped_are_wrong(learner: Learner) -> None:
    assert states(learner)["backups"].health is Health.NOTE
    keep(learner.path, learner.path.parent / "backups", START.at_us, Why.ROUTINE)
    assert states(learner, days=60)["backups"].health is Health.FINE
    learner.history = learner.opened()
    learner.go(60)
    learner.rates(3)
    learner.history.close()
    assert states(learner, days=1)["backups"].health is Health.FINE
    assert states(learner, days=60)["backups"].health is Health.WRONG


def test_a_folder_that_cannot_be_written_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    (found,) = checkup.folder(Paths(tmp_path / "home"))
    assert found.health is Health.WRONG
    assert str(tmp_path / "home") in found.said

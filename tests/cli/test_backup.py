"""`flashtorch backup`: what people and scripts see."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flashtorch.history.backup import back_up
from flashtorch.history.readonly import looking
from tests.history.people import Learner
from tests.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "flashtorch")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    learner = Learner(tmp_path / "home" / "history.db")
    learner.rates(3)
    learner.history.close()
    return tmp_path / "home"


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "TMPDIR")}
    return {**kept, "FLASHTORCH_HOME": str(home), "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)}


def said(home: Path, *arguments: str | Path) -> tuple[int, str, str]:
    command: Sequence[str | Path] = [*COMMAND, "backup", *arguments]
    done = subprocess.run(command, env=environment(home), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


def test_a_backup_is_made_listed_and_restored(home: Path) -> None:
    code, out, err = said(home, "--json")
    assert (code, err) == (0, "")
    made = Path(json.loads(out)["path"])
    assert made.parent == home / "backups"
    _, out, _ = said(home, "list", "--json")
    (listed,) = json.loads(out)
    assert (listed["name"], listed["path"], listed["bytes"], listed["why"]) == (made.name, str(made), made.stat().st_size, "by-hand")
    assert listed["at"].endswith("+00:00")
    _, out, _ = said(home, "list")
    assert out.startswith(made.name)
    assert out.rstrip().endswith("by hand")

    code, out, err = said(home, "restore", made.name)
    assert (code, out) == (2, "")
    assert f"flashtorch backup restore --yes {made.name}" in err
    code, out, err = said(home, "restore", "--yes", made.name)
    assert (code, err) == (0, "")
    assert "before-restore.db" in out
    assert len(json.loads(said(home, "list", "--json")[1])) == 2
    _, out, _ = said(home, "restore", "--yes", "--json", made.name)
    assert json.loads(out)["history"] == str(home / "history.db")


def test_a_backup_elsewhere_takes_the_place_of_an_older_one_only(home: Path, tmp_path: Path) -> None:
    to = tmp_path / "copy.db"
    for _ in range(2):
        code, out, err = said(home, "--to", to)
        assert (code, err) == (0, "")
        assert str(to) in out
    (tmp_path / "letter.txt").write_text("Dear", encoding="utf-8")
    for refused in (tmp_path / "letter.txt", tmp_path, home / "history.db"):
        code, out, err = said(home, "--to", refused)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert str(refused) in err
    assert (tmp_path / "letter.txt").read_text(encoding="utf-8") == "Dear"
    code, _, err = said(home, "restore", "--yes", to)
    assert (code, err) == (0, "")


def test_without_a_history_or_backup_one_line_says_so(tmp_path: Path) -> None:
    code, out, err = said(tmp_path / "new")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "no history yet" in err
    code, out, err = said(tmp_path / "new", "list")
    assert (code, err) == (0, "")
    assert "no backup yet" in out
    assert said(tmp_path / "new", "list", "--json")[1].strip() == "[]"
    assert not (tmp_path / "new" / "history.db").exists()


@pytest.mark.parametrize("answer", ["y", "n"])
def test_a_person_is_asked(home: Path, tmp_path: Path, answer: str) -> None:
    back_up(home / "history.db", tmp_path / "copy.db")
    with Terminal([*COMMAND, "backup", "restore", tmp_path / "copy.db"], environment(home), tmp_path, columns=200) as terminal:
        terminal.wait_for("What is there now is kept aside.")
        terminal.send(f"{answer}\r")
        assert terminal.wait_end() == (0 if answer == "y" else 1)
        assert ("The history is that of" if answer == "y" else "Nothing was changed.") in terminal.screen()


def test_a_sitting_ends_with_the_backup_of_the_day(home: Path, tmp_path: Path) -> None:
    (tmp_path / "d.md").write_text("---\ndeck: d\n---\n\n# A\n<!-- card: z -->\n\n```text answer\nyes\n```\n", encoding="utf-8")
    for _ in range(2):
        done = subprocess.run(
            [*COMMAND, "--jsonl", tmp_path / "d.md"], env=environment(home), input='{"do":"answer","answer":"yes"}\n{"do":"rate","rating":4}\n',
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0
        (made,) = json.loads(said(home, "list", "--json")[1])
        assert made["why"] == "routine"
    with looking(Path(made["path"])) as database:
        assert database.execute("SELECT count(*) FROM events").fetchone() == (2,)

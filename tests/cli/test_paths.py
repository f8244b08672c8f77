"""`flashtorch paths` and `flashtorch completion`: where things are, and what a shell may know."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.history.people import Learner

ROOT = Path(__file__).resolve().parents[2]
DECK = """---
deck: {name}
---

# One
<!-- card: one -->

<details><summary>Answer</summary>

That.

</details>
"""


def said(home: Path, *arguments: str | Path, **environment: str) -> str:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "TMPDIR")}
    done = subprocess.run(
        [sys.executable, "-m", "flashtorch", *arguments],
        env={**kept, "FLASHTORCH_HOME": str(home), "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT), **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout


def completed(home: Path, line: str) -> list[str]:
    """What bash is offered at the end of the line, a word each."""
    words = line.split(" ")
    out = said(home, _FLASHTORCH_COMPLETE="bash_complete", COMP_WORDS=" ".join(["flashtorch", *words]), COMP_CWORD=str(len(words)))
    return [item.partition(",")[2] for item in out.splitlines() if item.startswith("plain,")]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Two decks of one's own, in the cache."""
    home = tmp_path / "home"
    home.mkdir()
    for name in ("alpha", "alpine"):
        (tmp_path / f"{name}.md").write_text(DECK.format(name=name), encoding="utf-8")
    (home / "decks.txt").write_text(f"{tmp_path / 'alpha.md'}\n{tmp_path / 'alpine.md'}\n", encoding="utf-8")
    said(home, "due")
    return home


def test_paths_are_below_one_folder_and_nothing_is_made(tmp_path: Path) -> None:
    found = json.loads(said(tmp_path / "home", "paths", "--json"))
    assert found.pop("home") == str(tmp_path / "home")
    assert {Path(path).parent for path in found.values()} == {tmp_path / "home"}
    assert found["history"].endswith("history.db")
    assert f"{tmp_path / 'home' / 'history.db'} (not there)" in said(tmp_path / "home", "paths")
    assert not (tmp_path / "home").exists()


def test_paths_are_said_even_when_the_settings_are_wrong(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("nonsense", encoding="utf-8")
    assert str(tmp_path / "settings.toml\n") in said(tmp_path, "paths")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_one_that_the_shell_reads(tmp_path: Path, shell: str) -> None:
    script = said(tmp_path, "completion", shell)
    assert f"_FLASHTORCH_COMPLETE={shell}_complete" in script
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not here")
    done = subprocess.run([shell, "-n"], input=script, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_commands_decks_and_cards_are_completed(home: Path) -> None:
    assert completed(home, "d") == ["due", "deck", "doctor"]
    assert completed(home, "study --deck al") == ["alpha", "alpine"]
    assert completed(home, "grade al") == ["alpha/", "alpine/"]
    # With one deck left, its cards follow at once.
    assert completed(home, "grade alph") == ["alpha/one"]
    assert completed(home, "deck show alpine/o") == ["alpine/one"]
    assert completed(home, "grade a*/") == []


def test_backups_are_completed(home: Path) -> None:
    learner = Learner(home / "history.db")
    learner.rates(3)
    learner.history.close()
    made = json.loads(said(home, "backup", "--json"))
    assert completed(home, "backup restore hist") == [Path(made["path"]).name]


def test_without_a_cache_nothing_is_offered_and_nothing_said(tmp_path: Path) -> None:
    assert completed(tmp_path / "none", "grade al") == []
    (tmp_path / "library.db").write_bytes(b"damaged" * 1000)
    assert completed(tmp_path, "grade al") == []

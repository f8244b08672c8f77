"""Bad days of the history's file, met by the program as it is started: one clear line, never a traceback, nothing lost unsaid."""

from __future__ import annotations

import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from flashtorch.history.backup import keep
from flashtorch.history.copies import Why
from flashtorch.history.faults import SCHEMA
from flashtorch.history.log import History
from flashtorch.history.readonly import looking
from flashtorch.scheduling.params import Params
from tests.history.people import START, Learner
from tests.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "flashtorch")
WORDS = """---
deck: words
---

# One
<!-- card: one -->

Activation?

```text answer
relu
```

# Two
<!-- card: two -->

Activation?

```text answer
relu
```
"""
ANSWERS = '{"do":"answer","answer":"relu"}\n{"do":"rate","rating":4}\n' * 2
READ_ONLY = 'mount --bind "$FLASHTORCH_HOME" "$FLASHTORCH_HOME" && mount -o remount,ro,bind "$FLASHTORCH_HOME" && exec "$@"'
FULL = """
cp "$FLASHTORCH_HOME"/*.* "$1" && mount -t tmpfs -o size=400k none "$FLASHTORCH_HOME" && cp "$1"/*.* "$FLASHTORCH_HOME" && shift &&
dd if=/dev/zero of="$FLASHTORCH_HOME"/fill bs=4k 2>/dev/null; exec "$@"
"""


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some answers, and a backup of them."""
    home = tmp_path_factory.mktemp("past")
    learner = Learner(home / "history.db")
    for number in range(200):
        learner.rates(3, f"words/gone-{number}")
    learner.history.close()
    keep(home / "history.db", home / "backups", START.at_us, Why.BY_HAND)
    return home


@pytest.fixture
def home(past: Path, tmp_path: Path) -> Path:
    return shutil.copytree(past, tmp_path / "home")


@pytest.fixture
def words(tmp_path: Path) -> Path:
    (tmp_path / "words.md").write_text(WORDS, encoding="utf-8")
    return tmp_path / "words.md"


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "TMPDIR")}
    return {**kept, "FLASHTORCH_HOME": str(home), "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)}


def run(home: Path, *arguments: str | Path, said: str = "", before: tuple[str | Path, ...] = (), limit: int = 0) -> subprocess.CompletedProcess[str]:
    limited = (lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))) if limit else None
    done = subprocess.run(
        [*before, *COMMAND, *arguments], env=environment(home), input=said, capture_output=True, text=True, timeout=120, check=False, preexec_fn=limited
    )
    assert "Traceback" not in done.stderr
    return done


def events(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def in_namespace(script: str, *more: str | Path) -> tuple[str | Path, ...]:
    """A command that runs what follows with file systems of its own."""
    if shutil.which("unshare") is None or subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode:
        pytest.skip("no mount namespace can be made here")
    return "unshare", "-rm", "sh", "-c", script, "sh", *more


def overwritten(content: bytes) -> Callable[[Path], None]:
    return lambda path: void(path.write_bytes(content))


def void(_: object) -> None: ...


def to_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


HARMS: dict[str, Callable[[Path], None]] = {
    "random": overwritten(bytes(range(256)) * 200),
    "text": overwritten("今天学了卷积。\n".encode() * 500),
    "empty": overwritten(b""),
    "truncated": lambda path: os.truncate(path, path.stat().st_size // 2),
    "first page": lambda path: os.truncate(path, 100),
    "folder": to_folder,
}


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("command", ["study", "due"])
def test_a_damaged_history_is_one_line_that_names_the_backup(home: Path, words: Path, harm: str, command: str) -> None:
    HARMS[harm](home / "history.db")
    arguments = ("--jsonl", words) if command == "study" else ("due", words)
    done = run(home, *arguments, said=ANSWERS)
    lines = [line for line in done.stderr.splitlines() if "from now on" not in line]
    assert (done.returncode, done.stdout, len(lines)) == (2, "", 1)
    assert lines[0].startswith(f"{home / 'history.db'}: ")
    if harm == "folder":
        assert "this is a folder" in lines[0]
    else:
        assert "flashtorch backup restore history-20260101T090000Z-by-hand.db" in lines[0]


def test_the_advice_works(home: Path, words: Path) -> None:
    HARMS["random"](home / "history.db")
    name = run(home, "due", words).stderr.split()[-1]
    assert run(home, "backup", "restore", "--yes", name).returncode == 0
    with looking(home / "history.db") as database:
        assert database.execute("SELECT count(*) FROM events").fetchone() == (200,)
    assert run(home, "due", words).returncode == 0


def test_a_newer_history_is_left_alone(home: Path, words: Path) -> None:
    with closing(sqlite3.connect(home / "history.db", isolation_level=None)) as database:
        database.execute(f"UPDATE meta SET value = {SCHEMA + 1} WHERE key = 'schema'")
        database.execute("PRAGMA journal_mode=DELETE")
    before = (home / "history.db").read_bytes()
    for arguments in (("--jsonl", words), ("due", words), ("backup",)):
        done = run(home, *arguments, said=ANSWERS)
        assert (done.returncode, done.stdout) == (2, "")
        assert "Update flashtorch" in done.stderr.splitlines()[-1]
    assert (home / "history.db").read_bytes() == before


def test_a_history_that_another_holds_is_one_line(home: Path, words: Path) -> None:
    with closing(sqlite3.connect(home / "history.db", isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN IMMEDIATE")
        done = run(home, "due", words)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "another program" in done.stderr


def assert_went_on(done: subprocess.CompletedProcess[str], answers: int) -> str:
    """It was said once, and in the end; what was said."""
    heard = events(done)
    (told,) = [event["message"] for event in heard if event["event"] == "error"]
    assert told.startswith("NOTHING IS KEPT from here on")
    rated = [event["kept"] for event in heard if event["event"] == "rated"]
    assert len(rated) == 2
    assert rated.count(False) == answers
    assert done.returncode == 1
    assert f"{answers} answer{'s' if answers > 1 else ''} of this sitting" in done.stderr.splitlines()[-1]
    return str(told)


def test_a_read_only_folder_ends_the_keeping_and_not_the_sitting(home: Path, words: Path) -> None:
    before = (home / "history.db").read_bytes()
    done = run(home, "--jsonl", words, said=ANSWERS, before=in_namespace(READ_ONLY))
    assert "read-only" in assert_went_on(done, 2)
    assert events(done)[0]["event"] == "error"
    assert (home / "history.db").read_bytes() == before
    assert run(home, "due", words, before=in_namespace(READ_ONLY)).returncode == 0


@pytest.mark.skipif(os.getuid() == 0, reason="root writes everywhere")
def test_a_folder_without_permission_ends_the_keeping_too(home: Path, words: Path) -> None:
    home.chmod(0o555)
    try:
        assert_went_on(run(home, "--jsonl", words, said=ANSWERS), 2)
    finally:
        home.chmod(0o755)


def test_a_full_disk_ends_the_keeping_and_not_the_sitting(home: Path, words: Path, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    done = run(home, "--jsonl", words, said=ANSWERS, before=in_namespace(FULL, tmp_path / "copy"))
    assert "the disk is full" in assert_went_on(done, 2)


def test_a_file_that_may_not_grow_keeps_what_it_can(home: Path, words: Path) -> None:
    size = (home / "history.db").stat().st_size
    done = run(home, "--jsonl", words, said=ANSWERS, limit=40_000)
    assert size > 40_000
    heard = events(done)
    assert len([event for event in heard if event["event"] == "error"]) == 1
    assert [event["kept"] for event in heard if event["event"] == "rated"][-1] is False
    with closing(History.open(home / "history.db", Params())) as history:
        assert history.states() == history.replayed()


def test_on_the_line_a_person_is_told_once(home: Path, words: Path) -> None:
    done = run(home, "--plain", words, said="relu\n4\nrelu\n4\n", before=in_namespace(READ_ONLY))
    assert done.stdout.count("NOTHING IS KEPT") == 1
    assert done.returncode == 1


def test_on_the_screen_too(home: Path, words: Path, tmp_path: Path) -> None:
    with Terminal([*in_namespace(READ_ONLY), *COMMAND, words], environment(home), tmp_path, columns=120) as terminal:
        terminal.wait_for("NOTHING IS KEPT")
        terminal.send("\x1bOS")
        terminal.wait_for("4 Easy")
        terminal.send("1")
        terminal.wait_for("words/two")
        terminal.send("q")
        terminal.wait_for("q quit")
        terminal.send("q")
        assert terminal.wait_end() == 1
        assert "1 answer of this sitting is lost" in terminal.screen()


def test_a_home_that_is_deleted_in_mid_sitting_is_there_again_in_the_end(home: Path, words: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "--jsonl", words], env=environment(home), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["event"] == "question"
        shutil.rmtree(home)
        out, err = process.communicate(ANSWERS, timeout=120)
    heard = [json.loads(line) for line in out.splitlines()]
    assert next(event["message"] for event in heard if event["event"] == "error").count("moved or deleted") == 1
    assert process.returncode == 0
    assert err.splitlines()[-1].endswith("everything you answered was kept")
    with closing(History.open(home / "history.db", Params())) as history:
        assert len(history.live_events()) == 202

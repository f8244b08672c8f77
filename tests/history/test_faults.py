"""Files that are damaged, newer, somebody else's, read-only or full: one clear sentence, and nothing changes."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from flashtorch.errors import Trouble
from flashtorch.history.event import EventKind
from flashtorch.history.faults import SCHEMA
from flashtorch.history.log import Busy, History, Unwritable
from flashtorch.scheduling.params import Params
from tests.history.people import Learner


def raw(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def refused(path: Path) -> Trouble:
    with pytest.raises(Trouble) as caught:
        History.open(path, Params())
    assert str(path) in caught.value.line()
    assert "\n" not in caught.value.line()
    return caught.value


def test_a_newer_history_is_refused_and_left_alone(learner: Learner) -> None:
    learner.rates(3)
    learner.history.close()
    raw(learner.path, f"UPDATE meta SET value = '{SCHEMA + 1}' WHERE key = 'schema'")
    before = learner.path.read_bytes()
    assert "newer" in refused(learner.path).what
    assert learner.path.read_bytes() == before


@pytest.mark.parametrize("version", ["0", "-1", "one", ""])
def test_a_version_that_is_none_is_refused(learner: Learner, version: str) -> None:
    learner.history.close()
    raw(learner.path, f"UPDATE meta SET value = '{version}' WHERE key = 'schema'")
    assert "no history" in refused(learner.path).what


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    raw(path, "CREATE TABLE revlog (id INTEGER)")
    assert "no history" in refused(path).what


@pytest.mark.parametrize("content", [b"not a database, but long enough to be read as one " * 40, b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_file_that_is_no_database_is_said(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "history.db"
    path.write_bytes(content)
    assert "damaged" in refused(path).what
    assert path.read_bytes() == content


def test_an_empty_file_is_a_new_history(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    path.touch()
    learner = Learner(path)
    assert learner.rates(3).reps == 1
    learner.history.close()


def test_damage_within_the_file_is_said_when_it_is_met(learner: Learner) -> None:
    for number in range(200):
        learner.rates(3, f"d/c{number}")
    learner.history.close()
    content = bytearray(learner.path.read_bytes())
    content[8192:] = b"\x5a" * (len(content) - 8192)
    learner.path.write_bytes(content)
    with pytest.raises(Trouble, match="damaged"), closing(History.open(learner.path, Params())) as history:
        history.events()


def test_a_folder_that_cannot_be_made_is_unwritable(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert isinstance(refused(tmp_path / "file" / "history.db"), Unwritable)


def test_a_full_disk_is_unwritable_and_the_answer_is_not_half_there(learner: Learner) -> None:
    kept = learner.rates(3)
    with learner.history._database.reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(Unwritable, match="full"):
        learner.rates(3, evidence={"answer": "x" * 100_000})
    assert learner.history.state("d/a") == kept
    assert len(learner.history.events()) == 1
    with learner.history._database.reading() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    assert learner.rates(3).reps == 2


def test_a_lock_held_by_another_is_busy_and_passes(learner: Learner) -> None:
    learner.history.close()
    history = History.open(learner.path, Params(), busy_ms=20)
    other = sqlite3.connect(learner.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    event = learner.event(EventKind.REVIEW, "d/a", rating=3)
    with pytest.raises(Busy):
        history.append(event, None)
    # Reading goes on meanwhile.
    assert history.states() == {}
    other.execute("COMMIT")
    other.close()
    assert history.append(event, None).reps == 1
    history.close()


READ_ONLY = """
import os, sys
from pathlib import Path
from flashtorch.history.event import Event, EventKind
from flashtorch.history.log import History, Unwritable
from flashtorch.scheduling.params import Params
# Nobody owns the file; root would be let through.
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
try:
    history = History.open(Path(sys.argv[1]), Params())
    history.append(Event("", 0, 0, 0, "", EventKind.REVIEW, "d/a", rating=3), None)
except Unwritable as error:
    print("unwritable:", error.line())
"""


@pytest.mark.parametrize("folder_mode", [0o555, 0o777])
def test_a_read_only_history_is_unwritable(folder_mode: int) -> None:
    # Not below pytest's own folder, which other users may not enter.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        learner = Learner(folder / "history.db")
        learner.history.close()
        learner.path.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)
        folder.chmod(folder_mode)
        done = subprocess.run([sys.executable, "-c", READ_ONLY, str(learner.path)], capture_output=True, text=True, timeout=60, check=False)
        folder.chmod(0o755)
    assert done.stderr == ""
    assert done.stdout.startswith("unwritable: ")


def test_a_history_that_may_not_be_made_says_why() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o555)
        command = [sys.executable, "-c", READ_ONLY, str(folder / "history.db")]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        folder.chmod(0o755)
    assert done.stderr == ""
    assert "the history cannot be kept here (Permission denied)" in done.stdout


def test_what_is_a_bug_stays_what_it_is(learner: Learner) -> None:
    event = learner.event(EventKind.REVIEW, "d/a", rating=9)
    with pytest.raises(Exception, match="rating_is_1_to_4") as caught:
        learner.history.append(event, None)
    assert not isinstance(caught.value, Trouble)
    assert learner.history.events() == []
    assert os.path.exists(learner.path)

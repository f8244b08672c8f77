"""Backups: whole, checked, a few of each kind; a restored one takes the history's place and nothing is lost."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from flashtorch.errors import Trouble
from flashtorch.history.backup import EVERY_US, KEEP, back_up, keep, keep_daily
from flashtorch.history.copies import Why, copies
from flashtorch.history.faults import SCHEMA, Busy, Damaged
from flashtorch.history.log import History
from flashtorch.history.readonly import looking
from flashtorch.history.restore import find_backup, restore
from flashtorch.scheduling.moment import DAY_US
from flashtorch.scheduling.params import Params
from tests.history.people import START, Learner

if TYPE_CHECKING:
    from pathlib import Path

AT = START.at_us


@pytest.fixture
def folder(learner: Learner) -> Path:
    return learner.path.parent / "backups"


def answers(path: Path) -> int:
    with looking(path) as database:
        return int(database.execute("SELECT count(*) FROM events").fetchone()[0])


def names(folder: Path) -> list[str]:
    return [copy.name for copy in copies(folder)]


def test_a_backup_is_one_whole_file_made_while_others_write(learner: Learner, folder: Path) -> None:
    for number in range(50):
        learner.rates(3, f"d/c{number}")
    other = sqlite3.connect(learner.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("DELETE FROM card_state")
    made = keep(learner.path, folder, AT, Why.BY_HAND)
    other.execute("ROLLBACK")
    other.close()
    assert [path.name for path in folder.iterdir()] == [made.name] == ["history-20260101T090000Z-by-hand.db"]
    assert made.path.stat().st_mode & 0o077 == 0
    with closing(History.open(made.path, Params())) as copy:
        assert copy.events() == learner.history.events()
        assert copy.states() == learner.history.states() == copy.replayed()


def test_each_kind_keeps_its_newest(learner: Learner, folder: Path) -> None:
    learner.rates(3)
    by_hand = keep(learner.path, folder, AT - DAY_US, Why.BY_HAND)
    strange = folder / "history-notes.db"
    strange.touch()
    for day in range(KEEP + 3):
        keep(learner.path, folder, AT + day * DAY_US, Why.ROUTINE)
    assert names(folder) == [*(f"history-202601{day:02}T090000Z.db" for day in range(10, 3, -1)), by_hand.name]
    assert strange.exists()


def test_two_in_one_second_are_two(learner: Learner, folder: Path) -> None:
    assert keep(learner.path, folder, AT, Why.BY_HAND).path != keep(learner.path, folder, AT, Why.BY_HAND).path
    assert len(names(folder)) == 2


def test_one_a_day_and_only_when_something_happened(learner: Learner, folder: Path) -> None:
    assert keep_daily(learner.path.with_name("none.db"), folder, AT) is None
    learner.rates(3)
    assert keep_daily(learner.path, folder, AT) is not None
    learner.rates(3, "d/b")
    assert keep_daily(learner.path, folder, AT + EVERY_US - 1) is None
    assert keep_daily(learner.path, folder, AT + EVERY_US) is not None
    assert keep_daily(learner.path, folder, AT + 3 * EVERY_US) is None
    learner.rates(3, "d/c")
    assert keep_daily(learner.path, folder, AT + 3 * EVERY_US) is not None


def test_a_clock_that_was_set_back_does_not_end_the_backups(learner: Learner, folder: Path) -> None:
    learner.rates(3)
    keep(learner.path, folder, AT + 400 * DAY_US, Why.ROUTINE)
    learner.rates(3, "d/b")
    assert keep_daily(learner.path, folder, AT) is not None


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[8192:] = b"\x5a" * (len(content) - 8192)
    path.write_bytes(content)


def test_a_damaged_history_pushes_no_sound_backup_out(learner: Learner, folder: Path) -> None:
    for number in range(200):
        learner.rates(3, f"d/c{number}")
    sound = keep(learner.path, folder, AT, Why.ROUTINE)
    learner.history.close()
    damage(learner.path)
    with pytest.raises(Damaged, match=f"flashtorch backup restore {sound.name}"):
        keep_daily(learner.path, folder, AT + DAY_US)
    assert [path.name for path in folder.iterdir()] == [sound.name]


def test_where_nothing_can_be_written_nothing_is_left(learner: Learner, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Trouble, match="backup cannot be written"):
        back_up(learner.path, tmp_path / "file" / "copy.db")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "copy.db").mkdir()
    with pytest.raises(Trouble, match="backup cannot be written"):
        back_up(learner.path, tmp_path / "full" / "copy.db")
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["copy.db"]


def test_without_a_history_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="no history yet"):
        back_up(tmp_path / "history.db", tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []


def test_a_restored_backup_is_the_history_and_what_was_there_is_kept(learner: Learner, folder: Path) -> None:
    learner.rates(3)
    made = keep(learner.path, folder, AT, Why.BY_HAND)
    learner.rates(3, "d/b")
    learner.history.close()
    done = restore(find_backup(folder, made.name), learner.path, folder, AT)
    assert done.aside is not None
    assert done.aside.name == "history-20260101T090000Z-before-restore.db"
    assert [answers(path) for path in (learner.path, made.path, done.aside.path)] == [1, 1, 2]
    learner.history = learner.opened()
    assert learner.rates(3, "d/c").reps == 1
    learner.history.close()
    # And the restoration can be taken back.
    restore(find_backup(folder, done.aside.name), learner.path, folder, AT)
    assert answers(learner.path) == 2
    assert sorted(path.suffix for path in learner.path.parent.iterdir()) == ["", ".db"]


def test_a_damaged_history_is_kept_aside_with_its_log(learner: Learner, folder: Path) -> None:
    learner.rates(3)
    made = keep(learner.path, folder, AT, Why.ROUTINE)
    learner.history.close()
    learner.path.write_bytes(b"no database at all" * 1000)
    log = learner.path.with_name("history.db-wal")
    log.write_bytes(b"its log")
    done = restore(made.path, learner.path, folder, AT)
    assert done.aside is not None
    assert done.aside.path.read_bytes() == b"no database at all" * 1000
    assert done.aside.path.with_name(done.aside.name + "-wal").read_bytes() == b"its log"
    assert not log.exists()
    assert answers(learner.path) == 1


def test_a_missing_history_is_restored(learner: Learner, folder: Path) -> None:
    learner.rates(3)
    made = keep(learner.path, folder, AT, Why.ROUTINE)
    learner.history.close()
    learner.path.unlink()
    assert restore(made.path, learner.path, folder, AT).aside is None
    assert answers(learner.path) == 1


def test_while_another_has_it_open_nothing_is_restored(learner: Learner, folder: Path) -> None:
    learner.rates(3)
    made = keep(learner.path, folder, AT, Why.BY_HAND)
    with pytest.raises(Busy, match="has the history open"):
        restore(made.path, learner.path, folder, AT)
    assert names(folder) == [made.name]
    assert learner.rates(3, "d/b").reps == 1


@pytest.mark.parametrize(("harm", "said"), [("damaged", "damaged"), ("newer", "newer"), ("other", "no history"), ("empty", "no history")])
def test_what_is_no_sound_backup_is_refused(learner: Learner, folder: Path, harm: str, said: str) -> None:
    for number in range(200):
        learner.rates(3, f"d/c{number}")
    made = keep(learner.path, folder, AT, Why.BY_HAND).path
    learner.history.close()
    if harm == "damaged":
        damage(made)
    elif harm == "empty":
        made.write_bytes(b"")
    else:
        with closing(sqlite3.connect(made)) as database:
            database.execute(f"UPDATE meta SET value = {SCHEMA + 1} WHERE key = 'schema'" if harm == "newer" else "DROP TABLE meta")
            database.commit()
    before = learner.path.read_bytes()
    with pytest.raises(Trouble, match=said) as caught:
        restore(made, learner.path, folder, AT)
    assert str(made) in caught.value.line()
    assert learner.path.read_bytes() == before
    assert [path.name for path in folder.iterdir()] == [made.name]
    assert not list(learner.path.parent.glob(".*"))


def test_a_backup_is_found_by_name_or_path(learner: Learner, folder: Path, tmp_path: Path) -> None:
    made = keep(learner.path, folder, AT, Why.BY_HAND)
    back_up(learner.path, tmp_path / "elsewhere.db")
    assert find_backup(folder, made.name) == made.path
    assert find_backup(folder, str(tmp_path / "elsewhere.db")) == tmp_path / "elsewhere.db"
    with pytest.raises(Trouble, match=f"Did you mean {made.name}"):
        find_backup(folder, made.name.replace("09", "08"))
    with pytest.raises(Trouble, match="backup list"):
        find_backup(folder, "x")


def test_the_history_is_no_backup_of_itself(learner: Learner, folder: Path) -> None:
    learner.history.close()
    with pytest.raises(Trouble, match="the history itself"):
        restore(learner.path, learner.path, folder, AT)


def test_a_history_that_is_a_link_stays_one(learner: Learner, folder: Path, tmp_path: Path) -> None:
    learner.rates(3)
    made = keep(learner.path, folder, AT, Why.BY_HAND)
    learner.history.close()
    learner.path.rename(tmp_path / "elsewhere.db")
    learner.path.symlink_to(tmp_path / "elsewhere.db")
    restore(made.path, learner.path, folder, AT)
    assert learner.path.is_symlink()
    assert answers(tmp_path / "elsewhere.db") == 1

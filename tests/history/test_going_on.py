"""A history that can be read and not written: the sitting goes on in memory, says why, and keeps what it can in the end."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from flashtorch.errors import Trouble
from flashtorch.history.draft import Draft
from flashtorch.history.event import EventKind
from flashtorch.history.log import Busy, History
from flashtorch.history.readonly import looking
from flashtorch.scheduling.params import Params
from tests.history.people import Learner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Undaunted(Learner):
    """Goes on whatever happens to the file."""

    def opened(self) -> History:
        return History.open(self.path, self.params, busy_ms=20, entropy=self._chance.randbytes, goes_on=True)


@pytest.fixture
def undaunted(tmp_path: Path) -> Iterator[Undaunted]:
    learner = Undaunted(tmp_path / "home" / "history.db")
    yield learner
    learner.history.close()


def fill_the_disk(history: History) -> None:
    """As far as SQLite is concerned: the file may not grow."""
    with history._database.reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")


def kept(path: Path) -> list[str]:
    with looking(path) as database:
        return [card for (card,) in database.execute("SELECT card FROM events ORDER BY at_us, id")]


LONG = {"answer": "x" * 100_000}


def test_a_sound_file_is_written_as_ever(undaunted: Undaunted) -> None:
    undaunted.rates(3)
    assert (undaunted.history.unkept, undaunted.history.held) == (None, 0)
    assert kept(undaunted.path) == ["d/a"]


def test_a_disk_that_fills_up_ends_the_keeping_and_not_the_sitting(undaunted: Undaunted) -> None:
    first = undaunted.rates(3)
    fill_the_disk(undaunted.history)
    second = undaunted.rates(3, evidence=LONG)
    assert second.reps == 2
    assert undaunted.history.unkept is not None
    assert "full" in undaunted.history.unkept.what
    assert undaunted.history.held == 1
    undaunted.history.save_draft("d/b", Draft("half", 1))
    assert undaunted.history.draft("d/b") == Draft("half", 1)
    assert undaunted.history.undo(undaunted.now) is not None
    assert undaunted.history.state("d/a").stability == first.stability
    undaunted.history.redo(undaunted.now)
    assert undaunted.history.states() == undaunted.history.replayed() == {"d/a": undaunted.history.state("d/a")}
    assert kept(undaunted.path) == ["d/a"]


def test_what_was_held_is_kept_in_the_end_when_there_is_room_again(undaunted: Undaunted) -> None:
    undaunted.rates(3)
    fill_the_disk(undaunted.history)
    undaunted.rates(3, evidence=LONG)
    # Another window goes on meanwhile, on the same card and another: it found room.
    other = Learner(undaunted.path, seed=1)
    other.go(5)
    other.rates(1)
    other.rates(3, "d/c")
    undaunted.go(10)
    undaunted.rates(4, "d/b")
    undaunted.history.keep_late()
    assert undaunted.history.held == 0
    assert kept(undaunted.path) == ["d/a", "d/a", "d/a", "d/c", "d/b"]
    assert other.history.states() == other.history.replayed()
    assert other.history.state("d/a").reps == 3
    undaunted.history.keep_late()
    assert len(kept(undaunted.path)) == 5
    other.history.close()


def test_parameters_that_were_held_concern_every_card_in_the_end(undaunted: Undaunted) -> None:
    undaunted.rates(3)
    fill_the_disk(undaunted.history)
    undaunted.rates(3, evidence=LONG)
    weights = (0.5, 1.5, 3.0, 9.0, *Params().weights[4:])
    undaunted.history.set_params(Params(weights=weights), undaunted.now)
    undaunted.history.keep_late()
    with closing(History.open(undaunted.path, Params())) as history:
        assert history.params.weights == weights
        assert history.states() == history.replayed() == undaunted.history.states()


@pytest.mark.parametrize("how", ["deleted", "moved", "replaced"])
def test_a_file_that_goes_away_is_missed_before_the_next_answer(undaunted: Undaunted, tmp_path: Path, how: str) -> None:
    undaunted.rates(3)
    home = undaunted.path.parent
    if how == "deleted":
        shutil.rmtree(home)
    elif how == "moved":
        home.rename(tmp_path / "elsewhere")
    else:
        shutil.copy2(undaunted.path, tmp_path / "copy.db")
        (tmp_path / "copy.db").replace(undaunted.path)
    assert undaunted.rates(3).reps == 2
    assert undaunted.history.unkept is not None
    assert "moved or deleted" in undaunted.history.unkept.what
    if how != "replaced":
        undaunted.history.keep_late()
        assert kept(undaunted.path) == ["d/a", "d/a"]
        with closing(History.open(undaunted.path, Params())) as again:
            assert again.device_id == undaunted.history.device_id
            assert again.states() == undaunted.history.states()


def test_without_going_on_it_is_unwritable(learner: Learner) -> None:
    learner.rates(3)
    shutil.rmtree(learner.path.parent)
    with pytest.raises(Trouble, match="moved or deleted"):
        learner.rates(3)


def test_a_folder_that_cannot_be_made_is_a_new_history_in_memory(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    learner = Undaunted(tmp_path / "file" / "history.db")
    assert learner.history.unkept is not None
    assert learner.rates(3).reps == 1
    assert learner.history.held == 1
    with pytest.raises(Trouble):
        learner.history.keep_late()
    assert learner.history.held == 1
    assert learner.history.state("d/a").reps == 1
    learner.history.close()


def test_a_lock_held_by_another_passes_and_is_no_reason(undaunted: Undaunted) -> None:
    with closing(sqlite3.connect(undaunted.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Busy):
            undaunted.rates(3)
        undaunted.restart()
        other.execute("COMMIT")
    assert undaunted.history.unkept is None
    assert undaunted.rates(3).reps == 1
    assert undaunted.history.unkept is None


def test_what_cannot_even_be_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(Trouble, match="damaged"):
        History.open(path, Params(), goes_on=True)
    path.unlink()
    path.mkdir()
    with pytest.raises(Trouble, match="folder"):
        History.open(path, Params(), goes_on=True)


def test_an_error_of_ours_is_no_reason_either(undaunted: Undaunted) -> None:
    with pytest.raises(Exception, match="rating_is_1_to_4"):
        undaunted.history.append(undaunted.event(EventKind.REVIEW, "d/a", rating=9), None)
    assert undaunted.history.unkept is None

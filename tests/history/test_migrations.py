"""An older history becomes one of today, as a whole, with a copy kept; held to a version that is made up here."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
import sqlalchemy

from flashtorch.errors import Trouble
from flashtorch.history import faults
from flashtorch.history.copies import Why, copies
from flashtorch.history.log import History
from flashtorch.history.migrations.steps import STEPS
from flashtorch.history.readonly import looking
from flashtorch.scheduling.params import Params

if TYPE_CHECKING:
    from pathlib import Path

    from alembic.operations import Operations

    from tests.history.people import Learner

NEXT = faults.SCHEMA + 1


def adds_a_column_and_a_table(operations: Operations) -> None:
    """What SQLite does in place, and what it does by a new table."""
    strict = {"sqlite_strict": True, "sqlite_with_rowid": False}
    operations.create_table("remarks", sqlalchemy.Column("card", sqlalchemy.Text, primary_key=True), **strict)
    with operations.batch_alter_table("events", recreate="always", table_kwargs=strict) as events:
        events.add_column(sqlalchemy.Column("mood", sqlalchemy.Text, nullable=False, server_default="fine"))


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program of the next version."""
    monkeypatch.setattr(faults, "SCHEMA", NEXT)
    monkeypatch.setitem(STEPS, NEXT, adds_a_column_and_a_table)


def past(learner: Learner) -> None:
    for number in range(30):
        learner.go(60)
        learner.rates(1 + number % 4, f"d/c{number % 5}")
    learner.history.undo(learner.now)


def raw(path: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        return database.execute(statement).fetchall()


def version(path: Path) -> int:
    return int(str(raw(path, "SELECT value FROM meta WHERE key = 'schema'")[0][0]))


def test_every_version_has_its_step() -> None:
    assert sorted(STEPS) == list(range(2, faults.SCHEMA + 1))


def test_an_older_history_is_copied_and_brought_up_to_date(learner: Learner, request: pytest.FixtureRequest) -> None:
    past(learner)
    events, states = learner.history.events(), learner.history.states()
    learner.history.close()
    raw(learner.path, "UPDATE card_state SET stability = 1 WHERE card = 'd/c1'")
    request.getfixturevalue("newer")
    learner.history = learner.opened()
    assert version(learner.path) == NEXT
    assert learner.history.events() == events
    # The cache is made anew, whatever it was.
    assert learner.history.states() == learner.history.replayed() == states
    assert raw(learner.path, "SELECT DISTINCT mood FROM events") == [("fine",)]
    with pytest.raises(sqlite3.IntegrityError, match="cannot store TEXT"):
        raw(learner.path, "UPDATE events SET at_us = 'soon'")
    assert learner.rates(3, "d/new").reps == 1
    (copy,) = copies(learner.path.parent / "backups")
    assert (copy.why, version(copy.path)) == (Why.BEFORE_UPDATE, faults.SCHEMA - 1)
    assert raw(copy.path, "SELECT count(*) FROM events") == [(len(events),)]
    learner.restart()
    assert len(copies(learner.path.parent / "backups")) == 1


def test_a_step_that_fails_changes_nothing(learner: Learner, newer: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(operations: Operations) -> None:
        adds_a_column_and_a_table(operations)
        raise RuntimeError("no")

    learner.history.close()
    raw(learner.path, f"UPDATE meta SET value = {NEXT - 1} WHERE key = 'schema'")
    before = raw(learner.path, "SELECT sql FROM sqlite_master ORDER BY name")
    monkeypatch.setitem(STEPS, NEXT, fails)
    with pytest.raises(RuntimeError):
        History.open(learner.path, Params())
    assert version(learner.path) == NEXT - 1
    assert raw(learner.path, "SELECT sql FROM sqlite_master ORDER BY name") == before
    monkeypatch.setitem(STEPS, NEXT, adds_a_column_and_a_table)
    History.open(learner.path, Params()).close()
    assert version(learner.path) == NEXT


def test_whoever_only_looks_at_an_older_one_brings_it_up_too(learner: Learner, request: pytest.FixtureRequest) -> None:
    past(learner)
    learner.history.close()
    request.getfixturevalue("newer")
    with looking(learner.path) as database:
        assert database.execute("SELECT count(mood) FROM events").fetchone() == (31,)


def test_without_room_for_the_copy_nothing_is_touched(learner: Learner, request: pytest.FixtureRequest) -> None:
    past(learner)
    states = learner.history.states()
    learner.history.close()
    (learner.path.parent / "backups").touch()
    request.getfixturevalue("newer")
    with pytest.raises(Trouble, match="backup cannot be written"):
        History.open(learner.path, Params())
    assert version(learner.path) == NEXT - 1
    # A sitting goes on in memory, with today's tables.
    with closing(History.open(learner.path, Params(), goes_on=True)) as history:
        assert history.unkept is not None
        assert history.states() == states
    assert version(learner.path) == NEXT - 1


def test_a_backup_of_an_older_version_is_restored_as_it_is(learner: Learner, request: pytest.FixtureRequest) -> None:
    from flashtorch.history.backup import keep
    from flashtorch.history.restore import restore

    past(learner)
    learner.history.close()
    folder = learner.path.parent / "backups"
    made = keep(learner.path, folder, 0, Why.BY_HAND)
    request.getfixturevalue("newer")
    restore(made.path, learner.path, folder, 0)
    assert version(made.path) == version(learner.path) == NEXT - 1
    History.open(learner.path, Params()).close()
    assert version(learner.path) == NEXT


def test_a_history_of_today_loads_no_migrations(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from flashtorch.history.log import History; from flashtorch.scheduling.params import Params\n"
        "[History.open(Path(sys.argv[1]), Params()).close() for _ in range(2)]; print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path / "history.db"], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "False"

"""Several processes on one file."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from flashtorch.history.log import History
from flashtorch.scheduling.params import Params
from tests.house.sources import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def test_three_processes_make_and_write_one_history_and_none_fails(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    command = [sys.executable, "-m", "tests.history.writer", str(path)]
    writers = [
        subprocess.Popen([*command, str(seed), "100"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for seed in range(3)
    ]
    ids: list[str] = []
    for writer in writers:
        said, complained = writer.communicate(timeout=120)
        assert (writer.returncode, complained) == (0, "")
        ids += said.split()
    history = History.open(path, Params())
    assert len(set(ids)) == 300
    assert set(ids) <= {event.id for event in history.events()}
    assert {event.device_id for event in history.events()} == {history.device_id}
    assert history.states() == history.replayed()
    history.close()


def test_two_windows_see_each_other(tmp_path: Path) -> None:
    from tests.history.people import Learner

    here, there = Learner(tmp_path / "history.db"), Learner(tmp_path / "history.db", seed=1)
    assert here.history.device_id == there.history.device_id
    rated = here.rates(3)
    assert there.history.state("d/a") == rated
    undone = there.history.undo(there.now)
    assert undone is not None
    assert undone.id == rated.last_event
    assert here.history.redo(here.now) is not None
    assert there.history.states() == here.history.states() == here.history.replayed()
    here.history.close()
    there.history.close()

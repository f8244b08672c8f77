"""Killing the trainer at any moment: `survived(folder, rounds, seed)`, or `python -m tests.history.crash FOLDER ROUNDS SEED`.

A child answers cards as fast as it can and says each acknowledged id through a pipe; it is killed with SIGKILL at a moment that
the seed draws. Whatever was acknowledged has to be in the file, and the states have to be those of the log.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import sqlite3
import sys
import time
import traceback
from dataclasses import asdict, dataclass
from pathlib import Path

from flashtorch.history.log import History
from flashtorch.scheduling.params import Params
from tests.history.writer import write

LONGEST_S = 0.06
"""After the first acknowledgement. A dozen or two of answers, so that a kill meets every part of a commit."""
GIVEN_UP_S = 60


@dataclass(frozen=True, slots=True)
class Survival:
    """What 100 rounds, or as many as were asked for, came to."""

    rounds: int
    acknowledged: int
    lost: tuple[str, ...]
    """Ids that were acknowledged and are not in the file."""
    damaged: tuple[str, ...]
    """What the integrity check said, where it did not say ok."""
    wrong: tuple[str, ...]
    """Cards whose state was not that of the log."""


def survived(folder: Path, rounds: int, seed: int) -> Survival:
    """Kill `rounds` writers one after the other, all on the same file, and look after each.

    Writers are forked, so this wants a process without threads.
    """
    chance = random.Random(seed)
    path = folder / "history.db"
    acknowledged: set[str] = set()
    lost: list[str] = []
    damaged: list[str] = []
    wrong: list[str] = []
    for number in range(rounds):
        acknowledged |= _killed(path, seed * 1000 + number, chance.random() * LONGEST_S)
        with sqlite3.connect(path) as raw:
            damaged += [row[0] for row in raw.execute("PRAGMA integrity_check") if row[0] != "ok"]
        raw.close()
        history = History.open(path, Params())
        lost += acknowledged - {event.id for event in history.events()}
        states, replayed = history.states(), history.replayed()
        wrong += [card for card in states.keys() | replayed.keys() if states.get(card) != replayed.get(card)]
        history.close()
    return Survival(rounds, len(acknowledged), tuple(lost), tuple(damaged), tuple(wrong))


def _killed(path: Path, seed: int, after_s: float) -> set[str]:
    """The ids that a writer acknowledged before it was killed. It is forked, so that a round costs no start of Python."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        try:
            write(path, seed, 10**9, writing)
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
        os._exit(1)
    os.close(writing)
    try:
        ready, _, _ = select.select([reading], [], [], GIVEN_UP_S)
        if ready:
            time.sleep(after_s)
    finally:
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    if not os.WIFSIGNALED(status) or not said:
        raise RuntimeError("the writer ended by itself")
    # The kill may have cut the last line; its id was not read as a whole, so it was not acknowledged.
    return {line.decode() for line in said.split(b"\n")[:-1]}


if __name__ == "__main__":
    print(json.dumps(asdict(survived(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))))

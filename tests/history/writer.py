"""A process of its own that answers cards: `python -m tests.history.writer PATH SEED COUNT`.

Prints the id of each answer, a line each, once it is acknowledged. Every answer is to one of a few cards, so that two writers
meet; one that was overtaken looks at the card again.
"""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

from flashtorch.history.event import Event, EventKind
from flashtorch.history.log import History, Stale
from flashtorch.scheduling.moment import Moment, study_day
from flashtorch.scheduling.params import Params
from tests.history.people import START

PAUSE_US = 90_000_000


def write(path: Path, seed: int, count: int, out: int) -> None:
    """Answer `count` cards, and write each acknowledged id to the descriptor `out` at once."""
    chance = random.Random(seed)
    history = History.open(path, Params(), entropy=chance.randbytes)
    at_us = START.at_us
    for _ in range(count):
        at_us += PAUSE_US
        card = f"d/c{chance.randrange(5)}"
        if chance.random() < 0.1:
            history.undo(Moment(at_us))
        while True:
            event = Event("", at_us, 0, study_day(Moment(at_us)), "", EventKind.REVIEW, card, rating=chance.choice((1, 3, 3, 4)))
            try:
                state = history.append(event, history.state(card).last_event)
            except Stale:
                continue
            os.write(out, f"{state.last_event}\n".encode())
            break
    history.close()


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.stdout.fileno())

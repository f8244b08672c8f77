"""A cell can be cancelled from any thread at any time."""

from __future__ import annotations

import random
import threading
from typing import TYPE_CHECKING

from flashtorch.sandbox.cell import Ending, Limits
from tests.sandbox.running import ENTRY, QUICK, WAIT_S, replied, run

if TYPE_CHECKING:
    from flashtorch.sandbox.sandbox import Sandbox

ENDLESS = Limits(wall_s=60, cpu_s=60)


def test_before_the_run(sandbox: Sandbox) -> None:
    cell = sandbox.prepare(ENTRY, QUICK)
    cell.cancel()
    cell.cancel()
    assert cell.run(b"reply = 1").ending is Ending.CANCELLED
    cell.close()
    cell.cancel()


def test_while_it_runs(sandbox: Sandbox) -> None:
    cell = sandbox.prepare(ENTRY, ENDLESS, rehearse=False)
    cell.wait()
    threading.Timer(0.02, cell.cancel).start()
    outcome = cell.run(b"print('begun')\nwhile True: pass")
    assert (outcome.ending, outcome.exit, outcome.stdout) == (Ending.CANCELLED, None, "begun\n")
    cell.close()


def test_closing_ends_a_run_that_is_under_way(sandbox: Sandbox) -> None:
    cell = sandbox.prepare(ENTRY, ENDLESS, rehearse=False)
    cell.wait()
    closing = threading.Timer(0.02, cell.close)
    closing.start()
    assert cell.run(b"while True: pass").ending is Ending.CANCELLED
    closing.join(WAIT_S)
    assert not closing.is_alive()


def test_a_run_that_holds_on_to_its_pipes_in_a_child(sandbox: Sandbox) -> None:
    """A descendant keeps socket and pipes open; the run ends all the same."""
    cell = sandbox.prepare(ENTRY, ENDLESS, rehearse=False)
    cell.wait()
    threading.Timer(0.05, cell.cancel).start()
    outcome = cell.run(b"import os, time\nif not os.fork(): os.setsid(); time.sleep(600)\nwhile True: pass")
    assert outcome.ending is Ending.CANCELLED
    cell.close()


def test_at_random_moments_from_other_threads(sandbox: Sandbox) -> None:
    chance = random.Random(7)
    seen = set()
    for _round in range(60):
        cell = sandbox.prepare(ENTRY, ENDLESS, rehearse=chance.random() < 0.5)
        timers = [threading.Timer(chance.random() * 0.03, end) for end in (cell.cancel, cell.cancel, cell.close)]
        for timer in timers:
            timer.start()
        outcome = cell.run(b"import torch\nfor _ in range(60): torch.ones(64, 64) @ torch.ones(64, 64)\nreply = 1")
        seen.add(outcome.ending)
        assert outcome.ending in (Ending.REPLIED, Ending.CANCELLED)
        for timer in timers:
            timer.join(WAIT_S)
    assert Ending.CANCELLED in seen
    assert replied(run(sandbox, "reply = 'as before'")) == "as before"

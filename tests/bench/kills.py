"""Processes killed at random moments: the next grade is right, and nothing is left behind."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from flashtorch.grading.grader import Grader
from flashtorch.grading.verdict import VerdictName
from flashtorch.sandbox.sandbox import Sandbox
from tests.bench.endurance import look
from tests.bench.verdicts import MATMUL, MATMUL_CHECK, question
from tests.sandbox.running import Watch, alive, children, descendants

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flashtorch.cards.question import Question
    from flashtorch.grading.verdict import Verdict

EVERY = 50
"""Kills between two looks at what there is."""
SOON_S, STARTING_S = 0.03, 4.0
"""How late a kill comes: within one grade, and, now and then, within the start of a template."""
GROWN_MB = 10
WRONG = "def product(a, b):\n    return a + b\n"


@dataclass
class Killed:
    """What was seen."""

    roles: Counter[str] = field(default_factory=Counter)
    """What was killed, and during what."""
    under: Counter[str] = field(default_factory=Counter)
    """Verdicts of the grades that a kill met."""
    wrong: list[str] = field(default_factory=list)
    """Grades after a kill, or verdicts under one, that are not what they should be."""
    left: list[str] = field(default_factory=list)
    series: list[dict[str, float]] = field(default_factory=list)


def killed_below(rounds: int, seed: int) -> Iterator[dict[str, float] | Killed]:
    """Kill the keeper, a process of the template or of a cell, `rounds` times: each look on the way, and at the end everything."""
    chance = random.Random(seed)
    found = Killed()
    with tempfile.TemporaryDirectory(prefix="flashtorch-kills-") as folder, Sandbox(folder=Path(folder), environment=os.environ) as sandbox:
        asked = question("matmul", "", MATMUL, MATMUL_CHECK)
        with contextlib.closing(Grader(sandbox, spare=True)) as grader:
            for _warming in range(5):
                _graded(grader, asked, "", found, after=True)
            began = time.monotonic()
            for turn in range(rounds + 1):
                if turn % EVERY == 0:
                    found.series.append(look(turn, time.monotonic() - began, folder))
                    yield found.series[-1]
                _round(grader, asked, chance, found)
    first, last = found.series[0], found.series[-1]
    for name in ("processes", "descriptors", "mounts", "files", "MB"):
        if last[name] - first[name] > (GROWN_MB if name == "MB" else 0):
            found.left.append(f"{name}: {first[name]:g} at first, {last[name]:g} at last")
    yield found


def _round(grader: Grader, asked: Question, chance: random.Random, found: Killed) -> None:
    """One kill, before, under or after a grade, and the grade that follows it."""
    moment = chance.choice(("waiting", "running", "running", "starting"))
    kill = _Kill(chance)
    if moment == "waiting":
        time.sleep(chance.random() * SOON_S)
        kill()
    else:
        if moment == "starting" and (below := descendants(os.getpid())):
            with contextlib.suppress(ProcessLookupError):
                os.kill(below[0], signal.SIGKILL)
        timer = threading.Timer(chance.random() * (SOON_S if moment == "running" else STARTING_S), kill)
        timer.start()
        _graded(grader, asked, moment, found, after=False)
        timer.join()
    found.roles[f"{kill.role} {moment}"] += 1
    _graded(grader, asked, f"{kill.role} {moment}", found, after=True)
    if kill.watch is not None:
        # What lives on is what serves now; the rest has ended or is about to.
        gone = kill.watch.pids() - set(descendants(os.getpid()))
        for pid in gone - kill.watch.ended(gone):
            found.left.append(f"{kill.role} {moment}: process {pid}")


def _graded(grader: Grader, asked: Question, under: str, found: Killed, *, after: bool) -> None:
    for answer, expected in ((MATMUL, VerdictName.PASS), (WRONG, VerdictName.RAISED))[: 2 if after else 1]:
        verdict: Verdict | None = grader.ticket(asked, answer).run()
        assert verdict is not None
        if not after:
            found.under[verdict.name.value] += 1
        if verdict.name is not expected and (after or verdict.name is not VerdictName.UNAVAILABLE):
            found.wrong.append(f"{under}: {verdict.name.value} in place of {expected.value}: {verdict.finding}")


class _Kill:
    """One kill of what serves at the moment when it is called."""

    def __init__(self, chance: random.Random) -> None:
        self.role = "nothing"
        self.watch: Watch | None = None
        self._chance = chance

    def __call__(self) -> None:
        roles = {name: pids for name, pids in _roles().items() if pids}
        with contextlib.suppress(ProcessLookupError):
            if not roles:
                return
            self.watch = Watch(pid for pid in descendants(os.getpid()) if alive(pid))
            self.role = self._chance.choice(sorted(roles))
            os.kill(self._chance.choice(roles[self.role]), signal.SIGKILL)


def _roles() -> dict[str, list[int]]:
    """Who is what below this process: the keeper, which outlives nothing; the processes of the template; those of cells."""
    keepers = children(os.getpid())
    chain: list[int] = []
    pids = [child for keeper in keepers for child in children(keeper)]
    while pids and len(chain) < TEMPLATE_DEEP:
        chain += pids
        pids = [child for pid in pids for child in children(pid)]
    return {"keeper": keepers, "template": chain, "cell": [*pids, *(child for pid in pids for child in descendants(pid))]}


TEMPLATE_DEEP = 3
"""Processes from the keeper's child to the one that forks cells, at level A."""

TRAINER = """
import os, sys
from pathlib import Path
from flashtorch.grading.grader import Grader
from flashtorch.sandbox.sandbox import Sandbox
from tests.bench.verdicts import MATMUL, MATMUL_CHECK, question
asked = question("matmul", "", MATMUL, MATMUL_CHECK)
sandbox = Sandbox(folder=Path(sys.argv[1]), environment=os.environ)
sandbox.start()
grader = Grader(sandbox)
print("begun", flush=True)
while True:
    assert grader.ticket(asked, MATMUL).run().is_pass
"""


def killed_trainers(rounds: int, seed: int) -> Iterator[str]:
    """Trainers killed at random moments, from their start on: what each has left behind."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="flashtorch-killed-") as folder:
        for turn in range(rounds):
            with subprocess.Popen([sys.executable, "-c", TRAINER, folder], stdout=subprocess.PIPE) as trainer:
                assert trainer.stdout is not None
                trainer.stdout.readline()
                time.sleep(chance.random() * 6)
                watch = Watch(pid for pid in descendants(trainer.pid) if alive(pid))
                trainer.kill()
            yield from (f"round {turn}: process {pid}" for pid in watch.pids() - watch.ended())
            time.sleep(0.2)
            yield from (f"round {turn}: {name}" for name in os.listdir(folder))

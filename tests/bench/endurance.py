"""Thousands of grades in a row, some of them hostile, with processes killed at random: everything stays as it was at the start."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from flashtorch.grading.grader import Grader
from flashtorch.grading.verdict import VerdictName
from flashtorch.sandbox.sandbox import Sandbox
from tests.bench.verdicts import MATMUL, MATMUL_CHECK, question
from tests.sandbox.hostile.play import SNIPPETS
from tests.sandbox.running import descendants

if TYPE_CHECKING:
    from collections.abc import Iterator

EVERY = 500
HOSTILE, KILLS = 0.01, 0.005
"""Of all grades: those with a hostile answer, and those before which a process is killed."""
QUICK = [each for each in SNIPPETS if each["mode"] == "run" and each["category"] not in ("memory", "disk") and "@" not in each["code"]]
WRONG = "def product(a, b):\n    return a + b\n"
MORE_MB = 10
WARMING = 5
"""Grades before the first look, so that everything stands that is there to stay."""


@dataclass
class Endured:
    """What was seen."""

    series: list[dict[str, float]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """Grades with another verdict than they should have."""
    hostile: int = 0
    killed: int = 0

    def grown(self) -> list[str]:
        """What there is more of at the end than after the first grades."""
        first, last = self.series[0], self.series[-1]
        more = {name: last[name] - first[name] for name in first if name not in ("grades", "seconds")}
        return [f"{name}: {count:+.0f}" for name, count in more.items() if count > (MORE_MB if name == "MB" else 0)]


def endure(count: int, seed: int) -> Iterator[dict[str, float] | Endured]:
    """Each look on the way, and at the end everything."""
    chance = random.Random(seed)
    found = Endured()
    with tempfile.TemporaryDirectory(prefix="flashtorch-endurance-") as folder, Sandbox(folder=Path(folder), environment=os.environ) as sandbox:
        asked = question("matmul", "", MATMUL, MATMUL_CHECK, keys="limit=2")
        with contextlib.closing(Grader(sandbox, spare=True)) as grader:
            for _warming in range(WARMING):
                _grade(grader, asked, random.Random(2), found)
            began = time.monotonic()
            for turn in range(count + 1):
                if turn % EVERY == 0:
                    found.series.append(look(turn, time.monotonic() - began, folder))
                    yield found.series[-1]
                _grade(grader, asked, chance, found)
    yield found


def _grade(grader: Grader, asked: object, chance: random.Random, found: Endured) -> None:
    """One grade: right, wrong or hostile, now and then with a process killed under it."""
    if chance.random() < KILLS and (below := descendants(os.getpid())):
        with contextlib.suppress(ProcessLookupError):
            os.kill(chance.choice(below), signal.SIGKILL)
            found.killed += 1
    draw = chance.random()
    if draw < HOSTILE:
        answer, expected = "def report(o): pass\n" + chance.choice(QUICK)["code"], None
        found.hostile += 1
    else:
        answer, expected = (MATMUL, VerdictName.PASS) if draw < 0.7 else (WRONG, VerdictName.RAISED)
    verdict = grader.ticket(asked, answer).run()  # type: ignore[arg-type]
    assert verdict is not None
    if (expected and verdict.name is not expected) or (not expected and verdict.name is VerdictName.PASS):
        found.wrong.append(f"{verdict.name.value} in place of {expected}: {verdict.finding}")


def look(grades: int, seconds: float, folder: str) -> dict[str, float]:
    """What there is now, once what ends has ended."""
    time.sleep(0.7)
    tree = [os.getpid(), *descendants(os.getpid())]
    return {
        "grades": grades,
        "seconds": round(seconds),
        "processes": len(tree),
        "descriptors": sum(map(_descriptors, tree)),
        "mounts": sum(_lines(pid, "mounts") for pid in tree),
        "files": sum(len(files) for _path, _folders, files in os.walk(folder)),
        "MB": round(sum(map(_own_mb, tree))),
    }


def _descriptors(pid: int) -> int:
    with contextlib.suppress(OSError):
        return len(os.listdir(f"/proc/{pid}/fd"))
    return 0


def _lines(pid: int, name: str) -> int:
    with contextlib.suppress(OSError):
        return len(Path(f"/proc/{pid}/{name}").read_bytes().splitlines())
    return 0


def _own_mb(pid: int) -> float:
    with contextlib.suppress(OSError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        # Not of files: how much of a library counts here depends on who else on the machine has it open.
        return sum(int(line.split()[1]) for line in lines if line.startswith(("Pss_Anon:", "Pss_Shmem:"))) / 1024
    return 0.0

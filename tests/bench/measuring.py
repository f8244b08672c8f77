"""Two things run in turn, and what their times say: a ratio, never a bare number of milliseconds."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

Timed = Callable[[], float]
"""Does the thing once and says how many milliseconds it took."""


@dataclass(frozen=True, slots=True)
class Row:
    """One budget: `ours` has to take at most `budget` times as long as what it is measured beside."""

    name: str
    budget: float
    beside: str
    ours: Timed
    theirs: Timed
    rounds: int = 15
    ours_per_round: int = 1
    """How often ours is timed for each time of theirs; a cold start of torch takes a second, a verdict none."""
    percentile: int = 50


@dataclass(frozen=True, slots=True)
class Result:
    row: Row
    ours: tuple[float, ...]
    theirs: tuple[float, ...]

    @property
    def ours_ms(self) -> float:
        return percentile(self.ours, self.row.percentile)

    @property
    def theirs_ms(self) -> float:
        return statistics.median(self.theirs)

    @property
    def ratio(self) -> float:
        return self.ours_ms / self.theirs_ms

    @property
    def spread(self) -> float:
        """How far the middle half of either side lies apart, relative to its median; the larger of the two."""
        return max(_spread(self.ours), _spread(self.theirs))

    @property
    def word(self) -> str:
        """`within`; `over`; or `over, noisy` when the spread exceeds the margin by which it is over."""
        if self.ratio <= self.row.budget:
            return "within"
        return "over, noisy" if self.spread > self.ratio / self.row.budget - 1 else "over"

    def line(self) -> str:
        shown = _ratio(self.ratio)
        allowed = _ratio(self.row.budget)
        return (
            f"{self.row.name:<44} {shown:>9} {allowed:>9}  {self.ours_ms:>9.2f} {self.theirs_ms:>9.1f}"
            f"  {self.spread:>5.0%}  {self.word:<12} {self.row.beside}"
        )


HEAD = f"{'what':<44} {'ratio':>9} {'budget':>9}  {'ours ms':>9} {'beside ms':>9}  {'spread':>5}  {'':<12} beside"


def measure(row: Row) -> Result:
    """Interleaved, so that a busy minute weighs on both alike; the first of each is thrown away."""
    row.ours()
    row.theirs()
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(row.rounds):
        theirs.append(row.theirs())
        ours += [row.ours() for _ in range(row.ours_per_round)]
    return Result(row, tuple(ours), tuple(theirs))


def percentile(values: Sequence[float], at: int) -> float:
    ordered = sorted(values)
    return statistics.median(ordered) if at == 50 else ordered[min(len(ordered) - 1, round(at / 100 * (len(ordered) - 1)))]


def timed(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000


def environment(**more: str) -> dict[str, str]:
    """For the children: they write bytecode and use it, whatever the shell around says."""
    kept = {key: value for key, value in os.environ.items() if key not in ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PYTHONPYCACHEPREFIX")}
    return {**kept, **more}


def process(command: Sequence[str | Path], env: dict[str, str], cwd: Path) -> float:
    """A whole process, from before its start to after its end, in milliseconds."""
    return timed(lambda: subprocess.run(command, env=env, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True))


def _spread(values: Sequence[float]) -> float:
    if len(values) < 4:
        return 0.0
    low, middle, high = statistics.quantiles(values, n=4)
    return (high - low) / middle


def _ratio(value: float) -> str:
    return f"1/{1 / value:.0f}" if value < 0.1 else f"{value:.2f}x"

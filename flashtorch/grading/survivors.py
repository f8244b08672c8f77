"""Which mutants of a card's solution does its check let pass? Those are what the check does not ask about."""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flashtorch.cards import blanks
from flashtorch.cards.model import Role
from flashtorch.cards.question import drawn_parts
from flashtorch.grading import frames, judge, mutate
from flashtorch.grading.observation import Reply
from flashtorch.grading.plan import REPLY_MB
from flashtorch.grading.verdict import VerdictName
from flashtorch.sandbox.cell import Ending

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flashtorch.cards.model import Card
    from flashtorch.grading.grader import Grader
    from flashtorch.grading.mutate import Mutant
    from flashtorch.grading.plan import Exercise

ENTRY = "flashtorch.grading.inside.many"
TOGETHER = 16
"""Mutants that share a cell."""
MOST = 300
"""Mutants of one card; of more, a sample that is the same each time."""
_SIZE = struct.Struct("<I")


@dataclass(frozen=True, slots=True)
class Survival:
    """What became of a card's mutants."""

    tried: int
    made: int
    survivors: tuple[Mutant, ...]


def survival(card: Card, exercise: Exercise, seed: int, reference: Reply, grader: Grader) -> Survival:
    """Run the mutants of a card's first solution; `reference` is what that gives under `seed`.

    Each is run under one seed, which is enough for nearly all of them, and what passes there under every seed.

    Raises:
        Lost, Unavailable: they could not be run.
    """
    made = list(_of(card, exercise, seed))
    tried = made if len(made) <= MOST else sorted(made, key=_lot)[:MOST]
    first = replace(exercise, seeds=exercise.seeds[:1], second="")
    quick = Reply(runs=reference.runs[:1])
    left = [mutant for chunk in _chunks(tried) for mutant in _passing(first, quick, chunk, grader)]
    left = [mutant for chunk in _chunks(left) for mutant in _passing(exercise, reference, chunk, grader)]
    return Survival(len(tried), len(made), tuple(sorted(left, key=lambda mutant: mutant.line)))


def _lot(mutant: Mutant) -> bytes:
    """Drawn by lot, and the same on every machine."""
    return hashlib.sha256(mutant.source.encode()).digest()


def _of(card: Card, exercise: Exercise, seed: int) -> Iterator[Mutant]:
    """The mutants; of a fill card those that change what stands in a blank."""
    fill = next((part for part in drawn_parts(card, seed) if part.role is Role.FILL), None) if exercise.fill else None
    if fill is None:
        return mutate.mutants(exercise.solutions[0])
    return mutate.mutants(exercise.solutions[0], tuple(_spans(fill.source)))


def _spans(source: str) -> Iterator[tuple[int, int, int]]:
    """Where the contents of the blanks stand in the whole program: line, first and last column in bytes."""
    for number, line in enumerate(source.split("\n"), 1):
        at, parts = 0, blanks.split(line)
        for place, part in enumerate(parts):
            size = len(part.encode())
            if place % 2:
                yield number, at, at + size
            at += size


def _chunks(mutants: Sequence[Mutant]) -> Iterator[Sequence[Mutant]]:
    for at in range(0, len(mutants), TOGETHER):
        yield mutants[at : at + TOGETHER]


def _passing(exercise: Exercise, reference: Reply, mutants: Sequence[Mutant], grader: Grader) -> Iterator[Mutant]:
    """Those that are judged as passing. A cell that was lost to one of them is halved until that one is alone."""
    replies = _replies(exercise, mutants, grader)
    if replies is None:
        if len(mutants) > 1:
            middle = len(mutants) // 2
            yield from _passing(exercise, reference, mutants[:middle], grader)
            yield from _passing(exercise, reference, mutants[middle:], grader)
        return
    for mutant, reply in zip(mutants, replies, strict=True):
        if judge.judge(exercise, mutant.source, reference, reply).verdict is VerdictName.PASS:
            yield mutant


def _replies(exercise: Exercise, mutants: Sequence[Mutant], grader: Grader) -> list[Reply] | None:
    """What each gave; None when the cell did not come to its end."""
    told = json.loads(exercise.job("").payload())
    del told["answer"]
    seconds = max(1.0, exercise.limits.wall_s / 10)
    told |= {"answers": [mutant.source for mutant in mutants], "seconds": seconds}
    wall = seconds * (len(mutants) + 1) * len(exercise.seeds) + 5
    limits = replace(exercise.limits, wall_s=wall, cpu_s=int(wall) + 2, reply_mb=REPLY_MB)
    outcome = grader.outcome(ENTRY, json.dumps(told).encode("ascii"), limits)
    if outcome.ending is not Ending.REPLIED:
        return None
    try:
        replies = [frames.read(reply) for reply in _parts(outcome.reply)]
    except frames.BadFrame:
        return None
    return replies if len(replies) == len(mutants) else None


def _parts(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        if at + _SIZE.size > len(data):
            raise frames.BadFrame("short")
        (size,) = _SIZE.unpack_from(data, at)
        at += _SIZE.size
        if at + size > len(data):
            raise frames.BadFrame("size")
        yield data[at : at + size]
        at += size

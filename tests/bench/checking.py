"""How long one mutant of `deck check` takes on all cores, beside a cold process for each."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from flashtorch.grading import plan, survivors
from flashtorch.grading.grader import Grader
from flashtorch.grading.observation import Reply
from tests.bench.measuring import Row, environment, process, timed
from tests.bench.verdicts import PRELUDE, question

if TYPE_CHECKING:
    from pathlib import Path

    from flashtorch.sandbox.sandbox import Sandbox

LAYER_NORM = """\
def layer_norm(x, gamma, beta, eps=1e-5):
    mean = x.mean(dim=-1, keepdim=True)
    var = x.var(dim=-1, keepdim=True, unbiased=False)
    h = (x - mean) / torch.sqrt(var + eps)
    return h * gamma + beta
"""
CHECK = "layer_norm(torch.randn(2, 3, 4, requires_grad=True), torch.randn(4), torch.randn(4))\n"
CARDS = 4


def mutants_row(sandbox: Sandbox, folder: Path) -> Row:
    """All mutants of several cards, so many cards at a time as there are cores; the time is that of one mutant."""
    grader = Grader(sandbox, spare=False)
    questions = [question(f"norm-{number}", "", LAYER_NORM, CHECK) for number in range(CARDS)]
    exercises = [(each, plan.exercise(each.card, each.seed)) for each in questions]
    references = [grader.reference(exercise) for _each, exercise in exercises]
    tried = [0]

    def check(at: int) -> int:
        each, exercise = exercises[at]
        reference = references[at]
        assert isinstance(reference, Reply)
        return survivors.survival(each.card, exercise, each.seed, reference, grader).tried

    def all_cards() -> None:
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            tried[0] = sum(pool.map(check, range(CARDS)))

    def ours() -> float:
        took = timed(all_cards)
        return took / tried[0]

    env = environment()
    cold = f"{PRELUDE}{LAYER_NORM}{CHECK}"
    return Row(
        "deck check, one mutant", 1 / 110, "cold python, one mutant", ours, lambda: process([sys.executable, "-c", cold], env, folder), 5
    )

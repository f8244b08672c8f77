"""How long a verdict takes, beside a cold start of Python with torch that does the same work."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from flashtorch.cards.parser import parse_file
from flashtorch.cards.question import ask
from flashtorch.grading import judge, outcomes, plan
from flashtorch.grading.grader import Grader
from flashtorch.grading.observation import Reply
from tests.bench.measuring import Row, Timed, environment, process, timed

if TYPE_CHECKING:
    from pathlib import Path

    from flashtorch.cards.question import Question
    from flashtorch.sandbox.sandbox import Sandbox

READY_S = 0.25
"""What a learner takes to read, at the very least: by then a cell that was ordered has rehearsed."""

MATMUL = "def product(a, b):\n    return a @ b\n"
MATMUL_CHECK = "product(torch.randn(64, 32), torch.randn(32, 48))\n"
ADAMW = """\
optimizer = torch.optim.AdamW(net.parameters(), lr=0.01)
for _ in range(3):
    optimizer.zero_grad()
    loss = F.mse_loss(net(x), y)
    loss.backward()
    optimizer.step()
"""
ADAMW_SETUP = "net = nn.Linear(8, 4)\nx = torch.randn(16, 8)\ny = torch.randn(16, 4)\n"
PRELUDE = "import torch\nfrom torch import nn\nfrom torch.nn import functional as F\n"
CARD = """\
---
deck: bench
---

## {title}
<!-- card: {id}{keys} -->

Write it.

{setup}
<details><summary>Answer</summary>

```python solution
{solution}```

```python check
{check}```

</details>
"""


def question(name: str, setup: str, solution: str, check: str, *, keys: str = "") -> Question:
    fence = f"```python setup\n{setup}```\n" if setup else ""
    text = CARD.format(id=name, keys=f" {keys}" if keys else "", title=name, setup=fence, solution=solution, check=check)
    parsed = parse_file("bench.md", text.encode())
    assert not parsed.problems, parsed.problems
    return ask(parsed.cards[0], seed=1)


def verdict_rows(sandbox: Sandbox, folder: Path) -> list[Row]:
    """Prepared, with three seeds, with an optimizer, and again at once."""
    plain = question("matmul", "", MATMUL, MATMUL_CHECK)
    optimizer = question("adamw", ADAMW_SETUP, ADAMW, "net\n")
    plain_cold = f"{PRELUDE}{MATMUL}{MATMUL_CHECK}"
    optimizer_cold = f"{PRELUDE}{ADAMW_SETUP}{ADAMW}"
    beside = "cold python, the same work"
    return [
        Row("verdict, plain card, one seed", 1 / 200, beside, _one_seed(sandbox, plain, MATMUL), _cold(plain_cold, folder), 8, 5),
        Row("verdict, plain card, three seeds", 1 / 100, beside, _shown(sandbox, plain, MATMUL), _cold(plain_cold, folder), 8, 5),
        Row("verdict, optimizer card, one seed", 1 / 200, beside, _one_seed(sandbox, optimizer, ADAMW), _cold(optimizer_cold, folder), 8, 5),
        Row("verdict, optimizer card, three seeds", 1 / 100, beside, _shown(sandbox, optimizer, ADAMW), _cold(optimizer_cold, folder), 8, 5),
        Row("run again at once, no cell prepared", 1 / 40, beside, _at_once(sandbox, plain, MATMUL), _cold(plain_cold, folder), 8, 5),
    ]


def _one_seed(sandbox: Sandbox, asked: Question, answer: str) -> Timed:
    """Payload to verdict for one seed: what the cell and the judge cost, without the trainer's threads around them."""
    exercise = plan.exercise(asked.card, asked.seed)
    exercise = replace(exercise, seeds=exercise.seeds[:1])
    first = sandbox.prepare(plan.ENTRY, exercise.limits)
    reference = outcomes.read(first.run(exercise.reference.payload()), exercise.limits)
    first.close()
    assert isinstance(reference, Reply), reference

    def once() -> float:
        cell = sandbox.prepare(plan.ENTRY, exercise.limits)
        time.sleep(READY_S)

        def verdict() -> None:
            got = outcomes.read(cell.run(exercise.job(answer).payload()), exercise.limits)
            assert isinstance(got, Reply), got
            found = judge.judge(exercise, answer, reference, got)
            assert found.finding is None, found

        took = timed(verdict)
        cell.close()
        return took

    return once


def _shown(sandbox: Sandbox, asked: Question, answer: str) -> Timed:
    """As in a sitting: the question is shown, read, answered; from run to verdict."""
    grader = Grader(sandbox, spare=False)

    def once() -> float:
        grader.show(asked)
        time.sleep(READY_S)
        return _passes(grader, asked, answer)

    return once


def _at_once(sandbox: Sandbox, asked: Question, answer: str) -> Timed:
    grader = Grader(sandbox, spare=False)
    return lambda: _passes(grader, asked, answer)


def _passes(grader: Grader, asked: Question, answer: str) -> float:
    ticket = grader.ticket(asked, answer)
    verdicts = []
    took = timed(lambda: verdicts.append(ticket.run()))
    assert verdicts[0] is not None, verdicts
    assert verdicts[0].is_pass, verdicts
    return took


def _cold(work: str, folder: Path) -> Timed:
    return lambda: process([sys.executable, "-c", work], environment(), folder)

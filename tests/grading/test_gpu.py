"""Answers on a GPU. Written for CUDA and MPS; without one they skip and say so, and the same path is run on the CPU elsewhere."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from flashtorch.grading.grader import Grader
from flashtorch.grading.verdict import VerdictName
from tests.grading.decks import code, question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flashtorch.sandbox.sandbox import Sandbox

pytestmark = pytest.mark.gpu

DOUBLE = code("def double(x):\n    return x * 2", "double(torch.ones(3, device=device))", keys="limit=20")


@pytest.fixture(scope="module")
def device(sandbox: Sandbox) -> str:
    found = [name for name in sandbox.report().devices if name in ("cuda", "mps")]
    if not found:
        pytest.skip("there is no CUDA or MPS device here")
    return found[0]


@pytest.fixture(scope="module")
def there(sandbox: Sandbox, device: str) -> Iterator[Grader]:
    with contextlib.closing(Grader(sandbox, device=device)) as made:
        yield made


def judged(grader: Grader, answer: str) -> tuple[VerdictName, str]:
    verdict = grader.ticket(question(DOUBLE), answer).run()
    assert verdict is not None
    return verdict.name, verdict.device


def test_an_answer_is_run_there(there: Grader, device: str) -> None:
    assert judged(there, "def double(x):\n    return x + x") == (VerdictName.PASS, device)


def test_what_comes_back_on_the_cpu_is_told(there: Grader, device: str) -> None:
    assert judged(there, "def double(x):\n    return (x * 2).cpu()") == (VerdictName.DEVICE, device)


def test_running_out_of_its_memory_is_a_verdict_and_the_next_run_is_right(there: Grader, device: str) -> None:
    assert judged(there, "def double(x):\n    return torch.ones(1 << 42, device=x.device)")[0] is VerdictName.MEMORY
    assert judged(there, "def double(x):\n    return x * 2")[0] is VerdictName.PASS


def test_work_that_never_ends_is_stopped(there: Grader, device: str) -> None:
    endless = "def double(x):\n    y = torch.ones(2000, 2000, device=x.device)\n    while True:\n        y = y @ y"
    assert judged(there, endless)[0] is VerdictName.TIMEOUT
    assert judged(there, "def double(x):\n    return x * 2")[0] is VerdictName.PASS

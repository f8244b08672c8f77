from __future__ import annotations

import contextlib
import os
import signal
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from flashtorch.grading import plan, wording
from flashtorch.grading.grader import NOTE_S, Grader, _unfit
from flashtorch.grading.instant import judge_instant
from flashtorch.grading.verdict import Finding, VerdictName
from flashtorch.grading.wording import sentence
from flashtorch.sandbox.cell import Ending, Outcome, Report, Unavailable
from tests.grading.decks import SEED, card, code, fill, predict, question
from tests.sandbox.running import descendants

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future

    from flashtorch.cards.model import Card
    from flashtorch.grading.verdict import Verdict
    from flashtorch.sandbox.cell import Cell, Limits
    from flashtorch.sandbox.sandbox import Sandbox

DOUBLE = code("def f(x):\n    return x * 2", "f(torch.ones(2))")
RIGHT = "def f(x):\n    return x + x"


def run(grader: Grader, made: Card, answer: str, seed: int = SEED) -> Verdict:
    verdict = grader.ticket(question(made, seed), answer).run()
    assert verdict is not None
    return verdict


def test_a_verdict_says_where_it_was_made(grader: Grader) -> None:
    verdict = run(grader, DOUBLE, "print('hi')\n" + RIGHT)
    assert verdict.is_pass
    assert (verdict.device, verdict.output, verdict.passed, verdict.total) == ("cpu", "hi\n", 1, 1)
    assert verdict.torch[0].isdigit()
    assert verdict.level in tuple("ABCDM")
    assert verdict.took_ms > 0


class Counting:
    """The sandbox, counting the cells that are asked for."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.rehearsed: list[bool] = []
        self.walls: list[float] = []

    def report(self) -> Report:
        return self.sandbox.report()

    def prepare(self, entry: str, limits: Limits, *, rehearse: bool = True) -> object:
        self.rehearsed.append(rehearse)
        self.walls.append(limits.wall_s)
        return self.sandbox.prepare(entry, limits, rehearse=rehearse)


@contextlib.contextmanager
def counting(sandbox: Sandbox, **options: bool) -> Iterator[tuple[Grader, Counting]]:
    counted = Counting(sandbox)
    with contextlib.closing(Grader(counted, **options)) as grader:  # type: ignore[arg-type]
        yield grader, counted


def test_the_reference_runs_once_and_a_cell_waits(sandbox: Sandbox) -> None:
    with counting(sandbox) as (grader, counted):
        asked = question(DOUBLE)
        grader.show(asked)
        grader.show(asked)
        for _ in range(3):
            verdict = grader.ticket(asked, RIGHT).run()
            assert verdict is not None
            assert verdict.is_pass
    # One for the reference, one shown, and one at once after each run.
    assert sorted(counted.rehearsed) == [False, True, True, True, True]


def test_without_spare_nothing_is_rehearsed(sandbox: Sandbox) -> None:
    with counting(sandbox, spare=False) as (grader, counted):
        assert run(grader, DOUBLE, RIGHT).is_pass
        assert run(grader, DOUBLE, "def f(x):\n    return x").name is VerdictName.VALUE
    assert counted.rehearsed == [False, False, False]


def test_catalogued_mistakes_run_only_after_a_miss_and_once(sandbox: Sandbox) -> None:
    made = code("def f(x):\n    return x * 2", "f(torch.ones(2))", more="```python wrong\n# Once is not twice.\ndef f(x):\n    return x\n```")
    with counting(sandbox, spare=False) as (grader, counted):
        assert run(grader, made, RIGHT).note is None
        assert len(counted.rehearsed) == 2
        assert run(grader, made, "f = torch.clone").note == "Once is not twice."
        assert len(counted.rehearsed) == 4
        assert run(grader, made, "f = torch.clone").note == "Once is not twice."
        assert len(counted.rehearsed) == 5


def test_a_mistake_that_raises_is_told_only_where_the_same_is_said(grader: Grader) -> None:
    wrong = "```python wrong\n# It ends too late.\ndef f(x):\n    return x.view(3, 5)\n```"
    made = code("def f(x):\n    return x.view(2, 3)", "f(torch.ones(6))", more=wrong)
    assert run(grader, made, "def f(x):\n    return x.view(4, 2)").note == "It ends too late."
    other = run(grader, made, "def f(x):\n    return x.backward()")
    assert (other.name, other.note) == (VerdictName.RAISED, None)


def test_a_mistake_that_never_ends_is_not_waited_for_as_long_as_an_answer(sandbox: Sandbox) -> None:
    endless, slip = "# It must end.\nwhile True:\n    pass", "# Three is too much.\ndef f(x):\n    return x * 3"
    more = "\n\n".join(f"```python wrong\n{wrong}\n```" for wrong in (endless, slip))
    made = code("def f(x):\n    return x * 2", "f(torch.ones(2))", more=more, keys="limit=30")
    with counting(sandbox, spare=False) as (grader, counted):
        assert run(grader, made, "def f(x):\n    return 3 * x").note == "Three is too much."
        assert counted.walls == [30, 30, NOTE_S, NOTE_S]


def test_another_seed_is_another_reference(grader: Grader) -> None:
    made = code("def f():\n    return torch.randn(3)", "f()")
    assert run(grader, made, "def f():\n    return torch.randn(3)", 1).is_pass
    assert run(grader, made, "def f():\n    return torch.randn(3)", 2).is_pass


def test_every_solution_may_be_the_answer(grader: Grader) -> None:
    made = code("def f(x):\n    return x * 2", "f(torch.ones(2))", more="```python solution\ndef f(x):\n    return x + x\n```")
    assert run(grader, made, "def f(x):\n    return x + x").is_pass


def test_cancel_ends_an_endless_run(grader: Grader) -> None:
    ticket = grader.ticket(question(DOUBLE), "import sys\nprint('on'); sys.stdout.flush()\nwhile True: pass")
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.append(ticket.run()))
    thread.start()
    ticket.cancel()
    thread.join(20)
    assert found == [None]
    assert run(grader, DOUBLE, RIGHT).is_pass


def test_cancel_before_the_run(grader: Grader) -> None:
    ticket = grader.ticket(question(DOUBLE), RIGHT)
    ticket.cancel()
    assert ticket.run() is None


def test_tickets_have_their_own_numbers(grader: Grader) -> None:
    tickets = [grader.ticket(question(DOUBLE), RIGHT) for _ in range(3)]
    assert len({ticket.id for ticket in tickets}) == 3


def test_what_may_not_run_is_not_run(sandbox: Sandbox) -> None:
    with contextlib.closing(Grader(sandbox, may_run=lambda _card: False)) as grader:
        grader.show(question(DOUBLE))
        verdict = run(grader, DOUBLE, RIGHT)
    assert verdict.name is VerdictName.UNAVAILABLE
    assert "case" in wording.sentence(verdict)


def test_a_card_for_another_torch_is_set_aside(grader: Grader) -> None:
    assert run(grader, code("x = 1", "x", keys='torch=">=99"'), "x = 1").name is VerdictName.BROKEN


def test_a_card_for_a_missing_device_is_set_aside(grader: Grader, sandbox: Sandbox) -> None:
    if "mps" in sandbox.report().devices:
        pytest.skip("this machine has the device")
    verdict = run(grader, code("x = 1", "x", keys="devices=mps"), "x = 1")
    assert (verdict.name, verdict.finding and verdict.finding.code) == (VerdictName.BROKEN, "no-device")


class Scripted:
    """A sandbox whose cells end as they are told, the last ending for ever."""

    def __init__(self, *endings: Ending) -> None:
        self.endings = list(endings)
        self.asked = 0
        self.closed = 0

    def report(self) -> Report:
        return Report("D", "2.13.0", "3.11", ("cpu",), 1.0)

    def prepare(self, entry: str, limits: Limits, *, rehearse: bool = True) -> Scripted:
        self.asked += 1
        return self

    def run(self, payload: bytes) -> Outcome:
        return Outcome(self.endings.pop(0) if len(self.endings) > 1 else self.endings[0])

    def cancel(self) -> None:
        pass

    def close(self) -> None:
        self.closed += 1


def test_a_worker_lost_twice_is_no_answer() -> None:
    scripted = Scripted(Ending.LOST)
    with contextlib.closing(Grader(scripted, spare=False)) as grader:  # type: ignore[arg-type]
        assert run(grader, DOUBLE, RIGHT).name is VerdictName.UNAVAILABLE
    assert scripted.asked == 4
    assert scripted.closed == 4


def test_a_run_that_somebody_else_kills_is_run_once_more(sandbox: Sandbox) -> None:
    slow = "import time\ntime.sleep(0.6)\n" + RIGHT
    with contextlib.closing(Grader(sandbox, spare=False)) as grader:
        assert run(grader, DOUBLE, RIGHT).is_pass  # the reference is known
        before = set(descendants(os.getpid()))

        def kill() -> None:
            for pid in set(descendants(os.getpid())) - before:
                os.kill(pid, signal.SIGKILL)

        killing = threading.Timer(0.3, kill)
        killing.start()
        assert run(grader, DOUBLE, slow).is_pass
        killing.join()


def test_a_run_that_kills_itself_does_so_again_and_is_no_pass(sandbox: Sandbox) -> None:
    with contextlib.closing(Grader(sandbox, spare=False)) as grader:
        verdict = run(grader, DOUBLE, f"import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n{RIGHT}")
    assert verdict.name is VerdictName.EXITED


def test_a_reference_that_ends_badly_breaks_the_card() -> None:
    with contextlib.closing(Grader(Scripted(Ending.WALL), spare=False)) as grader:  # type: ignore[arg-type]
        verdict = run(grader, DOUBLE, RIGHT)
    assert verdict.name is VerdictName.BROKEN
    assert verdict.finding is not None
    assert verdict.finding.code == "reference-ended"


class Without(Scripted):
    def report(self) -> Report:
        raise Unavailable("there is no torch")


def test_without_torch_nothing_is_judged() -> None:
    with contextlib.closing(Grader(Without(Ending.LOST))) as grader:  # type: ignore[arg-type]
        grader.show(question(DOUBLE))
        verdict = run(grader, DOUBLE, RIGHT)
    assert verdict.name is VerdictName.UNAVAILABLE
    assert "there is no torch" in wording.sentence(verdict)


def test_a_bug_of_the_judge_is_told_and_costs_nothing(grader: Grader) -> None:
    broken = replace(DOUBLE, parts=())
    verdict = run(grader, broken, RIGHT)
    assert verdict.name is VerdictName.UNAVAILABLE
    assert verdict.finding is not None
    assert verdict.finding.code == "bug"


@pytest.mark.parametrize("answer", ["torch.no_grad(", "a\nb", ""])
def test_free_retries_need_no_run(answer: str) -> None:
    made = fill("with {{torch.no_grad()}}:\n    x = 1", "x")
    with contextlib.closing(Grader(Without(Ending.LOST))) as grader:  # type: ignore[arg-type]
        assert run(grader, made, answer).name is VerdictName.SYNTAX


def test_a_predict_card_with_an_unseeded_value_is_judged_by_its_own_seed(grader: Grader) -> None:
    assert run(grader, predict("torch.randn(2).shape"), "(2,)").is_pass


def test_a_recall_card_is_not_judged() -> None:
    made = card("What?\n\n<details><summary>Answer</summary>\n\nThat.\n\n</details>")
    with pytest.raises(ValueError, match="case/one"):
        judge_instant(question(made), "that")


def test_a_closed_grader_answers_still(sandbox: Sandbox) -> None:
    grader = Grader(sandbox)
    grader.show(question(DOUBLE))
    grader.close()
    grader.show(question(DOUBLE))
    assert run(grader, DOUBLE, RIGHT).name is VerdictName.UNAVAILABLE


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("torch.tensor([[1.0, 2.5], [0.1, -3.0]])", "tensor([[1.0, 2.5], [0.1, -3.0]])"),
        ("torch.zeros(2, dtype=torch.int32)", "tensor([0, 0], dtype=torch.int32)"),
        ("torch.ones(1, requires_grad=True)", "tensor([1.0], requires_grad=True)"),
        ("torch.ones(2, 3).shape", "(2, 3)"),
        ("torch.ones(4).shape", "(4,)"),
        ("(True, False, True)", "(True, False, True)"),
        ("[1.0, 2.0]", "[1.0, 2.0]"),
        ("torch.tensor([1, 2]) > 1", "tensor([False, True])"),
        ("[1, 2.0, 'a', None, True]", "[1, 2, 'a', None, True]"),
        ("7 / 2", "3.5"),
        ("torch.float16", "torch.float16"),
        ("torch.zeros(100, 2)", "tensor float32(100, 2)"),
    ],
)
def test_the_value_of_a_predict_card_is_told_with_the_verdict_and_without_an_answer(grader: Grader, source: str, value: str) -> None:
    asked = question(predict(source))
    missed = grader.ticket(asked, "'nothing like it'").run()
    given_up = grader.value(asked).run()
    assert missed is not None
    assert given_up is not None
    assert (missed.name.is_free, given_up.is_pass) == (False, False)
    assert missed.value == given_up.value == value


def test_the_value_of_a_predict_card_may_be_an_exception(grader: Grader) -> None:
    told = grader.value(question(predict("torch.ones(2).view(3)"))).run()
    assert told is not None
    assert told.value.startswith("RuntimeError: shape '[3]' is invalid")


def test_what_an_exception_says_cannot_steer_a_terminal(grader: Grader) -> None:
    asked = question(code("def f(x):\n    return x", "f(1)"))
    verdict = grader.ticket(asked, "def f(x): raise ValueError('\\x1b[31mred\\x1b]0;title\\x07 \\u202eabc')").run()
    assert verdict is not None
    assert verdict.name is VerdictName.RAISED
    assert "ValueError: red abc" in sentence(verdict)


def test_an_empty_prediction_is_a_free_retry_and_says_so(grader: Grader) -> None:
    verdict = grader.ticket(question(predict("1 + 1")), "  ").run()
    assert verdict is not None
    assert (verdict.name, verdict.finding and verdict.finding.code) == (VerdictName.SYNTAX, "empty")


def test_a_mark_of_byte_order_is_no_part_of_the_answer(grader: Grader) -> None:
    verdict = grader.ticket(question(code("def f(x):\n    return x", "f(1)")), "\ufeffdef f(x): return x").run()
    assert verdict is not None
    assert verdict.is_pass


def test_a_card_that_needs_processes_is_set_aside_where_they_are_not_allowed() -> None:
    exercise = plan.exercise(code("def f(x):\n    return x", "f(1)", keys="needs=processes"), 1)
    found = {level: _unfit(exercise, Report(level, "2.13.0", "3.11", ("cpu",), 0.0)) for level in "ABCD"}
    assert [level for level, finding in found.items() if finding is None] == ["A", "D"]
    assert found["C"] == Finding("no-processes", {"level": "C"})


def test_a_cell_that_nobody_uses_is_given_back_and_the_next_answer_is_right(sandbox: Sandbox) -> None:
    with contextlib.closing(Grader(sandbox, idle_s=0.2)) as grader:
        given_back = threading.Event()
        put_away = grader._cells.put_away

        def noticed(ordered: Future[Cell]) -> None:
            put_away(ordered)
            given_back.set()

        grader._cells.put_away = noticed  # type: ignore[method-assign]
        grader.show(question(DOUBLE))
        assert given_back.wait(30)
        assert run(grader, DOUBLE, RIGHT).is_pass

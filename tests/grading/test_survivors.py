"""A check that does not ask enough is found out by the mutants that it lets pass."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from flashtorch.grading import plan, survivors
from flashtorch.grading.cardcheck import Thorough, check_card
from flashtorch.grading.observation import Reply
from tests.grading.decks import SEED, card, code, fill

if TYPE_CHECKING:
    from flashtorch.cards.model import Card, Problem
    from flashtorch.grading.grader import Grader

MUTANTS = Thorough(draws=1, all_draws=0, seeds=0)


def found(made: Card, grader: Grader) -> list[Problem]:
    return list(check_card(made, grader, MUTANTS))


def test_a_check_that_asks_enough_lets_none_pass(grader: Grader) -> None:
    solution = "def f(x):\n    return x.mean(dim=1, keepdim=True)"
    assert found(code(solution, "f(torch.randn(2, 3, 4, requires_grad=True))"), grader) == []


def test_a_check_that_asks_too_little_is_told_the_change_at_its_line(grader: Grader) -> None:
    problems = found(code("def f(x):\n    return x.sum(dim=0)", "f(torch.ones(3))"), grader)
    assert {(problem.code, problem.severity, problem.place.line) for problem in problems} == {("mutant-survives", "warning", 13)}
    assert any(problem.message.endswith("- x.sum(dim=0)  + x.sum()") for problem in problems)


def test_one_that_never_ends_costs_its_time_and_not_the_others(grader: Grader) -> None:
    solution = "def f(x):\n    n = 0\n    while n < x:\n        n += 1\n    return n"
    assert found(code(solution, "f(3)\nf(0)\nf(-3)"), grader) == []


def test_one_that_takes_the_process_with_it_is_found_by_halving(grader: Grader) -> None:
    solution = "import os\n\ndef f(x):\n    if x > 5:\n        os._exit(3)\n    return x + 1"
    problems = found(code(solution, "[f(n) for n in range(6)]"), grader)
    # The guard is never needed here, so its loss is seen by nobody; what ends the process when it is turned round was not taken for that.
    assert {problem.place.line for problem in problems} == {15, 16}
    assert not any("x < 5" in problem.message or "x <= 5" in problem.message for problem in problems)


def test_of_a_fill_card_only_the_blanks_change(grader: Grader) -> None:
    made = fill("def f(x):\n    y = x * 1.0\n    return y.sum({{dim=0}})", "f(torch.ones(2, 3))")
    exercise = plan.exercise(made, SEED)
    reference = grader.reference(exercise)
    assert isinstance(reference, Reply)
    survival = survivors.survival(made, exercise, SEED, reference, grader)
    assert (survival.made, survival.survivors) == (2, ())


def test_an_allowance_settles_survivors_and_wants_a_reason(grader: Grader) -> None:
    solution, check = "def f(x):\n    return x.sum(dim=0)", "f(torch.ones(3))"
    explained = f"# mutants: a vector has one dimension\n{check}"
    count = len(found(code(solution, check), grader))
    made = code(solution, explained, keys="mutants=4")
    exercise = plan.exercise(made, SEED)
    reference = grader.reference(exercise)
    assert isinstance(reference, Reply)
    left = len(survivors.survival(made, exercise, SEED, reference, grader).survivors)
    assert left == count > 0
    assert found(code(solution, explained, keys=f"mutants={left}"), grader) == []
    assert [problem.code for problem in found(code(solution, check, keys=f"mutants={left}"), grader)] == ["mutants-unexplained"]
    assert [problem.code for problem in found(code(solution, explained, keys=f"mutants={left + 1}"), grader)] == ["mutants-allowed"]


@pytest.mark.parametrize(
    ("proof", "said"),
    [
        ("x = torch.ones(2)\nassert x.sum() == 2", None),
        ("x = torch.ones(2)\nassert x.sum() == 3", "assert x.sum() == 3"),
        ("import sys\nsys.exit(0)", "SystemExit"),
        ("while True: pass", "stopped after 1 s"),
    ],
)
def test_a_proof_holds_or_is_named(proof: str, said: str | None, grader: Grader) -> None:
    body = f"What?\n\n<details><summary>Answer</summary>\n\nThat.\n\n```python proof\n{proof}\n```\n\n</details>"
    problems = found(card(body, "limit=1"), grader)
    if said is None:
        assert problems == []
    else:
        [problem] = problems
        assert (problem.code, problem.place.line) == ("proof-fails", 13)
        assert said in problem.message


def test_every_draw_is_tried(grader: Grader) -> None:
    # One of ten draws fails, and not one of the first.
    made = code("def f():\n    return 12 // (pick(1, 2, 3, 4, 5, 6, 7, 8, 9, 0) - 7)", "f()")
    dead = code("y = torch.nothing if pick(1, 2, 3, 4, 5, 6, 7, 8, 9, 0) == 7 else 1", "y")
    thorough = Thorough(draws=1, seeds=0, mutants=False)
    assert [problem.code for problem in check_card(made, grader, thorough)] == ["draw-raises"]
    assert [problem.code for problem in check_card(dead, grader, replace(thorough, all_draws=0))] == []
    assert [problem.code for problem in check_card(dead, grader, thorough)] == ["draw-fails"]
    [problem] = check_card(dead, grader, replace(thorough, all_draws=9))
    assert problem.code in ("draw-fails", "draws-sampled")


def test_two_mistakes_that_behave_alike_are_told_apart_by_nobody(grader: Grader) -> None:
    wrongs = "\n\n".join(f"```python wrong\n# Note {at}.\ndef f(x):\n    return {body}\n```" for at, body in enumerate(("x", "x * 1", "x * 3")))
    [problem] = [each for each in found(code("def f(x):\n    return x * 2", "f(torch.ones(2))", more=wrongs), grader) if "twice" in each.code]
    assert (problem.code, problem.severity) == ("wrong-twice", "warning")


def test_an_answer_of_nothing_must_fail(grader: Grader) -> None:
    problems = found(code("x = 1", "torch.ones(2).sum()"), grader)
    assert "empty-passes" in [problem.code for problem in problems]


def test_a_second_solution_near_the_tolerance_is_warned_of(grader: Grader) -> None:
    near = "```python solution\ndef f(x):\n    return x * 2 + 9e-6\n```"
    thorough = Thorough(draws=1, all_draws=0, mutants=False)
    problems = list(check_card(code("def f(x):\n    return x * 2", "f(torch.zeros(2) + 1)", more=near, tol="tol=1e-5"), grader, thorough))
    assert [problem.code for problem in problems] == ["near-tolerance"]

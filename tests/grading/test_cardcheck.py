from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from flashtorch.grading.cardcheck import QUICK, check_card
from tests.grading.decks import card, code, fill, predict

if TYPE_CHECKING:
    from flashtorch.cards.model import Card
    from flashtorch.grading.grader import Grader

GOOD = "def f(x):\n    return x * 2"
CHECK = "f(torch.ones(2))"


def starter(text: str) -> str:
    return f"```python starter\n{text}\n```"


def wrong(text: str) -> str:
    return f"```python wrong\n{text}\n```"


SOUND = {
    "code": code(GOOD, CHECK, more=starter("def f(x):\n    ...") + "\n\n" + wrong("def f(x):\n    return x")),
    "two solutions": code(GOOD, CHECK, more="```python solution\ndef f(x):\n    return x + x\n```"),
    "unfinished starter": code(GOOD, CHECK, more=starter("def f(x):")),
    "fill": fill("def f(x):\n    return x {{*}} 2", CHECK),
    "predict": predict("torch.ones(2, 3).sum()"),
    "predict a raise": predict("torch.ones(2).view(3)"),
    "recall": card("What?\n\n<details><summary>Answer</summary>\n\nThat.\n\n</details>"),
    "generated": code("def f():\n    return pick(1, 2)", "f()"),
}


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_card_has_no_problem(name: str, grader: Grader) -> None:
    assert list(check_card(SOUND[name], grader)) == []


UNSOUND: dict[str, tuple[Card, str, int]] = {
    "broken": (code("def f(x):\n    return nothing", CHECK), "broken", 11),
    "second solution": (code(GOOD, CHECK, more="```python solution\ndef f(x):\n    return x\n```"), "solution-fails", 20),
    "starter": (code(GOOD, CHECK, more=starter(GOOD)), "starter-passes", 20),
    "wrong": (code(GOOD, CHECK, more=wrong(GOOD)), "wrong-passes", 20),
    "unseeded": (code("import os\ndef f():\n    return os.urandom(8)", "f()"), "solution-fails", 11),
    "predict": (predict("torch.randn(2)"), "predict-random", 9),
    "predict broken": (predict("import nothing_like_this\n1 + torch.nothing()"), "broken", 9),
    "nothing": (code(GOOD, "if False:\n    f(1)"), "broken", 11),
}


@pytest.mark.parametrize("name", UNSOUND)
def test_an_unsound_card_is_found_out(name: str, grader: Grader) -> None:
    made, problem, line = UNSOUND[name]
    [found] = check_card(made, grader)
    assert (found.code, found.place.line, found.severity) == (problem, line, "error")


@pytest.mark.parametrize(("check", "codes"), [("f(1)", ["draw-raises"]), ("raises(f(1))", [])])
def test_a_solution_that_raises_with_some_numbers_alone_is_named(grader: Grader, check: str, codes: list[str]) -> None:
    made = code("def f(x):\n    return x // (pick(1, 2, 3, 4) - 1)", check)
    found = check_card(made, grader, replace(QUICK, draws=2, all_draws=16))
    assert [(problem.code, problem.severity) for problem in found] == [(each, "warning") for each in codes]


def test_a_generated_card_is_tried_with_several_draws(grader: Grader) -> None:
    made = code("y = 1 // (pick(1, 2, 3, 4) - 1)", "y")
    [found] = check_card(made, grader, replace(QUICK, draws=12))
    assert found.code == "broken"
    assert "seed" in found.message

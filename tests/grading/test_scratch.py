"""A scratch run shows the last value and what was printed, and judges nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flashtorch.cards.parser import parse_file
from flashtorch.cards.question import ask
from flashtorch.grading.scratch import Scratch, with_last_value
from flashtorch.grading.verdict import VerdictName

if TYPE_CHECKING:
    from flashtorch.cards.question import Question
    from flashtorch.grading.grader import Grader

CODE = b"""---
deck: t
---

# Swap the axes
<!-- card: swap -->

```python setup
x = torch.zeros(2, 3)
```

```python solution
def f(x):
    return x.T
```

```python check
f(x)
```

# The last dimension
<!-- card: last -->

```python setup
x = torch.ones(2, 3)
```

```python fill
y = x.sum(dim={{-1}})
```

```python check
y
```
"""


def question(name: str) -> Question:
    card = next(card for card in parse_file("t.md", CODE).cards if str(card.id) == f"t/{name}")
    return ask(card, 7)


def scratch(grader: Grader, answer: str, card: str = "swap") -> Scratch:
    found = grader.scratch(question(card), answer).run()
    assert found is not None
    return found


def test_the_last_expression_is_shown_and_what_was_printed(grader: Grader) -> None:
    found = scratch(grader, "def f(x):\n    return x.T\nprint('here')\nf(x)")
    assert found.value == ("tensor float32 (3, 2)  cpu  min 0  max 0  mean 0", "tensor([[0.0, 0.0], [0.0, 0.0], [0.0, 0.0]])")
    assert found.output == "here\n"
    assert found.trouble is None


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ("y = 1 + 1", ("2",)),
        ("a, b = 1, 2", ("(1, 2)",)),
        ("y = 1\ny += 2", ("3",)),
        ("y: int = 4", ("4",)),
        ("x.shape", ("(2, 3)",)),
        ("def f(x): return x", ()),
        ("", ()),
        ("print(1)", ()),
        ("first, *rest = 1, 2, 3", ()),
        ("torch.arange(200)", ("tensor int64 (200,)  cpu  min 0  max 199  mean 99.5",)),
        ("torch.tensor([1j, 0])", ("tensor complex64 (2,)  cpu", "tensor([1j, 0j], dtype=torch.complex64)")),
        ("\ufeff1", ("1",)),
    ],
)
def test_values(grader: Grader, answer: str, value: tuple[str, ...]) -> None:
    found = scratch(grader, answer)
    assert found.trouble is None
    assert found.value == value


@pytest.mark.parametrize(
    ("answer", "name", "code"),
    [
        ("def f(:", VerdictName.SYNTAX, "syntax"),
        ("return 1", VerdictName.SYNTAX, "syntax"),
        ("x @ x", VerdictName.RAISED, "raised"),
        ("nothing_like_it", VerdictName.MISSING_NAME, "missing-name"),
        ("import os; os._exit(3)", VerdictName.EXITED, "exited"),
        ("exit()", VerdictName.EXITED, "exit-called"),
    ],
)
def test_what_ends_a_program_is_told(grader: Grader, answer: str, name: VerdictName, code: str) -> None:
    trouble = scratch(grader, answer).trouble
    assert trouble is not None
    assert (trouble[0], trouble[1].code) == (name, code)


def test_lines_are_those_of_what_is_written(grader: Grader) -> None:
    trouble = scratch(grader, "def f(x):\n    return x @ x\ny = f(x)").trouble
    assert trouble is not None
    assert trouble[1].trace[:2] == ("3: y = f(x)", "2: return x @ x")


def test_blanks_are_filled(grader: Grader) -> None:
    assert scratch(grader, "0", "last").value[1] == "tensor([2.0, 2.0, 2.0])"
    trouble = scratch(grader, "0\n1", "last").trouble
    assert trouble is not None
    assert trouble[1].code == "blanks"


def test_a_cancelled_run_says_nothing(grader: Grader) -> None:
    ticket = grader.scratch(question("swap"), "while True: pass")
    ticket.cancel()
    assert ticket.run() is None


def test_the_program_stays_as_it_is_but_for_its_end() -> None:
    assert with_last_value("x") == "x"
    assert with_last_value("x = 1\n") == "x = 1\nx\n"
    assert with_last_value("for i in y: pass") == "for i in y: pass\nNone\n"

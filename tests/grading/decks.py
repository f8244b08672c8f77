"""Cards for tests, read from text by the real parser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flashtorch.cards.parser import parse_file
from flashtorch.cards.question import ask

if TYPE_CHECKING:
    from flashtorch.cards.model import Card
    from flashtorch.cards.question import Question

SEED = 7


def card(body: str, keys: str = "") -> Card:
    """The card with this text below its comment."""
    text = f"---\ndeck: case\n---\n# Card\n<!-- card: one {keys} -->\n\n{body}\n"
    parsed = parse_file("case.md", text.encode())
    assert not parsed.problems, [str(problem) for problem in parsed.problems]
    [only] = parsed.cards
    return only


def code(solution: str, check: str, *, setup: str = "", more: str = "", keys: str = "", tol: str = "") -> Card:
    """A code card."""
    before = f"```python setup\n{setup}\n```\n\n" if setup else ""
    return card(
        f"Write it.\n\n{before}<details><summary>Answer</summary>\n\n```python solution\n{solution}\n```\n\n"
        f"```python check {tol}\n{check}\n```\n\n{more}\n\n</details>",
        keys,
    )


def predict(source: str, tol: str = "") -> Card:
    return card(f"What does it give?\n\n```python predict {tol}\n{source}\n```")


def fill(source: str, check: str) -> Card:
    return card(f"Fill.\n\n```python fill\n{source}\n```\n\n<details><summary>Answer</summary>\n\n```python check\n{check}\n```\n\n</details>")


def question(made: Card, seed: int = SEED) -> Question:
    return ask(made, seed)

"""Every case of `cases/*.md`: exactly these cards, exactly these problems."""

from __future__ import annotations

import re

import pytest

from flashtorch.cards.parser import parse_file
from tests.cards.fixtures import Case, cards_of, cases, field_of, problems_of

CASES = list(cases())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case) -> None:
    parsed = parse_file("deck.md", case.deck)
    told = [f"{problem.place.line}: {problem.message}" for problem in parsed.problems]
    assert problems_of(parsed) == case.problems, told
    assert cards_of(parsed) == case.cards
    loaded = {str(card.id): card for card in parsed.cards}
    for card, field, how, text in case.shown:
        assert (text in field_of(loaded[card], field)) == (how == "has"), field_of(loaded[card], field)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_problem_is_one_sentence(case: Case) -> None:
    for problem in parse_file("deck.md", case.deck).problems:
        assert problem.severity == "error"
        assert problem.message.isprintable()
        assert all(left.encode() in case.deck for left in re.findall(r"{\w+}", problem.message))
        assert 20 < len(problem.message) < 250

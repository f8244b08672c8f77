"""The deck of first steps: small, every kind once, the same in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from flashtorch.cards import folder
from flashtorch.cards.model import Kind
from flashtorch.cards.parser import parse_file
from flashtorch.cards.question import ask

DECK = Path(__file__).parents[2] / "decks" / "first-steps"


@pytest.mark.parametrize("name", ["first-steps.md", "first-steps.zh.md"])
def test_each_language_stands_alone(name: str) -> None:
    parsed = parse_file(name, (DECK / name).read_bytes())
    assert parsed.problems == ()
    assert len(parsed.cards) <= 12
    assert {card.kind for card in parsed.cards} == set(Kind)
    assert any(card.generated for card in parsed.cards)
    assert any(ask(card, 1).is_fix for card in parsed.cards)


def test_it_reads_without_a_problem() -> None:
    assert [str(problem) for problem in folder.read_path(DECK).problems] == []


def test_every_card_is_told_in_both_languages() -> None:
    for card in folder.read_path(DECK).cards:
        assert (card.lang, card.in_language("zh").lang) == ("en", "zh")

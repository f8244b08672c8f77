"""The deck that comes with the program: it reads without a fault, covers the notes, and its table is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flashtorch.cards import folder, picks
from flashtorch.cards.model import Card, Role
from flashtorch.cards.question import ask, reveal

DECK = Path(__file__).parents[2] / "decks" / "pytorch-notes"
NOTES = range(1, 23)


@pytest.fixture(scope="module")
def cards() -> tuple[Card, ...]:
    return folder.read_path(DECK).cards


def test_it_reads_without_a_problem() -> None:
    assert [str(problem) for problem in folder.read_path(DECK).problems] == []


def test_every_note_has_a_card_that_is_run(cards: tuple[Card, ...]) -> None:
    assert {card.note for card in cards if card.kind.is_run} == set(NOTES)


def test_every_note_is_asked_in_chinese(cards: tuple[Card, ...]) -> None:
    assert {card.lang for card in cards} == {"zh"}
    assert [card.id.name for card in cards if not re.search(r"[\u4e00-\u9fff]", card.title + card.front.source)] == []


def test_code_cards_catalogue_wrong_answers_each_with_its_note(cards: tuple[Card, ...]) -> None:
    solved = [card for card in cards if card.part(Role.CHECK)]
    assert solved
    assert [card.id.name for card in solved if len(card.parts_of(Role.WRONG)) < 3] == []
    assert [card.id.name for card in solved for part in card.parts_of(Role.WRONG) if not part.note] == []


def test_what_is_not_run_is_proven(cards: tuple[Card, ...]) -> None:
    assert [card.id.name for card in cards if not card.kind.is_run and not card.part(Role.PROOF)] == []


def test_a_front_fits_on_the_screen(cards: tuple[Card, ...]) -> None:
    for card in cards:
        code = [line for block in re.findall(r"```python\n(.*?)```", ask(card, 1).front, flags=re.DOTALL) for line in block.splitlines()]
        assert len(code) <= 12, card.id
        assert max(map(len, code), default=0) <= 80, card.id


def test_drawn_numbers_never_reach_the_learner_as_picks(cards: tuple[Card, ...]) -> None:
    generated = [card for card in cards if card.generated]
    assert len(generated) >= 12
    for card in generated:
        for seed in range(5):
            question = ask(card, seed)
            shown = question.front + reveal(question).back + (question.starter or "")
            assert list(picks.find(shown)) == [], card.id


def test_the_table_names_every_card(cards: tuple[Card, ...]) -> None:
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| (\d+) \|", (DECK / "README.md").read_text("utf-8"), flags=re.MULTILINE)
    assert [(name, int(note)) for name, note in rows] == [(card.id.name, card.note) for card in cards]

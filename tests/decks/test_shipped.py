"""The deck that comes with the program: it reads without a fault, and each card has the form that a sitting wants."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from statistics import median

import pytest

from flashtorch.cards import folder, picks
from flashtorch.cards.model import Card, Kind, Role
from flashtorch.cards.question import ask, reveal
from flashtorch.tui.look.prose import lines_of

DECK = Path(__file__).parents[2] / "decks" / "pytorch-notes"
NOTES = range(1, 23)
WIDTH = 80
SOURCE = re.compile(r"^出处：笔记 ([\d、]+)；(.*)。$", flags=re.MULTILINE)
"""The line of an answer side that names notes and pages of documentation."""


@pytest.fixture(scope="module")
def cards() -> tuple[Card, ...]:
    return folder.read_path(DECK).cards


def _lines(source: str) -> int:
    return len(source.rstrip("\n").split("\n"))


def test_it_reads_without_a_problem() -> None:
    assert [str(problem) for problem in folder.read_path(DECK).problems] == []


def test_every_note_is_taught_by_four_cards_of_which_two_are_run(cards: tuple[Card, ...]) -> None:
    assert len(cards) >= 110
    taught, run = Counter(card.note for card in cards), Counter(card.note for card in cards if card.kind.is_run)
    assert set(taught) == set(NOTES)
    assert [note for note in NOTES if taught[note] < 4 or run[note] < 2] == []


def test_most_cards_are_run_and_every_kind_is_there(cards: tuple[Card, ...]) -> None:
    assert {card.kind for card in cards} == set(Kind)
    assert sum(card.kind.is_run for card in cards) >= 0.65 * len(cards)


def test_every_note_is_asked_in_chinese(cards: tuple[Card, ...]) -> None:
    assert {card.lang for card in cards} == {"zh"}
    assert [card.id.name for card in cards if not re.search(r"[\u4e00-\u9fff]", card.title + card.front.source)] == []


def test_code_cards_catalogue_wrong_answers_each_with_its_note(cards: tuple[Card, ...]) -> None:
    solved = [card for card in cards if card.part(Role.CHECK)]
    assert solved
    assert [card.id.name for card in solved if len(card.parts_of(Role.WRONG)) < 3] == []
    assert [card.id.name for card in solved for part in card.parts_of(Role.WRONG) if not part.note] == []


def test_nothing_hidden_is_left_in_the_open(cards: tuple[Card, ...]) -> None:
    # Between code ticks `==…==` hides nothing, and the card would be one for recall.
    assert [card.id.name for card in cards if card.kind is Kind.RECALL and "==" in card.front.source] == []


def test_what_is_not_run_is_proven(cards: tuple[Card, ...]) -> None:
    assert [card.id.name for card in cards if not card.kind.is_run and not card.part(Role.PROOF)] == []


def test_what_is_run_leads_with_a_hint(cards: tuple[Card, ...]) -> None:
    assert [card.id.name for card in cards if card.kind.is_run and not card.hints] == []


@pytest.mark.parametrize("seed", range(3))
def test_a_front_fits_on_the_screen(cards: tuple[Card, ...], seed: int) -> None:
    for card in cards:
        question = ask(card, seed)
        options = sum(len(lines_of(option.prose, WIDTH - 6)) for option in question.options)
        assert len(lines_of(question.prose, WIDTH)) + options <= 12, card.id
        code = [line for block in re.findall(r"```python\n(.*?)```", question.front, flags=re.DOTALL) for line in block.splitlines()]
        assert max(map(len, [*code, *(question.starter or "").splitlines()]), default=0) <= WIDTH, card.id


def test_answers_are_short(cards: tuple[Card, ...]) -> None:
    roles = (Role.SOLUTION, Role.FILL)
    answers = {card.id.name: [_lines(part.source) for part in card.parts if part.role in roles] for card in cards if card.part(Role.CHECK)}
    assert [name for name, lengths in answers.items() if max(lengths) > 10] == []
    assert median(map(min, answers.values())) <= 4


def test_an_answer_side_says_the_rule_first_and_names_its_sources(cards: tuple[Card, ...]) -> None:
    for card in cards:
        prose = re.sub(r"```.*?```", "", reveal(ask(card, 1)).back, flags=re.DOTALL)
        if card.kind is Kind.CLOZE:
            prose = prose[prose.index("**") :]
        assert prose.lstrip().startswith("**"), card.id
        found = SOURCE.search(prose)
        assert found, card.id
        assert str(card.note) in found[1].split("、"), card.id
        assert re.search(r"(torch|Python) 文档 `", found[2]), card.id


def test_drawn_numbers_never_reach_the_learner_as_picks(cards: tuple[Card, ...]) -> None:
    generated = [card for card in cards if card.generated]
    assert len(generated) >= 15
    for card in generated:
        for seed in range(5):
            question = ask(card, seed)
            shown = question.front + reveal(question).back + (question.starter or "")
            assert list(picks.find(shown)) == [], card.id

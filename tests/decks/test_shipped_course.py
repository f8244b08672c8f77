"""The deck that comes with the program as a course: its README is true, errors are set right, nothing comes before what it needs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from flashtorch.cards import folder
from flashtorch.cards.model import Card, Role
from flashtorch.cards.question import ask
from flashtorch.scheduling.moment import day_start
from flashtorch.scheduling.order import agenda_of
from flashtorch.scheduling.params import Params
from flashtorch.scheduling.state import CardState, Stage
from tests.decks.test_shipped import DECK, SOURCE

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTRADICTIONS = {"x1": (1, 16), "x2": (14, 20), "x3": (2, 7), "x4": (5, 15)}
ERRORS = 69
FAR = 1_000_000
"""A study day that never comes."""


@dataclass(frozen=True, slots=True)
class Row:
    """A card in the README's table."""

    note: int
    kind: tuple[str, ...]
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """What the schedule reads of a card."""

    card: str
    file: str
    position: int
    note: int | None
    siblings: str
    tags: tuple[str, ...] = ()
    deck: str = "pytorch-notes"
    rev: int = 1


@pytest.fixture(scope="module")
def cards() -> dict[str, Card]:
    return {card.id.name: card for card in folder.read_path(DECK).cards}


@pytest.fixture(scope="module")
def readme() -> str:
    return (DECK / "README.md").read_text("utf-8")


@pytest.fixture(scope="module")
def table(readme: str) -> dict[str, Row]:
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| (\d+) \| ([a-z, ]+) \| (.*?) ?\|$", readme, flags=re.MULTILINE)
    return {name: Row(int(note), tuple(kind.split(", ")), tuple(re.findall(r"`([a-z0-9-]+)`", needs))) for name, note, kind, needs in rows}


@pytest.fixture(scope="module")
def errors(readme: str) -> dict[str, tuple[str, str]]:
    """Of each error of the notes: what the note says, and the card that sets it right."""
    rows = re.findall(r"^\| (n\d\d\.c\d+|x\d) \| (.*) \| `([a-z0-9-]+)` \|$", readme, flags=re.MULTILINE)
    return {name: (quote, card) for name, quote, card in rows}


def _kind(card: Card) -> str:
    return "fix" if ask(card, 1).is_fix else card.kind.value


def _plain(text: str) -> str:
    """Without code ticks, emphasis and blanks."""
    return re.sub(r"[`*\s]", "", text)


def _met(cards: dict[str, Card], per_day: int) -> Iterator[str]:
    """New cards in the order in which a learner meets them who does every day's."""
    heads = [
        Head(name, card.place.file, position, card.note, card.siblings_key) for position, (name, card) in enumerate(cards.items())
    ]
    params, states, day = Params(new_per_day=per_day), dict[str, CardState](), 20_000
    while len(states) < len(cards):
        today = agenda_of(heads, states, day_start(day, 0), params).main
        assert today
        yield from (row.card for row in today)
        met = CardState(stage=Stage.REVIEW, stability=1.0, difficulty=5.0, due_day=FAR, last_day=day, first_day=day)
        states |= dict.fromkeys((row.card for row in today), met)
        day += 1


def test_the_table_names_every_card_as_it_is(cards: dict[str, Card], table: dict[str, Row]) -> None:
    assert list(table) == list(cards)
    assert {name: row.note for name, row in table.items()} == {name: card.note for name, card in cards.items()}
    assert {name: row.kind[0] for name, row in table.items()} == {name: _kind(card) for name, card in cards.items()}
    assert {name for name, row in table.items() if "generated" in row.kind} == {name for name, card in cards.items() if card.generated}


def test_bugs_come_from_the_notes(table: dict[str, Row]) -> None:
    assert sum("fix" in row.kind and "snippet" in row.kind for row in table.values()) >= 12


@pytest.mark.parametrize("per_day", [5, 10, Params().new_per_day, 30])
def test_what_a_card_needs_is_met_before_it(cards: dict[str, Card], table: dict[str, Row], per_day: int) -> None:
    place = {name: at for at, name in enumerate(_met(cards, per_day))}
    assert len(place) == len(cards)
    early = [(name, needed) for name, row in table.items() for needed in row.needs if place[needed] > place[name]]
    assert early == []


def test_no_note_is_left_to_the_end(cards: dict[str, Card]) -> None:
    first_days = list(_met(cards, Params().new_per_day))[:100]
    assert len({cards[name].note for name in first_days}) == 22
    assert len({cards[name].note for name in first_days[:20]}) >= 8


def test_every_error_of_the_notes_is_set_right_by_a_card_about_its_note(
    cards: dict[str, Card], errors: dict[str, tuple[str, str]]
) -> None:  # fmt: skip
    assert len(errors) == ERRORS
    for error, (_quote, name) in errors.items():
        named = SOURCE.search(cards[name].back.source)
        notes = CONTRADICTIONS.get(error) or (int(error[1:3]),)
        assert named, name
        assert set(map(str, notes)) <= set(named[1].split("、")), (error, name)


def test_a_card_that_sets_an_error_right_quotes_the_note_and_is_run_or_proven(
    cards: dict[str, Card], errors: dict[str, tuple[str, str]]
) -> None:  # fmt: skip
    for error, (quote, name) in errors.items():
        card = cards[name]
        assert _plain(quote) in _plain(card.back.source), (error, name)
        assert card.kind.is_run or card.part(Role.PROOF), (error, name)

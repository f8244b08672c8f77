"""`flashtorch deck check` offers to take a new id back where it cost a card its schedule."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from flashtorch.paths import Paths
from flashtorch.scheduling.state import Rating
from flashtorch.session.study import open_study
from flashtorch.settings import Settings
from tests.cards.making import write_deck
from tests.session.desk import MORNING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run

WORDS = "which is told in a good number of words, so that a small change of them is small"


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    """A deck whose first card was answered once."""
    deck = write_deck(tmp_path / "d.md", "d", {"one": f"The first, {WORDS}", "two": f"2, {WORDS[::-1]}"})
    study = open_study(Paths(tmp_path / "home"), Settings(), [deck], MORNING, entropy=bytes)
    study.session.begin(MORNING)
    study.session.reveal(MORNING)
    study.session.rate(Rating.GOOD, MORNING)
    study.close()
    return deck


def warned(run: Run) -> list[str]:
    code, out, err = run("check", "d.md", "--no-run")
    assert (code, err) == (0, "")
    return re.findall(r"^d\.md:(\d+): warning: this seems to be `d/one`", out, re.MULTILINE)


def test_a_card_under_a_new_id_is_known_again(run: Run, deck: Path) -> None:
    assert warned(run) == []
    text = deck.read_text("utf-8")
    deck.write_text(text.replace("card: one", "card: uno"), encoding="utf-8")
    assert warned(run) == ["5"]
    # With some other words too, as long as the cache of decks remembers it.
    deck.write_text(text.replace("card: one", "card: uno").replace("The first", "Number one"), encoding="utf-8")
    assert warned(run) == ["5"]


def test_another_card_is_no_rename(run: Run, deck: Path) -> None:
    text = deck.read_text("utf-8")
    deck.write_text(text.replace("card: one", "card: uno").replace(WORDS, "something else entirely: 42"), encoding="utf-8")
    assert warned(run) == []
    # Nor is a copy of a card that is still there.
    deck.write_text(text + text[text.index("\n##") : text.index("\n##", 40)].replace("card: one", "card: copy"), encoding="utf-8")
    assert warned(run) == []

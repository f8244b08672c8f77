"""A deck that is told in two languages, met in either."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from flashtorch import language
from flashtorch.cards.library import open_library
from flashtorch.cards.shipped import shipped_decks
from flashtorch.paths import Paths
from flashtorch.scheduling.state import Rating
from flashtorch.session.phase import Answered, Asking
from flashtorch.session.study import open_study
from flashtorch.settings import Settings
from tests.cards.making import write_deck
from tests.session.desk import MORNING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def speak() -> Iterator[None]:
    yield
    language.use("en")


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    write_deck(tmp_path / "deck" / "notes.md", "notes", {"x": "one", "y": "two"}, lang="en")
    write_deck(tmp_path / "deck" / "notes.zh.md", "notes", {"x": "一", "y": "二"}, lang="zh")
    return tmp_path / "deck"


@pytest.mark.usefixtures("speak")
def test_a_sitting_speaks_the_language_of_the_interface_and_keeps_one_schedule(tmp_path: Path, deck: Path) -> None:
    study = open_study(Paths(tmp_path / "home"), Settings(), [deck], MORNING, entropy=bytes)
    language.use("zh")
    asking = study.session.begin(MORNING)
    assert isinstance(asking, Asking)
    assert asking.question.card.lang == "zh"
    answered = study.session.reveal(MORNING)
    assert isinstance(answered, Answered)
    assert answered.back.back == "一"
    language.use("en")
    following = study.session.rate(Rating.GOOD, MORNING)
    assert isinstance(following, Asking)
    assert (following.question.card.lang, str(following.question.card.id)) == ("en", "notes/y")
    assert set(study.history.states()) == {"notes/x"}
    study.close()


def test_the_first_card_is_told_in_a_language_without_reading_markdown(tmp_path: Path) -> None:
    paths = Paths(tmp_path / "home")
    open_library(paths, register=False).close()
    program = (
        "import sys; from pathlib import Path; from flashtorch.paths import Paths; from flashtorch.cards.library import open_library;"
        "from flashtorch.cards.question import ask;"
        "library = open_library(Paths(Path(sys.argv[1])), register=False);"
        "print(ask(library.card('first-steps/other-side'), 1, 'zh').title);"
        "print(sorted({'markdown_it', 'pydantic', 'sqlalchemy', 'numpy', 'torch'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", program, str(paths.home)], capture_output=True, check=True, encoding="utf-8")
    assert ran.stdout == "翻到背面\n[]\n"
    assert (shipped_decks() / "first-steps" / "first-steps.zh.md").exists()

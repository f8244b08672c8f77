"""While it is tried whether a card works with the numbers that were drawn, nothing of it is on the screen."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from flashtorch.cards.library import open_library
from flashtorch.cards.model import CardId
from flashtorch.cards.question import DRAWS, ask, question_seed
from flashtorch.grading.verdict import Finding, Verdict, VerdictName
from flashtorch.session.phase import Asking, Drawing
from flashtorch.session.proven import Proven
from flashtorch.settings import Settings
from flashtorch.tui.glimpse import UNKNOWN, sight
from tests.tui.sitting import Clock, Judge, sitting
from tests.tui.test_app import registered
from tests.tui.test_review import CODE, RECALL

if TYPE_CHECKING:
    from pathlib import Path

NUMBERS = CODE.replace("Swap the axes", "Swap the axes of pick(2, 3) by 4").replace("card: swap", "card: numbers")
SEEDS = [question_seed(CardId("t", "numbers"), 0, draw) for draw in range(DRAWS)]
BROKEN = Verdict(VerdictName.BROKEN, finding=Finding("reference-nothing"), torch="2.13")


async def test_the_card_comes_when_its_numbers_are_known_to_be_good_and_keys_wait_for_it(tmp_path: Path) -> None:
    async with sitting(tmp_path, f"{RECALL}\n{NUMBERS}") as it:
        it.judge.gate.clear()
        await it.press("space", "4")
        assert isinstance(it.app.review.phase, Drawing)
        assert (it.scene, it.card.strip(), it.judge.shown) == ("OPENING", "", [])
        assert "Drawing numbers" in it.row
        await it.press("enter")
        it.judge.gate.set()
        await it.settle()
        await it.settle()
        assert it.card.startswith("Swap the axes of")
        assert it.scene == "WRITING"
        assert len(it.judge.shown) == 1


async def test_a_card_that_works_with_no_numbers_is_never_on_the_screen(tmp_path: Path) -> None:
    judge = Judge(faults=dict.fromkeys(SEEDS, BROKEN))
    async with sitting(tmp_path, f"{NUMBERS}\n{RECALL}", judge=judge) as it:
        assert it.card.startswith("Why divide")
        assert any("t/numbers is set aside" in note.message for note in it.app._notifications)
        assert judge.shown == []


async def test_what_comes_next_is_tried_while_the_card_is_read(tmp_path: Path) -> None:
    async with sitting(tmp_path, f"{RECALL}\n{NUMBERS}") as it:
        review = it.app.review
        review._look_ahead()
        assert it.judge.ahead == ["t/numbers"]


async def test_leaving_while_numbers_are_drawn_ends_that(tmp_path: Path) -> None:
    async with sitting(tmp_path, f"{RECALL}\n{NUMBERS}", judge=Judge(obedient=True)) as it:
        it.judge.gate.clear()
        await it.press("space", "4")
        assert isinstance(it.app.review.phase, Drawing)
        it.app.exit(0)
    assert it.judge.tickets[0].cancelled


def test_the_first_frame_has_no_numbers_that_were_not_tried(tmp_path: Path) -> None:
    paths = registered(tmp_path, NUMBERS)
    assert sight(paths, Settings(), "t", Clock()()) is UNKNOWN
    with contextlib.closing(open_library(paths, register=False)) as library:
        Proven(paths.proven).add(ask(library.card("t/numbers"), SEEDS[0]))
    glimpsed = sight(paths, Settings(), "t", Clock()())
    assert isinstance(glimpsed.asking, Asking)
    assert glimpsed.asking.question.seed == SEEDS[0]


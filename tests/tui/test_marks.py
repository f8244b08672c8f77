"""What can be said about a card on the screen, what is known of it, and that keys, mouse and cursor stay where they belong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input

from flashtorch.history.event import EventKind
from flashtorch.session.phase import Asking
from tests.tui.sitting import WRONG, sitting
from tests.tui.test_review import CHOICE, CODE, PREDICT, RECALL, TYPED, ratings

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.sitting import Sitting


def kinds(it: Sitting) -> list[EventKind]:
    return [event.kind for event in it.events]


def shown(it: Sitting) -> str:
    return "\n".join(it.screen)


async def test_a_known_card_goes_far_away_and_comes_back_by_undo(tmp_path: Path) -> None:
    async with sitting(tmp_path, RECALL + "\n" + TYPED) as it:
        await it.press("K")
        assert it.card.startswith("Which call")
        assert "put off for half a year" in it.row
        await it.press("u")
        assert it.card.startswith("Why divide")


async def test_a_flag_is_a_sentence(tmp_path: Path) -> None:
    async with sitting(tmp_path, RECALL) as it:
        await it.press("f", *"wrong", "enter")
        assert it.events[-1].kind is EventKind.FLAG
        assert it.events[-1].evidence["text"] == "wrong"
        assert it.scene == "RECALLING"
        await it.press("f", *"no", "escape")
        assert kinds(it) == [EventKind.FLAG]


async def test_a_note_is_shown_with_the_answer_and_can_be_changed(tmp_path: Path) -> None:
    async with sitting(tmp_path, RECALL) as it:
        await it.press("n", *"variance", "enter")
        assert "variance" not in it.card
        await it.press("space")
        assert "your note" in it.card
        assert "\nvariance" in it.card
        await it.press("n")
        line = it.app.screen.query_one(Input)
        assert line.value == "variance"
        await it.press("!", "enter")
        assert "\nvariance!" in it.card
        assert it.scene == "RATING"


async def test_keys_of_a_question_are_typed_into_its_line(tmp_path: Path) -> None:
    async with sitting(tmp_path, RECALL) as it:
        await it.press("f", "q", "1", "space", "?", "enter")
        assert it.events[-1].evidence["text"] == "q1 ?"


async def test_the_page_of_a_card_shows_what_was_answered(tmp_path: Path) -> None:
    async with sitting(tmp_path, PREDICT, verdicts=[WRONG]) as it:
        await it.press("i")
        assert "It has not been answered yet." in shown(it)
        await it.press("q")
        assert it.scene == "READING"
        await it.press("enter", *"(9, 9)", "ctrl+j", "1", "i")
        assert "Again" in shown(it)
        assert "(9, 9)" in shown(it)
        assert "shape (4, 3), expected (3, 4)" in shown(it)
        await it.press("escape")
        assert it.app.screen is it.app.review


async def test_a_card_that_is_missed_again_offers_its_wrong_answers(tmp_path: Path) -> None:
    async with sitting(tmp_path, TYPED) as it:
        await it.press("enter", *"first", "enter", "1")
        await it.press("enter", *"second", "enter")
        assert "h shows 1 wrong answer of before." in it.card
        await it.press("h")
        assert "first" in shown(it)
        await it.press("q", "1")
        assert ratings(it.events) == [1, 1]


async def test_a_language_that_is_not_there_is_said(tmp_path: Path) -> None:
    async with sitting(tmp_path, RECALL) as it:
        await it.press("l")
        assert "no other language" in it.row


async def test_a_wrong_prediction_is_marked_where_it_first_differs(tmp_path: Path) -> None:
    from dataclasses import replace

    async with sitting(tmp_path, PREDICT, verdicts=[replace(WRONG, value="torch.Size([3, 2])")]) as it:
        await it.press("enter", *"torch.Size([2, 3])", "ctrl+j")
        lines = it.card.split("\n")
        at = next(number for number, line in enumerate(lines) if line.startswith("you wrote"))
        assert lines[at + 1].index("torch") == lines[at].index("torch")
        assert lines[at + 2].index("^") == lines[at].index("2, 3")


async def test_options_are_picked_by_mouse(tmp_path: Path) -> None:
    async with sitting(tmp_path, CHOICE) as it:
        card = it.app.review.card
        row = next(number for number, line in enumerate(it.screen) if "[ ] 2" in line)
        await it.pilot.click(card, offset=(5, row - card.region.y))
        assert it.app.review.picked == {2}
        await it.pilot.click(card, offset=(5, row - card.region.y))
        assert it.app.review.picked == frozenset()


async def test_keys_go_on_working_wherever_the_mouse_was(tmp_path: Path) -> None:
    async with sitting(tmp_path, CODE, verdicts=[WRONG]) as it:
        await it.press("enter", "x")
        for place in ("Head", "RatingRow", "Foot"):
            await it.pilot.click(place, offset=(70, 0))
            assert it.app.screen.focused is not None
        await it.pilot.click("CardView")
        await it.press("enter", "y")
        assert it.app.review.editor.text.rstrip().endswith("xy")
        await it.press("ctrl+j")
        await it.pilot.click("VerdictView")
        await it.press("enter", "z")
        assert it.app.review.editor.text.rstrip().endswith("xyz")


async def test_a_long_card_scrolls_by_pages(tmp_path: Path) -> None:
    long = RECALL.replace("Say why.", "\n\n".join(f"Paragraph {number}." for number in range(60)))
    async with sitting(tmp_path, long) as it:
        card = it.app.review.card
        await it.press("pagedown")
        page = card.scroll_y
        assert page > 10
        await it.press("ctrl+d")
        assert card.scroll_y == 2 * page
        await it.press("pageup", "ctrl+u")
        assert card.scroll_y == 0


@pytest.mark.parametrize("before", ["", "归", "x归一", "  # 方差，"])
async def test_the_cursor_stands_behind_what_is_written_in_wide_characters(tmp_path: Path, before: str) -> None:
    from rich.cells import cell_len

    async with sitting(tmp_path, CODE) as it:
        await it.press("enter")
        editor = it.app.review.editor
        editor.take_over(before)
        await it.press("化", "a")
        origin = editor.cursor_screen_offset.x - cell_len(f"{before}化a")
        await it.press("left")
        assert editor.cursor_screen_offset.x == origin + cell_len(f"{before}化")
        await it.press("left")
        assert editor.cursor_screen_offset.x == origin + cell_len(before)
        await it.press("b")
        assert editor.text == f"{before}b化a"
        assert editor.cursor_screen_offset.x == origin + cell_len(f"{before}b")
        row = it.screen[editor.cursor_screen_offset.y]
        assert f"{before}b化a" in row


async def test_what_is_left_of_the_time_stands_in_the_head(tmp_path: Path) -> None:
    async with sitting(tmp_path, RECALL) as it:
        it.app.review.minutes = 7
        it.app.review.draw()
        assert "7 min" in it.screen[0]


async def test_leaving_a_question_unsaid_keeps_the_draft(tmp_path: Path) -> None:
    async with sitting(tmp_path, CODE) as it:
        await it.press("enter", "#", "escape", "f", "escape")
        phase = it.app.review.phase
        assert isinstance(phase, Asking)
        assert phase.draft.rstrip().endswith("#")

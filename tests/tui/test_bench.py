"""Work on an answer: runs that count for nothing, the answer beside the solution, the learner's own editor, the clipboard."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

import pytest
from textual.events import Paste

from flashtorch.session.phase import Answered, Asking, Missed
from tests.tui.sitting import RIGHT, WRONG, Judge, Sitting, sitting
from tests.tui.test_review import CODE, FILL, FIX, PREDICT, RECALL, ratings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SOLUTION = "def f(x):\n    return x.T\n"


async def written(it: Sitting, text: str) -> None:
    """The editor holds this text and the cursor is in it."""
    await it.press("enter")
    it.app.review.editor.take_over(text)


def notices(it: Sitting) -> str:
    return "\n".join(notice.message for notice in it.app._notifications)


# ------------------------------------------------------------------ runs that count for nothing


async def test_a_scratch_run_shows_the_last_value_and_counts_for_nothing(tmp_path: Path) -> None:
    async with sitting(tmp_path, CODE) as it:
        await written(it, "x = 1")
        await it.press("f6")
        assert it.scene == "WRITING"
        assert "tried out" in it.verdict
        assert "tensor([1.0, 2.0])" in it.verdict
        assert "ran 'x = 1'" in it.verdict
        phase = it.app.review.phase
        assert isinstance(phase, Asking)
        assert phase.attempts == 0
        assert not it.events
        assert it.app.review.editor.has_focus


async def test_nothing_can_be_tried_out_where_that_would_give_the_answer_away(tmp_path: Path) -> None:
    async with sitting(tmp_path, PREDICT) as it:
        await it.press("enter", "3", "f6")
        assert it.judge.tickets == []
        assert it.scene == "WRITING"
        assert "f6" not in it.screen[-1]


async def test_a_scratch_run_can_be_cancelled(tmp_path: Path) -> None:
    judge = Judge(obedient=True)
    judge.gate.clear()
    async with sitting(tmp_path, CODE, judge=judge) as it:
        await written(it, "x = 1")
        await it.press("f6")
        assert it.scene == "RUNNING"
        assert "running" in it.row
        await it.press("ctrl+c")
        assert it.scene == "WRITING"
        assert judge.tickets[-1].cancelled
        assert it.verdict == ""


async def test_an_answer_can_be_improved_without_touching_its_rating(tmp_path: Path) -> None:
    async with sitting(tmp_path, CODE, verdicts=[RIGHT, WRONG]) as it:
        await written(it, SOLUTION)
        await it.press("ctrl+j")
        assert it.scene == "RATING"
        before = it.app.review.phase
        assert isinstance(before, Answered)
        await it.press("w", "#", "ctrl+j")
        assert it.scene == "IMPROVING"
        assert "the rating stays as it is" in it.verdict
        assert it.judge.tickets[-1].answer == SOLUTION + "#"
        assert it.app.review.phase is before
        assert "[3 Good" in it.row
        await it.press("escape", "3")
        assert ratings(it.events) == [3]
        assert it.events[0].evidence["verdict"] == "pass"
        assert it.events[0].evidence["answer"] == SOLUTION


async def test_a_rating_key_is_typed_while_the_answer_is_improved(tmp_path: Path) -> None:
    async with sitting(tmp_path, CODE) as it:
        await written(it, SOLUTION)
        await it.press("ctrl+j", "w", "3", "q")
        assert not it.events
        assert it.app.review.editor.text.endswith("3q")


async def test_the_editor_stays_beside_the_answer_where_there_is_room(tmp_path: Path) -> None:
    async with sitting(tmp_path, CODE, size=(120, 40)) as it:
        await written(it, SOLUTION)
        await it.press("ctrl+j")
        assert it.app.review.editor.display
        assert it.scene == "RATING"
        await it.press("4")
        assert not it.app.review.editor.display


async def test_a_card_that_was_given_up_can_be_tried_again(tmp_path: Path) -> None:
    async with sitting(tmp_path, CODE) as it:
        await it.press("f4", "w")
        assert it.scene == "IMPROVING"
        await it.press("escape", "1")
        assert ratings(it.events) == [1]


# ------------------------------------------------------------------ beside the solution


async def test_an_answer_stands_beside_the_solution(tmp_path: Path) -> None:
    async with sitting(tmp_path, CODE, size=(120, 40)) as it:
        await written(it, "def f(x):\n    return x.t()\n")
        await it.press("ctrl+j")
        sides = [line for line in it.card.split("\n") if " │ " in line]
        assert any("-     return x.t()" in line and "+     return x.T" in line for line in sides)
        assert it.card.count("return x.T") == 1, "the solution is not shown twice"
    async with sitting(tmp_path, CODE, size=(80, 24)) as it:
        await written(it, "def f(x):\n    return x.t()\n")
        await it.press("ctrl+j")
        assert "-     return x.t()\n+     return x.T" in it.card


async def test_the_solution_itself_is_told_as_such(tmp_path: Path) -> None:
    async with sitting(tmp_path, CODE) as it:
        await written(it, SOLUTION + "# mine\n")
        await it.press("ctrl+j")
        assert "the same program" in it.card


async def test_whoever_gives_up_with_nothing_but_the_starter_still_sees_the_solution(tmp_path: Path) -> None:
    async with sitting(tmp_path, CODE) as it:
        await it.press("f4")
        assert "return x.T" in it.card
    async with sitting(tmp_path, FIX) as it:
        await it.press("enter", "x", "f4")
        assert "return x.T" in it.card


# ------------------------------------------------------------------ the learner's own editor


@contextlib.contextmanager
def suspended() -> Iterator[None]:
    yield


def script(tmp_path: Path, python: str) -> list[str]:
    file = tmp_path / "editor.py"
    file.write_text(f"import pathlib, sys\nfile = pathlib.Path(sys.argv[-1])\n{python}\n", encoding="utf-8")
    return [sys.executable, str(file)]


async def test_the_answer_goes_to_the_own_editor_and_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    editor = script(tmp_path, "file.write_text(file.read_text().replace('...', 'return x.T'))")
    async with sitting(tmp_path, CODE, editor=editor) as it:
        monkeypatch.setattr(it.app, "suspend", suspended)
        await it.press("enter", "ctrl+e")
        assert it.app.review.editor.text == "def f(x):\n    return x.T"
        assert it.scene == "WRITING"
        await it.press("ctrl+z")
        assert "..." in it.app.review.editor.text
        await it.press("ctrl+y", "ctrl+j")
        assert it.judge.tickets[-1].answer == "def f(x):\n    return x.T"


@pytest.mark.parametrize(
    ("python", "says"), [("sys.exit(1)", "ended with status 1"), ("file.write_text('x' * 200_000)", "too long"), (None, "no editor is set")]
)
async def test_an_own_editor_that_fails_leaves_the_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, python: str | None, says: str
) -> None:
    async with sitting(tmp_path, CODE, editor=script(tmp_path, python) if python else ()) as it:
        monkeypatch.setattr(it.app, "suspend", suspended)
        await written(it, "x = 1")
        await it.press("ctrl+e")
        assert it.app.review.editor.text == "x = 1"
        assert says in notices(it)


async def test_where_the_terminal_cannot_be_handed_over_that_is_said(tmp_path: Path) -> None:
    async with sitting(tmp_path, CODE, editor=["true"]) as it:
        await it.press("enter", "ctrl+e")
        assert "cannot be opened from here" in notices(it)


async def test_a_change_to_the_card_is_there_when_the_editor_closes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    editor = script(tmp_path, "file.write_text(file.read_text().replace('divide', 'multiply'))")
    async with sitting(tmp_path, RECALL, editor=editor) as it:
        monkeypatch.setattr(it.app, "suspend", suspended)
        await it.press("e")
        assert it.card.startswith("Why multiply by")
        await it.press("space", "3")
        assert ratings(it.events) == [3]


async def test_a_card_that_was_broken_by_the_edit_is_set_aside_with_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    editor = script(tmp_path, "file.write_text(file.read_text().replace('card: why', 'card: why nonsense=1'))")
    async with sitting(tmp_path, RECALL + "\n" + FILL, editor=editor) as it:
        monkeypatch.setattr(it.app, "suspend", suspended)
        assert it.card.startswith("Why divide")
        await it.press("e")
        assert it.card.startswith("The last dimension")
        assert "no longer in its deck" in notices(it)


async def test_what_is_written_survives_an_edit_of_the_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    editor = script(tmp_path, "file.write_text(file.read_text().replace('Swap', 'Turn'))")
    async with sitting(tmp_path, CODE, verdicts=[WRONG], editor=editor) as it:
        monkeypatch.setattr(it.app, "suspend", suspended)
        await written(it, "y = 2")
        await it.press("ctrl+j", "escape", "e")
        assert it.card.startswith("Turn the axes")
        assert it.app.review.editor.text == "y = 2"
        assert isinstance(it.app.review.phase, Missed)


# ------------------------------------------------------------------ clipboard, pastes, lines


async def test_verdict_and_card_can_be_copied(tmp_path: Path) -> None:
    async with sitting(tmp_path, CODE, verdicts=[WRONG]) as it:
        await it.press("y")
        assert it.app.clipboard.startswith("Swap the axes\n\nWrite `f(x)`.")
        await written(it, "x")
        await it.press("ctrl+j", "escape", "y")
        assert "shape (4, 3), expected (3, 4)" in it.app.clipboard
        assert "printed by the answer" in it.app.clipboard
        await it.press("Y")
        assert "return x.T" not in it.app.clipboard
        await it.press("f4", "Y")
        assert "return x.T" in it.app.clipboard


async def test_a_megabyte_is_refused_in_one_line(tmp_path: Path) -> None:
    async with sitting(tmp_path, CODE) as it:
        await it.press("enter")
        before = it.app.review.editor.text
        it.app.review.editor.post_message(Paste("x" * 1_000_000))
        await it.settle()
        assert it.app.review.editor.text == before
        assert "1000 KB" in it.row


async def test_lines_become_comments_by_the_key_of_the_table(tmp_path: Path) -> None:
    async with sitting(tmp_path, CODE) as it:
        await written(it, "x = 1")
        await it.press("ctrl+underscore")
        assert it.app.review.editor.text == "# x = 1"
        await it.press("ctrl+slash")
        assert it.app.review.editor.text == "x = 1"


async def test_what_is_typed_stands_in_its_blank(tmp_path: Path) -> None:
    async with sitting(tmp_path, FILL) as it:
        assert "dim=____, keepdim=____" in it.card
        await it.press("enter", "-", "1")
        assert "dim=-1, keepdim=____" in it.card
        await it.press("enter", *"True")
        assert "dim=-1, keepdim=True" in it.card

"""The page of the first run, the report of problems, the end of a sitting, and resizing while any of them is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

from flashtorch.cards.library import open_library
from flashtorch.cards.model import Place, Problem
from flashtorch.grading.verdict import Finding, Verdict, VerdictName
from flashtorch.paths import Paths
from flashtorch.scheduling.moment import Moment
from flashtorch.session.phase import Aside, Counts, Finished, Reason, Today
from flashtorch.settings import Settings
from flashtorch.tui.flashtorch_app import FlashtorchApp
from flashtorch.tui.glimpse import Sight, sight
from flashtorch.tui.look.done import done_page
from flashtorch.tui.opening import Opening
from flashtorch.tui.overview import Overview, overview
from flashtorch.tui.screens.problems import report
from tests.tui.sitting import START_US, Clock, Judge, Sitting, opened, sitting
from tests.tui.test_review import CODE, RECALL

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from flashtorch.cards.library import Library

SIZES = [(20, 5), (40, 10), (80, 24), (120, 40), (33, 7)]


async def first_run(home: Path, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Sitting]:
    file = home / "deck.md"
    file.write_text(f"---\ndeck: t\ntitle: 张量\n---\n\n{RECALL}\n{CODE}", encoding="utf-8")
    clock, judge = Clock(), Judge()

    def looks(library: Library | None) -> Overview:
        return overview(library or open_library(Paths(home), [file], register=False), Paths(home), Settings(), clock())

    how = Opening(
        lambda asks: opened(home, file, judge, clock),  # type: ignore[arg-type, return-value]
        lambda: Sight(is_first_run=True),
        looks,
        home=str(home),
    )
    app = FlashtorchApp(how, clock)
    async with app.run_test(size=size) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        yield Sitting(app, pilot, judge)
    app.close_study()


async def test_the_first_run_says_what_was_found(tmp_path: Path) -> None:
    async for it in first_run(tmp_path, (120, 40)):
        shown = "\n".join(it.screen)
        assert "张量  2 cards" in shown
        assert str(tmp_path)[-20:] in "".join(line.strip() for line in it.screen)
        assert "2.13 · cpu" in shown
        assert "level A" in shown
        assert "enter begins with 2 new cards" in shown
        await it.press("enter")
        assert it.at == "ReviewScreen"
        assert it.scene == "RECALLING"
        await it.press("q")
        assert it.at == "HomeScreen"
        await it.press("q")
        assert it.app.return_value == 0


async def test_the_first_run_can_be_left(tmp_path: Path) -> None:
    async for it in first_run(tmp_path):
        await it.press("q")
        assert it.app.return_value == 0


def test_only_the_very_first_run_is_one(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    assert sight(paths, Settings(), None, Clock()()).is_first_run
    paths.history.touch()
    assert not sight(paths, Settings(), None, Clock()()).is_first_run


PROBLEMS = (
    Problem(Place("/notes/b.md", 9), "warning", "long", "a warning"),
    Problem(Place("/notes/a.md", 31), "error", "no-answer", "the card has no answer " * 8, "t/x"),
    Problem(Place("/notes/a.md", 7), "error", "bad-id", "no id"),
)


@pytest.mark.parametrize("width", [12, 30, 80])
def test_problems_come_by_file_and_line(width: int) -> None:
    lines = [line.plain for line in report(PROBLEMS, width)]
    assert all(cell_len(line) <= width for line in lines)
    first, second, third = (next(at for at, line in enumerate(lines) if f" {sign} " in line) for sign in ("✗ 7", "✗ 31", "⚠ 9"))
    assert first < second < third
    assert sum("a.md" in line for line in lines) == 1


NOW = Moment(START_US)
BROKEN = Verdict(VerdictName.BROKEN, finding=Finding("timeout", {"seconds": 10}), torch="2.13")


def done_text(phase: Finished) -> str:
    return str(done_page(phase, None, 75, NOW))


def test_the_end_says_what_was_done_and_what_is_left() -> None:
    today = Today(answers=42, took_ms=720_000, reviews=30, recalled=27, practised=3)
    text = done_text(Finished(Counts(0, 0, 0), NOW.at_us + 7_200_000_000, Reason.DONE, today))
    assert "Done for today." in text
    assert "42 answers today in 12 min" in text
    assert "27 of 30 reviews remembered (90 %)" in text
    assert "3 answers in practice" in text
    assert "due in 2h" in text


def test_the_end_of_a_time_box_says_what_is_left() -> None:
    text = done_text(Finished(Counts(3, 0, 9, waiting=188, backlog_days=4), None, Reason.TIME))
    assert "The time is over." in text
    assert "12 cards are left today" in text
    assert "197 reviews are due: 4 days of work" in text


def test_the_end_names_what_could_not_be_judged() -> None:
    text = done_text(Finished(Counts(0, 0, 0), None, Reason.DONE, Today(), (Aside("t/x", BROKEN, "2.6"),)))
    assert "Set aside, and not counted:" in text
    assert "t/x" in text


@pytest.mark.parametrize("keys", [("q",), ("?",), ("q", "c"), ("q", "?"), ("ctrl+p",), ("space", "4", "q", "enter")], ids="-".join)
async def test_resizing_while_a_page_is_open(keys: tuple[str, ...], tmp_path: Path) -> None:
    async with sitting(tmp_path, RECALL) as it:
        for key in keys:
            await it.press(key)
        at = it.at
        for size in SIZES:
            await it.pilot.resize_terminal(*size)
            await it.pilot.pause()
            assert it.at == at
            assert all(cell_len(line) == size[0] for line in it.screen)
        await it.pilot.resize_terminal(80, 24)
        await it.pilot.pause()


async def test_resizing_on_another_page_lays_the_card_out_too(tmp_path: Path) -> None:
    async with sitting(tmp_path, RECALL.replace("Say why.", "Say why. " * 30)) as it:
        await it.press("q")
        await it.pilot.resize_terminal(40, 30)
        await it.press("enter")
        assert it.at == "ReviewScreen"
        assert max(cell_len(line) for line in it.card.split("\n")) <= 35


async def test_the_first_run_is_resized(tmp_path: Path) -> None:
    async for it in first_run(tmp_path):
        for size in SIZES:
            await it.pilot.resize_terminal(*size)
            await it.pilot.pause()
            assert all(cell_len(line) == size[0] for line in it.screen)

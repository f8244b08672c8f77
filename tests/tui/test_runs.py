"""Runs that take their time: shown, cancelled, late, lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flashtorch.grading.verdict import Finding, Verdict, VerdictName
from flashtorch.session.phase import Asking
from tests.tui.sitting import RIGHT, WRONG, Judge, sitting
from tests.tui.test_review import CODE, PREDICT

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_late_verdict_after_cancel_is_ignored(tmp_path: Path) -> None:
    judge = Judge([WRONG])
    async with sitting(tmp_path, CODE, judge=judge) as it:
        judge.gate.clear()
        await it.press("enter", "ctrl+j")
        assert it.scene == "RUNNING"
        assert "running" in it.row
        await it.press("ctrl+c")
        assert judge.tickets[0].cancelled
        assert it.scene == "WRITING"
        judge.gate.set()
        await it.settle()
        phase = it.app.review.phase
        assert isinstance(phase, Asking)
        assert phase.attempts == 0
        assert it.verdict == ""


async def test_the_verdict_of_an_earlier_run_is_not_taken_for_the_later_one(tmp_path: Path) -> None:
    judge = Judge([WRONG, RIGHT])
    async with sitting(tmp_path, CODE, judge=judge) as it:
        judge.gate.clear()
        await it.press("enter", "ctrl+j", "ctrl+c", "ctrl+j")
        assert it.scene == "RUNNING"
        judge.gate.set()
        await it.settle()
        assert it.scene == "RATING"
        assert it.verdict.startswith("✓")


async def test_keys_that_would_move_on_do_nothing_while_running(tmp_path: Path) -> None:
    judge = Judge()
    async with sitting(tmp_path, PREDICT, judge=judge) as it:
        judge.gate.clear()
        await it.press("enter", "1", "enter")
        assert it.scene == "RUNNING"
        await it.press("f4", "f5", "enter", "@")
        assert it.scene == "RUNNING"
        assert len(judge.tickets) == 1


async def test_a_mistake_of_ours_is_said_and_nothing_counted(tmp_path: Path) -> None:
    async with sitting(tmp_path, CODE, verdicts=[RuntimeError("lost")]) as it:
        await it.press("enter", "ctrl+j")
        assert it.scene == "WRITING"
        assert "RuntimeError: lost" in "".join(note.message for note in it.app._notifications)


async def test_quitting_ends_the_run(tmp_path: Path) -> None:
    judge = Judge(obedient=True)
    async with sitting(tmp_path, CODE, judge=judge) as it:
        judge.gate.clear()
        await it.press("enter", "ctrl+j")
        it.app.exit(0)
    assert judge.tickets[0].cancelled


async def test_where_it_runs_is_shown(tmp_path: Path) -> None:
    async with sitting(tmp_path, CODE) as it:
        assert "level A" in it.screen[0]
        await it.press("ctrl+j")
        assert "cpu · level A" in it.screen[0]


async def test_a_long_run_is_told_in_seconds(tmp_path: Path) -> None:
    late = Verdict(VerdictName.TIMEOUT, 0, 2, took_ms=10_013, finding=Finding("timeout", {"seconds": 10.0}))
    async with sitting(tmp_path, CODE, verdicts=[late]) as it:
        await it.press("ctrl+j")
        assert "10.0 s" in it.verdict
        await it.press("ctrl+j")
        assert "12 ms" in it.verdict

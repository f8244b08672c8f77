"""The app around the screen: what the first paint loads, the glimpse, opening that fails, trust, and the real judge."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from textual.worker import WorkerCancelled

from flashtorch.cards.model import DeckInfo
from flashtorch.errors import Trouble
from flashtorch.history.log import History
from flashtorch.paths import Paths
from flashtorch.scheduling.params import Params
from flashtorch.session.phase import Answered, Missed
from flashtorch.session.scope import Scope
from flashtorch.settings import Settings
from flashtorch.tui.flashtorch_app import FlashtorchApp
from flashtorch.tui.glimpse import UNKNOWN, Sight, sight
from flashtorch.tui.opening import Opening, opening
from tests.tui.sitting import Clock, Judge, Sitting, opened, sitting
from tests.tui.test_review import CHOICE, CODE, RECALL

if TYPE_CHECKING:
    from collections.abc import Callable

    from flashtorch.session.study import Study

HEAVY = {"sqlalchemy", "pydantic", "markdown_it", "mdit_py_plugins", "alembic", "fsrs_rs_python", "numpy", "torch"}
FIRST_PAINT = """
import asyncio, json, pathlib, sys
from flashtorch.paths import Paths
from flashtorch.settings import Settings
from flashtorch.cli.surroundings import now
from flashtorch.tui.flashtorch_app import FlashtorchApp
from flashtorch.tui.glimpse import UNKNOWN, Sight, sight
from flashtorch.tui.opening import Opening

seen = {}

def open(asks):
    card = app.review.card.children[0].content if app.screen is app.review else ""
    seen.update(card=str(card), loaded=sorted({name.partition('.')[0] for name in sys.modules}))
    from flashtorch.errors import Trouble
    raise Trouble("seen enough")

paths = Paths(pathlib.Path(sys.argv[1]))
app = FlashtorchApp(Opening(open, lambda: sight(paths, Settings(), None, now())), now)

async def main():
    async with app.run_test(size=(80, 24)) as pilot:
        while not seen:
            await pilot.pause()

asyncio.run(main())
print(json.dumps(seen))
"""


def first_paint(home: Path) -> tuple[str, set[str]]:
    """What is on the card, and which packages are loaded, when the study begins to open in a fresh process."""
    done = subprocess.run(
        [sys.executable, "-c", FIRST_PAINT, str(home)],
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    seen = json.loads(done.stdout.splitlines()[-1])
    return seen["card"], set(seen["loaded"])


def registered(home: Path, deck: str) -> Paths:
    """A home in which this deck alone is known and read."""
    from flashtorch.cards.library import open_library

    paths = Paths(home / "home")
    (home / "deck.md").write_text(f"---\ndeck: t\n---\n\n{deck}", encoding="utf-8")
    # A deck of the name of the shipped one hides it, so that the first card is ours.
    for name in sorted({info.name for info in open_library(Paths(home / "other"), register=False).decks}):
        (home / f"{name}.md").write_text(f"---\ndeck: {name}\n---\n\n{deck.replace('card: ', 'card: z-')}", encoding="utf-8")
        open_library(paths, [home / f"{name}.md"], register=True).close()
    open_library(paths, [home / "deck.md"], register=True).close()
    open_library(paths, register=False).close()
    History.open(paths.history, Params()).close()
    return paths


def test_the_first_card_is_painted_without_anything_heavy(tmp_path: Path) -> None:
    paths = registered(tmp_path, RECALL)
    card, loaded = first_paint(paths.home)
    assert "Why divide" in card
    assert "textual" in loaded
    assert not loaded & HEAVY


def test_without_a_library_the_first_paint_is_as_light(tmp_path: Path) -> None:
    card, loaded = first_paint(tmp_path / "empty")
    assert card == ""
    assert not loaded & HEAVY


def test_the_glimpse_is_what_the_sitting_asks(tmp_path: Path) -> None:
    paths = registered(tmp_path, CHOICE)
    clock = Clock()
    how = opening(paths, Settings(), (), clock, entropy=os.urandom, environment=os.environ, trust_all=True, scope=Scope(deck="t"))
    glimpsed = how.glimpse().asking
    study = how.open(lambda deck: True)
    try:
        asked = study.session.begin(clock())
        assert glimpsed is not None
        assert glimpsed.question == asked.question  # type: ignore[union-attr]
        answered = study.session.reveal(clock())
        assert isinstance(answered, Answered)
        study.session.rate(1, clock())  # type: ignore[arg-type]
        clock.at_us += 120_000_000
        asked = study.session.begin(clock())
        glimpsed = how.glimpse().asking
        assert glimpsed is not None
        assert glimpsed.question == asked.question  # type: ignore[union-attr]
        assert glimpsed.question.seed != answered.question.seed
    finally:
        study.close()


def test_there_is_no_glimpse_of_a_damaged_history(tmp_path: Path) -> None:
    paths = registered(tmp_path, RECALL)
    paths.history.write_bytes(b"nonsense" * 1000)
    assert sight(paths, Settings(), None, Clock()()) is UNKNOWN


async def test_keys_before_the_sitting_stands_are_kept_for_it(tmp_path: Path) -> None:
    file = tmp_path / "deck.md"
    file.write_text(f"---\ndeck: t\n---\n\n{RECALL}", encoding="utf-8")
    clock, judge, gate = Clock(), Judge(), threading.Event()
    study = opened(tmp_path, file, judge, clock)
    asking = study.session.begin(clock())

    def opens(asks: Callable[[DeckInfo], bool]) -> Study:
        gate.wait()
        return study  # type: ignore[return-value]

    app = FlashtorchApp(Opening(opens, lambda: Sight(asking)), clock)  # type: ignore[arg-type]
    async with app.run_test(size=(80, 24)) as pilot:
        while app.review.phase is None:
            await pilot.pause()
        assert app.review.scene.name == "OPENING"
        await pilot.press("space")
        assert app.review.scene.name == "OPENING"
        gate.set()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert Sitting(app, pilot, judge).scene == "RATING"
    app.close_study()


async def test_trouble_at_the_opening_ends_the_app_and_is_told() -> None:
    def opens(asks: Callable[[DeckInfo], bool]) -> Study:
        raise Trouble("no such file or folder", where="x.md")

    app = FlashtorchApp(Opening(opens), Clock())
    async with app.run_test():
        with suppress(WorkerCancelled):
            await app.workers.wait_for_complete()
    assert app.return_code == 2
    assert app.trouble is not None


@pytest.mark.parametrize(("key", "trusted"), [("y", True), ("n", False), ("enter", False)])
async def test_trust_is_asked_on_the_screen(key: str, trusted: bool) -> None:
    deck = DeckInfo("t", "T", "/decks/strange", "given", "en", 1, "abc")
    said: list[bool] = []

    def opens(asks: Callable[[DeckInfo], bool]) -> Study:
        said.append(asks(deck))
        raise Trouble("enough")

    app = FlashtorchApp(Opening(opens), Clock())
    async with app.run_test(size=(80, 24)) as pilot:
        while app.screen is app.review:
            await pilot.pause()
        assert "/decks/strange" in "".join(strip.text for strip in app.screen._compositor.render_strips())
        await pilot.press(key)
        with suppress(WorkerCancelled):
            await app.workers.wait_for_complete()
    assert said == [trusted]


async def test_quitting_while_it_opens(tmp_path: Path) -> None:
    gate = threading.Event()
    clock, judge = Clock(), Judge()
    file = tmp_path / "deck.md"
    file.write_text(f"---\ndeck: t\n---\n\n{RECALL}", encoding="utf-8")

    def opens(asks: Callable[[DeckInfo], bool]) -> Study:
        gate.wait()
        return opened(tmp_path, file, judge, clock)  # type: ignore[return-value]

    app = FlashtorchApp(Opening(opens), clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("q", "q")
        gate.set()
    assert app.return_value == 0
    assert app.review.phase is None
    app.close_study()


async def test_real_torch_judges(tmp_path: Path) -> None:
    file = tmp_path / "deck.md"
    file.write_text(f"---\ndeck: t\n---\n\n{CODE}", encoding="utf-8")
    clock, before = Clock(), "torch" in sys.modules
    how = opening(
        Paths(tmp_path), Settings(), [file], clock, entropy=os.urandom, environment=os.environ, trust_all=True
    )
    History.open(Paths(tmp_path).history, Params()).close()
    app = FlashtorchApp(how, clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        it = Sitting(app, pilot, Judge())
        editor = app.review.editor
        await it.press("enter")
        editor.load_text("def f(x):\n    print('here')\n    return x\n")
        await it.press("ctrl+j")
        assert isinstance(app.review.phase, Missed)
        assert "(4, 3)" in it.verdict
        assert "here" in it.verdict
        editor.load_text("def f(x):\n    while True: pass\n")
        await pilot.press("ctrl+j")
        assert it.scene == "RUNNING"
        await it.press("ctrl+c")
        assert it.scene == "WRITING"
        editor.load_text("def f(x):\n    return x.mT\n")
        await it.press("ctrl+j")
        assert it.scene == "RATING"
        await it.press("2", "u")
        assert "x.mT" in editor.text
    app.close_study()
    assert ("torch" in sys.modules) is before


async def test_a_sitting_ends_with_what_is_next(tmp_path: Path) -> None:
    async with sitting(tmp_path, RECALL) as it:
        await it.press("space", "4")
        assert "Done for today." in it.card
        assert "1 answer today in 1 min" in it.card
        assert "1 day in a row" in it.card
        assert "due in" in it.card
        assert "Tomorrow nothing is due." in it.card
        await it.press("space")
        assert it.scene == "FINISHED"

"""The home page: what it shows of decks and days, in every size, by key and by mouse; the way to the cards and back."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

from flashtorch.cards.library import open_library
from flashtorch.cards.model import DeckInfo
from flashtorch.history.tally import DayDone, DueDay, Tally
from flashtorch.paths import Paths
from flashtorch.scheduling.moment import Moment, study_day
from flashtorch.settings import Settings
from flashtorch.tui.flashtorch_app import FlashtorchApp
from flashtorch.tui.glimpse import Sight
from flashtorch.tui.look.home_page import home_page
from flashtorch.tui.opening import Opening
from flashtorch.tui.overview import DeckLine, Overview, overview
from tests.tui.sitting import START_US, Clock, Judge, Sitting, opened, sitting
from tests.tui.test_review import CODE, RECALL

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from flashtorch.cards.library import Library
    from flashtorch.session.study import Study

NOW = Moment(START_US)
DAY = study_day(NOW)
DUE = tuple(DueDay(DAY + ahead, review=ahead % 5, learning=ahead == 1) for ahead in range(30))
PAST = Tally(DAY, MappingProxyType({DAY - ago: 1 + ago % 40 for ago in range(100)}), DayDone(42, 39, 720_000), 17, 30, DUE)
VIEW = Overview(
    DAY,
    (
        DeckLine("attention", "注意力", 40, new=10, learning=3, review=27),
        DeckLine("a-deck-with-a-long-name", "A deck whose title is longer than a narrow terminal is wide", 9, new=4),
        DeckLine("broken", "broken", 0, problems=3),
    ),
    (DeckInfo("", "", "/home/somebody/notes/a-very-long-folder-name/tensors.md", "registered", "", 0, "", (), 1, "unread"),),
    (),
    None,
    PAST,
)
SIZES = [(20, 5), (40, 10), (60, 20), (80, 24), (120, 40), (200, 60)]


def text_of(view: Overview, width: int, mark: int = 0) -> str:
    lines, at = home_page(view, mark, width, NOW, 4)
    assert all(line.cell_length <= width for line in lines)
    if view.decks:
        assert "❯" in lines[at].plain
    return "\n".join(line.plain for line in lines)


@pytest.mark.parametrize("width", [10, 15, 35, 55, 75, 115, 195])
def test_every_deck_is_there_at_every_width(width: int) -> None:
    text = text_of(VIEW, width, 2)
    assert "注意" in text
    assert "bro" in text
    assert text.count("⚠") == 2 or width < 20
    assert "tensors.md" in text or width < 40


def test_columns_go_when_it_is_narrow() -> None:
    wide, narrow, tiny = (text_of(VIEW, width).splitlines() for width in (75, 50, 30))
    assert next(line for line in wide if "all decks" in line).split()[-3:] == ["14", "3", "27"]
    assert next(line for line in narrow if "all decks" in line).split()[-2:] == ["14", "27"]
    assert next(line for line in tiny if "all decks" in line).split()[-1:] == ["27"]


def test_the_day_is_said_in_words() -> None:
    text = text_of(VIEW, 75)
    assert "44 cards are left today" in text
    assert "42 answers · 12 min · 92 % right" in text


def test_a_day_that_is_done_says_when_it_goes_on() -> None:
    later = NOW.at_us + 3 * 3_600_000_000
    done = Overview(DAY, (DeckLine("t", "t", 1),), (), (), later, PAST)
    minutes = later // 60_000_000 % 1440
    text = text_of(done, 75)
    assert "Done for today." in text
    assert f"Next card: {minutes // 60:02}:{minutes % 60:02}." in text
    assert "Tomorrow 2 cards are due." in text
    next_day = Overview(DAY, (DeckLine("t", "t", 1),), (), (), NOW.at_us + 86_400_000_000, PAST)
    assert "Next card: tomorrow." in text_of(next_day, 75)


def test_no_deck_says_how_to_make_one() -> None:
    text = text_of(Overview(DAY, (), (), (), None, Tally(DAY)), 75)
    assert "flashtorch deck new" in text


TWO = f"{RECALL}\n{CODE}"


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_home_fits_every_terminal(size: tuple[int, int], tmp_path: Path) -> None:
    async with sitting(tmp_path, TWO, size=size) as it:
        await it.press("q")
        assert it.app.screen is it.app.home
        for key in ("j", "j", "j", "k", "G", "g"):
            await it.press(key)
            assert all(cell_len(line) == size[0] for line in it.screen)
            assert len(it.screen) == size[1]
        assert any("❯" in line for line in it.screen)


async def test_the_card_that_was_left_is_there_again(tmp_path: Path) -> None:
    async with sitting(tmp_path, RECALL) as it:
        await it.press("space")
        before = it.app.review.phase
        await it.press("q")
        assert "1 card is left today" in "\n".join(it.screen)
        await it.press("enter")
        assert it.app.screen is it.app.review
        assert it.app.review.phase is before
        assert it.scene == "RATING"


async def test_what_was_answered_is_on_the_home_page(tmp_path: Path) -> None:
    async with sitting(tmp_path, RECALL) as it:
        await it.press("space", "3", "q")
        shown = "\n".join(it.screen)
        assert "1 answer · " in shown
        assert "1 day in a row" in it.screen[0]


async def many(home: Path, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Sitting]:
    """Two decks, nothing glimpsed, so that the app opens on its first card."""
    for name in ("one", "two"):
        (home / f"{name}.md").write_text(f"---\ndeck: {name}\n---\n\n{RECALL}", encoding="utf-8")
    clock, judge = Clock(), Judge()
    how = Opening(lambda asks: opened(home, home, judge, clock), overview=lambda lib: looked(lib, home, clock))  # type: ignore[arg-type, return-value]
    app = FlashtorchApp(how, clock)
    async with app.run_test(size=size) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        yield Sitting(app, pilot, judge)
    app.close_study()


def looked(library: Library | None, home: Path, clock: Clock) -> Overview:
    assert library is not None
    return overview(library, Paths(home / "home"), Settings(), clock())


async def test_a_deck_is_chosen_by_key(tmp_path: Path) -> None:
    async for it in many(tmp_path):
        await it.press("q", "j", "j")
        assert "❯ two" in "\n".join(it.screen)
        await it.press("enter")
        assert it.app.review.head.content
        assert "two/" in it.screen[0]
        await it.press("q", "k", "enter")
        assert "one/" in it.screen[0]


async def test_a_deck_is_chosen_by_mouse(tmp_path: Path) -> None:
    async for it in many(tmp_path):
        await it.press("q")
        line = next(number for number, text in enumerate(it.screen) if " two " in text)
        await it.pilot.click(offset=(6, line))
        await it.settle()
        assert it.screen[line].startswith("  ❯ two")
        await it.pilot.click(offset=(6, line))
        await it.settle()
        assert it.app.screen is it.app.review
        assert "two/" in it.screen[0]


async def test_the_footer_can_be_clicked(tmp_path: Path) -> None:
    async for it in many(tmp_path):
        await it.press("q")
        foot = it.screen[-1]
        await it.pilot.click(offset=(foot.index("keys"), 23))
        await it.settle()
        assert it.app.screen is not it.app.home
        await it.press("escape")
        await it.pilot.click(offset=(foot.index("quit"), 23))
        await it.pilot.pause()
    assert it.app.return_value == 0


def idle(how: Callable[[object], Study] | None = None) -> Opening:
    return Opening(how or (lambda asks: None), lambda: Sight(is_done=True))  # type: ignore[arg-type, return-value]


async def test_with_nothing_due_it_opens_on_home(tmp_path: Path) -> None:
    clock, judge = Clock(), Judge()
    file = tmp_path / "deck.md"
    file.write_text(f"---\ndeck: t\n---\n\n{RECALL}", encoding="utf-8")

    def looks(library: Library | None) -> Overview:
        # Before the sitting stands, the page reads its own library.
        own = library or open_library(Paths(tmp_path), [file], register=False)
        return overview(own, Paths(tmp_path), Settings(), clock())

    opens = lambda asks: opened(tmp_path, file, judge, clock)  # noqa: E731
    app = FlashtorchApp(Opening(opens, lambda: Sight(is_done=True), looks), clock)  # type: ignore[arg-type]
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        it = Sitting(app, pilot, judge)
        assert it.at == "HomeScreen"
        assert "t " in "\n".join(it.screen)
        await it.press("enter")
        assert it.at == "ReviewScreen"
        assert it.scene == "RECALLING"
        await it.press("q", "enter", "space", "4", "q")
        assert "Done for today." in "\n".join(it.screen)
        await it.press("q")
    app.close_study()


async def test_enter_before_the_sitting_stands_waits_for_it(tmp_path: Path) -> None:
    import threading

    gate, clock, judge = threading.Event(), Clock(), Judge()
    file = tmp_path / "deck.md"
    file.write_text(f"---\ndeck: t\n---\n\n{RECALL}", encoding="utf-8")

    def opens(asks: object) -> object:
        gate.wait()
        return opened(tmp_path, file, judge, clock)

    app = FlashtorchApp(Opening(opens, lambda: Sight(is_done=True)), clock)  # type: ignore[arg-type]
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        assert app.screen is app.review
        gate.set()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.review.scene.name == "RECALLING"
    app.close_study()


async def test_themes_go_round_and_the_setting_is_told(tmp_path: Path) -> None:
    async with sitting(tmp_path, RECALL) as it:
        await it.press("q")
        seen = [it.app.theme]
        for _ in range(3):
            await it.press("T")
            seen.append(it.app.theme)
        assert seen == ["textual-dark", "textual-light", "ansi-dark", "textual-dark"]
        assert 'theme = "light"' in next(iter(it.app._notifications)).message


async def test_the_palette_finds_what_can_be_done(tmp_path: Path) -> None:
    async with sitting(tmp_path, RECALL) as it:
        await it.press("ctrl+p")
        await it.press(*"answer")
        await it.press("enter")
        assert it.scene == "RATING"

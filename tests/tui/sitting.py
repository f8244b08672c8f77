"""A sitting on the screen for tests: a deck, a clock that we wind, and a judge whose verdicts we choose."""

from __future__ import annotations

import os
import threading
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from textual.widgets import Static

from flashtorch.cards.library import open_library
from flashtorch.grading.scratch import Scratch
from flashtorch.grading.verdict import Finding, Verdict, VerdictName
from flashtorch.history.log import History
from flashtorch.paths import Paths
from flashtorch.sandbox.cell import Report
from flashtorch.scheduling.moment import Moment
from flashtorch.scheduling.params import Params
from flashtorch.session.queue import Queue
from flashtorch.session.record import Record
from flashtorch.session.session import StudySession
from flashtorch.settings import Settings
from flashtorch.tui.flashtorch_app import FlashtorchApp
from flashtorch.tui.opening import Opening
from flashtorch.tui.overview import Overview, overview

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from pathlib import Path

    from textual.pilot import Pilot

    from flashtorch.cards.library import Library
    from flashtorch.cards.model import Card, DeckInfo
    from flashtorch.cards.question import Question
    from flashtorch.history.event import Event

START_US = 1_750_000_000_000_000

RIGHT = Verdict(VerdictName.PASS, 2, 2, took_ms=12, torch="2.13", device="cpu", level="A")
WRONG = Verdict(
    VerdictName.SHAPE,
    1,
    2,
    Finding("shape", {"expected": [3, 4], "got": [4, 3]}, "f(x)"),
    output="printed by the answer\n",
    took_ms=12,
    torch="2.13",
    device="cpu",
    level="A",
)
SYNTAX = Verdict(VerdictName.SYNTAX, finding=Finding("syntax", {"line": 1, "message": "invalid syntax", "text": "def"}))


@dataclass
class Clock:
    """A second goes by at each look."""

    at_us: int = START_US

    def __call__(self) -> Moment:
        self.at_us += 1_000_000
        return Moment(self.at_us)


@dataclass
class FakeTicket:
    """Waits for its gate, then gives its verdict, cancelled or not; only an obedient one ends when it is cancelled."""

    id: int
    verdict: Verdict | Scratch | Exception
    gate: threading.Event
    answer: str
    obedient: bool
    cancelled: bool = False

    def run(self) -> Any:
        self.gate.wait()
        if self.obedient and self.cancelled:
            return None
        if isinstance(self.verdict, Exception):
            raise self.verdict
        return self.verdict

    def cancel(self) -> None:
        self.cancelled = True
        if self.obedient:
            self.gate.set()


@dataclass
class Judge:
    """Gives the verdicts in order, then RIGHT; with the gate closed, runs do not end."""

    verdicts: list[Verdict | Exception] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    tickets: list[FakeTicket] = field(default_factory=list)
    shown: list[Question] = field(default_factory=list)
    why: str = ""
    faults: dict[int, Verdict] = field(default_factory=dict)
    """By seed: what comes of trying the numbers of a question."""
    results: dict[int, Verdict] = field(default_factory=dict)
    """By seed: what is known already."""
    ahead: list[str] = field(default_factory=list)
    """The cards that were to be tried without waiting."""
    obedient: bool = False

    def __post_init__(self) -> None:
        self.gate.set()

    def show(self, question: Question) -> None:
        self.shown.append(question)

    def ticket(self, question: Question, answer: str) -> FakeTicket:
        verdict = self.verdicts.pop(0) if self.verdicts else RIGHT
        self.tickets.append(FakeTicket(len(self.tickets), verdict, self.gate, answer, self.obedient))
        return self.tickets[-1]

    def known(self, question: Question) -> Verdict | None:
        return self.results.get(question.seed)

    def proof(self, question: Question) -> FakeTicket:
        found = self.faults.get(question.seed, RIGHT)
        self.tickets.append(FakeTicket(len(self.tickets), found, self.gate, "", self.obedient))
        return self.tickets[-1]

    def look_ahead(self, question: Question) -> None:
        self.ahead.append(str(question.card.id))

    def scratch(self, question: Question, answer: str) -> FakeTicket:
        found = Scratch(("tensor float32 (2,)  cpu", "tensor([1.0, 2.0])"), f"ran {answer!r}\n", None, 3.0)
        self.tickets.append(FakeTicket(len(self.tickets), found, self.gate, answer, self.obedient))
        return self.tickets[-1]

    def value(self, question: Question) -> FakeTicket:
        return self.ticket(question, "")

    def why_not(self, card: Card) -> str:
        return self.why

    # What an opened study has beside the session.

    @property
    def sandbox(self) -> Judge:
        return self

    def close(self) -> None:
        """Nothing was started."""

    def report(self) -> Report:
        return Report("A", "2.13", "3.11", ("cpu",), 1.0)


@dataclass
class FakeStudy:
    """An opened study over a real session, queue and history, with a judge of ours."""

    library: Library
    history: History
    session: StudySession
    runner: Judge
    queue: Queue

    def narrow(self, deck: str | None) -> None:
        self.queue.narrow(deck)

    def close(self) -> None:
        self.history.close()
        self.library.close()


def opened(home: Path, deck: Path, judge: Judge, clock: Clock) -> FakeStudy:
    """The study of one deck."""
    paths = Paths(home)
    library = open_library(paths, [deck], register=False)
    assert not library.problems, library.problems
    history = History.open(paths.history, Params(), entropy=os.urandom)
    record = Record(history)
    queue = Queue(library.heads(), record.states, record.params)
    return FakeStudy(library, history, StudySession(library, queue, record, judge), judge, queue)


@dataclass
class Sitting:
    """What a test does and sees."""

    app: FlashtorchApp
    pilot: Pilot[int]
    judge: Judge

    async def press(self, *keys: str) -> None:
        """Press, and wait for what follows, runs included unless their gate is closed."""
        await self.pilot.press(*keys)
        await self.settle()

    async def settle(self) -> None:
        if self.judge.gate.is_set():
            await self.app.workers.wait_for_complete()
        await self.pilot.pause()

    async def write(self, text: str) -> None:
        """Into the entry, as a paste: without what the editor does for keys."""
        from textual.events import Paste

        focused = self.app.screen.focused
        assert focused is not None
        focused.post_message(Paste(text))
        await self.settle()

    @property
    def card(self) -> str:
        return _text(self.app.review.card.query_one(Static))

    @property
    def verdict(self) -> str:
        view = self.app.review.verdict
        return _text(view.query_one(Static)) if view.display else ""

    @property
    def row(self) -> str:
        return _text(self.app.review.rating)

    @property
    def at(self) -> str:
        """The screen on top, by the name of its class."""
        return type(self.app.screen).__name__

    @property
    def scene(self) -> str:
        return self.app.review.scene.name

    @property
    def events(self) -> list[Event]:
        study = self.app.study
        assert study is not None
        return study.history.events()

    @property
    def screen(self) -> list[str]:
        """The terminal's lines."""
        return [strip.text for strip in self.app.screen._compositor.render_strips()]


def _text(widget: Static) -> str:
    return str(widget.content)


@asynccontextmanager
async def sitting(
    home: Path,
    deck: str,
    *,
    size: tuple[int, int] = (80, 24),
    verdicts: Sequence[Verdict | Exception] = (),
    judge: Judge | None = None,
    clock: Clock | None = None,
    editor: Sequence[str] = (),
) -> AsyncIterator[Sitting]:
    """The deck (its text without front matter) on a screen of this size, its first question asked."""
    file = home / "deck.md"
    file.write_text(f"---\ndeck: t\n---\n\n{deck}", encoding="utf-8")
    judge = judge or Judge(list(verdicts))
    clock = clock or Clock()

    def opens(asks: Callable[[DeckInfo], bool]) -> FakeStudy:
        return opened(home, file, judge, clock)

    def looks(library: Library | None) -> Overview:
        assert library is not None
        return overview(library, Paths(home), Settings(), clock())

    app = FlashtorchApp(Opening(opens, overview=looks, editor=lambda: editor), clock)  # type: ignore[arg-type]
    try:
        async with app.run_test(size=size) as pilot:
            await app.workers.wait_for_complete()
            await pilot.pause()
            yield Sitting(app, pilot, judge)
    finally:
        judge.gate.set()
        app.close_study()

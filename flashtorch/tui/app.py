"""The app: paints at once, and opens the study in a thread. The only file of the screen that reads the clock."""

from __future__ import annotations

import os
import time
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from textual import work
from textual.app import App

from flashtorch.errors import ExitCode, Trouble
from flashtorch.language import n_
from flashtorch.scheduling.moment import Moment
from flashtorch.tui.quiet_gc import QuietGC
from flashtorch.tui.screens.review import ReviewScreen
from flashtorch.tui.screens.trust import TrustScreen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import ClassVar

    from textual.screen import Screen

    from flashtorch.cards.model import DeckInfo
    from flashtorch.paths import Paths
    from flashtorch.session.study import Study
    from flashtorch.settings import Settings

_BUSY_MS = 250
"""How long a key may wait for another program that holds the database; then it is said."""


def run_app(paths: Paths, settings: Settings, given: Sequence[Path], *, trust_all: bool = False, deck: str | None = None) -> int:
    """Study on the screen until the learner quits.

    Raises:
        Trouble: the sitting could not be opened.
    """

    def opens(asks: Callable[[DeckInfo], bool]) -> Study:
        # Loads the database and the schedule's engine, which may take longer than the first paint.
        from flashtorch.session.study import open_study

        return open_study(
            paths,
            settings,
            given,
            now(),
            entropy=os.urandom,
            trust_question=asks,
            trust_all=trust_all,
            deck=deck,
            environment=os.environ,
            busy_ms=_BUSY_MS,
        )

    app = FlashtorchApp(opens, now, quiet=QuietGC())
    try:
        app.run(mouse=True)
    finally:
        app.close_study()
    if app.trouble:
        raise app.trouble
    return app.return_code or ExitCode.YES


def now() -> Moment:
    """This instant, with the local UTC offset."""
    at_ns = time.time_ns()
    offset_s = time.localtime(at_ns // 1_000_000_000).tm_gmtoff
    return Moment(at_ns // 1000, offset_s // 60)


class FlashtorchApp(App[int]):
    """One review screen over a study that is opened by `opens`, in a thread, with a way to ask about trust."""

    CSS_PATH = "flashtorch.tcss"
    TITLE = "flashtorch"
    ENABLE_COMMAND_PALETTE: ClassVar[bool] = False
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (15, "-short")]  # noqa: RUF012  Textual declares it without ClassVar

    def __init__(
        self, opens: Callable[[Callable[[DeckInfo], bool]], Study], now: Callable[[], Moment], *, quiet: QuietGC | None = None
    ) -> None:
        super().__init__()
        self.animation_level = "none"
        self._opens = opens
        self._quiet = quiet
        self._asked: Future[bool] | None = None
        self.study: Study | None = None
        self.trouble: Trouble | None = None
        """Why the sitting could not be opened."""
        self.review = ReviewScreen(now, stirred=quiet.stir if quiet else lambda: None)

    def get_default_screen(self) -> Screen[Any]:
        return self.review

    def on_ready(self) -> None:
        if self._quiet:
            self._quiet.start(self)
        self._open()

    @work(thread=True, group="opening", description="open the study")
    def _open(self) -> None:
        try:
            self.study = self._opens(self._may_run)
        except Trouble as trouble:
            self.trouble = trouble
            self.call_from_thread(self.exit, trouble.exit_code, trouble.exit_code)
            return
        self.call_from_thread(self._begin, self.study)

    def _begin(self, study: Study) -> None:
        if self._quiet:
            self._quiet.freeze()
        for notice in study.library.notices:
            self.notify(notice, markup=False)
        if problems := study.library.problems:
            says = n_(
                "The decks have {count} problem; `flashtorch deck check` names it.",
                "The decks have {count} problems; `flashtorch deck check` names them.",
                len(problems),
            )
            self.notify(says.format(count=len(problems)), severity="warning", markup=False)
        self.review.begin(study.session, lambda: study.runner.sandbox.report().level)

    def _may_run(self, deck: DeckInfo) -> bool:
        """Ask on the screen, and wait in the thread that opens the study."""
        asked: Future[bool] = Future()
        self._asked = asked
        self.call_from_thread(self.push_screen, TrustScreen(deck), lambda yes: asked.set_result(bool(yes)))
        return asked.result()

    def on_unmount(self) -> None:
        if self._asked and not self._asked.done():
            self._asked.set_result(False)

    def close_study(self) -> None:
        """Give everything back; the collector too."""
        if self._quiet:
            self._quiet.stop()
        if self.study:
            self.study.close()

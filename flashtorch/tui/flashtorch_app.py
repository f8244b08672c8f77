"""The app: paints at once, and opens the study in a thread."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from textual import work
from textual.app import App

from flashtorch.errors import Trouble
from flashtorch.tui.glimpse import Glimpse
from flashtorch.tui.opening import remarks
from flashtorch.tui.screens.review import ReviewScreen

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import ClassVar

    from textual.screen import Screen

    from flashtorch.cards.model import DeckInfo
    from flashtorch.scheduling.moment import Moment
    from flashtorch.session.phase import Asking
    from flashtorch.session.study import Study
    from flashtorch.tui.opening import Opening
    from flashtorch.tui.quiet_gc import QuietGC

_PAINT_S = 1.0
"""How long the study waits for a paint: the first one, and that of the first card when it came later."""


class FlashtorchApp(App[int]):
    """One review screen over a study that is opened in a thread."""

    CSS_PATH = "flashtorch.tcss"
    TITLE = "flashtorch"
    ENABLE_COMMAND_PALETTE: ClassVar[bool] = False
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (15, "-short")]  # noqa: RUF012  Textual declares it without ClassVar

    def __init__(
        self,
        how: Opening,
        now: Callable[[], Moment],
        *,
        glimpse: Glimpse | None = None,
        device: str = "cpu",
        quiet: QuietGC | None = None,
    ) -> None:
        """`glimpse` is that of `how`, where it was begun before."""
        super().__init__()
        self.animation_level = "none"
        self._how = how
        self._device = device
        self._quiet = quiet
        self._glimpsed = glimpse or Glimpse(how.glimpse)
        self._asked: Future[bool] | None = None
        self._left = False
        self.study: Study | None = None
        self.trouble: Trouble | None = None
        """Why the sitting could not be opened."""
        self.review = ReviewScreen(now, self._glimpsed.at_once, stirred=quiet.stir if quiet else lambda: None)

    def get_default_screen(self) -> Screen[Any]:
        return self.review

    def on_mount(self) -> None:
        painted = threading.Event()
        self.review.call_after_refresh(painted.set)
        self._open(painted)

    def on_ready(self) -> None:
        if self._quiet:
            self._quiet.start(self)

    @work(thread=True, group="opening", description="open the study")
    def _open(self, painted: threading.Event) -> None:
        # Until then this thread would take turns with the first paint.
        painted.wait(_PAINT_S)
        painted.clear()
        self.call_from_thread(self._glimpse, self._glimpsed.waited_for(), painted)
        # Heavy imports hold the interpreter back: they begin when there is something to read.
        painted.wait(_PAINT_S)
        try:
            self.study = self._how.open(self._may_run)
        except Trouble as trouble:
            self.trouble = trouble
            self.call_from_thread(self.exit, trouble.exit_code, trouble.exit_code)
            return
        # Said in full, because mypy finds no type for a coroutine function here.
        begin: Callable[[Study], Awaitable[None] | None] = self._begin
        self.call_from_thread(begin, self.study)

    def _glimpse(self, asking: Asking | None, painted: threading.Event) -> None:
        if asking and not self._left and self.review.phase is None:
            self.review.glimpse(asking)
        self.call_after_refresh(painted.set)

    async def _begin(self, study: Study) -> None:
        if self._left:
            return
        for remark in remarks(study.library):
            self.notify(remark, markup=False)
        await self.review.begin(study.session, self._device, lambda: study.runner.sandbox.report().level)
        if self._quiet:
            self._quiet.freeze()

    def _may_run(self, deck: DeckInfo) -> bool:
        """Ask on the screen, and wait in the thread that opens the study."""
        from flashtorch.tui.screens.trust import TrustScreen

        asked: Future[bool] = Future()
        self._asked = asked
        self.call_from_thread(self.push_screen, TrustScreen(deck), lambda yes: asked.set_result(bool(yes)))
        return asked.result()

    def on_unmount(self) -> None:
        self._left = True
        if self._asked and not self._asked.done():
            self._asked.set_result(False)

    def close_study(self) -> None:
        """Give everything back; the collector too."""
        if self._quiet:
            self._quiet.stop()
        if self.study:
            self.study.close()

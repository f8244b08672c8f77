"""The app: paints at once, opens the study in a thread, and leads from one screen to another."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from textual import on, work
from textual.app import App

from flashtorch.errors import Trouble
from flashtorch.language import _
from flashtorch.session.phase import Finished
from flashtorch.tui import keys, ways
from flashtorch.tui.glimpse import UNKNOWN, Glimpse, Sight
from flashtorch.tui.opening import remarks
from flashtorch.tui.screens.review import ReviewScreen

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import ClassVar

    from textual.screen import Screen

    from flashtorch.cards.library import Library
    from flashtorch.cards.model import DeckInfo
    from flashtorch.scheduling.moment import Moment
    from flashtorch.session.study import Study
    from flashtorch.tui.opening import Opening
    from flashtorch.tui.overview import Overview
    from flashtorch.tui.quiet_gc import QuietGC
    from flashtorch.tui.screens.home import HomeScreen
    from flashtorch.tui.screens.welcome import WelcomeScreen

THEMES = {"dark": "textual-dark", "light": "textual-light", "ansi": "ansi-dark"}
"""The setting and Textual's name of it."""
_LAST_S = 5.0
"""How long a signal waits for the screen to end by itself."""
_PAINT_S = 1.0
"""How long the study waits for a paint: the first one, and that of the first card when it came later."""


class FlashtorchApp(App[int]):
    """The review screen over a study that is opened in a thread, and the pages around it."""

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
        theme: str = "auto",
        colours: bool = True,
    ) -> None:
        """`glimpse` is that of `how`, where it was begun before; `theme` a key of `THEMES`, or "auto"."""
        # What Textual makes of NO_COLOR by itself are greys on black, which are colours on a white terminal.
        super().__init__(ansi_color=None if colours else True)
        if theme in THEMES:
            self.theme = THEMES[theme]
        self.animation_level = "none"
        self._how = how
        self._now = now
        self._device = device
        self._quiet = quiet
        self._glimpsed = glimpse or Glimpse(how.glimpse)
        self._sight = UNKNOWN
        self._asked: Future[bool] | None = None
        self._left = False
        self._gone = threading.Event()
        """The screen has ended, and the terminal is given back."""
        self._handlers: dict[int, Any] = {}
        """Of signals, as they were."""
        self._deck = how.deck
        """The one that is asked; None for all."""
        self._home: HomeScreen | None = None
        self._welcome: WelcomeScreen | None = None
        self._is_led = False
        """Whether the learner has gone from one screen to another."""
        self.study: Study | None = None
        self.trouble: Trouble | None = None
        """Why the sitting could not be opened."""
        stirred = quiet.stir if quiet else lambda: None
        self.review = ReviewScreen(now, lambda: self._sight.asking, stirred=stirred, editor=how.editor)

    def get_default_screen(self) -> Screen[Any]:
        """The first card; home where nothing is to be asked, and on the very first run what was found here."""
        self._sight = self._glimpsed.at_once()
        self.install_screen(self.review, "review")
        if self._sight.is_first_run:
            from flashtorch.tui.screens.welcome import WelcomeScreen

            self._welcome = WelcomeScreen(self._how.home)
            return self._welcome
        return self.home if self._sight.is_done else self.review

    @property
    def home(self) -> HomeScreen:
        """Made when it is first needed."""
        if self._home is None:
            from flashtorch.tui.screens.home import HomeScreen

            self._home = HomeScreen(self._now, self._how.rollover_hour)
            self.install_screen(self._home, "home")
        return self._home

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        scene = getattr(self.screen, "scene", None)
        return scene is None or keys.is_open(action, scene)

    # ------------------------------------------------------------------ opening

    def on_mount(self) -> None:
        self._heed_signals()
        painted = threading.Event()
        self.call_after_refresh(painted.set)
        self._open(painted)
        if self._sight.is_done:
            self._look()

    def _heed_signals(self) -> None:
        """End in order: what is written is kept, the terminal is given back."""
        loop = asyncio.get_running_loop()
        # Python's own handlers rather than the loop's, for the loop may be waiting for a terminal that is gone.
        with contextlib.suppress(ValueError):
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                self._handlers[number] = signal.signal(number, lambda number, frame: self._end(loop, 128 + number))

    def _end(self, loop: asyncio.AbstractEventLoop, code: int) -> None:
        loop.call_soon_threadsafe(self.exit, code, code)
        threading.Thread(target=self._end_anyway, args=(code,), daemon=True).start()

    def _end_anyway(self, code: int) -> None:
        """A terminal that takes nothing any more holds the screen up for ever."""
        if not self._gone.wait(_LAST_S):
            if self.study:
                self.study.runner.close()
            os._exit(code)

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

    def _glimpse(self, sight: Sight, painted: threading.Event) -> None:
        if sight.asking and not self._left and self.screen is self.review and self.review.phase is None:
            self.review.glimpse(sight.asking)
        self.call_after_refresh(painted.set)

    async def _begin(self, study: Study) -> None:
        if self._left:
            return
        if self.screen is self.review:
            await self._begin_review(study)
            if isinstance(self.review.phase, Finished) and not self._is_led:
                await self._go_home()
        else:
            self._look()
        # The pages name the problems themselves.
        for remark in remarks(study.library) if self.screen is self.review else study.library.notices:
            self.notify(remark, markup=False)
        if self._welcome:
            self._welcome.ask(lambda: study.runner.sandbox.report())
        if self._quiet:
            self._quiet.freeze()

    async def _begin_review(self, study: Study) -> None:
        if self._deck != self._how.deck:
            study.narrow(self._deck)
        await self.review.begin(study.session, study.runner, self._device, lambda: study.runner.sandbox.report().level)

    def _may_run(self, deck: DeckInfo) -> bool:
        """Ask on the screen, and wait in the thread that opens the study."""
        from flashtorch.tui.screens.trust import TrustScreen

        asked: Future[bool] = Future()
        self._asked = asked
        self.call_from_thread(self.push_screen, TrustScreen(deck), lambda yes: asked.set_result(bool(yes)))
        return asked.result()

    # ------------------------------------------------------------------ from one screen to another

    @on(ways.GoHome)
    async def _go_home(self) -> None:
        self._is_led = True
        self._look()
        await self._to(self.home)

    @on(ways.GoStudy)
    async def _go_study(self, way: ways.GoStudy) -> None:
        """To the card that was left, unless other cards are wanted now."""
        self._is_led = True
        is_other, self._deck = way.deck != self._deck, way.deck
        await self._to(self.review)
        if self.study is None:
            return
        if not self.review.is_open:
            await self._begin_review(self.study)
        elif is_other or isinstance(self.review.phase, Finished):
            self.study.narrow(self._deck)
            self.review.begin_anew()

    async def _to(self, screen: Screen[None]) -> None:
        """Show a screen, unless it is there, as after a double key; the one that the app began with stays below the others."""
        if screen is self.screen:
            return
        if screen in self.screen_stack:
            await self.pop_screen()
        elif len(self.screen_stack) == 1:
            await self.push_screen(screen)
        else:
            await self.switch_screen(screen)

    @on(ways.GoProblems)
    def _go_problems(self) -> None:
        from flashtorch.tui.screens.problems import ProblemsScreen

        self.push_screen(ProblemsScreen(self.study.library.problems if self.study else ()))

    @on(ways.LookAgain)
    def _look(self) -> None:
        """Read what the pages show; before the sitting stands only where its decks need not be read first."""
        if self._how.overview and (self.study or self._sight.is_done or self._sight.asking):
            self._read_overview(self._how.overview)

    @work(thread=True, exclusive=True, group="overview", exit_on_error=False, description="count what is due and what was done")
    def _read_overview(self, look: Callable[[Library | None], Overview]) -> None:
        try:
            view = look(self.study.library if self.study else None)
        except Trouble as trouble:
            self.call_from_thread(self.notify, trouble.line(), severity="error", markup=False)
            return
        self.call_from_thread(self._show, view)

    def _show(self, view: Overview) -> None:
        if self._home:
            self._home.show(view)
        if self._welcome:
            self._welcome.show(view)
        self.review.show_day(view)

    # ------------------------------------------------------------------ what every screen can do

    def action_theme(self) -> None:
        """Dark, light, the terminal's own colours, and dark again."""
        names = list(THEMES.values())
        at = names.index(self.theme) if self.theme in names else 0
        self.theme = names[(at + 1) % len(names)]
        setting = next(key for key, name in THEMES.items() if name == self.theme)
        self.notify(_('theme = "{theme}" in settings.toml keeps it.').format(theme=setting), markup=False)

    def action_palette(self) -> None:
        """Everything that the screen can do now, to be found by its words."""
        from textual.command import CommandPalette

        from flashtorch.tui.commands import KeyCommands

        if not isinstance(self.screen, CommandPalette):
            self.push_screen(CommandPalette([KeyCommands], placeholder=_("find a command…")))

    def action_help_quit(self) -> None:
        """Where ctrl+c has nothing to copy or cancel."""
        self.notify(_("ctrl+q quits."), markup=False)

    def on_unmount(self) -> None:
        self._left = True
        if self._asked and not self._asked.done():
            self._asked.set_result(False)
        if self.study:
            # Threads that wait for a run, or for torch to be imported, would hold up the end.
            self.study.runner.close()

    def close_study(self) -> None:
        """Give everything back; the collector and the signals too."""
        self._gone.set()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        if self._quiet:
            self._quiet.stop()
        if self.study:
            self.study.close()

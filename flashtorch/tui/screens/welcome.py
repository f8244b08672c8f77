"""The page of the very first run: what was found here, and how to begin. Every line is something that was looked at."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.content import Content

from flashtorch.language import _, n_
from flashtorch.tui import keys, ways
from flashtorch.tui.keys import KEYS, Scene
from flashtorch.tui.look.wrap import wrap
from flashtorch.tui.screens.page import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import ClassVar

    from textual.binding import BindingType

    from flashtorch.sandbox.cell import Report
    from flashtorch.tui.overview import Overview

_QUIET = "dim"
_FIRST_KEYS = ("reveal", "rate", "run", "hint", "undo", "keys")


class WelcomeScreen(Page):
    """Fills its lines as things are found."""

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings(frozenset({Scene.WELCOME}))

    scene = Scene.WELCOME

    def __init__(self, home: str) -> None:
        super().__init__()
        self._home = home
        self._view: Overview | None = None
        self._torch = ""
        self._level = ""

    def show(self, view: Overview) -> None:
        """The decks have been read."""
        self._view = view
        self.draw()

    def ask(self, report: Callable[[], Report]) -> None:
        """Find out what runs answers here, in a thread: a first import of torch takes its time."""
        self.run_worker(partial(self._find_out, report), thread=True, group="report", exit_on_error=False)

    def _find_out(self, report: Callable[[], Report]) -> None:
        from flashtorch.sandbox.cell import Unavailable

        try:
            found = report()
            torch, level = f"{found.torch} · {', '.join(found.devices)}", found.level
        except Unavailable:
            torch, level = _("none that works here: you rate the cards with code yourself"), "–"
        self.app.call_from_thread(self._say, torch, level)

    def _say(self, torch: str, level: str) -> None:
        self._torch, self._level = torch, level
        self.draw()

    def heading(self) -> tuple[str, str]:
        return "flashtorch", ""

    def lines(self, width: int) -> Sequence[Content]:
        hello = _("Welcome. What torch does, asked again just before you forget it; every answer that can be run is run.")
        facts = [
            (_("decks"), self._decks()),
            (_("data"), [_("{folder} (new)").format(folder=self._home)]),
            ("torch", [self._torch or _("looking…")]),
            (_("sandbox"), [_level_words(self._level) if self._level else _("looking…")]),
            (_("keys"), [f"{row.shown}  {row.label()}" for row in KEYS if row.id in _FIRST_KEYS]),
        ]
        margin = max(Content(name).cell_length for name, _said in facts) + 3
        lines = [*wrap(Content.styled(hello, "bold"), width), Content("")]
        for name, said in facts:
            laid = [line for text in said for line in wrap(Content(text), max(10, width - margin))]
            label = Content.styled(name, _QUIET)
            lines.append(label + Content(" " * (margin - label.cell_length)) + laid[0])
            lines += [Content(" " * margin) + line for line in laid[1:]]
        return [*lines, Content(""), *wrap(Content.styled(self._ready(), "bold $text-accent"), width)]

    def _decks(self) -> list[str]:
        if self._view is None:
            return [_("reading the decks…")]
        said = []
        for deck in self._view.decks:
            said.append(f"{deck.title}  " + n_("{count} card", "{count} cards", deck.cards).format(count=deck.cards))
        if count := len(self._view.problems):
            said.append(n_("{count} problem, `c` names it", "{count} problems, `c` names them", count).format(count=count))
        return said or [_("none yet: `flashtorch deck new PATH` writes a small one")]

    def _ready(self) -> str:
        new = self._view.left if self._view else 0
        if not new:
            return _("enter begins")
        return n_("enter begins with {count} new card", "enter begins with {count} new cards", new).format(count=new)

    def action_study(self) -> None:
        self.post_message(ways.GoStudy())

    def action_problems(self) -> None:
        self.post_message(ways.GoProblems())

    def action_leave(self) -> None:
        self.app.exit(0)


def _level_words(level: str) -> str:
    if level == "D":
        return _("level D: time, memory and output are limited; nothing else holds, so only decks that you trust are run")
    return _("level {level}").format(level=level)

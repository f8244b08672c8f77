"""The home page: what there is to do, what was done, and a deck to begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.geometry import Region

from flashtorch.language import _
from flashtorch.progress.calendar import date_of
from flashtorch.tui import keys, ways
from flashtorch.tui.keys import Scene
from flashtorch.tui.look.home_page import home_page, streak_words
from flashtorch.tui.screens.page import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import ClassVar

    from textual.binding import BindingType

    from flashtorch.scheduling.moment import Moment
    from flashtorch.tui.overview import Overview


class HomeScreen(Page):
    """Number 0 of its lines stands for all decks, the others for one each."""

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings(frozenset({Scene.HOME}))

    scene = Scene.HOME

    def __init__(self, now: Callable[[], Moment], rollover_hour: int) -> None:
        super().__init__()
        self._now = now
        self._rollover_hour = rollover_hour
        self._marked = 0
        self._at = 0
        self.view: Overview | None = None

    def show(self, view: Overview) -> None:
        """Show what there is now; the mark stays with its deck."""
        name = self._deck
        self.view = view
        names = [deck.name for deck in view.decks]
        self._marked = names.index(name) + 1 if name in names else 0
        self.draw()

    @property
    def _deck(self) -> str | None:
        """The marked one; None for all."""
        return self.view.decks[self._marked - 1].name if self.view and self._marked else None

    def heading(self) -> tuple[str, str]:
        if self.view is None:
            return "flashtorch", ""
        words = [date_of(self.view.day).isoformat(), streak_words(self.view.past.streak)]
        return "flashtorch", " · ".join(word for word in words if word)

    def lines(self, width: int) -> Sequence[Content]:
        if self.view is None:
            return [Content.styled(_("reading the decks…"), "dim")]
        lines, self._at = home_page(self.view, self._marked, width, self._now(), self._rollover_hour)
        return lines

    def _mark(self, number: int) -> None:
        last = len(self.view.decks) if self.view else 0
        inside = max(0, min(number, last))
        if inside == self._marked and number != inside:
            # Nothing is left to mark in that direction, but there may be something to read.
            self.body.scroll_relative(y=number - inside, animate=False)
            return
        self._marked = inside
        self.draw()
        # What is above the first line is seen with it, where both have room.
        top = 0 if not inside and self._at + 2 < self.body.size.height else self._at
        self.body.scroll_to_region(Region(0, top, 1, self._at - top + 2), animate=False)

    def action_down(self) -> None:
        self._mark(self._marked + 1)

    def action_up(self) -> None:
        self._mark(self._marked - 1)

    def action_top(self) -> None:
        self._mark(0)

    def action_bottom(self) -> None:
        self._mark(len(self.view.decks) if self.view else 0)
        self.body.scroll_end(animate=False)

    def action_choose(self, number: int) -> None:
        """A click: the first marks a line, one on the marked line studies it."""
        if number == self._marked:
            self.action_study()
        else:
            self._mark(number)

    def action_study(self) -> None:
        self.post_message(ways.GoStudy(self._deck))

    def action_problems(self) -> None:
        self.post_message(ways.GoProblems())

    def action_leave(self) -> None:
        self.app.exit(0)

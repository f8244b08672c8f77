"""A screen that is read rather than answered: a top line, one scrolling text, the keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.content import Content
from textual.getters import query_one
from textual.screen import Screen
from textual.widgets import Static

from flashtorch.tui import keys
from flashtorch.tui.widgets.foot import Foot
from flashtorch.tui.widgets.head import head_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import ClassVar

    from textual import events
    from textual.app import ComposeResult

    from flashtorch.tui.keys import Scene

_BESIDE = 5
"""Padding of two on each side, and the scrollbar's column, which is always kept free."""


class Body(VerticalScroll, can_focus=False):
    """The text; the keys are the screen's."""

    def compose(self) -> ComposeResult:
        text = Static(markup=False)
        # A click does what its key does; a link's own colours would hide what is marked.
        text.auto_links = False
        yield text


class Page(Screen[None]):
    """Lays its text out again whenever the width changes."""

    AUTO_FOCUS: ClassVar[str | None] = ""

    body = query_one(Body)
    foot = query_one(Foot)
    scene: Scene

    def compose(self) -> ComposeResult:
        yield Static(id="top", markup=False)
        yield Body()
        yield Foot()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return keys.is_open(action, self.scene)

    def lines(self, width: int) -> Sequence[Content]:
        """The text, laid out for `width` cells."""
        raise NotImplementedError

    def heading(self) -> tuple[str, str]:
        """What stands at the left and at the right of the top line."""
        raise NotImplementedError

    def draw(self) -> None:
        """Draw everything anew."""
        if not self.is_mounted:
            return
        width = self.size.width
        name, facts = self.heading()
        self.query_one("#top", Static).update(head_text(name, (), Content.styled(facts, "dim"), width - 2), layout=False)
        self.body.query_one(Static).update(Content("\n").join(self.lines(max(10, width - _BESIDE))))
        self.foot.show(self.scene)

    def on_mount(self) -> None:
        self.draw()

    def on_resize(self, event: events.Resize) -> None:
        self.draw()

    def action_down(self) -> None:
        self.body.scroll_down(animate=False)

    def action_up(self) -> None:
        self.body.scroll_up(animate=False)

    def action_top(self) -> None:
        self.body.scroll_home(animate=False)

    def action_bottom(self) -> None:
        self.body.scroll_end(animate=False)

    def action_page_down(self) -> None:
        self.body.scroll_page_down(animate=False)

    def action_page_up(self) -> None:
        self.body.scroll_page_up(animate=False)

    def action_keys(self) -> None:
        from flashtorch.tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self.scene))

    def action_back(self) -> None:
        self.dismiss()

"""The keys, all of them, from the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from flashtorch.language import _
from flashtorch.tui.keys import KEYS

if TYPE_CHECKING:
    from typing import ClassVar

    from textual.app import ComposeResult


def keys_text() -> Content:
    """One line a row of the table."""
    width = max(len(row.shown) for row in KEYS)
    lines = [Content.styled(row.shown.ljust(width + 2), "bold $text-accent") + Content(row.label()) for row in KEYS]
    last = Content.styled(_("esc closes this; ctrl+q quits from anywhere"), "$text-muted")
    return Content("\n").join([*lines, Content(""), last])


class HelpScreen(ModalScreen[None]):
    """Lies over the card until a key closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,question_mark,f1,space,enter", "dismiss", show=False)]

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="keys"):
            yield Static(keys_text(), markup=False)

    def on_mount(self) -> None:
        self.query_one("#keys").border_title = _("keys")

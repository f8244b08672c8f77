"""One line to be written: a flag's sentence, a note on a card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from flashtorch.language import _

if TYPE_CHECKING:
    from typing import ClassVar

    from textual.app import ComposeResult

LONGEST = 2000


class SentenceScreen(ModalScreen[str | None]):
    """Dismissed with what was written, which may be nothing; None when it is left with escape."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", show=False)]

    def __init__(self, title: str, before: str) -> None:
        super().__init__()
        self._title = title
        self._before = before

    def compose(self) -> ComposeResult:
        with Vertical(id="question"):
            yield Static(self._title, markup=False)
            # Selected as a whole it would be gone at the first key.
            yield Input(self._before, max_length=LONGEST, select_on_focus=False)
            yield Static(Content.styled(_("enter keeps it   esc leaves it as it was"), "dim"))

    def on_mount(self) -> None:
        line = self.query_one(Input)
        line.cursor_position = len(self._before)
        line.focus()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        self.dismiss(message.value.strip())

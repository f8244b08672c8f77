"""The keys, all of them, from the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from flashtorch.language import _
from flashtorch.tui.keys import KEYS, Group

if TYPE_CHECKING:
    from typing import ClassVar

    from textual.app import ComposeResult

    from flashtorch.tui.keys import Scene

_QUIET = "dim"


def keys_text(scene: Scene | None = None) -> Content:
    """A line for each row of the table, by what it is about; those that do nothing in `scene` are grey."""
    width = max(Content(row.shown).cell_length for row in KEYS) + 2
    lines: list[Content] = []
    for group in Group:
        lines += [Content(""), Content.styled(group.title, "bold")] if lines else [Content.styled(group.title, "bold")]
        for row in (each for each in KEYS if each.group is group):
            is_open = scene is None or scene in row.when
            keys = Content.styled(row.shown, "bold $text-accent" if is_open else _QUIET)
            said = Content.styled(row.label(), "" if is_open else _QUIET)
            lines.append(Content("  ") + keys + Content(" " * (width - keys.cell_length)) + said)
    return Content("\n").join([*lines, Content(""), Content.styled(_("esc closes this"), _QUIET)])


class HelpScreen(ModalScreen[None]):
    """Lies over a screen until a key closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1,space,enter", "dismiss", show=False),
        *(Binding(keys, f"scroll('{way}')", show=False) for keys, way in (("j", "down"), ("k", "up"), ("g", "home"), ("G", "end"))),
    ]

    def __init__(self, scene: Scene | None = None) -> None:
        super().__init__()
        self._scene = scene

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="keys"):
            yield Static(keys_text(self._scene), markup=False)

    def on_mount(self) -> None:
        self.query_one("#keys").border_title = _("keys")

    def action_scroll(self, way: str) -> None:
        getattr(self.query_one("#keys"), f"scroll_{way}")(animate=False)

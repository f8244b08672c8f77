"""The bottom line: the keys that do something now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.style import Style
from textual.widgets import Static

from flashtorch.tui.keys import KEYS, name_of

if TYPE_CHECKING:
    from collections.abc import Set

    from flashtorch.tui.keys import Scene


def foot_text(scene: Scene, width: int, closed: Set[str] = frozenset()) -> Content:
    """As many keys of the scene as `width` cells hold, the table's order being their weight; each can be clicked.

    Rows whose ids are in `closed` do nothing now.
    """
    line = Content("")
    for row in KEYS:
        if scene not in row.foot or row.id in closed:
            continue
        shown = row.shown if row.each else name_of(row.keys[0])
        piece = Content.styled(shown, "bold $text-accent") + Content(f" {row.label()}")
        if not row.each:
            piece = piece.stylize(Style.from_meta({"@click": row.target}))
        longer = line + (Content("   ") if line else Content("")) + piece
        if longer.cell_length <= width:
            line = longer
    return line


class Foot(Static):
    """One line."""

    def __init__(self) -> None:
        super().__init__(markup=False)
        # A click does what its key does; a link's own colours would hide which rating is which.
        self.auto_links = False

    def show(self, scene: Scene, closed: Set[str] = frozenset()) -> None:
        """The keys of this scene but for the `closed` rows."""
        self.update(foot_text(scene, self.screen.size.width - 2, closed), layout=False)

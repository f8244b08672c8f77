"""The card: one scrolling text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

WIDEST = 88
"""Cells of a line of text: longer ones are hard to read."""
_BESIDE = 5
"""Padding of two on each side, and the scrollbar's column, which is always kept free."""


class CardView(VerticalScroll):
    """Shows one text that is laid out for its width."""

    def __init__(self) -> None:
        super().__init__()
        self._content = Content("")

    def compose(self) -> ComposeResult:
        text = Static(markup=False)
        # A click on an option picks it; a link's own colours would hide which are picked.
        text.auto_links = False
        yield text

    @property
    def room(self) -> int:
        """All the cells of a line, also before the first layout."""
        return max(10, self.screen.size.width - _BESIDE)

    @property
    def text_width(self) -> int:
        """The cells of a line of text."""
        return min(WIDEST, self.room)

    def show(self, draw: Callable[[int], Content], *, to_top: bool, wide: bool = False) -> None:
        """Show what `draw` makes of the width, from its top or where the reader is; a `wide` text may take all the room."""
        self.set_class(wide, "-wide")
        self._content = draw(self.text_width)
        self.query_one(Static).update(self._content)
        if to_top:
            self.scroll_home(animate=False, immediate=True)

    def to_answer(self) -> None:
        """Once it is laid out, go to the line across above the answer, when the text is longer than what is seen of it."""
        rows = self._content.plain.split("\n")
        across = next((row for row, line in enumerate(rows) if line.lstrip().startswith("───")), None)
        if across is not None:
            self.call_after_refresh(self._to_row, across - 1, len(rows))

    def _to_row(self, row: int, count: int) -> None:
        if count > self.scrollable_content_region.height:
            self.scroll_to(y=row, animate=False)

"""Where short answers are written: one line, or a line for each blank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message
from textual.widgets import TextArea

from flashtorch.tui.widgets.pasted import Pasted, fits

if TYPE_CHECKING:
    from textual import events

_MOST_SHOWN = 6


class Lines(TextArea):
    """As many lines as an answer has, no more and no fewer; enter goes on to the next and hands in the last.

    Several are numbered: they are the blanks of a card, from its top to its end.
    """

    @dataclass
    class Submitted(Message):
        """Enter in the last line."""

        lines: Lines

        @property
        def control(self) -> Lines:
            return self.lines

    def __init__(self) -> None:
        super().__init__(soft_wrap=False, tab_behavior="focus", compact=True, highlight_cursor_line=False)
        self._count = 1

    def open(self, text: str, count: int) -> None:
        """Show `count` lines, with what has been written in them, and the cursor in the first that is empty."""
        self._count = count
        self.show_line_numbers = count > 1
        lines = (text.split("\n") + [""] * count)[:count]
        self.load_text("\n".join(lines))
        row = next((row for row, line in enumerate(lines) if not line), count - 1)
        self.move_cursor((row, len(lines[row])))
        self.styles.height = min(count, _MOST_SHOWN) + 1

    async def _on_key(self, event: events.Key) -> None:
        row = self.cursor_location[0]
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            if row + 1 >= self._count:
                self.post_message(self.Submitted(self))
            else:
                self.move_cursor((row + 1, len(self.document.get_line(row + 1))))
        elif event.key in ("backspace", "delete") and self._would_join(event.key):
            event.stop()
            event.prevent_default()
        else:
            await super()._on_key(event)

    async def _on_paste(self, event: events.Paste) -> None:
        """A line stays one: line ends in what is pasted are spaces."""
        event.stop()
        event.prevent_default()
        if fits(self, event.text):
            self.replace(" ".join(event.text.splitlines()), *self.selection, maintain_selection_offset=False)
        else:
            self.post_message(Pasted(self, len(event.text)))

    def _would_join(self, key: str) -> bool:
        """Whether a deletion would make one line of two."""
        if self.selected_text:
            return "\n" in self.selected_text
        return self.cursor_at_start_of_line if key == "backspace" else self.cursor_at_end_of_line

    @property
    def answer(self) -> str:
        """What is written, line by line."""
        return "\n".join((self.text.split("\n") + [""] * self._count)[: self._count])

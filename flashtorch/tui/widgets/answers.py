"""Where short answers are written: one line, or a line for each blank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message
from textual.widgets import Input, TextArea

if TYPE_CHECKING:
    from textual import events


class AnswerLine(Input):
    """One line of text; enter hands it in."""

    def __init__(self) -> None:
        super().__init__(compact=True, select_on_focus=False)

    def open(self, text: str) -> None:
        """Show `text` with the cursor at its end."""
        self.value = text
        self.cursor_position = len(text)


class Blanks(TextArea):
    """A numbered line for each blank of a card, from its top to its end; enter goes on to the next and hands in the last."""

    @dataclass
    class Submitted(Message):
        """Enter in the last line."""

        blanks: Blanks

        @property
        def control(self) -> Blanks:
            return self.blanks

    def __init__(self) -> None:
        super().__init__(soft_wrap=False, tab_behavior="focus", show_line_numbers=True, compact=True)
        self._count = 1

    def open(self, text: str, count: int) -> None:
        """Show `count` lines, with what has been written in them, and the cursor in the first that is empty."""
        self._count = count
        lines = (text.split("\n") + [""] * count)[:count]
        self.load_text("\n".join(lines))
        row = next((row for row, line in enumerate(lines) if not line), count - 1)
        self.move_cursor((row, len(lines[row])))
        self.styles.height = min(count, 6) + 1

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

    def _would_join(self, key: str) -> bool:
        """Whether a deletion would make one line of two."""
        if self.selected_text:
            return "\n" in self.selected_text
        return self.cursor_at_start_of_line if key == "backspace" else self.cursor_at_end_of_line

    @property
    def answer(self) -> str:
        """The contents of the blanks, one a line."""
        return "\n".join((self.text.split("\n") + [""] * self._count)[: self._count])

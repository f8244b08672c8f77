"""The Python editor for answers in code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from textual.widgets import TextArea

if TYPE_CHECKING:
    from textual import events

INDENT = 4
_LEAVES_BLOCK = re.compile(r"\s*(?:return|pass|break|continue|raise)\b")
_CODE = re.compile(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|#.*""")


def next_indent(line: str) -> int:
    """The spaces with which the line after `line` begins: deeper after a colon or an open bracket, less deep after a `return`."""
    indent = len(line) - len(line.lstrip(" "))
    code = _CODE.sub("", line).rstrip()
    opened = sum(code.count(sign) for sign in "([{") - sum(code.count(sign) for sign in ")]}")
    if code.endswith(":") or opened > 0:
        return indent + INDENT
    if _LEAVES_BLOCK.match(code) and not opened:
        return max(0, indent - INDENT)
    return indent


class Editor(TextArea):
    """A text area that indents as Python does; what it is asked to show replaces its text and its undo history.

    Escape and every key that is not typed text are left to the screen.
    """

    def __init__(self) -> None:
        super().__init__(soft_wrap=False, tab_behavior="indent", show_line_numbers=True, compact=True)
        self._coloured = False

    def open(self, text: str) -> None:
        """Show `text` with the cursor at its end."""
        self._colour()
        self.load_text(text)
        self.move_cursor(self.document.end)

    def _colour(self) -> None:
        """Highlight Python, where its grammar can be loaded."""
        if self._coloured:
            return
        self._coloured = True
        try:
            self.language = "python"
        except Exception:
            # A grammar that does not fit the installed core fails in its own ways, and colours are not worth a crash.
            self.language = None

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "escape":
            return
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self._new_line()
        elif event.key == "backspace" and self._back_to_tab_stop():
            event.stop()
            event.prevent_default()
        else:
            await super()._on_key(event)

    def _new_line(self) -> None:
        start, end = sorted(self.selection)
        before = self.document.get_line(start[0])[: start[1]]
        self.replace("\n" + " " * next_indent(before), start, end, maintain_selection_offset=False)
        self.scroll_cursor_visible()

    def _back_to_tab_stop(self) -> bool:
        """Take a whole indentation away, when there is nothing else before the cursor."""
        (row, column), end = self.selection
        before = self.document.get_line(row)[:column]
        if (row, column) != end or not before or before.strip(" "):
            return False
        self.delete((row, (column - 1) // INDENT * INDENT), end, maintain_selection_offset=False)
        return True

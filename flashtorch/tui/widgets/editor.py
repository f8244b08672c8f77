"""The Python editor for answers in code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from flashtorch.tui.widgets.pasted import Pasted, fits
from flashtorch.tui.widgets.python_lines import (
    INDENT,
    PAIRS,
    closing,
    deeper,
    less_deep,
    next_indent,
    steps_over,
    surrounds,
    toggled,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events

_PLACEHOLDERS = frozenset({"...", "pass"})


class Editor(TextArea):
    """A text area that indents as Python does; what it is asked to show replaces its text and its undo history.

    Escape and every key that is not typed text are left to the screen.
    """

    def __init__(self) -> None:
        super().__init__(soft_wrap=False, tab_behavior="indent", show_line_numbers=True, compact=True)
        self._coloured = False

    def open(self, text: str) -> None:
        """Show `text` with the cursor at its end; what only holds a place there is selected, so that typing replaces it."""
        self._colour()
        # A new document would compile the grammar's query again, which takes longer than a key may.
        self.replace(text, (0, 0), self.document.end)
        self.history.clear()
        self.move_cursor(self.document.end)
        row = len(text.rstrip().split("\n")) - 1
        line = self.document.get_line(row)
        if line.strip() in _PLACEHOLDERS:
            self.selection = Selection((row, len(line) - len(line.lstrip())), (row, len(line.rstrip())))

    def take_over(self, text: str) -> None:
        """Another text for the one that is there, as one change that can be undone."""
        self.replace(text, (0, 0), self.document.end, maintain_selection_offset=False)

    def toggle_comment(self) -> None:
        """Make the selected lines comments, or code again."""
        self._on_lines(toggled)

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
        if self._does(event):
            event.stop()
            event.prevent_default()
        else:
            await super()._on_key(event)

    async def _on_paste(self, event: events.Paste) -> None:
        # What is not prevented goes on to the text area's own handler.
        if not fits(self, event.text):
            event.stop()
            event.prevent_default()
            self.post_message(Pasted(self, len(event.text)))

    def _does(self, event: events.Key) -> bool:
        """Whether the key is one that a plain text area takes otherwise; then it has been done."""
        match event.key:
            case "enter":
                self._new_line()
            case "shift+tab":
                self._on_lines(less_deep)
            case "tab" if self.selection.start[0] != self.selection.end[0]:
                self._on_lines(deeper)
            case "backspace":
                return self._back_to_tab_stop() or self._take_pair_away()
            case _:
                return bool(event.character) and event.is_printable and self._type(event.character or "")
        return True

    def _on_lines(self, change: Callable[[list[str]], list[str]]) -> None:
        """Change the selected lines, or that of the cursor, as one step; the selection stays on what it was on."""
        first, last = sorted(self.selection)
        if last > first and last[1] == 0:
            # A selection of whole lines ends before the next one.
            last = (last[0] - 1, len(self.document.get_line(last[0] - 1)))
        rows = range(first[0], last[0] + 1)
        before = [self.document.get_line(row) for row in rows]
        after = change(before)
        if after == before:
            return
        grown = {row: len(new) - len(old) for row, new, old in zip(rows, after, before, strict=True)}
        start, end = self.selection
        self.replace("\n".join(after), (rows[0], 0), (rows[-1], len(before[-1])), maintain_selection_offset=False)
        moved = [(row, max(0, column + grown[row]) if column and row in grown else column) for row, column in (start, end)]
        self.selection = Selection(*moved)

    def _new_line(self) -> None:
        start, end = sorted(self.selection)
        before = self.document.get_line(start[0])[: start[1]]
        after = self.document.get_line(end[0])[end[1] :]
        indent = "\n" + " " * next_indent(before)
        if PAIRS.get(before[-1:]) == after[:1] and after:
            # What closes goes to a line of its own, under what it closes.
            outer = " " * (len(before) - len(before.lstrip(" ")))
            self.replace(f"{indent}\n{outer}", start, end, maintain_selection_offset=False)
            self.move_cursor((start[0] + 1, len(indent) - 1))
        else:
            self.replace(indent, start, end, maintain_selection_offset=False)
        self.scroll_cursor_visible()

    def _type(self, character: str) -> bool:
        """Type a sign that comes in pairs; False for any other."""
        start, end = sorted(self.selection)
        before = self.document.get_line(start[0])[: start[1]]
        after = self.document.get_line(end[0])[end[1] :]
        if start != end:
            return False
        if steps_over(character, before, after):
            self.move_cursor((start[0], start[1] + 1))
            return True
        if close := closing(character, before, after):
            self.replace(character + close, start, end, maintain_selection_offset=False)
            self.move_cursor((start[0], start[1] + 1))
            return True
        return False

    def _take_pair_away(self) -> bool:
        (row, column), end = self.selection
        line = self.document.get_line(row)
        if (row, column) != end or not surrounds(line[:column], line[column:]):
            return False
        self.delete((row, column - 1), (row, column + 1), maintain_selection_offset=False)
        return True

    def _back_to_tab_stop(self) -> bool:
        """Take a whole indentation away, when there is nothing else before the cursor."""
        (row, column), end = self.selection
        before = self.document.get_line(row)[:column]
        if (row, column) != end or not before or before.strip(" "):
            return False
        self.delete((row, (column - 1) // INDENT * INDENT), end, maintain_selection_offset=False)
        return True

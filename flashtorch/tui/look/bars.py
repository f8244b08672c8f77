"""Numbers as bars of text, which can be read without colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

if TYPE_CHECKING:
    from collections.abc import Sequence

_EIGHTHS = " ▁▂▃▄▅▆▇█"
_QUIET = "dim"


def columns(values: Sequence[int], height: int, *, wide: int = 2, style: str = "$text-primary") -> list[Content]:
    """`height` lines of upright bars, each `wide` cells with one of them free, the highest value filling all of them.

    A value that is not zero is always seen.
    """
    most = max(values, default=0)
    lines = []
    for level in range(height, 0, -1):
        row = ""
        for value in values:
            eighths = -(-value * height * 8 // most) if most else 0
            row += _EIGHTHS[max(0, min(8, eighths - 8 * (level - 1)))] * max(1, wide - 1) + " " * (wide > 1)
        lines.append(Content.styled(row, style))
    return lines


def progress(done: int, total: int, width: int) -> Content:
    """A bar of `width` cells, filled as far as `done` is of `total`."""
    filled = width if total <= 0 else min(width, done * width // total)
    return Content.styled("█" * filled, "$text-success") + Content.styled("░" * (width - filled), _QUIET)


def marked(values: Sequence[int], marks: Sequence[tuple[int, str]], *, wide: int = 2) -> Content:
    """The line under `columns`: each mark under the bar of its index, where it does not run into the one before."""
    line = ""
    for index, text in marks:
        if len(line) <= index * wide and index < len(values):
            line = line.ljust(index * wide) + text + " "
    return Content.styled(line.rstrip(), _QUIET)

"""Tables in a narrow terminal: columns give way and cells take several lines, but no text is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from flashtorch.tui.look.wrap import wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

NARROWEST = 6
"""Cells of a column below which the table is written as a list of rows."""
_LINE = "dim"
_BAR = Content.styled(" │ ", _LINE)


def table_lines(head: list[Content], rows: list[list[Content]], aligns: Sequence[str], width: int) -> list[Content]:
    """The table in lines of at most `width` cells."""
    count = max([len(head), *(len(row) for row in rows)], default=0)
    filled = [row + [Content("")] * (count - len(row)) for row in [head, *rows]]
    widths = column_widths([[cell.cell_length for cell in row] for row in filled], width - 3 * (count - 1))
    if widths is None:
        return _as_records(filled[0], filled[1:], width)
    sides = [*aligns, *[""] * (count - len(aligns))]
    lines = _row([cell.stylize("bold") for cell in filled[0]], widths, sides)
    lines.append(Content.styled("─┼─".join("─" * column for column in widths), _LINE))
    for row in filled[1:]:
        lines += _row(row, widths, sides)
    return lines


def column_widths(needed: list[list[int]], room: int) -> list[int] | None:
    """A width for each column, all together at most `room`: the widest give way first. None when there is no room for that."""
    widest = [max(1, *column) for column in zip(*needed, strict=True)]
    if not widest or sum(min(column, NARROWEST) for column in widest) > room:
        return None
    low, high = NARROWEST, max(NARROWEST, *widest)
    while low < high:
        limit = (low + high + 1) // 2
        if sum(min(column, limit) for column in widest) <= room:
            low = limit
        else:
            high = limit - 1
    widths = [min(column, low) for column in widest]
    spare = room - sum(widths)
    for index, column in enumerate(widest):
        extra = min(spare, column - widths[index])
        widths[index] += extra
        spare -= extra
    return widths


def _row(cells: list[Content], widths: list[int], sides: list[str]) -> list[Content]:
    wrapped = [wrap(cell, width) for cell, width in zip(cells, widths, strict=True)]
    height = max(len(lines) for lines in wrapped)
    rows = []
    for index in range(height):
        pieces = [lines[index] if index < len(lines) else Content("") for lines in wrapped]
        placed = [_aligned(piece, width, side) for piece, width, side in zip(pieces, widths, sides, strict=True)]
        rows.append(_BAR.join(placed).rstrip())
    return rows


def _aligned(piece: Content, width: int, side: str) -> Content:
    room = max(0, width - piece.cell_length)
    left = room if side == "right" else room // 2 if side == "center" else 0
    return piece.pad(left, room - left)


def _as_records(head: list[Content], rows: list[list[Content]], width: int) -> list[Content]:
    lines: list[Content] = []
    for row in rows:
        if lines:
            lines.append(Content(""))
        for name, cell in zip(head, row, strict=True):
            lines += wrap(name.stylize("bold") + Content(": ") + cell, width) if name else wrap(cell, width)
    return lines or [line for name in head for line in wrap(name.stylize("bold"), width)]

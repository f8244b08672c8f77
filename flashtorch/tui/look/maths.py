r"""Formulas in one line of characters: `\frac{QK^\top}{\sqrt{d_k}}` is `QKᵀ/√dₖ`; matrices in a display stand in rows.

What is grouped in the source is grouped in the line: by a sign, by small characters, or by parentheses. A formula with a command
that is not known here is shown as its source.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len

from flashtorch.tui.look.maths_named import NotReadable
from flashtorch.tui.look.maths_piece import Piece, join
from flashtorch.tui.look.maths_source import pieces

if TYPE_CHECKING:
    from flashtorch.tui.look.maths_piece import Grid

_BOX = {
    "[": ("⎡⎢⎣[", "⎤⎥⎦]"),
    "(": ("⎛⎜⎝(", "⎞⎟⎠)"),
    "|": ("││││", "││││"),
    "‖": ("‖‖‖‖", "‖‖‖‖"),
    "{": ("⎧⎨⎩{", "    "),
    "": ("    ", "    "),
}
"""For each opening sign the top, middle and bottom of both sides, and what a single row has."""


def readable(source: str) -> str:
    """The formula in one line; its source where it cannot be read."""
    try:
        return join(pieces(source)).text.strip()
    except NotReadable:
        return source.strip()


def display(source: str, width: int) -> list[str]:
    """A formula on lines of its own: matrices in rows where `width` cells hold them, else as `readable`; not wrapped."""
    try:
        found = pieces(source)
    except NotReadable:
        return [line.strip() for line in source.strip().splitlines()] or [""]
    if any(piece.grid for piece in found):
        lines = _boxes(found)
        if max(map(cell_len, lines)) <= width:
            return lines
    return [join(found).text.strip()]


def _boxes(found: list[Piece]) -> list[str]:
    """The grids side by side, with what stands between them on their middle row."""
    columns: list[list[str]] = []
    # Something before a sign, so that it is not taken for that of a number.
    matrix = Piece("\0")
    between: list[Piece] = []
    for piece in found:
        if piece.grid is None:
            between.append(piece)
            continue
        columns += [_text(between), _box(piece.grid)]
        between = [matrix]
    columns.append(_text(between))
    columns = [column for column in columns if any(line.strip() for line in column)]
    height = max(map(len, columns))
    rows = [""] * height
    for place, column in enumerate(columns):
        size = max(map(cell_len, column))
        above = (height - len(column)) // 2
        for row in range(height):
            line = column[row - above] if 0 <= row - above < len(column) else ""
            rows[row] += (" " if place else "") + line + " " * (size - cell_len(line))
    return [row.rstrip() for row in rows]


def _text(between: list[Piece]) -> list[str]:
    return [join(between).text.replace("\0", "").strip()]


def _box(grid: Grid) -> list[str]:
    count = max(len(row) for row in grid.rows)
    filled = [[*row, *[""] * (count - len(row))] for row in grid.rows]
    sizes = [max(cell_len(row[place]) for row in filled) for place in range(count)]
    left, right = _BOX[grid.sign]
    lines = []
    for number, row in enumerate(filled):
        part = 3 if len(filled) == 1 else 0 if number == 0 else 2 if number == len(filled) - 1 else 1
        cells = grid.gap.join(cell + " " * (size - cell_len(cell)) for cell, size in zip(row, sizes, strict=True))
        lines.append(f"{left[part]} {cells} {right[part]}".rstrip() if grid.sign else cells.rstrip())
    return lines

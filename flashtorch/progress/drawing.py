"""Numbers drawn as plain text: bars, sparklines, the heat map. Widths are columns of a terminal, where Chinese takes two.

No colours and no control characters: what is drawn can be read in a pipe, and a screen may colour it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from unicodedata import combining, east_asian_width

from flashtorch.progress.calendar import date_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flashtorch.progress.calendar import Week

EIGHTHS = " ▏▎▍▌▋▊▉█"
"""Of a cell, from the left."""
HEIGHTS = "▁▂▃▄▅▆▇█"
SHADES = "·░▒▓█"
"""No answer, and four quarters of the busiest day; they differ without any colour."""


class BarRow(NamedTuple):
    """A line of a bar chart."""

    label: str
    value: float
    said: str
    """The value in words, behind the bar."""


def width(text: str) -> int:
    """The columns that a text takes on a terminal."""
    return sum(0 if combining(each) else 2 if east_asian_width(each) in "WF" else 1 for each in text)


def left(text: str, columns: int) -> str:
    """The text at the left of `columns`; a longer one is cut and ends with an ellipsis."""
    return (cut := _cut(text, columns)) + " " * (columns - width(cut))


def right(text: str, columns: int) -> str:
    """The text at the right of `columns`; a longer one is cut and ends with an ellipsis."""
    return " " * (columns - width(cut := _cut(text, columns))) + cut


def _cut(text: str, columns: int) -> str:
    if width(text) <= columns:
        return text
    kept = ""
    for each in text:
        if width(kept + each) > columns - 1:
            break
        kept += each
    return kept + "…" if columns > 0 else ""


def table(rows: Sequence[Sequence[str]], *, gap: int = 3, widest: int = 40) -> list[str]:
    """Cells under each other: the first column to the left, the others to the right."""
    if not rows:
        return []
    widths = [min(widest, max(map(width, column))) for column in zip(*rows, strict=True)]
    aligned = ([left(row[0], widths[0]), *map(right, row[1:], widths[1:])] for row in rows)
    return [(" " * gap).join(cells).rstrip() for cells in aligned]


def bar(value: float, most: float, columns: int) -> str:
    """A bar that fills `columns` when `value` is `most`; a value that is not zero is always seen."""
    if value <= 0 or most <= 0 or columns <= 0:
        return ""
    eighths = max(1, round(min(1.0, value / most) * columns * 8))
    full, rest = divmod(eighths, 8)
    return EIGHTHS[8] * full + EIGHTHS[rest].strip()


def bars(rows: Sequence[BarRow], columns: int) -> list[str]:
    """A line for each row, together `columns` wide: labels to the left, the longest bar as long as there is room."""
    if not rows:
        return []
    labels = min(max(width(row.label) for row in rows), columns // 2)
    said = max(width(row.said) for row in rows)
    room = max(4, columns - labels - said - 4)
    most = max(row.value for row in rows)
    return [
        f"{left(row.label, labels)}  {left(bar(row.value, most, room), room)}  {right(row.said, said)}".rstrip() for row in rows
    ]


def sparkline(values: Sequence[float]) -> str:
    """A character for each value, by height; blank for zero."""
    most = max(values, default=0)
    return "".join(HEIGHTS[min(7, int(value / most * 8))] if value > 0 else " " for value in values)


def heat_rows(weeks: Sequence[Week], weekdays: Sequence[str]) -> list[str]:
    """Eight lines: the months over the weeks that they begin in, then Monday to Sunday, each behind its name in `weekdays`."""
    margin = max(map(width, weekdays)) + 1
    most = max((count for week in weeks for count in week.counts if count), default=0)
    rows = [
        left(name, margin) + "".join(_shade(week.counts[weekday], most) for week in weeks) for weekday, name in enumerate(weekdays)
    ]
    return [(" " * margin + _months(weeks)).rstrip(), *(row.rstrip() for row in rows)]


def _shade(count: int | None, most: int) -> str:
    if count is None:
        return " "
    return SHADES[0] if not count else SHADES[1 + 4 * (count - 1) // most]


def _months(weeks: Sequence[Week]) -> str:
    line = ""
    for at, week in enumerate(weeks):
        begun = next((day.month for day in map(date_of, range(week.monday, week.monday + 7)) if day.day == 1), None)
        if begun and len(line) <= at:
            line = line.ljust(at) + f"{begun} "
    return line[: len(weeks)]

"""The last weeks as a map of days: a column a week, a row a weekday, darker for more answers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from textual.content import Content

from flashtorch.language import _

if TYPE_CHECKING:
    from collections.abc import Mapping

SHADES = "·░▒▓█"
"""None, and four quarters of the busiest day; they differ without any colour."""
_EPOCH = date(1970, 1, 1)
_QUIET = "$text-muted"
_BUSY = "$text-success"


def heat(answers: Mapping[int, int], today: int, weeks: int) -> list[Content]:
    """Eight lines: the months, then Monday to Sunday. `answers` by study day, as days since 1970; the last column is this week.

    Each line is `weeks` cells wide and the names of the days before them.
    """
    monday = today - _weekday(today)
    first = monday - 7 * (weeks - 1)
    most = max((count for day, count in answers.items() if first <= day <= today), default=0)
    names = [_("Mon"), "", _("Wed"), "", _("Fri"), "", _("Sun")]
    margin = max(Content(name).cell_length for name in names) + 1
    lines = [Content.styled(" " * margin + _months(first, weeks), _QUIET)]
    for weekday, name in enumerate(names):
        days = range(first + weekday, today + 1, 7)
        row = "".join(_shade(answers.get(day, 0), most) for day in days)
        label = Content(name)
        lines.append(Content.styled(name + " " * (margin - label.cell_length), _QUIET) + Content.styled(row.ljust(weeks), _BUSY))
    return lines


def date_of(day: int) -> date:
    """The calendar day of a study day."""
    return _EPOCH + timedelta(days=day)


def _weekday(day: int) -> int:
    """0 for Monday; 1970 began with a Thursday."""
    return (day + 3) % 7


def _shade(count: int, most: int) -> str:
    return SHADES[0] if not count else SHADES[min(4, 1 + (4 * (count - 1)) // max(1, most))]


def _months(first: int, weeks: int) -> str:
    """The number of each month over the week that its first day is in, where there is room."""
    line = ""
    for week in range(weeks):
        days = [date_of(first + 7 * week + weekday) for weekday in range(7)]
        begins = next((day.month for day in days if day.day == 1), 0)
        if begins and len(line) <= week:
            line = line.ljust(week) + f"{begins} "
    return line.ljust(weeks)[:weeks]

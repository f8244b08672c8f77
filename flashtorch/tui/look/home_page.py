"""The home page as one text: today, the decks, the last weeks, the next days; arranged by the width of the terminal."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from textual.content import Content

from flashtorch.language import _, n_
from flashtorch.progress.calendar import date_of, heat_map
from flashtorch.progress.drawing import SHADES, heat_rows
from flashtorch.tui.look.bars import columns, marked, progress
from flashtorch.tui.look.clock import clock, minutes
from flashtorch.tui.look.deck_table import deck_table
from flashtorch.tui.look.wrap import wrap

if TYPE_CHECKING:
    from flashtorch.history.tally import Tally
    from flashtorch.scheduling.moment import Moment
    from flashtorch.tui.overview import Overview

WEEKS = 26
DAYS = 14
_WIDE = 104
"""Cells from which the pictures stand beside the decks."""
_PICTURE = 34
_BESIDE = 66
"""Cells from which the two pictures stand side by side."""
_QUIET = "dim"
_BLANK = Content("")


def home_page(view: Overview, mark: int, width: int, now: Moment, rollover_hour: int) -> tuple[list[Content], int]:
    """The lines, each at most `width` cells, and which of them is the marked one."""
    top = [*today_lines(view, width, now, rollover_hour), _BLANK]
    if not view.decks and not view.others:
        advice = _("There is no deck yet. `flashtorch deck new PATH` writes a small one, `flashtorch PATH` studies yours.")
        return [*top, *wrap(Content(advice), width)], 0
    if width >= _WIDE:
        left = deck_table(view, mark, width - _PICTURE - 4)
        right = [*_last_weeks(view, _PICTURE), _BLANK, *_next_days(view.past, view.day, _PICTURE)]
        return [*top, *_side_by_side(left, right, width - _PICTURE)], len(top) + 1 + mark
    lines = [*top, *deck_table(view, mark, width), _BLANK]
    at = len(top) + 1 + mark
    weeks, days = _last_weeks(view, min(width, _PICTURE)), _next_days(view.past, view.day, width)
    if width >= _BESIDE:
        return [*lines, *_side_by_side(weeks, days, width - 2 * DAYS)], at
    return [*lines, *weeks, _BLANK, *days], at


def today_lines(view: Overview, width: int, now: Moment, rollover_hour: int) -> list[Content]:
    """How far the day is, in a bar and in words."""
    done, left = view.past.today.answers, view.left
    lines: list[Content] = []
    if left:
        text = n_("{count} card is left today", "{count} cards are left today", left).format(count=left)
        lines += wrap(Content.styled(text, "bold"), width)
    elif view.decks:
        done_words = Content.styled(_("Done for today."), "bold $text-success")
        lines += wrap(done_words + Content(f"  {next_words(view, now, rollover_hour)}"), width)
    if view.backlog_days:
        reviews = sum(deck.review for deck in view.decks)
        lines += wrap(Content(backlog_words(reviews + view.waiting, view.backlog_days)), width)
    bar = progress(done, done + left, min(30, max(8, width - 40))) if done and width >= 50 else _BLANK
    words = day_words(view.past)
    if words:
        lines += wrap(bar + Content(" " * bool(bar)) + Content.styled(words, _QUIET), width)
    return lines


def day_words(past: Tally) -> str:
    """What was answered today; empty when nothing was."""
    today = past.today
    if not today.answers:
        return ""
    said = n_("{count} answer", "{count} answers", today.answers).format(count=today.answers)
    right = _("{percent} % right").format(percent=100 * today.right // today.answers)
    return f"{said} · {minutes(today.took_ms)} · {right}"


def next_words(view: Overview, now: Moment, rollover_hour: int) -> str:
    """When the next card comes, and how many come tomorrow; empty when nothing is scheduled."""
    said = []
    if view.next_at_us is not None:
        said.append(_("Next card: {time}.").format(time=clock(view.next_at_us, now, rollover_hour)))
    if len(view.past.forecast) > 1:
        said.append(tomorrow_words(view.past.forecast[1].total))
    return " ".join(said)


def tomorrow_words(count: int) -> str:
    """How many cards are due tomorrow."""
    if not count:
        return _("Tomorrow nothing is due.")
    return n_("Tomorrow {count} card is due.", "Tomorrow {count} cards are due.", count).format(count=count)


def backlog_words(due: int, days: int) -> str:
    """More reviews than a day allows, as days of work rather than as a wall of cards."""
    says = n_(
        "{due} reviews are due: {days} day of work at today's limit",
        "{due} reviews are due: {days} days of work at today's limit",
        days,
    )
    return says.format(due=due, days=days)


def streak_words(days: int) -> str:
    """Empty without one."""
    return n_("{count} day in a row", "{count} days in a row", days).format(count=days) if days else ""


def _last_weeks(view: Overview, width: int) -> list[Content]:
    weeks = max(4, min(WEEKS, width - 8))
    title = n_("the last {count} week", "the last {count} weeks", weeks).format(count=weeks)
    names = [_("Mon"), "", _("Wed"), "", _("Fri"), "", _("Sun")]
    months, *days = heat_rows(heat_map(view.past.days, view.day, weeks), names)
    return [_title(title, width), Content.styled(months, _QUIET), *(_shaded(day) for day in days)]


def _title(text: str, width: int) -> Content:
    return Content.styled(text, f"bold {_QUIET}").truncate(width, ellipsis=True)


def _shaded(row: str) -> Content:
    """The name of the day in grey, its answers in green."""
    at = next((index for index, sign in enumerate(row) if sign in SHADES), len(row))
    return Content.styled(row[:at], _QUIET) + Content.styled(row[at:], "$text-success")


def _next_days(past: Tally, day: int, width: int) -> list[Content]:
    days = min(DAYS, width // 2)
    due = [each.total for each in past.forecast[:days]]
    title = n_("the next {count} day", "the next {count} days", days).format(count=days)
    title += "  " + _("at most {count}").format(count=max(due, default=0))
    dates = marked(due, [(index, str(date_of(day + index).day)) for index in (0, 7, 13)])
    return [_title(title, width), *columns(due, 5), dates]


def _side_by_side(left: list[Content], right: list[Content], at: int) -> list[Content]:
    """The right lines begin at cell `at`."""
    lines = []
    for one, other in zip_longest(left, right, fillvalue=_BLANK):
        lines.append(one + Content(" " * max(1, at - one.cell_length)) + other if other else one)
    return lines

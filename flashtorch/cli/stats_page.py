"""The page of `flashtorch stats`: the same numbers for people, as plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flashtorch.language import _, n_
from flashtorch.progress.calendar import WEEKS, date_of, heat_map
from flashtorch.progress.drawing import BarRow, bars, heat_rows, table, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flashtorch.history.tally import DayDone, DueDay
    from flashtorch.progress.numbers import Bin, Leech, Share, Strength
    from flashtorch.progress.summary import Summary

FORECAST_DAYS = 14
LEECHES = 10
NOTES = 30
_ALL_COLUMNS = 72


def page(found: Summary, columns: int) -> list[str]:
    """Lines of at most `columns`, as far as the names of cards allow."""
    if not found.days and not any(each.cards for each in found.decks.values()):
        return [_("There is no deck yet.")]
    parts = [
        _head(found),
        _done(found),
        _retention(found),
        _calibration(found.calibration, columns),
        _heat(found, columns),
        _forecast(found, columns),
        _decks(found, columns),
        _notes(found, columns),
        _leeches(found.leeches),
    ]
    return [line for at, part in enumerate(filter(None, parts)) for line in ([""] if at else []) + part]


def _head(found: Summary) -> list[str]:
    if found.since is None:
        return [_("Progress on {day}").format(day=date_of(found.day))]
    return [_("Progress on {day}, answers counted from {since} on").format(day=date_of(found.day), since=date_of(found.since))]


def _done(found: Summary) -> list[str]:
    rows = [(_("Streak"), _days(found.streak)), (_("longest"), _days(found.longest)), (_("Today"), _did(found.today))]
    rows.append((_("Altogether"), f"{_did(found.done)} · {_on_days(found.studied)}"))
    return _named(rows)


def _named(rows: Sequence[tuple[str, str]]) -> list[str]:
    """Names to the left, and what is said of them under each other."""
    widest = max(width(name) for name, _said in rows)
    return [f"{name}{' ' * (widest - width(name))}   {said}" for name, said in rows]


def _days(count: int) -> str:
    return n_("{count} day", "{count} days", count).format(count=count)


def _on_days(count: int) -> str:
    return n_("on {count} day", "on {count} days", count).format(count=count)


def _did(done: DayDone) -> str:
    said = n_("{count} answer", "{count} answers", done.answers).format(count=done.answers)
    if not done.answers:
        return said
    right = _("{percent} right").format(percent=_percent(done.right / done.answers))
    return f"{said} · {right} · {_time(done.took_ms)}"


def _time(ms: int) -> str:
    minutes = round(ms / 60_000)
    if ms < 60_000:
        return _("{seconds} s").format(seconds=round(ms / 1000))
    if minutes < 60:
        return _("{minutes} min").format(minutes=minutes)
    return _("{hours} h {minutes} min").format(hours=minutes // 60, minutes=minutes % 60)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f} %"


def _retention(found: Summary) -> list[str]:
    retention = found.retention
    if not retention.all.total:
        return []

    def row(name: str, share: Share) -> tuple[str, ...]:
        rate = "–" if share.rate is None else f"{100 * share.rate:.1f} %"
        return name, str(share.total), str(share.right), rate

    head = _("Still known when asked again; the schedule aims at {percent}").format(percent=_percent(found.desired))
    rows = [
        ("", _("reviews"), _("known"), _("share")),
        row(_("young (< 21 d)"), retention.young),
        row(_("mature (≥ 21 d)"), retention.mature),
        row(_("all"), retention.all),
    ]
    return [head, *table(rows, gap=2)]


def _calibration(bins: Sequence[Bin], columns: int) -> list[str]:
    """One stretch says nothing of the others."""
    if len(bins) < 2:
        return []
    rows = [
        BarRow(
            _("{percent} predicted").format(percent=_percent(each.predicted)),
            each.happened.rate or 0.0,
            _("{percent} of {count}").format(percent=_percent(each.happened.rate), count=each.total),
        )
        for each in bins
    ]
    return [_("Predicted, and what was known"), *bars(rows, columns)]


def _heat(found: Summary, columns: int) -> list[str]:
    names = [_("Mon"), "", _("Wed"), "", _("Fri"), "", _("Sun")]
    weeks = min(WEEKS, columns - max(map(width, names)) - 1)
    counts = {day: done.answers for day, done in found.days.items()}
    shown = heat_map(counts, found.day, weeks)
    most = max((count for week in shown for count in week.counts if count), default=0)
    if not most:
        return []
    head = n_("The last {weeks} weeks; at most {count} answer a day", "The last {weeks} weeks; at most {count} answers a day", most)
    return [head.format(weeks=weeks, count=most), *heat_rows(shown, names)]


def _forecast(found: Summary, columns: int) -> list[str]:
    ahead = found.forecast[:FORECAST_DAYS]
    if not any(each.total for each in ahead):
        return []
    rows = [BarRow(_name_of(each, found.day), each.total, _due(each)) for each in ahead]
    lines = [_("Falls due"), *bars(rows, columns)]
    backlog = found.backlog
    if backlog.days is None:
        lines.append(_("{due} reviews wait, and the settings allow none a day.").format(due=backlog.due))
    elif backlog.days > 1:
        said = _("The {due} reviews of today are {days} days of work at {per_day} a day.")
        lines.append(said.format(due=backlog.due, days=backlog.days, per_day=backlog.per_day))
    return lines


def _name_of(due: DueDay, today: int) -> str:
    return _("today") if due.day == today else f"{date_of(due.day):%m-%d}"


def _due(due: DueDay) -> str:
    said = [str(due.total)]
    if due.overdue:
        said.append(_("{count} overdue").format(count=due.overdue))
    if due.learning:
        said.append(_("{count} in steps").format(count=due.learning))
    return f"{said[0]} ({', '.join(said[1:])})" if len(said) > 1 else said[0]


def _columns(first: str) -> tuple[str, ...]:
    return first, _("memory"), _("known"), _("cards"), _("new"), _("learning"), _("young"), _("mature")


def _cells(name: str, known: Strength) -> tuple[str, ...]:
    """The memory is the median of the days until one card in ten is forgotten."""
    memory = "–" if known.stability is None else _("{days} d").format(days=f"{known.stability:.1f}")
    counts = (known.cards, known.new, known.learning, known.young, known.mature)
    return (name, memory, _percent(known.retrievability), *map(str, counts))


def _strengths(rows: Sequence[tuple[str, ...]], columns: int) -> list[str]:
    """The table, on a narrow terminal without how the cards stand."""
    return table(rows if columns >= _ALL_COLUMNS else [row[:4] for row in rows], gap=2)


def _decks(found: Summary, columns: int) -> list[str]:
    if not found.decks:
        return []
    return _strengths([_columns(_("deck")), *(_cells(name, known) for name, known in found.decks.items())], columns)


def _notes(found: Summary, columns: int) -> list[str]:
    """The notes that were begun; those that are known least well come first."""
    begun = [(note, known) for note, known in found.notes.items() if known.retrievability is not None]
    begun.sort(key=lambda pair: (pair[1].retrievability or 0.0, pair[0]))
    if not begun:
        return []
    several = len({note[0] for note, _known in begun}) > 1
    rows = [_cells(f"{note[0]} {note[1]}" if several else str(note[1]), known) for note, known in begun[:NOTES]]
    return [*_strengths([_columns(_("note no.")), *rows], columns), *_more(len(begun) - NOTES)]


def _leeches(leeches: Sequence[Leech]) -> list[str]:
    if not leeches:
        return []
    rows = [(leech.card, str(leech.lapses)) for leech in leeches[:LEECHES]]
    return [_("Forgotten again and again"), *table([("", _("times")), *rows], widest=70), *_more(len(leeches) - LEECHES)]


def _more(left: int) -> list[str]:
    return [n_("and {count} more", "and {count} more", left).format(count=left)] if left > 0 else []

"""How the line mode writes what is known of a card, and what helps with one that does not stay."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from flashtorch.history.event import EventKind
from flashtorch.language import _, n_
from flashtorch.scheduling.state import Rating, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flashtorch.session.info import CardInfo, Help, Past, Wrong

_SHOWN = 12
"""Lines of an earlier answer that are shown."""


def info(known: CardInfo) -> str:
    """Everything that is known of a card, the newest first."""
    state = known.state
    lines = ["", f"── {known.card} · {known.place}", _stage(state.stage)]
    if state.due_day is not None and state.stage is not Stage.NEW:
        lines.append(_("due on {day}").format(day=_day(state.due_day)))
    if known.retrievability is not None and state.stability is not None and state.difficulty is not None:
        memory = _("memory: {recall} % now, stability {stability} days, difficulty {difficulty} of 10")
        recall = round(known.retrievability * 100)
        lines.append(memory.format(recall=recall, stability=f"{state.stability:.1f}", difficulty=f"{state.difficulty:.1f}"))
    answered = n_("{count} answer", "{count} answers", state.reps).format(count=state.reps)
    lapsed = n_("forgotten {count} time", "forgotten {count} times", state.lapses).format(count=state.lapses)
    lines.append(f"{answered}, {lapsed}")
    if state.leech:
        lines.append(_("a leech: it is forgotten again and again"))
    if state.suspended:
        lines.append(_("suspended"))
    if known.has_changed:
        lines.append(_("the card has changed since your last answer"))
    if known.remark:
        lines.append(_("Your note: {text}").format(text=known.remark))
    lines += [_("Flagged: {text}").format(text=text) if text else _("Flagged") for text in known.flags]
    if known.siblings:
        lines.append(_("The same fact: {cards}").format(cards=", ".join(known.siblings)))
    told = [line for past in known.past if past.kind not in (EventKind.FLAG, EventKind.NOTE) for line in _past(past)]
    return "\n".join([*lines, *(["", *told] if told else []), ""])


def help_lines(found: Help) -> list[str]:
    """What went wrong before and what else asks for the same fact."""
    lines = [_("This card is forgotten again and again.")] if found.is_leech else []
    if found.wrong:
        lines += [_("What you answered wrongly before:"), *_wrong(found.wrong)]
    if found.siblings:
        lines.append(_("The same fact: {cards}").format(cards=", ".join(found.siblings)))
    return lines


def _past(past: Past) -> list[str]:
    said = _what(past.kind) if past.rating is None else _rating(past.rating)
    line = f"{_day(past.day)} · {said}"
    if past.kind is EventKind.PRACTICE:
        line += " · " + _("practice")
    if past.interval_s is not None:
        line += " → " + _interval(past.interval_s)
    lines = [line]
    if past.rating is not None:
        wrong = past.wrong
        if past.answer.strip() and (past.verdict == "pass" or not past.verdict):
            lines += _indented(past.answer)
        lines += _wrong(wrong, dated=False)
    return lines


def _wrong(wrong: Iterable[Wrong], *, dated: bool = True) -> list[str]:
    lines = []
    for each in wrong:
        lines += [f"  {_day(each.day)} ✗ {each.sentence}" if dated else f"  ✗ {each.sentence}", *_indented(each.answer)]
    return lines


def _indented(text: str) -> list[str]:
    lines = text.rstrip().splitlines()
    cut = [*lines[:_SHOWN], "…"] if len(lines) > _SHOWN else lines
    return [f"    {line}" for line in cut]


def _interval(seconds: int) -> str:
    from flashtorch.cli.plain_text import interval

    return interval(seconds)


def _day(number: int) -> str:
    return (date(1970, 1, 1) + timedelta(days=number)).isoformat()


def _stage(stage: Stage) -> str:
    says = {Stage.NEW: _("new"), Stage.LEARNING: _("learning"), Stage.REVIEW: _("in review"), Stage.RELEARNING: _("relearning")}
    return says[stage]


def _rating(rating: Rating) -> str:
    says = {Rating.AGAIN: _("Again"), Rating.HARD: _("Hard"), Rating.GOOD: _("Good"), Rating.EASY: _("Easy")}
    return f"{int(rating)} {says[rating]}"


def _what(kind: EventKind) -> str:
    says = {
        EventKind.SUSPEND: _("suspended"),
        EventKind.RESUME: _("resumed"),
        EventKind.BURY: _("put off until tomorrow"),
        EventKind.FORGET: _("begun anew"),
        EventKind.SET_DUE: _("put to another day"),
    }
    return says.get(kind, str(kind))

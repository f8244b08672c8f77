"""All that is known of a card, as a text: where it stands, what was answered and when, and what went wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content

from flashtorch.history.event import EventKind
from flashtorch.language import _, n_
from flashtorch.progress.calendar import date_of
from flashtorch.tui.look.back import rule
from flashtorch.tui.look.prose import CODE, QUIET, fence_lines, title_content
from flashtorch.tui.look.span import span
from flashtorch.tui.look.wrap import cuts, wrap
from flashtorch.tui.widgets.head import kind_word
from flashtorch.tui.widgets.rating import name_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flashtorch.session.info import CardInfo, Help, Past, Wrong

_BLANK = Content("")
_BOLD = "bold"
_WRONG = "$text-error"


def info_lines(info: CardInfo, width: int) -> list[Content]:
    """The page of one card in lines of at most `width` cells."""
    lines = [*wrap(title_content(info.title), width), _BLANK, *_table(_facts(info), width)]
    if info.remark:
        lines += [_BLANK, rule(_("your note"), width), *wrap(Content(info.remark), width)]
    if info.flags:
        lines += [_BLANK, rule(_("flags"), width)]
        for flag in info.flags:
            lines += _bulleted("⚑ ", flag or "–", width)
    lines += [_BLANK, rule(_("history"), width)]
    if not info.past:
        lines += wrap(Content.styled(_("It has not been answered yet."), QUIET), width)
    for past in info.past:
        lines += _past(past, info, width)
    return lines


def help_lines(help_: Help, width: int) -> list[Content]:
    """For a card that does not stay: its wrong answers, newest first, and what else asks for the same."""
    says = _("This card is forgotten again and again.") if help_.is_leech else _("This card was missed before.")
    lines = wrap(Content.styled(says, _BOLD), width)
    advice = _("Say why each answer below was wrong, write a note for yourself (n), or edit the card (e) so that it asks for less.")
    lines += [*wrap(Content.styled(advice, QUIET), width), _BLANK, rule(_("your wrong answers"), width)]
    if not help_.wrong:
        lines += wrap(Content.styled(_("None was kept."), QUIET), width)
    for wrong in help_.wrong:
        lines += [*_wrong(wrong, width), _BLANK]
    if help_.siblings:
        lines += [rule(_("the same fact is asked by"), width)]
        for card in help_.siblings:
            lines += _bulleted("• ", card, width)
    return lines


def _facts(info: CardInfo) -> list[tuple[str, str]]:
    state = info.state
    facts = [(_("name"), info.card), (_("kind"), kind_word(info.kind)), (_("file"), info.place)]
    if info.note is not None:
        facts.append((_("note"), str(info.note)))
    if info.tags:
        facts.append((_("tags"), ", ".join(info.tags)))
    facts.append((_("answers"), str(len(info.answers))))
    if state.lapses:
        facts.append((_("forgotten"), n_("{count} time", "{count} times", state.lapses).format(count=state.lapses)))
    if state.stability is not None:
        days = _("{count} days until recall falls to 90 %").format(count=f"{state.stability:.1f}")
        facts.append((_("memory"), days))
    if info.retrievability is not None:
        facts.append((_("recall now"), f"{info.retrievability:.0%}"))
    if state.difficulty is not None:
        facts.append((_("difficulty"), _("{count} of 10").format(count=f"{state.difficulty:.1f}")))
    if state.suspended:
        facts.append((_("due"), _("suspended")))
    elif state.due_day is not None:
        facts.append((_("due"), date_of(state.due_day).isoformat()))
    if info.siblings:
        facts.append((_("same fact"), ", ".join(info.siblings)))
    if info.has_changed:
        facts.append((_("deck"), _("it says something else than at your last answer")))
    return facts


def _table(facts: Sequence[tuple[str, str]], width: int) -> list[Content]:
    size = max(cell_len(name) for name, _value in facts) + 2
    lines: list[Content] = []
    for name, value in facts:
        first, *rest = wrap(Content(value), max(4, width - size), cuts)
        lines.append(Content.styled(name + " " * (size - cell_len(name)), QUIET) + first)
        lines += [Content(" " * size) + line for line in rest]
    return lines


def _past(past: Past, info: CardInfo, width: int) -> list[Content]:
    when = Content.styled(date_of(past.day).isoformat(), QUIET)
    if past.rating is None:
        said = _events().get(past.kind, str(past.kind))
        return wrap(when + Content(f"  {said}") + Content(f"  {past.text}" if past.text else ""), width)
    parts = [name_of(past.rating)]
    if past.interval_s is not None:
        parts.append("→ " + span(past.interval_s))
    if past.kind is EventKind.PRACTICE:
        parts.append(_("practice"))
    if past.took_ms:
        parts.append(f"{past.took_ms / 1000:.0f} s")
    if past.hints:
        parts.append(n_("{count} hint", "{count} hints", past.hints).format(count=past.hints))
    if past.gave_up:
        parts.append(_("given up"))
    lines = wrap(when + Content("  " + "  ".join(parts)), width)
    wrong = [each.answer for each in past.wrong]
    for each in past.wrong:
        lines += _wrong(each, width, dated=False)
    if past.answer.strip() and past.answer not in wrong:
        lines += _written(past.answer, width)
    return lines


def _events() -> dict[EventKind, str]:
    return {
        EventKind.SUSPEND: _("suspended"),
        EventKind.RESUME: _("asked again"),
        EventKind.BURY: _("put off until the next day"),
        EventKind.FORGET: _("begun anew"),
        EventKind.SET_DUE: _("known already, put far away"),
        EventKind.FLAG: _("flagged:"),
        EventKind.NOTE: _("noted:"),
    }


def _wrong(wrong: Wrong, width: int, *, dated: bool = True) -> list[Content]:
    when = Content.styled(f"{date_of(wrong.day).isoformat()}  ", QUIET) if dated else Content("  ")
    lines = wrap(when + Content.styled("✗ ", _WRONG) + Content(wrong.sentence or wrong.verdict), width)
    return lines + (_written(wrong.answer, width) if wrong.answer.strip() else [])


def _written(answer: str, width: int) -> list[Content]:
    if "\n" in answer.strip():
        return [Content("  ") + line for line in fence_lines(answer, width - 2)]
    return [Content("    ") + line for line in wrap(Content.styled(answer.strip(), CODE), width - 4)]


def _bulleted(sign: str, text: str, width: int) -> list[Content]:
    first, *rest = wrap(Content(text), max(4, width - len(sign)))
    return [Content.styled(sign, QUIET) + first, *(Content(" " * len(sign)) + line for line in rest)]

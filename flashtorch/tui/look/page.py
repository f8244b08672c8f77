"""What stands on the card in each phase, as one text: title, front, options, hints, and once answered the back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from flashtorch.cards.model import Kind
from flashtorch.language import _
from flashtorch.session.phase import Answered, Asking, Judging, Missed
from flashtorch.tui.look.prose import CODE, QUIET, fence_lines, join, lines_of
from flashtorch.tui.look.wrap import wrap

if TYPE_CHECKING:
    from collections.abc import Set

    from flashtorch.cards.prose import Prose
    from flashtorch.cards.question import Question

_RIGHT = "$text-success"
_WRONG = "$text-error"
_BLANK = Content("")


def page(phase: Asking | Judging | Missed | Answered, picked: Set[int], width: int) -> Content:
    """The card's text, laid out for `width` cells; `picked` are the shown numbers of the options chosen so far."""
    if isinstance(phase, Answered):
        return join(_answered(phase, width))
    asking = phase if isinstance(phase, Asking) else phase.asking
    lines = _front(asking.question, width)
    lines += _options(asking.question, picked, None, width)
    lines += _hints(asking.question, asking.hints_shown, width)
    if asking.self_rated:
        lines += [_BLANK, *wrap(Content.styled(_("You rate this one yourself: {why}").format(why=asking.self_rated), QUIET), width)]
    return join(lines)


def asking_of(phase: Asking | Judging | Missed) -> Asking:
    """The open question of a phase that has one."""
    return phase if isinstance(phase, Asking) else phase.asking


def picks_of(answer: str) -> frozenset[int]:
    """The option numbers in an answer such as `1,3`."""
    return frozenset(int(word) for word in answer.replace(",", " ").split() if word.isdecimal())


def _front(question: Question, width: int, prose: Prose | None = None) -> list[Content]:
    title = wrap(Content.styled(question.title, "bold"), width)
    front = lines_of(question.prose if prose is None else prose, width)
    return [*title, _BLANK, *front] if front else title


def _options(question: Question, picked: Set[int], right: Set[int] | None, width: int) -> list[Content]:
    lines: list[Content] = [_BLANK] if question.options else []
    for number, option in enumerate(question.options, 1):
        chosen = number in picked
        if right is None:
            sign, style, remark = "[x]" if chosen else "[ ]", "bold" if chosen else "", ""
        else:
            sign, style, remark = _marked(chosen, number in right)
        mark = Content.styled(f"{sign} ", style) + Content.styled(f"{number} ", QUIET)
        text = lines_of(option.prose, width - mark.cell_length) or [_BLANK]
        if remark:
            text += wrap(Content.styled(remark, style), width - mark.cell_length)
        lines.append(mark + text[0])
        lines += [Content(" " * mark.cell_length) + line for line in text[1:]]
    return lines


def _marked(chosen: bool, right: bool) -> tuple[str, str, str]:
    if right:
        return (" ✓ ", _RIGHT, "" if chosen else _("right, and not picked"))
    return (" ✗ ", _WRONG, _("picked, and wrong")) if chosen else ("   ", "", "")


def _hints(question: Question, shown: int, width: int) -> list[Content]:
    lines: list[Content] = []
    for number, prose in enumerate(question.hint_prose[:shown], 1):
        text = _("hint {number} of {count}").format(number=number, count=len(question.hint_prose))
        lines += [_BLANK, Content.styled(text, f"bold {QUIET}")]
        lines += [Content("  ") + line for line in lines_of(prose, width - 2)]
    return lines


def _answered(phase: Answered, width: int) -> list[Content]:
    question, kind = phase.question, phase.question.card.kind
    if kind is Kind.CLOZE:
        # The back of a cloze card is its front with the gaps filled, and what else there is to say.
        return _front(question, width, phase.back.prose)
    lines = _front(question, width)
    lines += _options(question, picks_of(phase.answer), frozenset(phase.back.right_options), width)
    lines += _hints(question, phase.hints_shown, width)
    back = _told(_("you wrote"), phase.answer, width) if kind in (Kind.TYPED, Kind.PREDICT, Kind.FILL) else []
    back += _told(_("it gives"), phase.value, width)
    back += lines_of(phase.back.prose, width)
    if back:
        lines += [_BLANK, _rule(_("answer"), width), *back]
    if phase.answer.strip() and kind is Kind.CODE:
        lines += [_BLANK, _rule(_("your answer"), width), *fence_lines(phase.answer, width)]
    return lines


def _told(name: str, text: str, width: int) -> list[Content]:
    """A short text with its name before it and an empty line after it; nothing when there is none."""
    if not text.strip():
        return []
    said = Content.styled(f"{name}  ", QUIET) + Content.styled(" · ".join(text.splitlines()), CODE)
    return [*wrap(said, width), _BLANK]


def _rule(name: str, width: int) -> Content:
    label = Content(f" {name} ──")
    return Content.styled("─" * max(0, width - label.cell_length) + label.plain, QUIET)

"""What stands on the card in each phase, as one text: title, front, options, hints, and once answered the back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.style import Style

from flashtorch.cards.model import Kind
from flashtorch.language import _
from flashtorch.session.phase import Answered, Asking, Judging, Missed
from flashtorch.tui.look.prose import QUIET, join, lines_of, title_content
from flashtorch.tui.look.wrap import wrap

if TYPE_CHECKING:
    from collections.abc import Set

    from flashtorch.cards.prose import Prose
    from flashtorch.cards.question import Question

_RIGHT = "$text-success"
_WRONG = "$text-error"
BLANK = Content("")


def page(phase: Asking | Judging | Missed | Answered, picked: Set[int], width: int, room: int = 0, typed: str = "") -> Content:
    """The card's text, laid out for `width` cells.

    `picked` are the shown numbers of the options chosen so far, `typed` what stands in the blanks; `room` are the cells there are,
    which programs beside each other may need.
    """
    if isinstance(phase, Answered):
        from flashtorch.tui.look.back import back_lines

        return join(back_lines(phase, width, max(width, room)))
    asking = phase if isinstance(phase, Asking) else phase.asking
    lines = front_lines(asking.question, width, typed=typed)
    lines += option_lines(asking.question, picked, None, width)
    lines += hint_lines(asking.question, asking.hints_shown, width)
    if asking.self_rated:
        lines += [BLANK, *wrap(Content.styled(_("You rate this one yourself: {why}").format(why=asking.self_rated), QUIET), width)]
    return join(lines)


def asking_of(phase: Asking | Judging | Missed) -> Asking:
    """The open question of a phase that has one."""
    return phase if isinstance(phase, Asking) else phase.asking


def picks_of(answer: str) -> frozenset[int]:
    """The option numbers in an answer such as `1,3`."""
    return frozenset(int(word) for word in answer.replace(",", " ").split() if word.isdecimal())


def front_lines(question: Question, width: int, prose: Prose | None = None, typed: str = "") -> list[Content]:
    """Title and front, or another prose in its place; in the blanks of a program what has been typed."""
    title = wrap(title_content(question.title), width)
    shown = question.prose if prose is None else prose
    if typed.strip() and question.card.kind is Kind.FILL:
        from flashtorch.tui.look.filled import filled

        shown = filled(question, shown, typed)
    front = lines_of(shown, width)
    return [*title, BLANK, *front] if front else title


def option_lines(question: Question, picked: Set[int], right: Set[int] | None, width: int) -> list[Content]:
    """The options; a click picks one. With `right`, the shown numbers of the right ones, they are marked instead."""
    lines: list[Content] = [BLANK] if question.options else []
    for number, option in enumerate(question.options, 1):
        chosen = number in picked
        if right is None:
            sign, style, remark = "[x]" if chosen else "[ ]", "bold" if chosen else "", ""
        else:
            sign, style, remark = _marked(chosen, number in right)
        mark = Content.styled(f"{sign} ", style) + Content.styled(f"{number} ", QUIET)
        text = lines_of(option.prose, width - mark.cell_length) or [BLANK]
        if remark:
            text += wrap(Content.styled(remark, style), width - mark.cell_length)
        rows = [mark + text[0], *(Content(" " * mark.cell_length) + line for line in text[1:])]
        if right is None:
            rows = [row.stylize(Style.from_meta({"@click": f"screen.pick({number})"})) for row in rows]
        lines += rows
    return lines


def hint_lines(question: Question, shown: int, width: int) -> list[Content]:
    """The hints that have been asked for."""
    lines: list[Content] = []
    for number, prose in enumerate(question.hint_prose[:shown], 1):
        text = _("hint {number} of {count}").format(number=number, count=len(question.hint_prose))
        lines += [BLANK, Content.styled(text, f"bold {QUIET}")]
        lines += [Content("  ") + line for line in lines_of(prose, width - 2)]
    return lines


def _marked(chosen: bool, right: bool) -> tuple[str, str, str]:
    if right:
        return (" ✓ ", _RIGHT, "" if chosen else _("right, and not picked"))
    return (" ✗ ", _WRONG, _("picked, and wrong")) if chosen else ("   ", "", "")

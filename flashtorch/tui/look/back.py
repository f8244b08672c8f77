"""The other side of a card: the answer, one's own beside it, and what the learner has noted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content

from flashtorch.cards import prose as tree
from flashtorch.cards.model import Kind
from flashtorch.language import _, n_
from flashtorch.tui.look.page import BLANK, front_lines, hint_lines, option_lines, picks_of
from flashtorch.tui.look.prose import CODE, QUIET, fence_lines, lines_of
from flashtorch.tui.look.wrap import wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flashtorch.session.phase import Answered


def back_lines(phase: Answered, width: int, room: int) -> list[Content]:
    """The answered card: text in `width` cells, programs beside each other in `room` where they need more."""
    question, kind = phase.question, phase.question.card.kind
    if kind is Kind.CLOZE:
        # The back of a cloze card is its front with the gaps filled, and what else there is to say.
        return [*front_lines(question, width, phase.back.prose), *_noted(phase, width)]
    lines = front_lines(question, width, typed=phase.answer)
    lines += option_lines(question, picks_of(phase.answer), frozenset(phase.back.right_options), width)
    lines += hint_lines(question, phase.hints_shown, width)
    solutions = phase.back.solutions if kind is Kind.CODE and phase.answer.strip() else ()
    back = _told(phase, width)
    back += lines_of(_without(phase.back.prose, solutions), width)
    if back:
        lines += [BLANK, rule(_("answer"), width), *back]
    lines += _noted(phase, width)
    margin = Content(" " * ((room - width) // 2))
    lines = [margin + line if line else line for line in lines]
    if solutions:
        lines += [BLANK, *_compared(phase.answer, solutions, room)]
    return lines


def rule(name: str, width: int) -> Content:
    """A line across, with a name at its end."""
    label = f" {name} ──"
    return Content.styled("─" * max(0, width - cell_len(label)) + label, QUIET)


def _compared(mine: str, solutions: Sequence[str], room: int) -> list[Content]:
    """One's own program beside the solution that is nearest to it, and the other solutions after that."""
    # Imported here: the first card has no answer yet.
    from flashtorch.tui.look.diff import diff_lines, likeness, same_program

    nearest = max(solutions, key=lambda solution: likeness(mine, solution))
    if same_program(mine, nearest):
        lines = [rule(_("your answer"), room), Content.styled(_("Yours is the same program as the solution."), QUIET)]
        lines += fence_lines(mine, room)
    else:
        lines = [rule(_("your answer and the solution"), room), *diff_lines(mine, nearest, room)]
    for other in solutions:
        if other is not nearest:
            lines += [BLANK, rule(_("another solution"), room), *fence_lines(other, room)]
    return lines


def _noted(phase: Answered, width: int) -> list[Content]:
    """The learner's own note, and that there is help with a card that does not stay."""
    lines: list[Content] = []
    if phase.remark:
        lines += [BLANK, rule(_("your note"), width), *wrap(Content(phase.remark), width)]
    if phase.help:
        count = len(phase.help.wrong)
        says = n_("h shows {count} wrong answer of before.", "h shows {count} wrong answers of before.", count).format(count=count)
        lines += [BLANK, *wrap(Content.styled(says, QUIET), width)]
    return lines


def _without(prose: tree.Prose, programs: Sequence[str]) -> tree.Prose:
    """The prose but for the blocks that hold these programs, which are shown in another way."""
    held = {program.strip() for program in programs}
    return tuple(block for block in prose if not (isinstance(block, tree.Fence) and block.source.strip() in held))


def _told(phase: Answered, width: int) -> list[Content]:
    """What was written and what it is, in a line each where that is short."""
    kind = phase.question.card.kind
    wrote = phase.answer if kind in (Kind.TYPED, Kind.PREDICT) or (kind is Kind.FILL and phase.answer) else ""
    told = [(name, text) for name, text in ((_("you wrote"), wrote), (_("it gives"), phase.value)) if text.strip()]
    if not told:
        return []
    size = max(cell_len(name) for name, _text in told)
    lines: list[Content] = []
    for name, text in told:
        said = Content.styled(name + " " * (size - cell_len(name)) + "  ", QUIET)
        lines += wrap(said + Content.styled(" · ".join(text.splitlines()), CODE), width)
    if len(lines) == 2 and phase.verdict and not phase.verdict.is_pass and wrote.strip() and phase.value.strip():
        at = size + 2 + _same_cells(wrote, phase.value)
        lines.append(Content(" " * min(at, width - 1)) + Content.styled("^", "bold $text-error"))
    return [*lines, BLANK]


def _same_cells(one: str, other: str) -> int:
    """The cells of what two texts have in common from their beginning."""
    count = next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return cell_len(one[:count])

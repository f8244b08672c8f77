"""The report: what is wrong with the decks, file by file."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from textual.content import Content

from flashtorch.language import _, n_
from flashtorch.tui import keys
from flashtorch.tui.keys import Scene
from flashtorch.tui.look.wrap import cuts, wrap
from flashtorch.tui.screens.page import Page

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import ClassVar

    from textual.binding import BindingType

    from flashtorch.cards.model import Problem


def report(problems: Sequence[Problem], width: int) -> list[Content]:
    """Each file once, with the lines and what is wrong there."""
    if not problems:
        return [Content(_("Nothing is wrong with the decks."))]
    lines: list[Content] = []
    ordered = sorted(problems, key=lambda problem: (problem.place.file, problem.place.line))
    for file, group in groupby(ordered, key=lambda problem: problem.place.file):
        lines += [*wrap(Content.styled(file, "bold"), width, cuts)]
        for problem in group:
            is_error = problem.severity == "error"
            sign = Content.styled("✗ " if is_error else "⚠ ", "$text-error" if is_error else "$text-warning")
            head = Content("  ") + sign + Content.styled(f"{problem.place.line}", "$text-accent") + Content("  ")
            room = max(4, width - head.cell_length)
            said = wrap(Content(problem.message), room)
            named = " · ".join(filter(None, (problem.code, problem.card)))
            said.append(Content.styled(named, "dim").truncate(room, ellipsis=True))
            lines += [head + said[0], *(Content(" " * head.cell_length) + line for line in said[1:])]
        lines.append(Content(""))
    advice = _("A card with an error is not asked, the others are. `flashtorch deck check PATH` says the same, and runs the code.")
    return [*lines, *wrap(Content.styled(advice, "dim"), width)]


class ProblemsScreen(Page):
    """Read until it is closed."""

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings(frozenset({Scene.REPORT}))

    scene = Scene.REPORT

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__()
        self._problems = problems

    def heading(self) -> tuple[str, str]:
        count = len(self._problems)
        return _("problems of the decks"), n_("{count} problem", "{count} problems", count).format(count=count) if count else ""

    def lines(self, width: int) -> Sequence[Content]:
        return report(self._problems, width)

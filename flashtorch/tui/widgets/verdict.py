"""What the judge says: the sentence, the first difference in full, and what the answer printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from flashtorch.language import _, n_
from flashtorch.tui.look.wrap import cuts, wrap

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from flashtorch.grading.verdict import Verdict

_QUIET = "$text-muted"


def verdict_text(verdict: Verdict, attempts: int, width: int) -> Content:
    """The verdict in lines of at most `width` cells; `attempts` are the misses counted so far, 0 to say nothing of them."""
    from flashtorch.grading.wording import lines as finding_lines
    from flashtorch.grading.wording import sentence

    lines = _headline(verdict, sentence(verdict), attempts, width)
    for line in finding_lines(verdict):
        first, *rest = wrap(Content(line.expandtabs(4)), width - 2)
        lines.append(Content("  ") + first)
        lines += [Content("    ") + piece for more in rest for piece in wrap(more, width - 4)]
    if verdict.output.strip():
        lines.append(Content.styled(_("printed:"), _QUIET))
        for line in verdict.output.rstrip("\n").split("\n"):
            lines += [Content.styled("│ ", _QUIET) + piece for piece in wrap(Content(line.expandtabs(4)), width - 2, cuts)]
    return Content("\n").join(lines)


def _headline(verdict: Verdict, sentence: str, attempts: int, width: int) -> list[Content]:
    """Right or wrong, why, and the figures: on one line where they fit."""
    if verdict.is_pass:
        sign = Content.styled(f"✓ {_('right')} ", "bold $text-success")
    elif verdict.name.is_free:
        sign = Content.styled(f"… {_('not counted')} ", "bold $text-warning")
    else:
        sign = Content.styled(f"✗ {_('wrong')} ", "bold $text-error")
    said = sign + Content(f" {sentence}")
    figures = Content.styled(" · ".join(_figures(verdict, attempts)), _QUIET)
    if not figures:
        return wrap(said, width)
    if said.cell_length + figures.cell_length + 2 <= width:
        return [said + Content("  ") + figures]
    return [*wrap(said, width), *(Content("  ") + line for line in wrap(figures, width - 2))]


def _figures(verdict: Verdict, attempts: int) -> list[str]:
    figures = []
    if verdict.total > 1 and not verdict.is_pass and not verdict.name.is_free:
        figures.append(_("{passed} of {total} checks pass").format(passed=verdict.passed, total=verdict.total))
    if attempts:
        figures.append(n_("{count} miss", "{count} misses", attempts).format(count=attempts))
    if verdict.took_ms >= 1:
        figures.append(f"{verdict.took_ms:.0f} ms")
    return figures


class VerdictView(VerticalScroll):
    """Shows the last verdict, or takes no room."""

    def compose(self) -> ComposeResult:
        yield Static(markup=False)

    def show(self, verdict: Verdict | None, attempts: int = 0) -> None:
        """Show a verdict, from its top; with None nothing."""
        self.display = verdict is not None
        if verdict is not None:
            width = max(10, self.screen.size.width - 5)
            self.query_one(Static).update(verdict_text(verdict, attempts, width))
            self.scroll_home(animate=False, immediate=True)

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

    lines = wrap(_headline(verdict, sentence(verdict), attempts), width)
    for line in finding_lines(verdict):
        first, *rest = wrap(Content(line.expandtabs(4)), width - 2)
        lines.append(Content("  ") + first)
        lines += [Content("    ") + piece for more in rest for piece in wrap(more, width - 4)]
    if verdict.output.strip():
        lines.append(Content.styled(_("printed:"), _QUIET))
        for line in verdict.output.rstrip("\n").split("\n"):
            lines += [Content.styled("│ ", _QUIET) + piece for piece in wrap(Content(line.expandtabs(4)), width - 2, cuts)]
    return Content("\n").join(lines)


def _headline(verdict: Verdict, sentence: str, attempts: int) -> Content:
    if verdict.is_pass:
        sign = Content.styled(f"✓ {_('right')} ", "bold $text-success")
    elif verdict.name.is_free:
        sign = Content.styled(f"… {_('not counted')} ", "bold $text-warning")
    else:
        sign = Content.styled(f"✗ {_('wrong')} ", "bold $text-error")
    facts = []
    if verdict.total:
        facts.append(_("{passed} of {total} checks pass").format(passed=verdict.passed, total=verdict.total))
    if attempts:
        facts.append(n_("{count} miss", "{count} misses", attempts).format(count=attempts))
    if verdict.took_ms >= 1:
        facts.append(f"{verdict.took_ms:.0f} ms")
    return sign + Content(f" {sentence}  ") + Content.styled(" · ".join(facts), _QUIET)


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

"""What the judge says: the sentence, the first difference in full, and what the answer printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from flashtorch.language import _, n_
from flashtorch.tui.look.wrap import cuts, wrap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.app import ComposeResult

    from flashtorch.grading.scratch import Scratch
    from flashtorch.grading.verdict import Verdict

_QUIET = "dim"


def verdict_text(verdict: Verdict, attempts: int, width: int, remark: str = "") -> Content:
    """The verdict in lines of at most `width` cells; `attempts` are the misses counted so far, 0 to say nothing of them."""
    from flashtorch.grading.wording import lines as finding_lines
    from flashtorch.grading.wording import sentence

    lines = _headline(verdict, sentence(verdict), attempts, width, remark)
    lines += _indented(finding_lines(verdict), width)
    return Content("\n").join([*lines, *_printed(verdict.output, width)])


def scratch_text(scratch: Scratch, width: int) -> Content:
    """What came of a scratch run: the last value, or why there is none, and what was printed."""
    from flashtorch.grading.verdict import Verdict
    from flashtorch.grading.wording import lines as finding_lines
    from flashtorch.grading.wording import sentence

    figures = [_("not judged"), *([_took(scratch.took_ms)] if scratch.took_ms >= 1 else [])]
    sign = Content.styled(f"▷ {_('tried out')} ", "bold $text-accent")
    if scratch.trouble:
        verdict = Verdict(scratch.trouble[0], finding=scratch.trouble[1])
        lines = _with_figures(sign + Content(f" {sentence(verdict)}"), figures, width)
        lines += _indented(finding_lines(verdict), width)
    else:
        nothing = not scratch.value and not scratch.output.strip()
        said = _("it ran to its end; what stands on the last line is shown here") if nothing else ""
        lines = _with_figures(sign + Content(f" {said}" if said else ""), figures, width)
        lines += _indented(scratch.value, width)
    return Content("\n").join([*lines, *_printed(scratch.output, width)])


def _indented(lines: Iterable[str], width: int) -> list[Content]:
    shown = []
    for line in lines:
        first, *rest = wrap(Content(line.expandtabs(4)), width - 2)
        shown.append(Content("  ") + first)
        shown += [Content("    ") + piece for more in rest for piece in wrap(more, width - 4)]
    return shown


def _printed(output: str, width: int) -> list[Content]:
    if not output.strip():
        return []
    lines = [Content.styled(_("printed:"), _QUIET)]
    for line in output.rstrip("\n").split("\n"):
        lines += [Content.styled("│ ", _QUIET) + piece for piece in wrap(Content(line.expandtabs(4)), width - 2, cuts)]
    return lines


def _headline(verdict: Verdict, sentence: str, attempts: int, width: int, remark: str) -> list[Content]:
    """Right or wrong, why, and the figures."""
    if verdict.is_pass:
        sign = Content.styled(f"✓ {_('right')} ", "bold $text-success")
    elif verdict.name.is_free:
        sign = Content.styled(f"… {_('not counted')} ", "bold $text-warning")
    else:
        sign = Content.styled(f"✗ {_('wrong')} ", "bold $text-error")
    # One check that passes has no more to say than that.
    said = sign if verdict.is_pass and verdict.total <= 1 else sign + Content(f" {sentence}")
    return _with_figures(said, [*_figures(verdict, attempts), *filter(None, [remark])], width)


def _with_figures(said: Content, told: list[str], width: int) -> list[Content]:
    """A sentence and its figures, on one line where they fit."""
    figures = Content.styled(" · ".join(told), _QUIET)
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
        figures.append(_took(verdict.took_ms))
    return figures


def _took(ms: float) -> str:
    return f"{ms:.0f} ms" if ms < 1000 else f"{ms / 1000:.1f} s"


class VerdictView(VerticalScroll):
    """Shows the last verdict, or what came of a run that counts for nothing, or takes no room."""

    def __init__(self) -> None:
        super().__init__()
        self._draw: Callable[[int], Content] | None = None

    def compose(self) -> ComposeResult:
        yield Static(markup=False)

    @property
    def text(self) -> str:
        """What it says, for the clipboard: not wrapped."""
        return self._draw(10_000).plain if self._draw else ""

    def show(self, verdict: Verdict | None, attempts: int = 0) -> None:
        """Show a verdict, from its top; with None nothing."""
        self._show(None if verdict is None else lambda width: verdict_text(verdict, attempts, width))

    def show_trial(self, result: Scratch | Verdict) -> None:
        """Show what came of a run that counts for nothing."""
        from flashtorch.grading.scratch import Scratch

        if isinstance(result, Scratch):
            self._show(lambda width: scratch_text(result, width))
        else:
            self._show(lambda width: verdict_text(result, 0, width, _("the rating stays as it is")))

    def fit(self) -> None:
        """Lay it out again for another width."""
        self._show(self._draw)

    def _show(self, draw: Callable[[int], Content] | None) -> None:
        self._draw = draw
        self.display = draw is not None
        if draw is not None:
            self.query_one(Static).update(draw(max(10, self.screen.size.width - 5)))
            self.scroll_home(animate=False, immediate=True)

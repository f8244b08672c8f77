"""The end of a sitting: what was done today, and when it goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from flashtorch.language import _, n_
from flashtorch.tui.look.home_page import day_words, streak_words, tomorrow_words
from flashtorch.tui.look.prose import join
from flashtorch.tui.look.span import span
from flashtorch.tui.look.wrap import wrap

if TYPE_CHECKING:
    from flashtorch.scheduling.moment import Moment
    from flashtorch.session.phase import Finished
    from flashtorch.tui.overview import Overview

_QUIET = "dim"
_BLANK = Content("")


def done_page(phase: Finished, day: Overview | None, width: int, now: Moment) -> Content:
    """Laid out for `width` cells; without `day`, which takes a moment to be read, what the sitting itself knows."""
    left = phase.counts.new + phase.counts.learning + phase.counts.review
    lines = wrap(Content.styled(_("Done for now.") if left else _("Done for today."), "bold $text-success"), width)
    lines.append(_BLANK)
    if day and (words := day_words(day.past)):
        lines += wrap(Content(words), width)
    if day and (words := streak_words(day.past.streak)):
        lines += wrap(Content(words), width)
    if left:
        text = n_("{count} card was skipped or waits for its step.", "{count} cards were skipped or wait for their steps.", left)
        lines += wrap(Content(text.format(count=left)), width)
    if phase.next_at_us is not None:
        until = span(max(0, phase.next_at_us - now.at_us) / 1_000_000)
        lines += wrap(Content(_("The next card is due in {time}.").format(time=until)), width)
    if day and len(day.past.forecast) > 1:
        lines += wrap(Content(tomorrow_words(day.past.forecast[1].total)), width)
    last = _("Everything is saved. u takes the last rating back, q goes home.")
    return join([*lines, _BLANK, *wrap(Content.styled(last, _QUIET), width)])

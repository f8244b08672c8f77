"""The end of a sitting: what was done today, what could not be judged, and when it goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from flashtorch.language import _, n_
from flashtorch.session.news import done_today, reason
from flashtorch.session.phase import Reason
from flashtorch.tui.look.home_page import backlog_words, streak_words, tomorrow_words
from flashtorch.tui.look.prose import QUIET, join
from flashtorch.tui.look.span import span
from flashtorch.tui.look.wrap import wrap

if TYPE_CHECKING:
    from flashtorch.scheduling.moment import Moment
    from flashtorch.session.phase import Finished
    from flashtorch.tui.overview import Overview

_BLANK = Content("")


def done_page(phase: Finished, day: Overview | None, width: int, now: Moment) -> Content:
    """Laid out for `width` cells; without `day`, which takes a moment to be read, what the sitting itself knows."""
    lines = wrap(Content.styled(_head(phase), "bold $text-success"), width)
    for said in (done_today(phase.today), _ahead(phase, day, now)):
        if said:
            lines += [_BLANK, *(line for text in said for line in wrap(Content(text), width))]
    if phase.aside:
        lines += [_BLANK, *wrap(Content.styled(_("Set aside, and not counted:"), "bold $text-warning"), width)]
        lines += [line for aside in phase.aside for line in wrap(Content(f"{aside.card}: {reason(aside)}"), width)]
    last = _("Everything is saved. u takes the last rating back, q goes home.")
    return join([*lines, _BLANK, *wrap(Content.styled(last, QUIET), width)])


def _head(phase: Finished) -> str:
    if phase.reason is Reason.TIME:
        return _("The time is over.")
    counts = phase.counts
    return _("Done for now.") if counts.new + counts.learning + counts.review else _("Done for today.")


def _ahead(phase: Finished, day: Overview | None, now: Moment) -> list[str]:
    """What is left, and when the next card comes."""
    counts = phase.counts
    said = [streak_words(day.past.streak)] if day and day.past.streak else []
    left = counts.new + counts.learning + counts.review
    if left and phase.reason is Reason.TIME:
        said.append(n_("{count} card is left today", "{count} cards are left today", left).format(count=left))
    elif left:
        text = n_("{count} card was skipped or waits for its step.", "{count} cards were skipped or wait for their steps.", left)
        said.append(text.format(count=left))
    if counts.backlog_days:
        said.append(backlog_words(counts.review + counts.waiting, counts.backlog_days))
    if phase.next_at_us is not None:
        until = span(max(0, phase.next_at_us - now.at_us) / 1_000_000)
        said.append(_("The next card is due in {time}.").format(time=until))
    if day and len(day.past.forecast) > 1:
        said.append(tomorrow_words(day.past.forecast[1].total))
    return said

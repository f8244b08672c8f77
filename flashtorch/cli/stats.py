"""`flashtorch stats`: what has been learnt, as a page or as JSON."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flashtorch.cli import shown
from flashtorch.cli.completing import complete_deck
from flashtorch.cli.surroundings import now, surroundings
from flashtorch.errors import Trouble
from flashtorch.language import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flashtorch.cli.surroundings import Surroundings
    from flashtorch.progress.summary import Summary
    from flashtorch.scheduling.moment import Moment

_SPAN = re.compile(r"([0-9]{1,5})([dwmy])")
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
NARROWEST, WIDEST = 40, 100


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option("--deck", metavar="NAME", shell_complete=complete_deck, help="Of this deck only.")
@click.option("--since", metavar="90d|DATE", help="Count answers of the last 90 days (also w, m, y), or from a date on.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
def stats(paths: tuple[Path, ...], deck: str | None, since: str | None, as_json: bool) -> None:
    """Show what has been learnt from the decks at PATH, else from every deck: recall, days, what falls due, notes, leeches."""
    from flashtorch.scheduling.moment import study_day

    around, at = surroundings(), now()
    today = study_day(at, around.settings.rollover_hour)
    found = _summary(around, at, paths, deck, None if since is None else first_day(since, today))
    if as_json:
        from flashtorch.cli.stats_fields import summary_fields

        shown.say_json(summary_fields(found))
    else:
        from flashtorch.cli.stats_page import page

        columns = min(max(shutil.get_terminal_size().columns, NARROWEST), WIDEST)
        shown.say("\n".join(page(found, columns)))


def first_day(since: str, today: int) -> int:
    """The first study day of `90d`, today included, or of an ISO date.

    Raises:
        Trouble: it is neither.
    """
    from flashtorch.progress.calendar import day_of

    if span := _SPAN.fullmatch(since):
        return today - int(span[1]) * _DAYS[span[2]] + 1
    try:
        return day_of(date.fromisoformat(since))
    except ValueError:
        advice = _("Write 90d, 12w, 6m, 1y, or a date such as 2026-01-31")
        raise Trouble(_("--since does not know {text}").format(text=repr(since)), advice=advice) from None


def _summary(around: Surroundings, at: Moment, paths: Sequence[Path], deck: str | None, since: int | None) -> Summary:
    from flashtorch.cli.asked import answers_of, cards_of
    from flashtorch.history.reading import read_log
    from flashtorch.progress.summary import summary
    from flashtorch.scheduling.moment import study_day
    from flashtorch.scheduling.params import Params

    params = Params.from_settings(around.settings)
    asked = cards_of(around.paths, paths, deck)
    log = read_log(around.paths.history)
    return summary(answers_of(log, asked.decks), log, asked.cards, study_day(at, params.rollover_hour), params, since=since)

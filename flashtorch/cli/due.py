"""`flashtorch due`: what is due today, without loading what a sitting loads."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

import click

from flashtorch.cli.backlog import backlog_fields, backlog_sentence
from flashtorch.cli.session_fields import day, instant
from flashtorch.cli.surroundings import now, surroundings
from flashtorch.errors import ExitCode
from flashtorch.language import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flashtorch.history.glance import Glance
    from flashtorch.scheduling.moment import Moment


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
@click.option("--quiet", "-q", is_flag=True, help="Only how many cards there are, or nothing (exit code 1): for a shell prompt.")
def due(paths: tuple[Path, ...], as_json: bool, quiet: bool) -> int:
    """What is due today in the decks at PATH, else in every deck that is known."""
    if as_json and quiet:
        raise click.UsageError(_("--json and --quiet exclude each other"))
    at = now()
    glanced = _glanced(paths, at, quiet=quiet)
    if quiet:
        return _quietly(glanced)
    click.echo(json.dumps(as_fields(glanced)) if as_json else as_table(glanced, at))
    return ExitCode.YES


def _quietly(glanced: Glance) -> int:
    """The number of today's cards while a sitting would ask one now."""
    if glanced.first is None:
        return ExitCode.NO
    click.echo(sum(deck.new + deck.learning + deck.review for deck in glanced.decks))
    return ExitCode.YES


def _glanced(given: Sequence[Path], at: Moment, *, quiet: bool) -> Glance:
    from flashtorch.cards.library import open_library
    from flashtorch.history.glance import glance
    from flashtorch.scheduling.params import Params

    around = surroundings()
    library = open_library(around.paths, given, register=False)
    for notice in () if quiet else library.notices:
        click.echo(notice, err=True)
    return glance(around.paths.history, library.index_path, Params.from_settings(around.settings), at)


def as_fields(glanced: Glance) -> dict[str, Any]:
    """What `--json` prints."""
    decks = [{"deck": deck.deck, "new": deck.new, "learning": deck.learning, "review": deck.review} for deck in glanced.decks]
    backlog = backlog_fields(sum(deck.review for deck in glanced.decks), glanced.waiting, glanced.backlog_days)
    return {"day": day(glanced.day), "decks": decks, "next_at": instant(glanced.next_at_us), "backlog": backlog}


def as_table(glanced: Glance, at: Moment) -> str:
    """The same for people: a line for each deck, and their sum where there are several."""
    if not glanced.decks:
        return _("There is no deck yet.")
    counts = [(deck.new, deck.learning, deck.review) for deck in glanced.decks]
    total = [sum(column) for column in zip(*counts, strict=True)]
    table: list[tuple[str, ...]] = [(_("deck"), _("new"), _("learning"), _("to review"))]
    table += [(deck.deck, *map(str, row)) for deck, row in zip(glanced.decks, counts, strict=True)]
    if len(counts) > 1:
        table.append((_("all"), *map(str, total)))
    widths = [max(map(_width, column)) for column in zip(*table, strict=True)]
    lines = [_line(cells, widths) for cells in table]
    if late := backlog_sentence(total[2], glanced.waiting, glanced.backlog_days):
        lines.append(late)
    if not any(total) and glanced.next_at_us is not None:
        local = datetime(1970, 1, 1) + timedelta(microseconds=glanced.next_at_us, minutes=at.utc_offset_min)
        lines.append(_("Nothing more for now; the next card is due on {when}.").format(when=f"{local:%Y-%m-%d %H:%M}"))
    return "\n".join(lines)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    """The first column to the left, numbers to the right."""
    gaps = [" " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=True)]
    return "   ".join([cells[0] + gaps[0], *(gap + cell for gap, cell in zip(gaps[1:], cells[1:], strict=True))])


def _width(text: str) -> int:
    """Columns on a terminal; a Chinese character takes two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)

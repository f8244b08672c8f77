"""`flashtorch export`: what was answered, or what is known of each card, for spreadsheets and programs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flashtorch.cli.surroundings import now, surroundings
from flashtorch.language import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from flashtorch.cli.asked import Asked
    from flashtorch.cli.surroundings import Surroundings
    from flashtorch.progress.exports.formats import Format

_BUFFER = 1 << 16
"""Characters that are written at once."""
_SEEN_EVERY = 500


@click.command()
@click.argument("what", type=click.Choice(["reviews", "cards"]))
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write there; `-` or nothing is stdout.")
@click.option("--format", "form", type=click.Choice(["csv", "jsonl"]), help="csv, unless FILE ends with .jsonl.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format jsonl.")
def export(what: str, paths: tuple[Path, ...], output: Path | None, form: Format | None, as_json: bool) -> None:
    """Write every answer that was not taken back, or every card, of the decks at PATH, else of every deck."""
    from flashtorch.cli.asked import cards_of
    from flashtorch.progress.exports.formats import lines

    around = surroundings()
    to_stdout = output is None or str(output) == "-"
    chosen: Format = "jsonl" if as_json else form or ("jsonl" if not to_stdout and output and output.suffix == ".jsonl" else "csv")
    asked = cards_of(around.paths, paths)
    columns, rows = _reviews(around, asked) if what == "reviews" else _cards(around, asked)
    if to_stdout or output is None:
        sys.stdout.flush()
        sys.stdout.buffer.writelines(_encoded(lines(columns, rows, chosen)))
        sys.stdout.buffer.flush()
    else:
        from flashtorch.progress.exports.file import write_whole

        write_whole(output, _encoded(lines(columns, _watched(rows), chosen)))


def _reviews(around: Surroundings, asked: Asked) -> tuple[Sequence[str], Sequence[tuple[Any, ...]]]:
    from flashtorch.cli.asked import answers_of
    from flashtorch.history.reading import read_kept, read_log
    from flashtorch.progress.exports.reviews import COLUMNS, review_rows

    answers = answers_of(read_log(around.paths.history), asked.decks)
    kinds = {card.card: str(card.kind) for card in asked.cards}
    return COLUMNS, list(review_rows(answers, read_kept(around.paths.history), kinds))


def _cards(around: Surroundings, asked: Asked) -> tuple[Sequence[str], Sequence[tuple[Any, ...]]]:
    from flashtorch.history.fold import epochs
    from flashtorch.history.reading import read_log
    from flashtorch.progress.exports.cards import COLUMNS, card_rows
    from flashtorch.scheduling.moment import study_day

    log, hour = read_log(around.paths.history), around.settings.rollover_hour
    decay = epochs(log.of_no_card()).latest.decay
    return COLUMNS, list(card_rows(asked.cards, log.states, study_day(now(), hour), decay, hour))


def _watched(rows: Sequence[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """The rows, with a sign of life on a terminal when they are many."""
    from flashtorch.cli.progress import Progress

    with Progress(_("Writing rows")) as progress:
        for at, row in enumerate(rows):
            if at % _SEEN_EVERY == 0:
                progress(at, len(rows))
            yield row


def _encoded(texts: Iterable[str]) -> Iterator[bytes]:
    """UTF-8, many lines at once."""
    held: list[str] = []
    size = 0
    for text in texts:
        held.append(text)
        size += len(text)
        if size >= _BUFFER:
            yield "".join(held).encode()
            held, size = [], 0
    yield "".join(held).encode()

"""Names of decks and cards for the shell, read from the cache of decks: nothing is parsed, nothing heavy is loaded."""

from __future__ import annotations

import os
from contextlib import closing
from typing import TYPE_CHECKING

from click.shell_completion import CompletionItem

from flashtorch.errors import Trouble
from flashtorch.paths import Paths

if TYPE_CHECKING:
    import click

_MOST = 500
"""What a shell shows at most; more is no help to anybody."""


def complete_deck(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The names of decks."""
    return [CompletionItem(name) for name in _asked("SELECT DISTINCT deck FROM heads WHERE deck GLOB ? ORDER BY deck", incomplete)]


def complete_card(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """`DECK/ID`: the decks first, and the cards of one once its name is there."""
    if "/" in incomplete:
        return [CompletionItem(name) for name in _asked("SELECT card FROM heads WHERE card GLOB ? ORDER BY card", incomplete)]
    decks = [CompletionItem(f"{item.value}/") for item in complete_deck(_context, _parameter, incomplete)]
    return decks if len(decks) != 1 else complete_card(_context, _parameter, str(decks[0].value))


def complete_path_or_card(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Files, and cards."""
    return [*complete_card(context, parameter, incomplete), CompletionItem(incomplete, type="file")]


def complete_backup(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The names of backups, and files."""
    from flashtorch.history.copies import copies

    found = [CompletionItem(copy.name) for copy in copies(_paths().backups) if copy.name.startswith(incomplete)]
    return [*found, CompletionItem(incomplete, type="file")]


def _paths() -> Paths:
    return Paths.from_environment(os.environ)


def _asked(query: str, beginning: str) -> list[str]:
    import sqlite3

    from flashtorch.history.readonly import read_only

    # No name holds what GLOB takes for a wildcard; what is typed may.
    pattern = "".join(f"[{character}]" if character in "*?[" else character for character in beginning) + "*"
    try:
        with closing(sqlite3.connect(read_only(_paths().library), uri=True, timeout=0.1)) as library:
            return [name for (name,) in library.execute(f"{query} LIMIT {_MOST}", (pattern,))]
    except (sqlite3.Error, OSError, Trouble):
        # Completion says nothing rather than something in the middle of a command line.
        return []

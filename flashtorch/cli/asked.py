"""Which cards and answers a command is asked about: those of some paths, of one deck, or all."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flashtorch.cli import shown
from flashtorch.cli.progress import Progress
from flashtorch.language import _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from flashtorch.cards.model import Head
    from flashtorch.history.reading import Log
    from flashtorch.paths import Paths
    from flashtorch.progress.answers import Answer


@dataclass(frozen=True, slots=True)
class Asked:
    """What a command is asked about."""

    cards: tuple[Head, ...]
    """In deck order."""
    decks: frozenset[str] | None
    """None for all, also those that are gone: their answers were given all the same."""


def cards_of(paths: Paths, given: Sequence[Path], deck: str | None = None) -> Asked:
    """The cards at `given`, else of every known deck; `deck` narrows it to one. What is to be said of decks goes to stderr.

    Raises:
        Trouble: a path or the deck is missing.
    """
    from flashtorch.cards.library import open_library

    with contextlib.closing(open_library(paths, given, register=False)) as library:
        for notice in library.notices:
            shown.warn(notice)
        if deck is not None:
            return Asked(library.heads(library.deck(deck).name), frozenset({deck}))
        return Asked(library.heads(), frozenset(each.name for each in library.decks) if given else None)


def answers_of(log: Log, decks: frozenset[str] | None) -> list[Answer]:
    """The live answers of these decks, with a sign of life on a terminal when it takes long."""
    from flashtorch.progress.answers import answers

    with Progress(_("Counting answers")) as progress:
        return list(answers(log, decks, progress))

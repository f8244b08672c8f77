"""What the library knows of a deck file without its cards' text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flashtorch.frozen import frozen

if TYPE_CHECKING:
    from flashtorch.cards.model import Head, Problem


@frozen
class Entry:
    """One file, as it was read."""

    deck: str
    """Empty when the file is no card file, or not a readable one."""
    title: str
    lang: str
    heads: tuple[Head, ...]
    """`position` counts within the file."""
    code_hashes: tuple[str, ...]
    """One for each head."""
    ids: tuple[tuple[str, int], ...]
    """Every card id met, also of cards that cannot be loaded, with its line."""
    problems: tuple[Problem, ...]
    languages: tuple[str, ...] = ()
    """Its own, if it names one, and those of its translations."""
    titles: tuple[tuple[str, str], ...] = ()
    """Language and title, of itself and of its translations."""

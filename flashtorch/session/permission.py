"""Whether a sitting may run the code of its decks where nothing holds it back: asked at its beginning, looked at again later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flashtorch.errors import Trouble
from flashtorch.trust import Trust, refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from flashtorch.cards.library import Library
    from flashtorch.cards.model import Card, DeckInfo, Head
    from flashtorch.session.runner import Runner


class Permission:
    """The decks of a library whose code is not trusted are doubted: not run where nothing holds them back."""

    def __init__(self, library: Library, trust_file: Path, runner: Runner) -> None:
        self._library = library
        self._file = trust_file
        self._runner = runner

    def ask(self, decks: Iterable[DeckInfo], question: Callable[[DeckInfo], bool] | None) -> None:
        """Ask about those that are not trusted, once; a no leaves their cards to the learner. `question` is None for nobody.

        Raises:
            Trouble: a deck needs trust, and nobody can be asked.
        """
        trust = Trust.load(self._file)
        unknown = trust.unknown(decks)
        if unknown and self._runner.has_torch and not self._runner.is_held():
            for deck in unknown:
                if question is None:
                    raise refusal(deck.root)
                if question(deck):
                    trust = trust.with_code(deck.code_hash)
        self._runner.doubt(deck.name for deck in trust.unknown(self._library.decks))

    def look(self) -> None:
        """Doubt what is not trusted now: code that was changed since, or of a deck that nobody was asked about."""
        decks = self._library.decks
        try:
            unknown: Sequence[DeckInfo] = Trust.load(self._file).unknown(decks)
        except Trouble:
            unknown = [deck for deck in decks if deck.code_hash]
        self._runner.doubt(deck.name for deck in unknown)


class Permitted:
    """A library, as a sitting reads it: whenever it is read again, permission is looked at again."""

    def __init__(self, library: Library, look: Callable[[], None]) -> None:
        self._library = library
        self._look = look

    def card(self, card: str) -> Card:
        return self._library.card(card)

    def heads(self) -> tuple[Head, ...]:
        return self._library.heads()

    def is_stale(self, card: str) -> bool:
        return self._library.is_stale(card)

    def refresh(self) -> None:
        self._library.refresh()
        self._look()

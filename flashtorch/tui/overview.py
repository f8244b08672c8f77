"""What the home page shows, read without a sitting: the decks and what they hold today, and what has been done so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flashtorch.history.glance import glance
from flashtorch.history.tally import tally
from flashtorch.scheduling.params import Params

if TYPE_CHECKING:
    from flashtorch.cards.library import Library
    from flashtorch.cards.model import DeckInfo, Problem
    from flashtorch.history.tally import Tally
    from flashtorch.paths import Paths
    from flashtorch.scheduling.moment import Moment
    from flashtorch.settings import Settings


@dataclass(frozen=True, slots=True)
class DeckLine:
    """A deck and what today's limits still allow of it."""

    name: str
    title: str
    cards: int
    new: int = 0
    learning: int = 0
    review: int = 0
    problems: int = 0

    @property
    def left(self) -> int:
        return self.new + self.learning + self.review


@dataclass(frozen=True, slots=True)
class Overview:
    """One look at everything."""

    day: int
    """The study day."""
    decks: tuple[DeckLine, ...]
    """Those with most to do first."""
    others: tuple[DeckInfo, ...]
    """Decks that are known and cannot be studied: gone, or not to be read."""
    problems: tuple[Problem, ...]
    next_at_us: int | None
    """When the next card falls due that is not due yet, microseconds of UTC."""
    past: Tally
    waiting: int = 0
    """Reviews that are due and find no place within today's limit."""
    backlog_days: int = 0
    """How many study days all due reviews are; 0 when they fit into this one."""

    @property
    def left(self) -> int:
        """How many cards today still asks."""
        return sum(deck.left for deck in self.decks)


def overview(library: Library, paths: Paths, settings: Settings, now: Moment) -> Overview:
    """What there is now.

    Raises:
        Trouble: the history is damaged, or of a newer flashtorch.
    """
    params = Params.from_settings(settings)
    index = library.index_path
    today = glance(paths.history, index, params, now)
    counts = {deck.deck: (deck.new, deck.learning, deck.review) for deck in today.decks}
    lines = [
        DeckLine(deck.name, deck.title, deck.cards, *counts.get(deck.name, (0, 0, 0)), deck.problems) for deck in library.decks
    ]
    others = tuple(deck for deck in library.others if deck.state != "hidden")
    lines.sort(key=lambda line: (-line.review - line.learning, -line.new, line.name))
    past = tally(paths.history, index, params, now)
    late = today.waiting, today.backlog_days
    return Overview(today.day, tuple(lines), others, library.problems, today.next_at_us, past, *late)

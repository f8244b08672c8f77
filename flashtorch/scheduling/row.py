"""A card as the queue sees it."""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """A card with what its place in the queue depends on. A tuple, because a glance makes one straight from each database row."""

    card: str
    deck: str
    file: str
    position: int
    """Within the deck, in file order."""
    note: int | None
    siblings: str
    """Equal for cards of which only one is asked on a study day."""
    stage: str
    due_at_us: int | None
    due_day: int | None
    last_day: int | None
    stability: float | None

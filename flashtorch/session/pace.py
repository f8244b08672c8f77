"""How long a card honestly took."""

from __future__ import annotations

from dataclasses import dataclass

STRETCH_MS = 180_000
"""A longer stretch without a sign of life counts as this much: the learner was somewhere else for the rest."""
CARD_MS = 1_800_000
"""No card counts for more: one evening with an open terminal must not outweigh a month of reviews."""


@dataclass(frozen=True, slots=True)
class Pace:
    """The time spent on the card that is open; each sign of life gives the next value."""

    seen_at_us: int
    ms: int = 0

    def touched(self, at_us: int) -> Pace:
        """The same with the stretch since the last sign of life, idle time taken out; a clock set back adds nothing."""
        stretch_ms = min(max(0, at_us - self.seen_at_us) // 1000, STRETCH_MS)
        return Pace(at_us, min(self.ms + stretch_ms, CARD_MS))

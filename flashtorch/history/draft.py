"""What a learner had written when a card was left."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Draft:
    """An open question, kept so that quitting after a miss does not turn the next try into a first one."""

    text: str
    seed: int
    """The draw of numbers that it answers."""
    attempts: int = 0
    """Counted misses."""
    hints: int = 0
    """Hints shown."""
    took_ms: int = 0

"""How far away a new card is put that the learner knows already."""

from __future__ import annotations

from flashtorch.scheduling.chance import unit

NEAREST_DAYS = 150
FARTHEST_DAYS = 210


def known_days(card: str) -> int:
    """Days from 150 to 210, which follow from the card's name: what is put away in one evening must not come back on one day.

    Half a year is far enough not to be felt, and near enough to find out who was wrong.
    """
    return NEAREST_DAYS + int(unit(card, 0) * (FARTHEST_DAYS - NEAREST_DAYS + 1))

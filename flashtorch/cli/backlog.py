"""Reviews that have piled up, in days of work rather than as a wall of cards: for people and in JSON."""

from __future__ import annotations

from typing import Any

from flashtorch.language import n_


def backlog_sentence(review: int, waiting: int, days: int) -> str:
    """`review` fit into today, `waiting` do not, and `days` of work are all of them; empty when they fit into today."""
    if not days:
        return ""
    says = n_(
        "{due} reviews are due: {days} day of work at today's limit",
        "{due} reviews are due: {days} days of work at today's limit",
        days,
    )
    return says.format(due=review + waiting, days=days)


def backlog_fields(review: int, waiting: int, days: int) -> dict[str, Any] | None:
    """All reviews that are due, and how many study days they are, this one included; None when they fit into this one."""
    return {"due": review + waiting, "days": days} if days else None

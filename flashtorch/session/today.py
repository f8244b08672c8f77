"""What was done on a study day, from its events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flashtorch.history.event import EventKind
from flashtorch.history.voids import dead
from flashtorch.session.phase import Today

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flashtorch.history.event import Event
    from flashtorch.scheduling.state import CardState


def today(events: Sequence[Event], state_of: Callable[[str], CardState], day: int) -> Today:
    """The numbers of study day `day`, from all events since it began, voids included, and the states that they led to.

    A state tells whether its card was due as a review on the day; its first answer of the day was that one.
    """
    gone = dead(events)
    live = [event for event in events if event.day == day and event.id not in gone]
    answers = [event for event in live if event.kind is EventKind.REVIEW and event.rating is not None]
    first: dict[str, int] = {}
    for event in answers:
        first.setdefault(event.card, event.rating or 0)
    due = [rating for card, rating in first.items() if state_of(card).reviewed_day == day]
    return Today(
        answers=len(answers),
        took_ms=sum(event.took_ms or 0 for event in answers),
        reviews=len(due),
        recalled=sum(rating > 1 for rating in due),
        practised=sum(event.kind is EventKind.PRACTICE for event in live),
    )

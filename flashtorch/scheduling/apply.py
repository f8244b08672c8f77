"""What an event makes of a card's state: the one transition, for answering, for undoing and for replaying the log."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from flashtorch.scheduling.buttons import answered
from flashtorch.scheduling.moment import Moment
from flashtorch.scheduling.state import CardState, Rating, Stage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flashtorch.scheduling.params import Params

TOUCHING = frozenset({"review", "suspend", "resume", "bury", "forget", "set-due", "void"})
"""The kinds of event after which an answer to what was shown before is stale."""
_RATINGS = {int(rating): rating for rating in Rating}


class Happening(Protocol):
    """What the schedule needs to know of an event."""

    @property
    def id(self) -> str: ...
    @property
    def at_us(self) -> int: ...
    @property
    def utc_offset_min(self) -> int: ...
    @property
    def day(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def card(self) -> str: ...
    @property
    def rev(self) -> int: ...
    @property
    def rating(self) -> int | None: ...
    @property
    def evidence(self) -> Mapping[str, Any]: ...


def apply(state: CardState, event: Happening, params: Params) -> CardState:
    """The state after a live event.

    An event of a lower rev than the state's is ignored; one of a higher rev begins anew. An event that cannot be right, a review
    without a rating for instance, is ignored too: a log that came from elsewhere has to be readable.
    """
    if event.kind not in TOUCHING:
        return state
    if event.rev > state.rev and event.kind != "void":
        state = CardState(rev=event.rev, last_event=state.last_event)
    seen = event.id if state.last_event is None else max(state.last_event, event.id)
    if event.kind == "review" and event.rev == state.rev and event.rating in _RATINGS:
        now = Moment(event.at_us, event.utc_offset_min)
        rating = _RATINGS[event.rating]
        return answered(state, rating, now, event.day, params, event.card, seen=seen).state
    return replace(state if event.rev < state.rev else _moved(state, event, params), last_event=seen)


def _moved(state: CardState, event: Happening, params: Params) -> CardState:
    match event.kind:
        case "suspend":
            return replace(state, suspended=True)
        case "resume":
            return replace(state, suspended=False)
        case "bury":
            return replace(state, buried_day=event.day)
        case "forget":
            return CardState(rev=state.rev, reps=state.reps)
        case "set-due":
            due_day = event.evidence.get("due_day")
            if type(due_day) is not int:
                return state
            due_day = min(max(due_day, event.day), event.day + params.maximum_interval)
            return replace(state, stage=Stage.REVIEW, step=0, due_at_us=None, due_day=due_day)
    return state


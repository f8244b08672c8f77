"""A card's events become its state. Pure: the same events give the same state, whatever order they came in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Protocol, TypeVar

from flashtorch.history.voids import dead
from flashtorch.scheduling.apply import TOUCHING, Happening, apply
from flashtorch.scheduling.memory import memory
from flashtorch.scheduling.moment import Moment, days_between
from flashtorch.scheduling.params import Params
from flashtorch.scheduling.replay import replayed
from flashtorch.scheduling.state import CardState, Rating

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence

BASE = Params()
"""In force until an event says otherwise, so that the log alone gives every state."""
_RATINGS = frozenset(map(int, Rating))


class Logged(Happening, Protocol):
    """An event that may take another back."""

    @property
    def ref(self) -> str | None: ...


E = TypeVar("E", bound=Logged)


@dataclass(frozen=True, slots=True)
class Epochs:
    """The parameters that the live `params` events brought into force, in their order."""

    begun: tuple[tuple[int, str], ...] = ()
    """`(at_us, id)` of each event."""
    params: tuple[Params, ...] = ()

    @property
    def latest(self) -> Params:
        return self.params[-1] if self.params else BASE

    @property
    def share_weights(self) -> bool:
        return all(params.weights == BASE.weights for params in self.params)

    def throughout(self, first: tuple[int, str], last: tuple[int, str]) -> Params | None:
        """What was in force all the time between two instants; None when that changed."""
        if not self.begun or last <= self.begun[0]:
            return BASE
        return self.params[-1] if self.begun[-1] < first else None

    def at(self, event: Happening) -> Params:
        """What was in force when the event happened."""
        for begun, params in zip(reversed(self.begun), reversed(self.params), strict=True):
            if begun < (event.at_us, event.id):
                return params
        return BASE


def epochs(events: Iterable[Logged]) -> Epochs:
    """The epochs of all `params` events and their voids; one that does not fit is as if it were not there."""
    found = sorted(events, key=_when)
    gone = dead(found)
    begun: list[tuple[int, str]] = []
    values: list[Params] = []
    for event in found:
        if event.kind != "params" or event.id in gone:
            continue
        try:
            values.append((values[-1] if values else BASE).with_recorded(event.evidence))
        except ValueError:
            continue
        begun.append(_when(event))
    return Epochs(tuple(begun), tuple(values))


def fold(events: Sequence[Logged], epochs: Epochs) -> CardState:
    """The state of one card from all its events, in the order of `(at_us, id)`.

    The memory is that of the latest parameters; a due day is what the last review gave with the parameters then in force.
    """
    gone = dead(events)
    live = [event for event in events if event.id not in gone and event.kind != "void"] if gone else events
    state = _plain(live, epochs) if epochs.share_weights else _reweighed(live, epochs)
    seen = max((event.id for event in events if event.kind in TOUCHING), default=None)
    return state if state.last_event == seen else replace(state, last_event=seen)


def course(live: Iterable[E], epochs: Epochs) -> Iterator[tuple[E, CardState, CardState]]:
    """Each live event of one card, in their order, with the state that it met and the state that it made.

    What is met is what was known then: the memory of the parameters in force at the event, and for an event that begins the card
    anew a fresh state.
    """
    for event, before, after in _plain_steps(live, epochs) if epochs.share_weights else _reweighed_steps(live, epochs):
        yield event, CardState(rev=event.rev) if event.rev > before.rev else before, after


def _plain(live: Iterable[Logged], epochs: Epochs) -> CardState:
    """Answers in a row are replayed at once, the rest one by one."""
    state = CardState()
    for params, group in groupby(live, epochs.at):
        for is_answer, row in groupby(group, _is_answer):
            if not is_answer:
                for event in row:
                    state = apply(state, event, params)
                continue
            for rev, answers in groupby(row, attrgetter("rev")):
                if rev > state.rev:
                    state = CardState(rev=rev, last_event=state.last_event)
                state = _answered(state, list(answers), params)
    return state


def _is_answer(event: Logged) -> bool:
    return event.kind == "review" and event.rating in _RATINGS


def _answered(state: CardState, answers: Sequence[Logged], params: Params) -> CardState:
    """After answers of one rev, by the same parameters."""
    seen = max(event.id for event in answers)
    last = answers[-1]
    if last.rev < state.rev:
        return replace(state, last_event=seen if state.last_event is None else max(state.last_event, seen))
    ratings = [event.rating or 0 for event in answers]
    days = [event.day for event in answers]
    return replayed(state, last.card, params, ratings, days, Moment(last.at_us, last.utc_offset_min), seen)


def _plain_steps(live: Iterable[E], epochs: Epochs) -> Iterator[tuple[E, CardState, CardState]]:
    state = CardState()
    for event in live:
        before, state = state, apply(state, event, epochs.at(event))
        yield event, before, state


def _reweighed(live: Iterable[Logged], epochs: Epochs) -> CardState:
    steps = _reweighed_steps(live, epochs)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            state: CardState = end.value
            return state


def _reweighed_steps(live: Iterable[E], epochs: Epochs) -> Generator[tuple[E, CardState, CardState], None, CardState]:
    """The same where the weights changed: at each change the memory is made again from the answers so far.

    Returns the last state with the memory of the latest weights.
    """
    state, answers, weights = CardState(), list[tuple[int, int]](), BASE.weights
    for event in live:
        params = epochs.at(event)
        if params.weights != weights:
            state, weights = _remembered(state, answers, params), params.weights
        before, state = state, apply(state, event, params)
        yield event, before, state
        if state.stability is None:
            answers.clear()
        elif event.kind == "review" and state.reps != before.reps:
            begins = before.stability is None or event.rev > before.rev
            if begins:
                answers.clear()
            assert event.rating is not None
            answers.append((event.rating, 0 if begins else days_between(before.last_day, event.day)))
    return _remembered(state, answers, epochs.latest) if epochs.latest.weights != weights else state


def _remembered(state: CardState, answers: Sequence[tuple[int, int]], params: Params) -> CardState:
    remembered = memory(params.weights).replayed(answers)
    if remembered is None or state.stability is None:
        return state
    return replace(state, stability=remembered.stability, difficulty=remembered.difficulty)


def _when(event: Happening) -> tuple[int, str]:
    return event.at_us, event.id

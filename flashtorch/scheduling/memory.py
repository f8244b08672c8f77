"""How a memory changes with an answer: FSRS, by the crate that Anki uses, behind one small class.

The crate reckons in float32 and takes any nonsense, so what goes in is kept in range here; then what comes out is in range too.
"""

from __future__ import annotations

import math
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

import fsrs_rs_python as fsrs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flashtorch.scheduling.state import Rating

STABILITY = (0.001, 36_500.0)
DIFFICULTY = (1.0, 10.0)
LONGEST_DAYS = 36_500
_OF_RATING = (*(attrgetter(name) for name in ("again", "hard", "good", "easy")),)


class Remembered(NamedTuple):
    """A memory after an answer. A tuple, because a rebuild makes one for every review."""

    stability: float
    """Days until the probability of recall falls to 0.9."""
    difficulty: float
    """1 to 10."""
    interval: float
    """Days until the probability of recall falls to the desired retention, not rounded."""


class Outcomes:
    """What each rating would make of one memory."""

    __slots__ = ("_states",)

    def __init__(self, states: fsrs.NextStates) -> None:
        self._states = states

    def interval(self, rating: Rating | int) -> float:
        """Days until the probability of recall falls to the desired retention, not rounded."""
        interval: float = _OF_RATING[rating - 1](self._states).interval
        return interval

    def after(self, rating: Rating | int) -> Remembered:
        state = _OF_RATING[rating - 1](self._states)
        memory = state.memory
        return Remembered(memory.stability, memory.difficulty, state.interval)


class Memory:
    """FSRS with one set of weights."""

    __slots__ = ("_model",)

    def __init__(self, weights: tuple[float, ...]) -> None:
        self._model = fsrs.FSRS(list(weights))

    def outcomes(self, stability: float | None, difficulty: float | None, elapsed_days: int, retention: float) -> Outcomes:
        """What the four ratings make of a memory after whole study days; without a stability it is a first answer."""
        memory = None
        if stability is not None and difficulty is not None:
            memory = fsrs.MemoryState(_within(stability, STABILITY), _within(difficulty, DIFFICULTY))
        if not 0 <= elapsed_days <= LONGEST_DAYS:
            elapsed_days = 0 if elapsed_days < 0 else LONGEST_DAYS
        return Outcomes(self._model.next_states(memory, retention, elapsed_days))

    def course(
        self, stability: float | None, difficulty: float | None, ratings: Iterable[int], elapsed: Iterable[int], retention: float
    ) -> list[fsrs.NextStates]:
        """The same for many answers in a row, for `Outcomes`: each meets the memory that the one before has made."""
        state = None
        if stability is not None and difficulty is not None:
            state = fsrs.MemoryState(_within(stability, STABILITY), _within(difficulty, DIFFICULTY))
        found = []
        next_states = self._model.next_states
        for rating, days in zip(ratings, elapsed, strict=True):
            states = next_states(state, retention, days if days < LONGEST_DAYS else LONGEST_DAYS)
            found.append(states)
            state = _OF_RATING[rating - 1](states).memory
        return found

    def replayed(self, answers: Iterable[tuple[int, int]]) -> Remembered | None:
        """The memory after all `(rating, days since the one before)`, the first being the first answer ever."""
        memory: Remembered | None = None
        for rating, elapsed in answers:
            stability, difficulty = (memory.stability, memory.difficulty) if memory else (None, None)
            memory = self.outcomes(stability, difficulty, elapsed, 0.9).after(rating)
        return memory


@lru_cache(maxsize=16)
def memory(weights: tuple[float, ...]) -> Memory:
    """The model for these weights, made once."""
    return Memory(weights)


def _within(value: float, bounds: tuple[float, float]) -> float:
    low, high = bounds
    if low <= value <= high:
        return value
    if not math.isfinite(value):
        raise ValueError(f"no memory has {value!r}")
    return low if value < low else high

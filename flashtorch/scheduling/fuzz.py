"""Intervals spread a little, in the ranges that Anki uses, so that cards learnt together do not stay together."""

from __future__ import annotations

import math

RANGES = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.1), (20.0, math.inf, 0.05))
"""From day, to day, and how much of what lies between is spread to either side."""


def spread(interval: float, factor: float | None, minimum: int, maximum: int) -> int:
    """Whole days around `interval` and within the bounds; `factor`, from 0 up to 1, says where, and None spreads nothing."""
    if factor is None:
        return min(max(_rounded(interval), minimum), maximum)
    lower, upper = bounds(interval, minimum, maximum)
    return math.floor(lower + factor * (1 + upper - lower))


def bounds(interval: float, minimum: int, maximum: int) -> tuple[int, int]:
    """The shortest and the longest that `interval` may become, in days."""
    minimum = min(minimum, maximum)
    interval = min(max(interval, minimum), maximum)
    delta = _delta(interval)
    lower = min(max(_rounded(interval - delta), minimum), maximum)
    upper = min(max(_rounded(interval + delta), minimum), maximum)
    if upper == lower and 2 < upper < maximum:
        upper += 1
    return lower, upper


def least_after(interval: float, previous: int, maximum: int) -> int:
    """The minimum that keeps the spread from taking back what an interval has grown, in days.

    One that grew stays above the `previous`; one that did not may still be as long, if its spread reaches that far.
    """
    if _rounded(interval) > previous:
        return previous + 1
    return previous if previous <= bounds(interval, 1, maximum)[1] else 0


def _delta(interval: float) -> float:
    if interval < RANGES[0][0]:
        return 0.0
    return 1.0 + sum(share * max(min(interval, end) - start, 0.0) for start, end, share in RANGES)


def _rounded(value: float) -> int:
    """Halves go up, as Anki rounds; Python's `round` goes to the even."""
    return math.floor(value + 0.5)

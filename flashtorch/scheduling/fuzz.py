"""Intervals spread a little, in the ranges that Anki uses, so that cards learnt together do not stay together."""

from __future__ import annotations

FROM_DAYS = 2.5
"""Shorter intervals are not spread."""
UP_TO_7, UP_TO_20, BEYOND = 0.15, 0.1, 0.05
"""How much of each stretch of an interval is spread to either side, beside one day."""


def spread(interval: float, factor: float | None, minimum: int, maximum: int) -> int:
    """Whole days around `interval` and within the bounds; `factor`, from 0 up to 1, says where, and None spreads nothing."""
    if factor is None:
        return min(max(_rounded(interval), minimum), maximum)
    lower, upper = bounds(interval, minimum, maximum)
    return int(lower + factor * (1 + upper - lower))


def bounds(interval: float, minimum: int, maximum: int) -> tuple[int, int]:
    """The shortest and the longest that `interval` may become, in days."""
    if minimum > maximum:
        minimum = maximum
    interval = minimum if interval < minimum else maximum if interval > maximum else interval
    delta = _delta(interval)
    lower, upper = _rounded(interval - delta), _rounded(interval + delta)
    lower = minimum if lower < minimum else lower
    upper = maximum if upper > maximum else upper
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
    if interval < FROM_DAYS:
        return 0.0
    if interval <= 7:
        return 1 + UP_TO_7 * (interval - FROM_DAYS)
    if interval <= 20:
        return 1 + UP_TO_7 * (7 - FROM_DAYS) + UP_TO_20 * (interval - 7)
    return 1 + UP_TO_7 * (7 - FROM_DAYS) + UP_TO_20 * (20 - 7) + BEYOND * (interval - 20)


def _rounded(value: float) -> int:
    """Halves go up, as Anki rounds; Python's `round` goes to the even. Positive values only, for which this is quickest."""
    return int(value + 0.5)

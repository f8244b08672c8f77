"""Two arrays of numbers, element by element, in slices that stay in the processor's cache."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from flashtorch.grading.tolerance import Tolerance

    Values: TypeAlias = NDArray[Any]

SLICE = 1 << 16
"""Elements at a time: bounded memory, and two to four times faster than whole arrays."""


@dataclass(frozen=True, slots=True)
class Apart:
    """Where two arrays differ."""

    count: int
    total: int
    index: tuple[int, ...]
    """Of the first element that differs."""
    got: Any
    expected: Any
    largest: float | None
    """The largest difference; None when only non-finite values differ."""


def from_numbers(numbers: Any, stored: str | None = None) -> Values:
    """Nested lists of numbers, or one number, as an array; `stored` is numpy's name for how it is kept.

    Raises:
        ValueError, OverflowError: the lists are ragged, or a number does not fit.
    """
    import numpy

    values: Values = numpy.array(numbers)
    if values.dtype.kind not in "biufc":
        raise ValueError("no numbers")
    return values if stored is None else values.astype(stored)


def is_whole(values: Values) -> bool:
    """Whether every value is an integer."""
    import numpy

    return bool((numpy.isfinite(values) & (values == numpy.round(values))).all())


def largest(values: Values) -> float:
    """The largest finite magnitude; 0 when there is none."""
    import numpy

    found = 0.0
    for part in _slices(values):
        with numpy.errstate(all="ignore"):
            sizes = numpy.abs(_wide(part))
        finite = sizes[numpy.isfinite(sizes)]
        if finite.size:
            found = max(found, float(finite.max()))
    return found


def extent(values: Values) -> tuple[float, float, float] | None:
    """Least, largest and mean value, as floats; None for complex and for no numbers. A nan makes all of them nan."""
    import numpy

    if values.dtype.kind not in "biuf" or not values.size:
        return None
    with numpy.errstate(all="ignore"):
        wide = _wide(values)
        return float(wide.min()), float(wide.max()), float(wide.mean())


def apart(got: Values, expected: Values, dtype: str, tolerance: Tolerance, scale: float | None = None) -> Apart | None:
    """The differences of two arrays of one shape and dtype, or None when they are equal within the tolerance.

    nan equals nan, infinities equal themselves, 0.0 equals -0.0. `scale` stands for the largest expected magnitude when these
    values are part of something larger.
    """
    import numpy

    parts = None
    if not tolerance.is_exact(dtype):
        parts = tolerance.parts(dtype, largest(expected) if scale is None else scale)
    first, count, worst = -1, 0, None
    for at, one, other in zip(range(0, expected.size, SLICE), _slices(got), _slices(expected), strict=False):
        bad, gap = _bad(one, other, parts)
        if not bad.any():
            continue
        if first < 0:
            first = at + int(numpy.argmax(bad))
        count += int(numpy.count_nonzero(bad))
        finite = gap[bad & numpy.isfinite(gap)]
        if finite.size:
            worst = max(worst or 0.0, float(finite.max()))
    if not count:
        return None
    index = tuple(int(part) for part in numpy.unravel_index(first, expected.shape)) if expected.shape else ()
    return Apart(count, expected.size, index, got.reshape(-1)[first].item(), expected.reshape(-1)[first].item(), worst)


def _bad(got: Values, expected: Values, parts: tuple[float, float] | None) -> tuple[Values, Values]:
    import numpy

    with numpy.errstate(all="ignore"):
        one, other = _wide(got), _wide(expected)
        gap = numpy.abs(one - other)
        if parts is None:
            return got != expected, gap
        relative, absolute = parts
        near = (gap <= absolute + relative * numpy.abs(other)) & numpy.isfinite(other) & numpy.isfinite(one)
        bad: Values = ~(near | (one == other) | _both_nan(one, other))
        return bad, gap


def _both_nan(one: Values, other: Values) -> Values:
    import numpy

    if one.dtype.kind == "c":
        same_real = (one.real == other.real) | (numpy.isnan(one.real) & numpy.isnan(other.real))
        same_imaginary = (one.imag == other.imag) | (numpy.isnan(one.imag) & numpy.isnan(other.imag))
        same: Values = same_real & same_imaginary
        return same
    both: Values = numpy.isnan(one) & numpy.isnan(other)
    return both


def _wide(values: Values) -> Values:
    """As float64 or complex128, in which no difference overflows; 64-bit integers lose their last digits there."""
    import numpy

    return values.astype(numpy.complex128 if values.dtype.kind == "c" else numpy.float64, copy=False)


def _slices(values: Values) -> Iterator[Values]:
    flat = values.reshape(-1)
    for at in range(0, flat.size, SLICE):
        yield flat[at : at + SLICE]

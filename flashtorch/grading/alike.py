"""Whether two wrong programs behave alike: which catalogued mistake an answer makes, and whether two mistakes can be told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flashtorch.grading import exceptions
from flashtorch.grading.compare import difference
from flashtorch.grading.judge import by_place

if TYPE_CHECKING:
    from flashtorch.grading.observation import Error, Failure, Reply, Seen
    from flashtorch.grading.plan import Exercise
    from flashtorch.grading.tolerance import Tolerance


def behaves_alike(exercise: Exercise, wrong: Reply, got: Reply, place: int, tolerance: Tolerance, *, words: bool = False) -> bool:
    """Whether a catalogued wrong answer gives the same at the expression that the finding is about, under every seed.

    At that expression alone: `w.grad.zero_()` before the update is the same mistake as `opt.zero_grad()` there. Exceptions have
    to be about the same, and with `words` to say the same.
    """
    if len(wrong.runs) != len(got.runs) or wrong.syntax is not None or got.syntax is not None:
        return False
    for one, other in zip(wrong.runs, got.runs, strict=True):
        if place < 0:
            if one.failed is None or other.failed is None or not _alike_failures(one.failed, other.failed, words):
                return False
            continue
        seen, have = by_place(one)[place], by_place(other)[place]
        if len(seen) != len(have) or not all(map(_alike(tolerance, words), seen, have)):
            return False
    return bool(got.runs)


def same_everywhere(exercise: Exercise, one: Reply, other: Reply) -> bool:
    """Whether two wrong answers give the same at every expression, so that nothing tells them apart."""
    if [run.failed is None for run in one.runs] != [run.failed is None for run in other.runs]:
        return False
    for place in range(-1, len(exercise.expressions)):
        if place < 0 and all(run.failed is None for run in one.runs):
            continue
        if not behaves_alike(exercise, one, other, place, exercise.tolerance):
            return False
    return True


def _alike_failures(one: Failure, other: Failure, words: bool) -> bool:
    return (one.stage, one.line) == (other.stage, other.line) and _alike_errors(one.error, other.error, words)


def _alike_errors(one: Error, other: Error, words: bool) -> bool:
    return exceptions.near(one, other) and (not words or one.text == other.text)


def _alike(tolerance: Tolerance, words: bool) -> Any:
    def alike(one: Seen, other: Seen) -> bool:
        if one.raised is not None or other.raised is not None:
            return one.raised is not None and other.raised is not None and _alike_errors(one.raised, other.raised, words)
        if one.value is None or other.value is None:
            return one.value is other.value
        return difference(one, other, tolerance) is None and difference(other, one, tolerance) is None

    return alike

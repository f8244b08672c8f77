"""A guess at the reason of a difference, made only when it is certain."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from flashtorch.grading import arrays
from flashtorch.grading.observation import Array, Plain
from flashtorch.grading.tolerance import Tolerance

if TYPE_CHECKING:
    from flashtorch.grading.arrays import Values
    from flashtorch.grading.compare import Difference
    from flashtorch.grading.observation import Node

MAX_ELEMENTS = 1 << 20
FEWEST_FOR_A_FACTOR = 3
"""With one or two elements, everything is a constant factor of everything."""


def guess(difference: Difference, answer: str, function: str) -> tuple[str, dict[str, Any]]:
    """A kebab word and its parameters, or an empty word. `function` is the name that the check calls."""
    if difference.nodes is None:
        return "", {}
    expected, got = difference.nodes
    if isinstance(expected, Array) and isinstance(got, Array) and difference.code in ("shape", "values"):
        return _of_arrays(expected, got)
    if difference.code == "kind":
        return _of_kinds(expected, got, answer, function)
    return "", {}


def _of_kinds(expected: Node, got: Node, answer: str, function: str) -> tuple[str, dict[str, Any]]:
    if isinstance(got, Plain) and got.kind == "function":
        return "not-called", {"name": got.text.rsplit(".", 1)[-1]}
    if isinstance(got, Plain) and got.kind == "NoneType" and _returns_nothing(answer, function):
        return "no-return", {"name": function}
    return "", {}


def _returns_nothing(answer: str, function: str) -> bool:
    """Whether the answer's function has no `return` with a value, and is no generator."""
    try:
        tree = ast.parse(answer)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == function]
    return bool(found) and not any(
        isinstance(node, ast.Yield | ast.YieldFrom) or (isinstance(node, ast.Return) and node.value is not None)
        for node in ast.walk(found[-1])
    )


def uncalled(answer: str) -> str:
    """A statement that names a method and does not call it, such as `opt.step`: it does nothing. Empty when there is none."""
    try:
        tree = ast.parse(answer)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Attribute):
            return ast.unparse(node.value)
    return ""


def _of_arrays(expected: Array, got: Array) -> tuple[str, dict[str, Any]]:
    if expected.data is None or got.data is None or expected.dtype != got.dtype or not 1 < expected.data.size <= MAX_ELEMENTS:
        return "", {}
    want, have, dtype = expected.data, got.data, expected.dtype
    if want.ndim >= 2 and _equal(have.swapaxes(-1, -2) if have.ndim == want.ndim else have, want, dtype):
        return "transposed", {}
    if have.shape != want.shape or dtype == "bool" or want.dtype.kind == "u":
        return "", {}
    if _equal(-have, want, dtype):
        return "negated", {}
    factor = _factor(have, want, dtype)
    return ("factor", {"factor": factor}) if factor is not None else ("", {})


def _equal(have: Values, want: Values, dtype: str) -> bool:
    return have.shape == want.shape and arrays.apart(have, want, dtype, Tolerance()) is None


def _factor(have: Values, want: Values, dtype: str) -> float | None:
    """The number by which every expected value was multiplied, when there is one."""
    import numpy

    if want.size < FEWEST_FOR_A_FACTOR or want.dtype.kind not in "if":
        return None
    one, other = have.astype(numpy.float64).reshape(-1), want.astype(numpy.float64).reshape(-1)
    used = numpy.abs(other) > 1e-6 * arrays.largest(other)
    # Values that are all alike are a multiple of anything that is all alike.
    if not numpy.isfinite(one).all() or used.sum() < FEWEST_FOR_A_FACTOR or numpy.ptp(other) <= 1e-3 * arrays.largest(other):
        return None
    factor = float(one[used][0] / other[used][0])
    if factor == 0 or not numpy.isfinite(factor):
        return None
    return factor if numpy.allclose(one, other * factor, rtol=1e-3, atol=1e-6 * arrays.largest(one)) else None

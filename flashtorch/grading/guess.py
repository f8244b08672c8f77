"""A guess at the reason of a difference, made only when it is certain."""

from __future__ import annotations

import ast
import re
import unicodedata
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
    if isinstance(got, Plain) and got.kind == "NoneType" and (found := _called_function(answer, function)) is not None:
        return _of_nothing(found)
    return "", {}


def _of_nothing(found: ast.FunctionDef) -> tuple[str, dict[str, Any]]:
    """Why a function gives None: it has no `return` with a value, and is no generator."""
    for node in ast.walk(found):
        if isinstance(node, ast.Yield | ast.YieldFrom) or (isinstance(node, ast.Return) and node.value is not None):
            return "", {}
    last = found.body[-1]
    prints = isinstance(last, ast.Expr) and isinstance(last.value, ast.Call) and ast.unparse(last.value.func) == "print"
    return ("printed" if prints else "no-return"), {"name": found.name}


def _called_function(answer: str, function: str) -> ast.FunctionDef | None:
    """The function of the answer that a call of `function` ends in: itself, or the `forward` of the only module there is."""
    tree = _tree(answer)
    if tree is None:
        return None
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == function]
    if not found:
        modules = [node for node in tree.body if isinstance(node, ast.ClassDef)]
        methods = [node for node in modules[0].body if isinstance(node, ast.FunctionDef)] if len(modules) == 1 else []
        found = [node for node in methods if node.name == "forward"]
    return found[-1] if found else None


def _tree(answer: str) -> ast.Module | None:
    try:
        return ast.parse(answer)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


_TAKES = re.compile(r"(?:\w+\.)*(\w+)\(\) takes (\d+) positional arguments? but (\d+) (?:was|were) given")


def without_self(answer: str, error: str) -> str:
    """The method that was written without `self`, when that is why a call had one argument too many; empty otherwise."""
    match = _TAKES.search(error)
    tree = _tree(answer)
    if match is None or tree is None or int(match[3]) != int(match[2]) + 1:
        return ""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and method.name == match[1] and not method.decorator_list:
                    first = [*method.args.posonlyargs, *method.args.args][:1]
                    return "" if first and first[0].arg in ("self", "cls") else method.name
    return ""


_CHARACTER = re.compile(r"invalid (?:non-printable )?character '(.)' \(U\+")


def full_width(error: str) -> tuple[str, dict[str, Any]]:
    """The wide form of a mark that Python knows, as a Chinese keyboard gives it, when that is what it stumbled over."""
    match = _CHARACTER.search(error)
    narrow = unicodedata.normalize("NFKC", match[1]) if match else ""
    if match and narrow != match[1] and len(narrow) == 1 and narrow.isascii():
        return "full-width", {"got": match[1], "narrow": narrow}
    return "", {}


def uncalled(answer: str) -> str:
    """A statement that names a method and does not call it, such as `opt.step`: it does nothing. Empty when there is none."""
    tree = _tree(answer)
    for node in ast.walk(tree) if tree is not None else ():
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

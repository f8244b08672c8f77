"""A predict card: what the learner typed beside what torch gave, by value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flashtorch.grading import arrays, compare, literal
from flashtorch.grading.literal import BARE, NoLiteral, Raises, Typed, plain
from flashtorch.grading.observation import Array, Items, Plain, Tree
from flashtorch.grading.tolerance import Tolerance
from flashtorch.grading.verdict import Finding, VerdictName

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flashtorch.grading.observation import Error, Node, Seen


PRINTED_DECIMALS = 4
"""Torch prints so many unless it is told otherwise."""
_FRACTION = re.compile(r"\d*\.(?P<decimals>\d+)(?:[eE](?P<exponent>[+-]?\d{1,3}))?")


def judge_predict(seen: Seen, answer: str, tolerance: Tolerance) -> tuple[VerdictName, Finding | None]:
    """The verdict on a typed literal; what is no literal is a syntax error, which is a free retry."""
    try:
        typed = literal.parse(answer)
    except NoLiteral:
        return VerdictName.SYNTAX, Finding("literal", {"got": answer.strip()[:80]})
    if isinstance(typed, Raises):
        if seen.raised is None:
            return VerdictName.VALUE, Finding("predict-no-raise")
        if _is_this(typed.name, seen.raised):
            return VerdictName.PASS, None
        return VerdictName.VALUE, Finding("predict-other-raise", {"got": typed.name, "expected": seen.raised.type})
    if seen.raised is not None or seen.value is None:
        params = {"type": seen.raised.type, "text": seen.raised.text} if seen.raised is not None else {"type": "", "text": ""}
        return VerdictName.VALUE, Finding("predict-raises", params)
    meant = _as_meant(typed, seen.value)
    found = compare.node_difference(seen.value, meant, tolerance)
    if found is not None and tolerance.given is None and (printed := _as_printed(answer)) is not None:
        found = compare.node_difference(seen.value, meant, printed) and found
    if found is None:
        return VerdictName.PASS, None
    if found.code == "kind" and found.nodes is not None and all(map(_is_number, found.nodes)):
        # 3.5 for 3 is another number, not another kind of thing.
        return _numbers(found.nodes[0], found.nodes[1], tolerance)
    # A shape of another length is typed as a value, and is simply another value.
    verdict = VerdictName.VALUE if found.code == "length" else found.verdict
    return verdict, Finding(found.code, found.params)


def _as_printed(answer: str) -> Tolerance | None:
    """How near is equal when every fraction was typed with the four or more decimals that torch prints; None otherwise."""
    units = []
    for match in _FRACTION.finditer(answer):
        decimals = len(match["decimals"])
        if decimals < PRINTED_DECIMALS:
            return None
        units.append(10.0 ** (int(match["exponent"] or 0) - decimals))
    return Tolerance(max(units) * 0.500_001) if units else None


def _is_number(node: Node) -> bool:
    return isinstance(node, Plain) and node.kind in ("int", "float")


def _numbers(expected: Node, got: Node, tolerance: Tolerance) -> tuple[VerdictName, Finding | None]:
    assert isinstance(expected, Plain)
    assert isinstance(got, Plain)
    want, have = (int(node.text) if node.kind == "int" else float.fromhex(node.text) for node in (expected, got))
    if tolerance.given is not None and abs(want - have) <= tolerance.given:
        return VerdictName.PASS, None
    return VerdictName.VALUE, Finding("plain", {"got": compare.spell(got), "expected": compare.spell(expected)})


def _is_this(name: str, error: Error) -> bool:
    return name in ("", "Exception", *error.bases)


def _as_meant(typed: Typed, expected: Node) -> Node:
    """The typed value, in the form that the expected one has where what was typed leaves that open."""
    value = typed.value
    if isinstance(value, Array) and isinstance(expected, Array) and expected.kind == "tensor":
        asks = expected.requires_grad if typed.requires_grad is None else typed.requires_grad
        return Array("tensor", value.dtype, value.shape, typed.device or expected.device, asks, value.data)
    if isinstance(expected, Array) and expected.kind not in ("list", "tuple"):
        return _as_array(value, expected)
    return _relaxed(value, expected)


def _as_array(value: Node, expected: Array) -> Node:
    """A plain number for a tensor without dimensions, nested lists for one with some."""
    try:
        data = arrays.from_numbers(_python(value))
    except (ValueError, OverflowError):
        return value
    is_number = isinstance(value, Plain) and not expected.shape
    is_list = isinstance(value, Items) and value.kind in ("list", BARE) and bool(expected.shape)
    kinds = {"bool": "b"}.get(expected.dtype, "iufc")
    if not (is_number or is_list) or data.dtype.kind not in kinds or expected.data is None:
        return value
    fits = data.dtype.kind in "iub" or expected.data.dtype.kind in "fc"
    if not fits and not (data.dtype.kind == "f" and arrays.is_whole(data)):
        return value
    cast = data.astype(expected.data.dtype)
    return Array(expected.kind, expected.dtype, cast.shape, expected.device, expected.requires_grad, cast)


def _python(value: Node) -> object:
    if isinstance(value, Items):
        return [_python(item) for item in value.items]
    if isinstance(value, Plain):
        if value.kind in ("float", "complex"):
            number = compare.number(value)
            return number.real if value.kind == "float" else number
        if value.kind in ("int", "bool"):
            return int(value.text) if value.kind == "int" else value.text == "True"
    raise ValueError(value)


def _relaxed(value: Node, expected: Node) -> Node:
    """Tuples may be typed as lists, whole floats as ints, a device as its name; without brackets a row is what is expected."""
    if isinstance(value, Items) and value.kind == BARE:
        value = Items("list" if isinstance(expected, Array | Items) and expected.kind == "list" else "tuple", value.items)
    if isinstance(value, Items) and isinstance(expected, Array | Items):
        kind = expected.kind if expected.kind == "tuple" and value.kind == "list" else value.kind
        return Items(kind, _relaxed_items(value.items, compare.elements(expected)))
    if isinstance(value, Tree) and isinstance(expected, Tree):
        have = dict(expected.items)
        return Tree(value.kind, tuple((key, _as_meant(Typed(node), have.get(key, node))) for key, node in value.items))
    if isinstance(value, Plain) and isinstance(expected, Plain):
        if value.kind == "int" and expected.kind in ("float", "complex"):
            return plain(float(int(value.text)) if expected.kind == "float" else complex(int(value.text)))
        if value.kind == "float" and expected.kind == "complex":
            return plain(compare.number(value))
        if value.kind == "float" and expected.kind == "int" and compare.number(value).real.is_integer():
            return plain(int(compare.number(value).real))
        if value.kind == "str" and expected.kind in ("device", "path"):
            return Plain(expected.kind, value.text)
    return value


def _relaxed_items(items: Sequence[Node], expected: Sequence[Node]) -> tuple[Node, ...]:
    if len(items) != len(expected):
        return tuple(items)
    return tuple(_as_meant(Typed(item), want) for item, want in zip(items, expected, strict=True))

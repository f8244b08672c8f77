"""A value as a learner could have typed it: what a predict card's last expression really gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flashtorch.grading.compare import describe, spell
from flashtorch.grading.observation import Array, Items, Plain, Tree

if TYPE_CHECKING:
    from flashtorch.grading.observation import Node, Seen

LONGEST = 64
"""Elements that are written out; of a larger array its kind and shape are told."""
_BRACKETS = {"tuple": ("(", ")"), "set": ("{", "}"), "frozenset": ("frozenset({", "})")}
_USUAL = frozenset({"float32", "int64", "bool"})
"""Dtypes that torch does not print either."""


def spelled(seen: Seen) -> str:
    """What an expression gave, or the exception that it raised."""
    if seen.raised is not None:
        first = seen.raised.text.strip().splitlines()[:1]
        return ": ".join([seen.raised.type, *(line[:200] for line in first)])
    return "" if seen.value is None else _node(seen.value)


def _node(node: Node) -> str:
    if isinstance(node, Plain):
        return spell(node)
    if isinstance(node, Array):
        return _array(node)
    if isinstance(node, Items) and len(node.items) <= LONGEST:
        return _bracketed(node.kind, [_node(item) for item in node.items])
    if isinstance(node, Tree) and node.kind == "dict" and len(node.items) <= LONGEST:
        return "{" + ", ".join(f"{key}: {_node(value)}" for key, value in node.items) + "}"
    return describe(node)


def _array(node: Array) -> str:
    if node.data is None or node.data.size > LONGEST:
        return f"{node.kind} {node.dtype}{node.shape}"
    # Truth values travel as bytes: 0 and 1 are no answer to "True or False?".
    values = (node.data.astype(bool) if node.dtype == "bool" else node.data).tolist()
    if node.kind in ("list", "tuple"):
        return _bracketed(node.kind, [_number(value) for value in values])
    if node.kind == "numpy scalar":
        return _number(values)
    more = "" if node.dtype in _USUAL else f", dtype={'torch.' if node.kind == 'tensor' else ''}{node.dtype}"
    more += ", requires_grad=True" if node.requires_grad else ""
    return f"{'tensor' if node.kind == 'tensor' else 'array'}({_nested(values)}{more})"


def _nested(values: Any) -> str:
    return "[" + ", ".join(map(_nested, values)) + "]" if isinstance(values, list) else _number(values)


def _bracketed(kind: str, items: list[str]) -> str:
    start, end = _BRACKETS.get(kind, ("[", "]"))
    return start + ", ".join(items) + ("," if kind == "tuple" and len(items) == 1 else "") + end


def _number(value: Any) -> str:
    """Six significant digits, and a point where a float has none."""
    if not isinstance(value, float):
        return str(value)
    text = f"{value:.6g}"
    return text if set(text) & set(".en") else f"{text}.0"

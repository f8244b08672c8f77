"""Two observations: the first property in which they differ, and how.

The order of properties is that of `VerdictName`: kind, shape, dtype, device, value, requires_grad, gradient, mutated. It is kept
over all elements of a container: a wrong shape in the last element is told before a wrong value in the first.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from flashtorch.grading import arrays, exceptions
from flashtorch.grading.observation import Array, Items, Node, Opaque, Plain, Seen, Tree
from flashtorch.grading.verdict import VerdictName

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flashtorch.grading.tolerance import Tolerance

RANK = {name: rank for rank, name in enumerate(VerdictName)}


@dataclass(frozen=True, slots=True)
class Difference:
    """One property that differs."""

    verdict: VerdictName
    code: str
    params: dict[str, Any] = field(default_factory=dict)
    nodes: tuple[Node, Node] | None = None
    """Expected and got, for a guess at the reason."""


def difference(expected: Seen, got: Seen, tolerance: Tolerance) -> Difference | None:
    """What differs first between what an expression gave in the reference and in the answer. Neither raised."""
    assert expected.value is not None
    assert got.value is not None
    return _first(
        [
            *nodes(expected.value, got.value, tolerance),
            *_gradients(expected, got, tolerance),
            *_changed(expected, got, tolerance),
            *_state(expected, got),
        ]
    )


def node_difference(expected: Node, got: Node, tolerance: Tolerance) -> Difference | None:
    """What differs first between two values."""
    return _first(list(nodes(expected, got, tolerance)))


def _first(found: list[Difference]) -> Difference | None:
    return min(found, key=lambda difference: RANK[difference.verdict], default=None)


def nodes(expected: Node, got: Node, tolerance: Tolerance, at: str = "", scale: float | None = None) -> Iterator[Difference]:
    """All differences of two values; `at` is where they are, such as `[0]['weight']`."""
    if kind(expected) != kind(got):
        yield _kinds(expected, got, at)
    elif isinstance(expected, Plain) and isinstance(got, Plain):
        yield from _plain(expected, got, tolerance, at)
    elif isinstance(expected, Array) and isinstance(got, Array) and _alike(expected, got):
        yield from _array(expected, got, tolerance, at, scale)
    elif isinstance(expected, Array | Items) and isinstance(got, Array | Items):
        if _count(expected) != _count(got):
            # Before they are looked at one by one: there may be hundreds of thousands.
            yield _length(_count(got), _count(expected), kind(expected), at)
            return
        yield from _items(elements(expected), elements(got), tolerance, at)
    elif isinstance(expected, Tree) and isinstance(got, Tree):
        yield from _tree(expected, got, tolerance, at)
    elif expected != got:
        yield _kinds(expected, got, at)


def _kinds(expected: Node, got: Node, at: str) -> Difference:
    return Difference(VerdictName.KIND, "kind", {"got": describe(got), "expected": describe(expected), "at": at}, (expected, got))


_SERIES = ("list", "tuple")


def _alike(expected: Array, got: Array) -> bool:
    """Whether two arrays are compared whole: lists of floats and of ints are compared element by element."""
    return expected.kind not in _SERIES or expected.dtype == got.dtype


def kind(node: Node) -> str:
    """The kind that two values must share before anything else is compared."""
    return node.kind


def describe(node: Node) -> str:
    """A value in a word or two: `Tensor`, `list`, `None`, `float`."""
    words = {"NoneType": "None", "tensor": "Tensor", "class": "class", "function": "function"}
    if isinstance(node, Plain) and node.kind in ("class", "function", "module"):
        return f"{node.kind} {node.text}"
    return words.get(node.kind, node.kind)


def elements(node: Array | Items) -> tuple[Node, ...]:
    """The elements of a list or tuple, however it travelled."""
    if isinstance(node, Items):
        return node.items
    assert node.data is not None
    if node.dtype == "float":
        return tuple(Plain("float", float(value).hex()) for value in node.data.tolist())
    if node.dtype == "bool":
        return tuple(Plain("bool", str(bool(value))) for value in node.data.tolist())
    return tuple(Plain("int", str(value)) for value in node.data.tolist())


def number(node: Plain) -> complex:
    """The value of a float or complex node."""
    if node.kind == "complex":
        real, imaginary = node.text.split()
        return complex(float.fromhex(real), float.fromhex(imaginary))
    return complex(float.fromhex(node.text), 0.0)


def _plain(expected: Plain, got: Plain, tolerance: Tolerance, at: str) -> Iterator[Difference]:
    if expected == got:
        return
    if expected.kind in ("float", "complex"):
        want, have = arrays.from_numbers([number(expected)]), arrays.from_numbers([number(got)])
        if expected.kind == "float":
            want, have = want.real, have.real
        if arrays.apart(have, want, expected.kind, tolerance) is None:
            return
    if expected.kind == "raises" and exceptions.same(expected.text.split(exceptions.BETWEEN), got.text.split(exceptions.BETWEEN)):
        return
    if expected.kind == "int" and tolerance.given is not None and abs(int(expected.text) - int(got.text)) <= tolerance.given:
        return
    code = "raises" if expected.kind == "raises" else "plain"
    yield Difference(VerdictName.VALUE, code, {"got": spell(got), "expected": spell(expected), "at": at}, (expected, got))


def spell(node: Plain) -> str:
    """A plain value as Python would print it, cut where it is long."""
    if node.kind == "float":
        return f"{number(node).real:.6g}"
    if node.kind == "complex":
        return f"{number(node):.6g}"
    if node.kind == "raises":
        names = node.text.split(exceptions.BETWEEN)
        return names[0] if len(names) == 1 else f"{names[0]} ({names[-1]})"
    if node.kind == "bytes":
        return repr(bytes.fromhex(node.text[:160]))
    if node.kind == "str":
        return repr(node.text[:80]) if len(node.text) <= 80 else repr(node.text[:80])[:-1] + "…"
    return node.text if len(node.text) <= 80 else node.text[:80] + "…"


def _array(expected: Array, got: Array, tolerance: Tolerance, at: str, scale: float | None) -> Iterator[Difference]:
    both = (expected, got)
    if expected.shape != got.shape:
        if expected.kind in _SERIES:
            yield _length(got.shape[0], expected.shape[0], expected.kind, at)
            return
        yield Difference(VerdictName.SHAPE, "shape", {"got": got.shape, "expected": expected.shape, "at": at}, both)
        return
    if expected.dtype != got.dtype:
        yield Difference(VerdictName.DTYPE, "dtype", {"got": got.dtype, "expected": expected.dtype, "at": at}, both)
        return
    if expected.device != got.device:
        yield Difference(VerdictName.DEVICE, "device", {"got": got.device, "expected": expected.device, "at": at})
        return
    if expected.data is not None and got.data is not None:
        apart = arrays.apart(got.data, expected.data, expected.dtype, tolerance, scale)
        if apart is not None:
            yield Difference(VerdictName.VALUE, "values", {**_told(apart, expected.dtype), "at": at}, both)
    if expected.requires_grad != got.requires_grad:
        params = {"got": got.requires_grad, "expected": expected.requires_grad, "at": at}
        yield Difference(VerdictName.REQUIRES_GRAD, "requires-grad", params)


def _told(apart: arrays.Apart, dtype: str) -> dict[str, Any]:
    got, expected = apart.got, apart.expected
    if dtype == "bool":
        return _told(replace(apart, got=bool(got), expected=bool(expected), largest=None), "")
    told = {"count": apart.count, "total": apart.total, "index": apart.index, "largest": apart.largest}
    return {**told, "got": got, "expected": expected}


def _length(got: int, expected: int, of: str, at: str) -> Difference:
    return Difference(VerdictName.SHAPE, "length", {"got": got, "expected": expected, "of": of, "at": at})


def _count(node: Array | Items) -> int:
    return len(node.items) if isinstance(node, Items) else node.shape[0] if node.shape else 1


def _items(expected: tuple[Node, ...], got: tuple[Node, ...], tolerance: Tolerance, at: str) -> Iterator[Difference]:
    for place, (want, have) in enumerate(zip(expected, got, strict=True)):
        yield from nodes(want, have, tolerance, f"{at}[{place}]")


def _tree(expected: Tree, got: Tree, tolerance: Tolerance, at: str) -> Iterator[Difference]:
    want, have = dict(expected.items), dict(got.items)
    if want.keys() != have.keys():
        missing, extra = sorted(want.keys() - have.keys()), sorted(have.keys() - want.keys())
        yield Difference(VerdictName.VALUE, "keys", {"missing": missing[:5], "extra": extra[:5], "at": at})
        return
    for key, node in want.items():
        inside = f"{at}[{key}]" if expected.kind == "dict" else f"{at}.{key}".rstrip(".")
        found = nodes(node, have[key], tolerance, inside)
        yield from _in_module(key, node, have[key], found) if expected.kind == "module" else found


def _in_module(key: str, expected: Node, got: Node, found: Iterator[Difference]) -> Iterator[Difference]:
    if key == "layers" and isinstance(expected, Tree) and isinstance(got, Tree):
        # Torch's own layers are told by their settings; where one side has a class of its own there is nothing to compare.
        have = dict(got.items)
        for name, settings in expected.items:
            if name in have and settings != have[name]:
                params = {"got": describe_layer(have[name]), "expected": describe_layer(settings), "at": f"[{name}]"}
                yield Difference(VerdictName.VALUE, "plain", params)
        return
    for each in found:
        yield Difference(VerdictName.GRADIENT, "grads", {**each.params, "inner": _inner(each)}) if key == "gradients" else each


def describe_layer(node: Node) -> str:
    """`Linear(in_features=2, out_features=3, bias=True)`."""
    return node.text if isinstance(node, Plain) else describe(node)


def _gradients(expected: Seen, got: Seen, tolerance: Tolerance) -> Iterator[Difference]:
    if expected.gradients is None:
        return
    have = dict(got.gradients or ())
    sizes = [arrays.largest(node.data) for _, node in expected.gradients if isinstance(node, Array) and node.data is not None]
    for label, want in expected.gradients:
        node = have.get(label, Plain("NoneType", "None"))
        found = _first(list(nodes(want, node, tolerance, scale=max(sizes, default=None))))
        if found is None:
            continue
        code = "gradient"
        if isinstance(node, Plain) and isinstance(want, Array):
            code = "no-gradient"
        elif isinstance(want, Plain) and isinstance(node, Array):
            code = "stray-gradient"
        yield Difference(VerdictName.GRADIENT, code, {**found.params, "argument": label, "inner": _inner(found)})


def _inner(found: Difference) -> str:
    """The code by which a difference within another is told; an exception within a value is told as a value."""
    return "plain" if found.code == "raises" else found.code


def _changed(expected: Seen, got: Seen, tolerance: Tolerance) -> Iterator[Difference]:
    want, have = dict(expected.changed), dict(got.changed)
    for label in [*want, *(label for label in have if label not in want)]:
        if label not in have:
            yield Difference(VerdictName.MUTATED, "not-changed", {"argument": label})
        elif label not in want:
            yield Difference(VerdictName.MUTATED, _what_changed(have[label]), {"argument": label})
        elif (found := node_difference(want[label], have[label], tolerance)) is not None:
            yield Difference(VerdictName.MUTATED, "changed-otherwise", {**found.params, "argument": label, "inner": _inner(found)})


def _what_changed(after: Node) -> str:
    """A `.grad` on an argument that ends with one is what was left behind; its values may be as they were."""
    parts = dict(after.items) if isinstance(after, Tree) and after.kind == "argument" else {}
    return "grad-left" if isinstance(parts.get(".grad"), Array) else "changed"


def _state(expected: Seen, got: Seen) -> Iterator[Difference]:
    usual = ("True", "torch.float32", "cpu")
    codes = ("grad-mode", "default-dtype", "default-device")
    for code, want, have in zip(codes, expected.state or usual, got.state or usual, strict=False):
        if want != have:
            yield Difference(VerdictName.MUTATED, code, {"got": have, "expected": want})


def unreadable(node: Node) -> Opaque | None:
    """The first thing in a value that cannot be compared by its value; an object is compared by its class and does not count."""
    if isinstance(node, Opaque):
        return None if node.why == "object" else node
    if isinstance(node, Items):
        return next((found for item in node.items if (found := unreadable(item))), None)
    if isinstance(node, Tree):
        return next((found for _, item in node.items if (found := unreadable(item))), None)
    return None

"""Bytes from a cell to observations. Nothing in them is believed: each length, type and name is checked first.

The bytes are those of `grading/inside/codec.py`. What does not fit in every respect is a `BadFrame`, whatever it holds: never
another exception, and never read in part.
"""

from __future__ import annotations

import json
import math
import struct
from typing import TYPE_CHECKING, Any

from flashtorch.grading.observation import Array, Error, Failure, Items, Opaque, Plain, Reply, Run, Seen, SyntaxFault, Tree
from flashtorch.sandbox.clean import clean

if TYPE_CHECKING:
    from collections.abc import Callable

    from flashtorch.grading.arrays import Values
    from flashtorch.grading.observation import Node

HEAD = struct.Struct("<II")
MAX_TREE = 256 << 10
MAX_BLOCKS = 16 << 20
MAX_DEPTH = 64
MAX_DIMENSIONS = 64

STORED = {
    "bool": "u1", "uint8": "u1", "int8": "i1", "uint16": "<u2", "int16": "<i2", "uint32": "<u4", "int32": "<i4",
    "uint64": "<u8", "int64": "<i8", "float16": "<f2", "bfloat16": "<u2", "float32": "<f4", "float64": "<f8",
    "complex64": "<c8", "complex128": "<c16", "complex32": "<c8", "float8_e4m3fn": "<f4", "float8_e5m2": "<f4",
    "float8_e4m3fnuz": "<f4", "float8_e5m2fnuz": "<f4", "float8_e8m0fnu": "<f4",
}  # fmt: skip
"""How each dtype lies in a block."""
ARRAYS = ("tensor", "ndarray", "numpy scalar")
PACKED = {"float": "<f8", "int": "<i8", "bool": "u1"}


class BadFrame(Exception):
    """The bytes are no observation; the text is a short reason for a log or a test."""


def read(data: bytes) -> Reply:
    """The reply in these bytes.

    Raises:
        BadFrame: they are not one.
    """
    if len(data) < HEAD.size:
        raise BadFrame("short")
    size, blocks = HEAD.unpack_from(data)
    if size > MAX_TREE or blocks > MAX_BLOCKS or len(data) != HEAD.size + size + blocks:
        raise BadFrame("size")
    try:
        tree = json.loads(data[HEAD.size : HEAD.size + size], parse_constant=_no_constant)
        reader = _Reader(memoryview(data)[HEAD.size + size :])
        reply = reader.reply(tree)
    except (ValueError, RecursionError, TypeError, OverflowError) as error:
        raise BadFrame(type(error).__name__) from None
    reader.finish()
    return reply


def _no_constant(word: str) -> None:
    raise ValueError(word)


class _Reader:
    """Walks the tree in the order in which it was written, and takes each block when its node comes."""

    def __init__(self, blocks: memoryview) -> None:
        # Imported when the first reply arrives: the screen starts without numpy.
        import numpy

        self._numpy = numpy
        self._blocks = blocks
        self._at = 0

    def finish(self) -> None:
        if self._at != len(self._blocks):
            raise BadFrame("left over")

    def reply(self, tree: Any) -> Reply:
        if not isinstance(tree, dict) or len(tree) != 1:
            raise BadFrame("reply")
        if "runs" in tree:
            return Reply(runs=tuple(self._run(run) for run in _of(tree["runs"], list)))
        if "syntax" in tree:
            told = _of(tree["syntax"], dict)
            return Reply(syntax=SyntaxFault(_int(told, "line"), _text(told, "text"), _text(told, "source")))
        if "too_large" in tree:
            return Reply(too_large=_of(tree["too_large"], int))
        raise BadFrame("reply")

    def _run(self, tree: Any) -> Run:
        told = _of(tree, dict)
        seen = tuple(self._seen(item) for item in _of(told.get("seen"), list))
        failed = told.get("failed")
        return Run(_text(told, "device"), seen, None if failed is None else self._failure(_of(failed, dict)))

    def _failure(self, told: dict[str, Any]) -> Failure:
        stage = _text(told, "stage")
        if stage not in ("setup", "answer", "check"):
            raise BadFrame("stage")
        return Failure(stage, _int(told, "line"), _error(_of(told.get("error"), dict)))

    def _seen(self, tree: Any) -> Seen:
        place, facts = _pair(tree)
        facts = _of(facts, dict)
        known = not facts.keys() - {"value", "raised", "changed", "gradients", "state"}
        if facts.keys() != {"state"} and (not known or ("value" in facts) == ("raised" in facts)):
            raise BadFrame("facts")
        value = self.node(facts["value"], 0) if "value" in facts else None
        raised = _error(_of(facts["raised"], dict)) if "raised" in facts else None
        changed = self._labelled(facts.get("changed", []))
        gradients = self._labelled(facts["gradients"]) if "gradients" in facts else None
        state = tuple(_name(str(part)[:80]) for part in _of(facts.get("state", []), list)[:3])
        return Seen(_of(place, int), value, raised, changed, gradients, state)

    def _labelled(self, tree: Any) -> tuple[tuple[str, Node], ...]:
        pairs = [_pair(item) for item in _of(tree, list)]
        return tuple((_name(_of(label, str)[:200]), self.node(node, 0)) for label, node in pairs)

    def node(self, tree: Any, depth: int) -> Node:
        if type(tree) is not list or not tree or type(tree[0]) is not str or depth > MAX_DEPTH:
            raise BadFrame("node")
        readers: dict[str, Callable[[list[Any], int], Node]] = {
            "plain": self._plain,
            "array": self._array,
            "packed": self._packed,
            "items": self._items,
            "tree": self._tree,
            "opaque": self._opaque,
        }
        if tree[0] not in readers:
            raise BadFrame("node")
        return readers[tree[0]](tree[1:], depth)

    def _plain(self, parts: list[Any], depth: int) -> Node:
        kind, text = _shaped(parts, str, str)
        if kind == "float":
            float.fromhex(text)
        if kind == "complex":
            real, imaginary = text.split()
            float.fromhex(real), float.fromhex(imaginary)
        if kind == "int":
            int(text)
        if kind in ("bytes", "bytearray"):
            bytes.fromhex(text)
        # Text is told as Python writes it, in quotes; a name is told as it is.
        return Plain(_name(kind), text if kind == "str" else _name(text))

    def _array(self, parts: list[Any], depth: int) -> Node:
        kind, dtype, shape, device, requires_grad, has_data = _shaped(parts, str, str, list, str, bool, bool)
        if kind not in ARRAYS:
            raise BadFrame("array kind")
        if len(shape) > MAX_DIMENSIONS or not all(type(size) is int and 0 <= size < 2**48 for size in shape):
            raise BadFrame("shape")
        if not has_data:
            if device != "meta":
                raise BadFrame("no data")
            return Array(kind, _name(dtype), tuple(shape), device, requires_grad, None)
        if dtype not in STORED:
            raise BadFrame("dtype")
        flat = self._take(STORED[dtype], math.prod(shape))
        if dtype == "bfloat16":
            flat = (flat.astype(self._numpy.uint32) << 16).view(self._numpy.float32)
        try:
            data = flat.reshape(shape)
        except ValueError:
            # numpy's own limit on dimensions, or a zero beside sizes that overflow.
            raise BadFrame("shape") from None
        return Array(kind, dtype, tuple(shape), _name(device), requires_grad, data)

    def _packed(self, parts: list[Any], depth: int) -> Node:
        kind, element, count = _shaped(parts, str, str, int)
        if kind not in ("list", "tuple") or element not in PACKED or count <= 0:
            raise BadFrame("packed")
        return Array(kind, element, (count,), "", False, self._take(PACKED[element], count))

    def _take(self, stored: str, count: int) -> Values:
        dtype = self._numpy.dtype(stored)
        size = count * dtype.itemsize
        if size > len(self._blocks) - self._at:
            raise BadFrame("block")
        data = self._numpy.frombuffer(self._blocks[self._at : self._at + size], dtype)
        self._at += size
        return data

    def _items(self, parts: list[Any], depth: int) -> Node:
        kind, items = _shaped(parts, str, list)
        if kind in ARRAYS:
            raise BadFrame("items")
        return Items(_name(kind), tuple(self.node(item, depth + 1) for item in items))

    def _tree(self, parts: list[Any], depth: int) -> Node:
        kind, items = _shaped(parts, str, list)
        pairs = [_pair(item) for item in items]
        return Tree(_name(kind), tuple((_name(_of(key, str)), self.node(node, depth + 1)) for key, node in pairs))

    def _opaque(self, parts: list[Any], depth: int) -> Node:
        kind, why = _shaped(parts, str, str)
        return Opaque(_name(kind), why)


def _error(told: dict[str, Any]) -> Error:
    frames = [_pair(item) for item in _of(told.get("frames", []), list)]
    return Error(
        type=_text(told, "type"),
        bases=tuple(_name(_of(base, str)) for base in _of(told.get("bases"), list)),
        text=_text(told, "text"),
        code=_text(told, "code", ""),
        frames=tuple((_of(line, int), _clean(_of(text, str))) for line, text in frames),
        part=_text(told, "part", ""),
        tensors=tuple(_clean(_of(line, str)) for line in _of(told.get("tensors", []), list)),
        missing=_text(told, "missing", ""),
        near=_text(told, "near", ""),
        early=_of(told.get("early", False), bool),
    )


def _of(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise BadFrame(f"not {kind.__name__}")
    return value


def _text(told: dict[str, Any], key: str, default: str | None = None) -> str:
    return _clean(_of(told.get(key, default), str))


def _clean(text: str) -> str:
    """Words of the run that a person will read: they must not steer a terminal."""
    return clean(text.encode("utf-8", "replace"))


def _name(text: str) -> str:
    """A name that code gave to a thing, with escapes in place of what cannot be printed: two that differ still do."""
    return text if text.isprintable() else "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)


def _int(told: dict[str, Any], key: str) -> int:
    return int(_of(told.get(key), int))


def _pair(tree: Any) -> tuple[Any, Any]:
    first, second = _of(tree, list) if len(_of(tree, list)) == 2 else (None, None)
    return first, second


def _shaped(parts: list[Any], *kinds: type) -> list[Any]:
    if [type(part) for part in parts] != list(kinds):
        raise BadFrame("parts")
    return parts

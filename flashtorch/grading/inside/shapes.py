"""Any value as a plain observation: exact types only, read without asking a learner's class for anything.

A node is one of

    ["plain", kind, text]                                          numbers, text, dtypes, functions and classes by name
    ["array", kind, dtype, shape, device, requires_grad, has_data] a tensor, numpy array or scalar; its bytes are the next block
    ["packed", kind, element kind, count]                          a list or tuple of floats, ints or bools; the next block
    ["items", kind, [node, …]]                                     a container by its elements
    ["tree", kind, [[key, node], …]]                               a mapping, a dataclass, a module, an optimizer
    ["opaque", kind, why]                                          something whose value cannot be read; `why` is a kebab word
"""

from __future__ import annotations

import dataclasses
import enum
import pathlib
import struct
import sys
import types
from collections import Counter, OrderedDict, defaultdict, deque
from typing import Any

import torch

from flashtorch.grading.inside import modules, tensors
from flashtorch.grading.inside.codec import MAX_BLOCKS, TooLarge

Node = list[Any]

MAX_DEPTH = 16
MAX_NODES = 20_000
MAX_TEXT = 64 << 10
MAX_INT_BITS = 2048

_DICTS = (dict, OrderedDict, defaultdict, Counter, types.MappingProxyType)
_EMPTY: dict[str, str] = {}
_VIEWS: tuple[type, ...] = (type(_EMPTY.keys()), type(_EMPTY.values()), type(_EMPTY.items()))
_SERIES: dict[type, str] = {list: "list", deque: "deque"} | {view: view.__name__ for view in _VIEWS}
_FUNCTIONS = (
    types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.MethodDescriptorType, types.WrapperDescriptorType,
    types.MethodWrapperType, types.ClassMethodDescriptorType,
)  # fmt: skip
_TORCH_WORDS = {torch.dtype: "dtype", torch.device: "device", torch.layout: "layout", torch.memory_format: "memory_format"}


class Raised:
    """What `raises(…)` in a check observes."""

    def __init__(self, name: str) -> None:
        self.name = name


class Sketch:
    """Collects nodes and the blocks that they name, within the caps of one reply."""

    def __init__(self) -> None:
        self.blocks: list[bytes] = []
        self._bytes = 0
        self._nodes = 0

    def mark(self) -> tuple[int, int]:
        """Where the sketch stands, for `back_to`."""
        return len(self.blocks), self._bytes

    def back_to(self, mark: tuple[int, int]) -> None:
        """Drop the blocks of nodes that will not be told."""
        count, self._bytes = mark
        del self.blocks[count:]

    def block(self, data: bytes) -> None:
        """Add the block of the node that is being written.

        Raises:
            TooLarge: all blocks together are over the cap.
        """
        self.reserve(len(data))
        self._bytes += len(data)
        self.blocks.append(data)

    def reserve(self, size: int) -> None:
        """Ask for room before making a copy.

        Raises:
            TooLarge: there is not that much room.
        """
        if self._bytes + size > MAX_BLOCKS:
            raise TooLarge

    def node(self, value: Any, depth: int = 0) -> Node:
        """The observation of a value.

        Raises:
            TooLarge: it is over a cap.
        """
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise TooLarge
        if depth > MAX_DEPTH:
            return ["opaque", _name(type(value)), "deep"]
        kind = type(value)
        plain = _plain(value, kind)
        if plain is not None:
            return plain
        if issubclass(kind, torch.Tensor):
            return tensors.tensor(self, value)
        if issubclass(kind, torch.nn.Module):
            return modules.module(self, value, depth)
        if issubclass(kind, torch.optim.Optimizer):
            return modules.optimizer(self, value, depth)
        if issubclass(kind, torch.optim.lr_scheduler.LRScheduler):
            return modules.scheduler(self, value, depth)
        numpy = sys.modules.get("numpy")
        if numpy is not None and kind.__module__ == "numpy" and issubclass(kind, (numpy.ndarray, numpy.generic)):
            return tensors.numpy_value(self, value, kind)
        return self._container(value, kind, depth)

    def _container(self, value: Any, kind: type, depth: int) -> Node:
        if kind in _SERIES:
            return self._series(_SERIES[kind], list(value), depth)
        if issubclass(kind, tuple) and _is_known_tuple(kind):
            return self._series("tuple", list(tuple.__iter__(value)), depth)
        if kind in _DICTS:
            pairs = list(value.items()) if kind is types.MappingProxyType else list(dict.items(value))
            return self.tree("dict", [(_key(key, place), item) for place, (key, item) in enumerate(pairs)], depth)
        if kind in (set, frozenset):
            return self._set(value, kind)
        if kind in (slice, range):
            return ["items", kind.__name__, [self.node(part, depth + 1) for part in (value.start, value.stop, value.step)]]
        if dataclasses.is_dataclass(kind):
            fields = [(field.name, _attribute(value, field.name)) for field in dataclasses.fields(kind)]
            return self.tree(f"dataclass {_name(kind)}", fields, depth)
        return ["opaque", _name(kind), "object"]

    def tree(self, kind: str, pairs: list[tuple[str, Any]], depth: int) -> Node:
        """A node with named children."""
        return ["tree", kind, [[key, self.node(item, depth + 1)] for key, item in pairs]]

    def _series(self, kind: str, values: list[Any], depth: int) -> Node:
        """Numbers of one type travel as a block: a list of ten thousand floats is an ordinary answer."""
        first = {type(item) for item in values}
        if kind in ("list", "tuple") and len(first) == 1 and len(values) <= MAX_BLOCKS // 8:
            only = first.pop()
            if only is float:
                self.block(struct.pack(f"<{len(values)}d", *values))
                return ["packed", kind, "float", len(values)]
            if only is int and all(-(2**63) <= item < 2**63 for item in values):
                self.block(struct.pack(f"<{len(values)}q", *values))
                return ["packed", kind, "int", len(values)]
            if only is bool:
                self.block(bytes(values))
                return ["packed", kind, "bool", len(values)]
        return ["items", kind, [self.node(item, depth + 1) for item in values]]

    def _set(self, value: Any, kind: type) -> Node:
        """Sets have no order of their own: sorted by what the elements look like."""
        nodes = [_plain(item, type(item)) or ["plain", "tuple", _key(item, 0)] for item in value if _is_word(item)]
        if len(nodes) != len(value):
            return ["opaque", kind.__name__, "set"]
        return ["items", kind.__name__, sorted(nodes)]


def _plain(value: Any, kind: type) -> Node | None:
    if value is None or kind is bool or value is Ellipsis or value is NotImplemented:
        return ["plain", kind.__name__, str(value)]
    if kind is int:
        bits = value.bit_length()
        return ["plain", "int", str(value)] if bits <= MAX_INT_BITS else ["opaque", f"int of {bits} bits", "huge"]
    if kind is float:
        return ["plain", "float", value.hex()]
    if kind is complex:
        return ["plain", "complex", f"{value.real.hex()} {value.imag.hex()}"]
    if kind is str or kind is bytes or kind is bytearray:
        if len(value) > MAX_TEXT:
            raise TooLarge
        return ["plain", kind.__name__, value if kind is str else value.hex()]
    if kind in _TORCH_WORDS:
        return ["plain", _TORCH_WORDS[kind], str(value)]
    if kind in _FUNCTIONS:
        name = str(getattr(value, "__qualname__", "?"))
        return ["plain", "function", name.removeprefix("_VariableFunctionsClass.")[:200]]
    return _plain_by_family(value, kind)


def _plain_by_family(value: Any, kind: type) -> Node | None:
    if kind is Raised:
        return ["plain", "raises", value.name]
    if issubclass(kind, type):
        return ["plain", "class", _name(value)]
    if kind is types.ModuleType:
        return ["plain", "module", str(value.__name__)[:200]]
    if issubclass(kind, enum.Enum):
        return ["plain", _name(kind), str(_attribute(value, "_name_"))[:200]]
    if issubclass(kind, pathlib.PurePath):
        return ["plain", "path", str(value)[:4096]]
    return None


def _is_known_tuple(kind: type) -> bool:
    """tuple, torch.Size, what torch's functions return, and named tuples: one kind, for they are written alike."""
    is_named = kind.__bases__ == (tuple,) and hasattr(kind, "_fields")
    return is_named or kind in (tuple, torch.Size) or kind.__module__ == "torch.return_types"


def _is_word(value: Any) -> bool:
    if type(value) is tuple:
        return all(map(_is_word, value))
    return value is None or type(value) in (bool, int, float, complex, str, bytes, *_TORCH_WORDS)


def _key(key: Any, place: int) -> str:
    """A mapping's key as text; one that has no text of its own is known by its place."""
    text = repr(key) if _is_word(key) else f"{_name(type(key))} #{place}"
    if len(text) > MAX_TEXT:
        raise TooLarge
    return text


def _attribute(value: Any, name: str) -> Any:
    """An attribute as `object` finds it, past any `__getattribute__` of a learner's class."""
    try:
        return object.__getattribute__(value, name)
    except AttributeError:
        return None


def _name(kind: type) -> str:
    """A class by the name it was defined under, and its module unless that is the learner's own."""
    module, name = type.__getattribute__(kind, "__module__"), type.__getattribute__(kind, "__qualname__")
    return str(name if module in ("__main__", "builtins") else f"{module}.{name}")[:200]

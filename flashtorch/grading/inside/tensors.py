"""Tensors and numpy values as array nodes; what has no plain bytes becomes an opaque node that says why."""

from __future__ import annotations

import ctypes
import math
import sys
from typing import TYPE_CHECKING, Any

import torch

from flashtorch.grading.inside.codec import ITEM_SIZES

if TYPE_CHECKING:
    from flashtorch.grading.inside.shapes import Node, Sketch

_EXACT = (torch.Tensor, torch.nn.Parameter)
_WIDENED = {torch.complex32: torch.complex64} | {
    getattr(torch, name): torch.float32
    for name in ("float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz", "float8_e8m0fnu")
    if hasattr(torch, name)
}
"""Dtypes that numpy has no name for travel as the next wider one, which holds every value they have."""


def tensor(sketch: Sketch, value: Any) -> Node:
    """The node of a tensor. A subclass is only named: it could answer anything."""
    if type(value) not in _EXACT:
        return ["opaque", type(value).__qualname__[:200], "subclass"]
    with torch.no_grad(), torch._C.DisableTorchFunctionSubclass():
        if why := _unreadable(value):
            return ["opaque", f"{why} tensor", why]
        name = str(value.dtype).removeprefix("torch.")
        facts = ["array", "tensor", name, list(value.shape), value.device.type, bool(value.requires_grad)]
        if value.device.type == "meta":
            return [*facts, False]
        wide = _WIDENED.get(value.dtype, value.dtype)
        size = value.numel() * ITEM_SIZES[str(wide).removeprefix("torch.")]
        # Asked for before any copy: an expanded tensor holds few bytes and has many elements.
        sketch.reserve(size)
        plain = value.detach().to("cpu", wide).resolve_conj().resolve_neg().contiguous()
        sketch.block(ctypes.string_at(plain.data_ptr(), size) if size else b"")
        return [*facts, True]


def _unreadable(value: Any) -> str:
    if value.is_nested:
        return "nested"
    if value.layout is not torch.strided:
        return "sparse"
    if value.is_quantized:
        return "quantised"
    if torch._C._functorch.is_functorch_wrapped_tensor(value):
        return "wrapped"
    known = value.dtype in _WIDENED or str(value.dtype).removeprefix("torch.") in ITEM_SIZES
    return "" if known else "exotic"


def numpy_value(sketch: Sketch, value: Any, kind: type) -> Node:
    """The node of a numpy array or scalar of the plain number types."""
    numpy = sys.modules["numpy"]
    name = value.dtype.name
    if kind is not numpy.ndarray and not issubclass(kind, numpy.generic):
        return ["opaque", kind.__qualname__[:200], "subclass"]
    if name not in ITEM_SIZES:
        return ["opaque", f"numpy {name}"[:200], "exotic"]
    shape = list(value.shape)
    sketch.reserve(math.prod(shape) * ITEM_SIZES[name])
    little = numpy.ascontiguousarray(value).astype(value.dtype.newbyteorder("<"), copy=False)
    sketch.block(little.tobytes())
    return ["array", "ndarray" if kind is numpy.ndarray else "numpy scalar", name, shape, "cpu", False, True]

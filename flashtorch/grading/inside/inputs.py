"""What a call did to its arguments, and the tensors among them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import torch

from flashtorch.grading.inside import modules
from flashtorch.grading.inside.shapes import Sketch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from flashtorch.grading.inside.shapes import Node

MAX_LEAVES = 64
EXACT = (torch.Tensor, torch.nn.Parameter)

Labelled = list[tuple[str, Any]]


def labelled(positional: Sequence[Any], named: Mapping[str, Any]) -> Labelled:
    """Arguments under the names that a finding tells them by: their place from 0, or their keyword."""
    return [*((str(place), value) for place, value in enumerate(positional)), *named.items()]


class Before:
    """The arguments as they were; `changes` says which are no longer so."""

    def __init__(self, arguments: Labelled) -> None:
        self._arguments = [(label, value) for label, value in arguments if _can_change(value)]
        self._were = [_picture(Sketch(), value) for _, value in self._arguments]

    def changes(self, sketch: Sketch) -> list[list[Any]]:
        """`[label, node]` of each argument that was changed; the nodes are written into `sketch`."""
        changed: list[list[Any]] = []
        for (label, value), were in zip(self._arguments, self._were, strict=True):
            if _picture(Sketch(), value) != were:
                changed.append([label, _write(sketch, value)])
        return changed


def _picture(sketch: Sketch, value: Any) -> tuple[Node, list[bytes]]:
    return _write(sketch, value), sketch.blocks


def _write(sketch: Sketch, value: Any) -> Node:
    if isinstance(value, torch.nn.Module):
        return modules.module(sketch, value, 0, gradients=False)
    if type(value) in EXACT:
        return ["tree", "argument", [["", sketch.node(value)], [".grad", sketch.node(value.grad if value.is_leaf else None)]]]
    return sketch.node(value)


def _can_change(value: Any) -> bool:
    numpy = sys.modules.get("numpy")
    kinds = (torch.nn.Module, list, dict, set, bytearray, *EXACT)
    return isinstance(value, kinds) or (numpy is not None and type(value) is numpy.ndarray)


def tensors(value: Any, label: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """The tensors in a value and in its lists, tuples and dicts."""
    if type(value) in EXACT:
        yield label, value
    elif depth < 4 and isinstance(value, list | tuple):
        for place, item in enumerate(value):
            yield from tensors(item, f"{label}[{place}]", depth + 1)
    elif depth < 4 and type(value) is dict:
        for key, item in value.items():
            yield from tensors(item, f"{label}[{key!r}]"[:80], depth + 1)


def leaves(arguments: Labelled) -> Labelled:
    """The leaf tensors among the arguments that ask for a gradient, each once."""
    found: dict[int, tuple[str, Any]] = {}
    for label, value in arguments:
        for where, tensor in tensors(value, label):
            if tensor.is_leaf and tensor.requires_grad:
                found.setdefault(id(tensor), (where, tensor))
    return list(found.values())[:MAX_LEAVES]


def moved(value: Any, device: str) -> Any:
    """The argument on another device, a leaf again; modules are moved where they are."""
    if type(value) in EXACT:
        there = value.detach().to(device)
        return there.requires_grad_(value.requires_grad)
    if type(value) in (list, tuple):
        return type(value)(moved(item, device) for item in value)
    if type(value) is dict:
        return {key: moved(item, device) for key, item in value.items()}
    return value.to(device) if isinstance(value, torch.nn.Module) else value

"""Modules by parameters, buffers and modes; optimizers and schedulers by their state."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

    from flashtorch.grading.inside.shapes import Node, Sketch

_HOW_NOT_WHAT = frozenset({"params", "foreach", "fused", "capturable", "differentiable"})
"""Options of an optimizer that choose an implementation, not a result."""


def module(sketch: Sketch, value: torch.nn.Module, depth: int, *, gradients: bool = True) -> Node:
    """What a module is made of. Torch's own layers also by their settings, which no parameter shows (stride, probability)."""
    parameters = list(value.named_parameters())
    pairs: list[tuple[str, Any]] = [
        ("training", {name: part.training for name, part in value.named_modules()}),
        ("parameters", dict(parameters)),
        ("buffers", dict(value.named_buffers())),
        ("layers", {name: _settings(part) for name, part in value.named_modules() if _is_torchs(part)}),
    ]
    if gradients:
        pairs.append(("gradients", {name: parameter.grad for name, parameter in parameters if parameter.grad is not None}))
    return sketch.tree("module", pairs, depth)


def _is_torchs(part: torch.nn.Module) -> bool:
    return type(part).__module__.startswith("torch.nn.modules.")


def _settings(part: torch.nn.Module) -> str:
    """`Dropout(p=0.5)`; without `inplace`, which changes no result."""
    inside = re.sub(r"(, )?inplace(=\w+)?", "", part.extra_repr()).strip(", ")
    return f"{type(part).__name__}({inside})"


def optimizer(sketch: Sketch, value: torch.optim.Optimizer, depth: int) -> Node:
    """Class, options of each group, and the state kept for each parameter, in the groups' order."""
    groups = [{key: _option(item) for key, item in group.items() if key not in _HOW_NOT_WHAT} for group in value.param_groups]
    ordered = [parameter for group in value.param_groups for parameter in group["params"]]
    pairs = [
        ("class", type(value)),
        ("groups", groups),
        ("parameters", [parameter.shape for parameter in ordered]),
        ("state", [dict(value.state[parameter]) if parameter in value.state else None for parameter in ordered]),
    ]
    return sketch.tree("optimizer", pairs, depth)


def _option(item: Any) -> Any:
    """`weight_decay=0` and `weight_decay=0.0` are one."""
    if type(item) is tuple:
        return tuple(map(_option, item))
    return float(item) if type(item) is int else item


def scheduler(sketch: Sketch, value: torch.optim.lr_scheduler.LRScheduler, depth: int) -> Node:
    """Class, where it stands and the rates it gave."""
    pairs = [("class", type(value)), ("last_epoch", value.last_epoch), ("rates", list(value.get_last_lr()))]
    return sketch.tree("scheduler", pairs, depth)

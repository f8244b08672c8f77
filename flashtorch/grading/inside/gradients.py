"""The gradients of a call's leaf arguments, for cotangents that depend on nothing but a seed and a shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from flashtorch.grading.inside import inputs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flashtorch.grading.inside.inputs import Labelled
    from flashtorch.grading.inside.shapes import Sketch


def of_leaves(sketch: Sketch, output: Any, leaves: Labelled, seed: int) -> list[list[Any]] | None:
    """`[label, node]` for each leaf, the node of None where no gradient reaches it; None when nothing asks for one.

    No gradient is sent through an output that is not finite: a mask of -inf may be built in several right ways, and what
    comes back through it is nan in some of them.
    """
    if not leaves or any(leaf.device.type == "meta" for _, leaf in leaves):
        return None
    outputs = [tensor for _, tensor in inputs.tensors(output) if tensor.requires_grad]
    if not outputs:
        return None
    try:
        found = _backward(outputs, [leaf for _, leaf in leaves], seed)
    except Exception as error:
        return [[label, ["plain", "raises", type(error).__name__[:80]]] for label, _ in leaves]
    return [[label, sketch.node(gradient)] for (label, _), gradient in zip(leaves, found, strict=True)]


def _backward(outputs: list[Any], leaves: list[Any], seed: int) -> Sequence[Any]:
    generator = torch.Generator().manual_seed(seed)
    with torch.enable_grad():
        masked = [torch.where(torch.isfinite(tensor), tensor, torch.zeros_like(tensor)) for tensor in outputs]
        cotangents = [_cotangent(tensor, generator) for tensor in masked]
        # A function may return what it keeps, and the check may go on to use it.
        return torch.autograd.grad(masked, leaves, cotangents, retain_graph=True, allow_unused=True)


def _cotangent(tensor: Any, generator: torch.Generator) -> Any:
    """Drawn in the order of the shape: `randn_like` follows the strides, which two right answers need not share."""
    dtype = torch.complex64 if tensor.is_complex() else torch.float32
    return torch.randn(tensor.shape, generator=generator, dtype=dtype).to(device=tensor.device, dtype=tensor.dtype)

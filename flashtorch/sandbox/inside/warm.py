"""What torch does only once, done before it counts: lazy imports, first allocations, pages that a fork shares until written."""

from __future__ import annotations

from typing import Any


def import_torch() -> Any:
    """torch, on one thread: a process that has run an operation on two forks children which hang at their first."""
    import torch

    torch.set_num_threads(1)
    return torch


def exercise(device: str = "cpu") -> None:
    """A small training loop and a product, forward and backward.

    The first optimizer imports `torch._dynamo`, which takes most of a second; the rest touches what later runs will write to.
    """
    import torch

    images = torch.randn(4, 3, 16, 16, device=device)
    labels = torch.zeros(4, dtype=torch.long, device=device)
    net: Any = torch.nn.Sequential(
        torch.nn.Conv2d(3, 8, 3), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(8 * 14 * 14, 10)
    ).to(device)
    optimizer = torch.optim.AdamW(net.parameters())
    for _step in range(2):
        optimizer.zero_grad()
        loss: Any = torch.nn.functional.cross_entropy(net(images), labels)
        loss.backward()
        optimizer.step()
    (net(images) @ torch.randn(10, 64, device=device)).sum().item()


def hold_to(memory_mb: int, device: str) -> None:
    """Limit what torch's allocator takes of a GPU, where the address space cannot be limited."""
    import torch

    if device.startswith("cuda"):
        total = torch.cuda.get_device_properties(device).total_memory
        torch.cuda.set_per_process_memory_fraction(min(1.0, (memory_mb << 20) / total), device)


def devices(torch: Any, may_ask: bool) -> list[str]:
    """What a run could be asked to use. Asking CUDA would start it, which no process that forks may, so its traces must do."""
    import os

    found = ["cpu"]
    if torch.version.cuda and any(map(os.path.exists, ("/dev/nvidiactl", "/dev/dxg"))):
        found.append("cuda")
    if may_ask and torch.backends.mps.is_available():
        found.append("mps")
    return found

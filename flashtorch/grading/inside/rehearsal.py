"""A job that touches what most answers touch: run by a cell that waits, so that the answer need not be the first to do so."""

from __future__ import annotations

from typing import Any

ANSWER = """
def work(x, w):
    net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Flatten(), nn.Linear(8 * 14 * 14, 10))
    opt = torch.optim.AdamW(net.parameters())
    for _ in range(2):
        opt.zero_grad()
        F.cross_entropy(net(x), torch.zeros(4, dtype=torch.long, device=x.device)).backward()
        opt.step()
    return net(x) @ w
"""
CHECK = """
work(torch.randn(4, 3, 16, 16, device=device), torch.randn(10, 64, device=device, requires_grad=True))
nn.Linear(3, 2)
[0.5, 1.5]
work(missing)
"""


def job(device: str) -> dict[str, Any]:
    """The job for one device."""
    spots = [[line, 0, own] for line, own in ((2, True), (3, False), (4, False), (5, True))]
    sources = {"setup": "", "answer": ANSWER, "check": CHECK}
    return {**sources, "mode": "check", "expressions": spots, "seeds": [1], "device": device, "second": ""}

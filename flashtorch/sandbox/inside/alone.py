"""A cell in a process of its own: it imports torch itself, warms up on its device and is then a cell like any other."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from flashtorch.sandbox.inside import cell, entries, warm
from flashtorch.sandbox.inside.boot import forget_ourselves
from flashtorch.sandbox.inside.frames import Ended, hear, take_descriptor_0
from flashtorch.sandbox.inside.linux import adopt_orphans
from flashtorch.sandbox.inside.seal import seal_template

if TYPE_CHECKING:
    from typing import NoReturn


def main() -> NoReturn:
    """Descriptor 0 is the cell's socket, whose first message says what it is for; 1 and 2 are its pipes."""
    job = take_descriptor_0()
    try:
        order, _none = hear(job)
    except Ended:
        os._exit(0)
    forget_ourselves(order["path"])
    adopt_orphans()
    limits = order["limits"]
    walls = seal_template(order, limits["device"])
    warm.import_torch()
    warm.exercise(limits["device"])
    warm.hold_to(limits["memory_mb"], limits["device"])
    entry = entries.load(order["entry"], order["room"])
    task = cell.Task(entry, limits, order["rehearse"], os.getcwd(), walls)
    cell.live(task, (job.detach(), 1, 2))

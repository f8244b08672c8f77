"""Leaves torch's compiled modules where the next start finds them: a template behind a read-only root cannot.

Some installers do not compile, and without this every start would compile again. It runs no deck's and nobody's code.
"""

from __future__ import annotations

import contextlib
import os

from flashtorch.sandbox.inside import warm
from flashtorch.sandbox.inside.boot import forget_ourselves
from flashtorch.sandbox.inside.frames import Ended, hear, take_descriptor_0

LEAST_URGENT = 19


def main() -> None:
    """Descriptor 0 is the trainer's, whose first message says where libraries lie."""
    control = take_descriptor_0()
    with contextlib.suppress(Ended):
        config, _none = hear(control)
        forget_ourselves(config["path"])
        os.nice(LEAST_URGENT)
        here = os.getcwd()
        os.environ.update(TMPDIR=here, HOME=here, TORCHINDUCTOR_CACHE_DIR=os.path.join(here, "inductor"))
        warm.import_torch()
        warm.exercise()

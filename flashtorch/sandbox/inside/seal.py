"""Where the walls go up: once for the template before it imports torch, once for each cell before it runs anything."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from flashtorch.sandbox.inside.rlimits import set_limits

if TYPE_CHECKING:
    from collections.abc import Mapping

LEVEL = "D"


def seal_template(config: Mapping[str, Any]) -> str:
    """Close this process in, with everything it will fork; the level that holds."""
    os.umask(0o077)
    return LEVEL


def seal_cell(limits: Mapping[str, Any]) -> None:
    """Close this process in for the one run that it is for. From here on nothing it does can be trusted."""
    set_limits(limits)

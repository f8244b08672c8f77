"""The start of the screen. Only here does the command line know it: programs and pipes never load it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from flashtorch.cli.demands import demanding
from flashtorch.cli.surroundings import now, surroundings
from flashtorch.session.scope import WHOLE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from flashtorch.session.scope import Scope


def on_screen(paths: Sequence[Path], *, scope: Scope = WHOLE, trust_all: bool = False, require_level: str | None = None) -> int:
    """Study on the screen; the exit code.

    Raises:
        Trouble: the sitting could not be opened.
    """
    around = demanding(surroundings(), require_level)
    from flashtorch.tui.app import run_app

    return run_app(
        around.paths, around.settings, paths, now, entropy=os.urandom, environment=os.environ, trust_all=trust_all, scope=scope
    )


def has_screen() -> bool:
    """Whether there is a terminal to draw on and to read keys from. The toolkit draws on stderr, so `2>file` leaves none."""
    return all(map(is_terminal, (sys.stdin, sys.stdout, sys.stderr)))


def is_terminal(stream: object) -> bool:
    """Also when a stream was closed before the start."""
    isatty = getattr(stream, "isatty", None)
    return bool(isatty and isatty())

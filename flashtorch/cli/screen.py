"""The start of the screen. Only here does the command line know it: programs and pipes never load it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from flashtorch.cli.surroundings import now, surroundings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def on_screen(paths: Sequence[Path], *, deck: str | None, trust_all: bool) -> int:
    """Study on the screen; the exit code.

    Raises:
        Trouble: the sitting could not be opened.
    """
    around = surroundings()
    from flashtorch.tui.app import run_app

    return run_app(
        around.paths, around.settings, paths, now, entropy=os.urandom, environment=os.environ, trust_all=trust_all, deck=deck
    )


def is_terminal(stream: object) -> bool:
    """Also when a stream was closed before the start."""
    isatty = getattr(stream, "isatty", None)
    return bool(isatty and isatty())

"""The pseudo-terminal that tests look through."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from tests.terminal import Terminal

if TYPE_CHECKING:
    from pathlib import Path

ECHO = "print('ready', flush=True)\nwhile True: print('got', input(), flush=True)"


def test_what_was_shown_before_stays_on_the_screen(tmp_path: Path) -> None:
    with Terminal([sys.executable, "-c", ECHO], os.environ, tmp_path) as terminal:
        first = terminal.wait_for("ready")
        sent = terminal.send("中文\r")
        second = terminal.wait_for("got 中", since=sent)
        assert first < sent < second
        assert "ready" in terminal.screen()


def test_what_never_comes_is_said_with_the_screen(tmp_path: Path) -> None:
    silent = Terminal([sys.executable, "-c", "print('something else')"], os.environ, tmp_path)
    with silent, pytest.raises(TimeoutError, match="something else"):
        silent.wait_for("ready", timeout=20)

"""Where the decks that come with the program lie; they are read in place and never copied."""

from __future__ import annotations

from pathlib import Path


def shipped_decks() -> Path:
    """The folder of decks: inside the installed package, or beside it in a checkout. It need not exist."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "decks"
    return installed if installed.is_dir() else package.parent / "decks"

"""Where to go next: what screens ask of the app, as messages."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message


@dataclass
class GoHome(Message):
    """Leave the cards for the page with the decks."""


@dataclass
class GoStudy(Message):
    """Ask what is due, then what is new."""

    deck: str | None = None
    """Of this deck alone; None for all of them."""


@dataclass
class GoProblems(Message):
    """Name what is wrong with the decks."""


@dataclass
class LookAgain(Message):
    """What was done, and what is left, is to be read again."""

"""How much an answer can hold: what is pasted beyond that is refused as a whole, before it can slow anything down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from textual.widgets import TextArea

MOST = 100_000
"""Characters of an answer; the longest solution of a deck has a few thousand."""


@dataclass
class Pasted(Message):
    """A text that was not taken, because the answer would be longer than `MOST`."""

    into: TextArea
    size: int

    @property
    def control(self) -> TextArea:
        return self.into


def fits(into: TextArea, text: str) -> bool:
    """Whether the text still fits in."""
    return len(text) <= MOST and len(text) + len(into.text) <= MOST

"""Something wrong at a line of the file being read; `parser` makes a `Problem` of it."""

from __future__ import annotations

from flashtorch.frozen import frozen


@frozen
class Fault:
    """A fault costs the card in whose lines it stands."""

    line: int
    """From 1."""
    code: str
    """A kebab word."""
    message: str
    """One sentence for the author: what is wrong, and what was meant."""

"""A single sign or name of a formula as a piece, and the two pieces that are put together from others: scripts and tables."""

from __future__ import annotations

from flashtorch.tui.look import maths_signs as signs
from flashtorch.tui.look.maths_piece import Grid, Piece, Role, Shape

_BINARY = {"+": "+", "-": "-", "*": "*", "−": "-", "·": "·", "×": "×", "⊙": "⊙", "±": "±"}
_RELATIONS = frozenset("=<>≤≥≠≈∈→∼∝")
_ENDS = {"(": ")", "[": "]", "{": "}", "|": "|", "‖": "‖"}


class NotReadable(Exception):
    """The formula uses what is not known here, or is not closed."""


def plain(token: str) -> Piece:
    """A character, a number or a space that does not break.

    Raises:
        NotReadable: TeX would not print it.
    """
    if token in _BINARY:
        return Piece(_BINARY[token], Role.BINARY, Shape.LOOSE)
    if token in _RELATIONS or token == ":=":
        return Piece(token, Role.RELATION, Shape.LOOSE)
    if token in (",", ";", ":"):
        return Piece(token, Role.COMMA, Shape.LOOSE)
    if token == "/":
        return Piece(token, Role.SLASH, Shape.LOOSE)
    if token == "~":
        return Piece(" ", Role.SPACE)
    if token in ("$", "%", "#"):
        raise NotReadable(token)
    return Piece(token, shape=Shape.LOOSE if token in ("!", "?", ".") else Shape.ATOM)


def named(name: str) -> Piece | None:
    """A command without arguments; None when it is not known."""
    if name in signs.LETTERS:
        return Piece(signs.LETTERS[name])
    if name in signs.RELATIONS:
        return Piece(signs.RELATIONS[name], Role.RELATION, Shape.LOOSE)
    if name in signs.OPERATORS:
        return Piece(signs.OPERATORS[name], Role.BINARY, Shape.LOOSE)
    if name in signs.BIG:
        return Piece(signs.BIG[name], Role.BIG)
    if name in signs.PREFIXES:
        return Piece(signs.PREFIXES[name], Role.PREFIX)
    if name in signs.FUNCTIONS:
        return Piece(name, Role.FUNCTION, word=True)
    if name in signs.SPACES:
        return Piece(signs.SPACES[name], Role.SPACE)
    return Piece(name) if name in ("_", "&", "%", "#", "$") else None


def placed(script: Piece | None, sign: str, small: dict[str, str], *, alone: bool) -> tuple[str, bool]:
    """A script as text, and whether a letter behind it would seem to belong to it."""
    if script is None:
        return "", False
    text = script.text
    if text and all(character in small for character in text):
        return "".join(small[character] for character in text), False
    if alone and (len(text) == 1 or (script.word and text.isalnum())):
        return sign + text, True
    return f"{sign}({text})", False


def table(rows: tuple[tuple[str, ...], ...], sign: str, *, lines: bool) -> Piece:
    """The rows of a matrix, or lines of an alignment, as one piece that remembers them."""
    if lines:
        text = "; ".join(" ".join(filter(None, row)) for row in rows)
        return Piece(text, shape=Shape.LOOSE, grid=Grid(tuple((" ".join(filter(None, row)),) for row in rows), "", " "))
    # A comma within a cell would be taken for the next cell.
    between = ", " if not any("," in cell for row in rows for cell in row) else " | "
    text = "; ".join(between.join(row) for row in rows)
    return Piece(f"{sign or '['}{text}{_ENDS[sign or '[']}", grid=Grid(rows, sign or "[", "  "))

"""What a formula is made of on the way to a line of text, and how pieces stand side by side without changing what is meant."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, IntEnum, auto


class Role(Enum):
    """What a piece is to its neighbours."""

    THING = auto()
    FUNCTION = auto()
    """A name that is applied to what follows."""
    PREFIX = auto()
    """A sign that belongs to what follows."""
    BIG = auto()
    """A sum and the like."""
    BINARY = auto()
    RELATION = auto()
    COMMA = auto()
    SLASH = auto()
    SPACE = auto()


class Shape(IntEnum):
    """How tightly a piece holds together; what follows in the list needs parentheses in more places."""

    ATOM = auto()
    LOW = auto()
    """An atom with something below it."""
    TIGHT = auto()
    """An atom with a power, a function of one thing in parentheses, a sign and its atom."""
    ROOT = auto()
    PRODUCT = auto()
    RATIO = auto()
    LOOSE = auto()


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of a matrix or of aligned lines, as text."""

    rows: tuple[tuple[str, ...], ...]
    sign: str
    """The opening sign, or empty."""
    gap: str
    """What stands between two cells of a row."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a formula as text."""

    text: str
    role: Role = Role.THING
    shape: Shape = Shape.ATOM
    word: bool = False
    """Whether it ends in a name of several letters, so that a letter right behind it would seem to belong to that."""
    grid: Grid | None = None

    def within(self, loosest: Shape) -> str:
        """Its text, in parentheses when it is looser than that."""
        return self.text if self.shape <= loosest else f"({self.text})"


_JOINED = frozenset({Role.THING, Role.FUNCTION, Role.PREFIX, Role.BIG, Role.SLASH})
"""Neighbours that a fraction would be drawn into."""
_OPERANDS = frozenset({Role.THING, Role.FUNCTION, Role.PREFIX})


def join(pieces: list[Piece], *, compact: bool = False) -> Piece:
    """The pieces as one; `compact` leaves the spaces around operators away, as in scripts."""
    kept = _guarded(pieces)
    text = ""
    before: Piece | None = None
    for piece in kept:
        if piece.role is Role.SPACE:
            text += piece.text
            continue
        if text and not text[-1].isspace() and before is not None and _is_apart(before, piece, kept, compact):
            text += " "
        text += piece.text
        before = piece
    core = [piece for piece in kept if piece.role is not Role.SPACE]
    return Piece(text, Role.THING, _shape(core), word=bool(core) and core[-1].word, grid=core[0].grid if len(core) == 1 else None)


def _guarded(pieces: list[Piece]) -> list[Piece]:
    """Parentheses around fractions and roots that a neighbour would otherwise become a part of."""
    core = [place for place, piece in enumerate(pieces) if piece.role is not Role.SPACE]
    made = list(pieces)
    for at, place in enumerate(core):
        piece = pieces[place]
        left = pieces[core[at - 1]] if at else None
        right = pieces[core[at + 1]] if at + 1 < len(core) else None
        drawn_left = left is not None and left.role in _JOINED - {Role.BIG}
        drawn_right = right is not None and right.role in _JOINED
        if (piece.shape is Shape.RATIO and (drawn_left or drawn_right)) or (piece.shape is Shape.ROOT and drawn_right):
            made[place] = replace(piece, text=f"({piece.text})", shape=Shape.ATOM, word=False)
    return made


def _is_apart(before: Piece, piece: Piece, pieces: list[Piece], compact: bool) -> bool:
    """Whether a space stands between two neighbours."""
    roles = {before.role, piece.role}
    if Role.BIG in roles and Role.BINARY not in roles:
        return before.role is Role.BIG or not compact
    if before.role is Role.FUNCTION:
        return not piece.text.startswith(("(", "[", "{"))
    if piece.role is Role.FUNCTION and before.role in _OPERANDS:
        return True
    if _is_letter(piece.text[:1]) and (before.word or (piece.word and _is_letter(before.text[-1:]))):
        return True
    if compact:
        return False
    if Role.RELATION in roles or before.role is Role.COMMA:
        return piece.role is not Role.COMMA
    if piece.role is Role.BINARY:
        return True
    return before.role is Role.BINARY and not _is_unary(before, pieces)


def _is_unary(sign: Piece, pieces: list[Piece]) -> bool:
    """Whether an operator has nothing before it that it could join to something."""
    core = [piece for piece in pieces if piece.role is not Role.SPACE]
    place = next(place for place, piece in enumerate(core) if piece is sign)
    return place == 0 or core[place - 1].role in (Role.RELATION, Role.COMMA, Role.BINARY)


def _is_letter(character: str) -> bool:
    return character.isalnum()


def _shape(core: list[Piece]) -> Shape:
    if not core:
        return Shape.ATOM
    if len(core) == 1:
        return core[0].shape if core[0].role in _OPERANDS else Shape.LOOSE
    first, second, *more = core
    if not more and first.role is Role.PREFIX and second.role is Role.THING and second.shape <= Shape.LOW:
        return Shape.TIGHT
    if not more and first.role is Role.FUNCTION and second.text.startswith("(") and second.shape is Shape.ATOM:
        return Shape.TIGHT
    if all(piece.role in (Role.THING, Role.PREFIX) and piece.shape < Shape.LOOSE for piece in core):
        return Shape.PRODUCT
    return Shape.LOOSE

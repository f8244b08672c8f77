"""Where a line breaks: at spaces, and between Chinese characters.

Textual breaks at spaces only, which leaves lines of Chinese half empty. The rules here are the part of Unicode's line breaking
(UAX 14) that Chinese with English words in it needs: a break is possible beside any wide character, but a closing mark never
begins a line and an opening one never ends it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len, get_character_cell_size

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.content import Content

NOT_FIRST = frozenset("，。、；：？！）》〉」』】〕〗”’…—～·％℃,.;:?!)]}%/")
"""What may not begin a line."""
NOT_LAST = frozenset("（《〈「『【〔〖“‘([{￥$#")
"""What may not end a line."""
_STOPS = frozenset("，。、；：？！")
_BEGINS = frozenset("./%")
"""Behind a Chinese mark these begin a word: `.grad`, `/tmp`, `%s`."""


def breaks(text: str, width: int) -> list[int]:
    """The indices at which a line of text is divided so that no piece is wider than `width` cells, spaces at a break not counted.

    A word that is wider than the line is cut. No character is lost: the pieces joined are the text.
    """
    if cell_len(text) <= width:
        return []
    found: list[int] = []
    start = cells = 0
    chance = 0
    before = " "
    for index, character in enumerate(text):
        size = get_character_cell_size(character)
        if index > start and _may_break(before, character, size):
            chance = index
        while cells + size > width and size and not character.isspace() and index > start:
            start = chance if chance > start else _forced(text, start, index)
            found.append(start)
            cells = cell_len(text[start:index])
        cells += size
        before = character
    return found


def cuts(text: str, width: int) -> list[int]:
    """The indices at which a line of code is divided: wherever it is full."""
    if cell_len(text) <= width:
        return []
    found: list[int] = []
    cells = 0
    for index, character in enumerate(text):
        size = get_character_cell_size(character)
        if cells + size > width and index:
            found.append(index)
            cells = 0
        cells += size
    return found


def wrap(content: Content, width: int, divide: Callable[[str, int], list[int]] = breaks) -> list[Content]:
    """The lines of `content`, each at most `width` cells (at least two) wide."""
    width = max(width, 2)
    lines: list[Content] = []
    for line in content.split("\n", allow_blank=True):
        pieces = line.divide(divide(line.plain, width))
        lines += [piece.rstrip() for piece in pieces[:-1]]
        lines.append(pieces[-1].rstrip() if pieces[-1].cell_length > width else pieces[-1])
    return lines


def joins_without_space(before: str, after: str) -> bool:
    """Whether a line end between the two texts stands for nothing: between wide characters, where a space would be a hole."""
    return bool(before and after) and all(get_character_cell_size(c) == 2 for c in (before[-1], after[0]))


def _forced(text: str, start: int, index: int) -> int:
    """Where a word that is wider than its line is cut: where the line is full, or before that for the sake of a mark."""
    at = index
    while at > start + 1 and (text[at] in NOT_FIRST or text[at - 1] in NOT_LAST):
        at -= 1
    return at if at > start + 1 else index


def _may_break(before: str, character: str, size: int) -> bool:
    if before.isspace():
        # A full stop that follows a space begins a word, as in `.clone()`; Chinese marks and dashes never do.
        return not character.isspace() and (character.isascii() or character not in NOT_FIRST)
    if character in _BEGINS and before in _STOPS:
        return True
    if not size or character in NOT_FIRST or before in NOT_LAST:
        return False
    return size == 2 or get_character_cell_size(before) == 2

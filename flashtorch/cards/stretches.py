"""The blocks of a file -> its cards, and the notes between them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flashtorch.cards import comment
from flashtorch.cards.blocks import Sort

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flashtorch.cards.blocks import Block, Blocks
    from flashtorch.cards.comment import Comment

_OPENED = re.compile(r"<!--\s*$")
_CARD = re.compile(r"\s*card\s*:", re.IGNORECASE)


@dataclass(slots=True)
class Stretch:
    """A card, or notes: rows `row` to `end` (exclusive)."""

    row: int
    end: int
    heading: Block | None = None
    comment: Comment | None = None
    """None for notes."""
    blocks: list[Block] = field(default_factory=list)
    """Those after the heading and its comment."""


def near_comments(lines: Sequence[str], blocks: Blocks) -> Iterator[int]:
    """Each row outside fences that holds, or begins, what a card comment begins with."""
    fenced: set[int] = set()
    for fence in blocks.fences():
        fenced.update(range(fence.row, fence.end))
    for row, line in enumerate(lines):
        if "<!--" not in line or row in fenced:
            continue
        if comment.NEAR.search(line) or (_OPENED.search(line) and _CARD.match(_next_text(lines, row + 1))):
            yield row


def _next_text(lines: Sequence[str], row: int) -> str:
    return next((line for line in lines[row : row + 5] if line.strip()), "")


def split(lines: Sequence[str], blocks: Blocks, near: set[int]) -> list[Stretch]:
    """The stretches of a file in order. Each heading above a card comment starts a card, also where the comment is misshapen."""
    stretches = [Stretch(0, len(lines))]
    top = blocks.top
    level = 0  # Of the heading of the card at hand; no heading without a comment ends notes.
    for at, block in enumerate(top):
        if block.sort in (Sort.HEADING, Sort.SETEXT):
            said = _comment_below(lines, top, at, near)
            # An underlined heading is a fault: alone it stays in its card, above a comment it begins the card that was meant.
            if said is not None or (block.sort is Sort.HEADING and block.level <= level):
                stretches[-1].end = block.row
                stretches.append(Stretch(block.row, len(lines), block, said))
                level = block.level if said is not None else 0
                continue
        stretch = stretches[-1]
        if stretch.comment is None or not stretch.comment.well_formed or block.row + 1 != stretch.comment.line:
            stretch.blocks.append(block)
    return stretches


def _comment_below(lines: Sequence[str], top: Sequence[Block], at: int, near: set[int]) -> Comment | None:
    """The card comment that the block after a heading is, or nearly is."""
    if at + 1 == len(top) or top[at + 1].row not in near:
        return None
    row = top[at + 1].row
    return comment.read_comment(lines[row], row + 1)

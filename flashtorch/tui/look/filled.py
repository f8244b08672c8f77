"""A program with what has been typed so far in its blanks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flashtorch.cards import blanks
from flashtorch.cards.model import Role
from flashtorch.cards.prose import Fence
from flashtorch.cards.question import drawn_parts

if TYPE_CHECKING:
    from flashtorch.cards.prose import Prose
    from flashtorch.cards.question import Question


def filled(question: Question, prose: Prose, typed: str) -> Prose:
    """The front of a fill card with a typed line in each blank; where a line is missing or empty the blank stays."""
    part = next((part for part in drawn_parts(question.card, question.seed) if part.role is Role.FILL), None)
    if part is None:
        return prose
    lines = [line.strip() for line in typed.split("\n")]
    count = question.blanks
    texts = [line or blanks.GAP for line in (lines + [""] * count)[:count]]
    empty, whole = blanks.empty(part.source).strip(), blanks.fill(part.source, texts)
    return tuple(
        Fence(block.language, whole) if isinstance(block, Fence) and block.source.strip() == empty else block for block in prose
    )

"""Answers that are judged without running anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flashtorch.cards.model import Kind, Role
from flashtorch.cards.question import drawn_parts
from flashtorch.grading.choice import judge_choice
from flashtorch.grading.typed import judge_typed

if TYPE_CHECKING:
    from flashtorch.cards.question import Question
    from flashtorch.grading.verdict import Verdict


def judge_instant(question: Question, answer: str) -> Verdict:
    """The verdict on a typed or choice answer; option numbers are those of the file.

    Raises:
        ValueError: the card is of another kind.
    """
    card = question.card
    if card.kind is Kind.CHOICE:
        return judge_choice(card.options, answer)
    part = next((part for part in drawn_parts(card, question.seed) if part.role is Role.ANSWER), None)
    if card.kind is not Kind.TYPED or part is None:
        raise ValueError(f"{card.id} is not judged without running it")
    return judge_typed(part, answer)

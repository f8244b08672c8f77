"""A card becomes the open question: numbers drawn, draft restored, the judge told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flashtorch.cards.question import ask, question_seed
from flashtorch.session.phase import Asking

if TYPE_CHECKING:
    from flashtorch.cards.model import Card
    from flashtorch.session.judge import Judge
    from flashtorch.session.record import Record


def opened(card: Card, record: Record, judge: Judge) -> tuple[Asking, int]:
    """The question as it stands now, and the milliseconds that it took already.

    A draft counts only for the numbers it was written for: the seed follows from the card and its repetitions.
    """
    state = record.state(card)
    seed = question_seed(card.id, state.reps)
    question = ask(card, seed)
    draft = record.draft(card)
    if draft is not None and draft.seed != seed:
        draft = None
    why_not = judge.why_not(card) if card.kind.is_run else ""
    if card.kind.is_run and not why_not:
        judge.show(question)
    if draft is None:
        return Asking(question, state, self_rated=why_not), 0
    hints = min(draft.hints, len(question.hints))
    return Asking(question, state, hints, draft.attempts, draft.text, self_rated=why_not), draft.took_ms

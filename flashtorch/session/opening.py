"""A card becomes the open question, with its draft, and is turned over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from flashtorch.cards.question import ask, question_seed, reveal
from flashtorch.language import current
from flashtorch.scheduling.buttons import buttons
from flashtorch.session.evidence import suggested
from flashtorch.session.phase import Answered, Asking

if TYPE_CHECKING:
    from flashtorch.cards.model import Card
    from flashtorch.grading.verdict import Verdict
    from flashtorch.scheduling.moment import Moment
    from flashtorch.scheduling.params import Params
    from flashtorch.session.judge import Judge
    from flashtorch.session.record import Record


class Cards(Protocol):
    """Where cards come from."""

    def card(self, card: str) -> Card:
        """The card of that name.

        Raises:
            Trouble: there is none, or no longer.
        """


def opened(card: Card, record: Record, judge: Judge) -> tuple[Asking, int]:
    """The question as it stands now, and the milliseconds that it took already.

    A draft counts only for the numbers it was written for: the seed follows from the card and its repetitions.
    """
    state = record.state(card)
    seed = question_seed(card.id, state.reps)
    question = ask(card, seed, current())
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


def turned(asking: Asking, verdict: Verdict | None, params: Params, now: Moment, *, gave_up: bool, value: str) -> Answered:
    """The back, what each rating would do, and which one the verdict suggests."""
    card = asking.question.card
    judged = verdict is not None or gave_up
    return Answered(
        question=asking.question,
        state=asking.state,
        back=reveal(asking.question),
        buttons=buttons(asking.state, now, params, str(card.id)),
        suggested=suggested(verdict, misses=asking.attempts, hints=asking.hints_shown) if judged else None,
        verdict=verdict,
        answer=asking.draft,
        attempts=asking.attempts,
        hints_shown=asking.hints_shown,
        gave_up=gave_up,
        self_rated=asking.self_rated,
        value=value or (verdict.value if verdict else ""),
    )

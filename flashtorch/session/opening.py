"""A card becomes the open question, with its draft, and is turned over."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from flashtorch.cards.question import ask, question_seed, reveal
from flashtorch.scheduling.buttons import Buttons, Next, buttons
from flashtorch.session.evidence import suggested
from flashtorch.session.phase import Answered, Asking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flashtorch.cards.model import Card, Head
    from flashtorch.cards.question import Question
    from flashtorch.grading.verdict import Verdict
    from flashtorch.scheduling.moment import Moment
    from flashtorch.scheduling.params import Params
    from flashtorch.scheduling.state import CardState
    from flashtorch.session.info import Help
    from flashtorch.session.judge import Judge
    from flashtorch.session.record import Record


class Cards(Protocol):
    """Where cards come from."""

    def card(self, card: str) -> Card:
        """The card of that name.

        Raises:
            Trouble: there is none, or no longer.
        """

    def heads(self) -> Sequence[Head]:
        """All cards, in deck order."""

    def is_stale(self, card: str) -> bool:
        """Whether the card's file is another than the one that was read, or gone; one look at the disk."""

    def refresh(self) -> None:
        """Read again what has changed.

        Raises:
            Trouble: a path of the decks is missing.
        """


def opened(card: Card, record: Record, judge: Judge, lang: str, *, practice: bool) -> tuple[Asking, int]:
    """The question as it stands now, in a language where the card has it, and the milliseconds that it took already.

    A draft counts only for the numbers it was written for: the seed follows from the card and its repetitions. Practice draws other
    numbers than the next question of the schedule, each time anew, and has no drafts.
    """
    state = record.state(card)
    seed = question_seed(card.id, -1 - record.practised(card) if practice else state.reps)
    question = ask(card, seed, lang)
    draft = None if practice else record.draft(card)
    if draft is not None and draft.seed != seed:
        draft = None
    why_not = _shown(card, question, judge)
    if draft is None:
        return Asking(question, state, self_rated=why_not), 0
    hints = min(draft.hints, len(question.hints))
    return Asking(question, state, hints, draft.attempts, draft.text, self_rated=why_not), draft.took_ms


def renewed(shown: Asking | Answered, card: Card, judge: Judge, lang: str) -> Asking | Answered:
    """What is shown, of the card as its deck says it now, in a language: the same numbers, hints and answer."""
    question = ask(card, shown.question.seed, lang)
    if isinstance(shown, Answered):
        return replace(shown, question=question, back=reveal(question))
    why_not = _shown(card, question, judge)
    return replace(shown, question=question, self_rated=why_not, hints_shown=min(shown.hints_shown, len(question.hints)))


def turned(
    asking: Asking,
    verdict: Verdict | None,
    params: Params,
    now: Moment,
    *,
    gave_up: bool,
    value: str,
    practice: bool,
    remark: str,
    help: Help | None,  # noqa: A002  what it is called where it is shown
) -> Answered:
    """The back, what each rating would do, and which one the verdict suggests."""
    card = asking.question.card
    judged = verdict is not None or gave_up
    return Answered(
        question=asking.question,
        state=asking.state,
        back=reveal(asking.question),
        buttons=_still(asking.state) if practice else buttons(asking.state, now, params, str(card.id)),
        suggested=suggested(verdict, misses=asking.attempts, hints=asking.hints_shown) if judged else None,
        verdict=verdict,
        answer=asking.draft,
        attempts=asking.attempts,
        hints_shown=asking.hints_shown,
        gave_up=gave_up,
        self_rated=asking.self_rated,
        value=value or (verdict.value if verdict else ""),
        missed=asking.missed,
        is_practice=practice,
        remark=remark,
        help=help,
    )


def _shown(card: Card, question: Question, judge: Judge) -> str:
    """Get ready to run the answer; why it will not be run, or an empty text."""
    why_not = judge.why_not(card) if card.kind.is_run else ""
    if card.kind.is_run and not why_not:
        judge.show(question)
    return why_not


def _still(state: CardState) -> Buttons:
    """Buttons that change nothing."""
    stays = Next(state, 0)
    return Buttons(stays, stays, stays, stays)

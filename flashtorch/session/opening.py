"""A card becomes the open question, with its draft, and is turned over."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from flashtorch.cards.question import ask, question_seed, reveal, seeds_of
from flashtorch.scheduling.buttons import Buttons, Next, buttons
from flashtorch.session.evidence import suggested
from flashtorch.session.phase import Answered, Asking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flashtorch.cards.model import Card, Head
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


def opened(card: Card, record: Record, judge: Judge, lang: str, *, practice: bool, draw: int = 0) -> tuple[Asking, int]:
    """The question as it stands now, in a language where the card has it, and the milliseconds that it took already.

    `draw` counts the draws that were tried before. The seed follows from it, from the card and its repetitions. A draft counts only
    for the numbers it was written for, which are taken first. Practice draws other numbers than the next question of the schedule,
    each time anew, and has no drafts.
    """
    state = record.state(card)
    turn = next_turn(card, record, state, practice=practice)
    draft = None if practice else record.draft(card)
    seed = question_seed(card.id, turn, draw)
    if draft is not None and draft.seed != seed:
        if draw == 0 and draft.seed in seeds_of(card, turn):
            seed = draft.seed
        else:
            draft = None
    question = ask(card, seed, lang)
    why_not = judge.why_not(card) if card.kind.is_run else ""
    if draft is None:
        return Asking(question, state, self_rated=why_not), 0
    hints = min(draft.hints, len(question.hints))
    return Asking(question, state, hints, draft.attempts, draft.text, self_rated=why_not), draft.took_ms


def next_turn(card: Card, record: Record, state: CardState, *, practice: bool, after: int = 0) -> int:
    """What the seed of the card's next question follows from, or, `after` answers from now, of a later one."""
    return -1 - record.practised(card) - after if practice else state.reps + after


def renewed(shown: Asking | Answered, card: Card, judge: Judge, lang: str) -> Asking | Answered:
    """What is shown, of the card as its deck says it now, in a language: the same numbers, hints and answer."""
    question = ask(card, shown.question.seed, lang)
    if isinstance(shown, Answered):
        return replace(shown, question=question, back=reveal(question))
    why_not = judge.why_not(card) if card.kind.is_run else ""
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


def _still(state: CardState) -> Buttons:
    """Buttons that change nothing."""
    stays = Next(state, 0)
    return Buttons(stays, stays, stays, stays)

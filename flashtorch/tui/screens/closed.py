"""What a phase is about, and which keys need not be offered for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flashtorch.cards.model import Kind
from flashtorch.session.phase import Answered, Drawing, Finished
from flashtorch.tui.look.page import asking_of

if TYPE_CHECKING:
    from flashtorch.cards.question import Question
    from flashtorch.session.phase import Phase


def question_of(phase: Phase | None) -> Question | None:
    """The question that a phase is about, if there is one to be seen."""
    if phase is None or isinstance(phase, Finished | Drawing):
        return None
    return phase.question if isinstance(phase, Answered) else asking_of(phase).question


def phase_kind(phase: Phase | None) -> Kind | None:
    """The kind of the card that a phase is about."""
    question = question_of(phase)
    return question.card.kind if question else None


def closed_rows(phase: Phase | None, *, can_improve: bool) -> frozenset[str]:
    """The ids of rows of the table of keys that are of no use for this card; `can_improve` when its editor is there."""
    question = question_of(phase)
    if phase is None or question is None or isinstance(phase, Finished | Drawing):
        return frozenset()
    self_rated = phase.self_rated if isinstance(phase, Answered) else asking_of(phase).self_rated
    kind = question.card.kind
    closed = {
        # What a prediction gives is what is asked.
        "scratch": kind not in (Kind.CODE, Kind.FILL) or bool(self_rated),
        "outside": kind is not Kind.CODE,
        "comment": kind is not Kind.CODE,
        "improve": not can_improve,
        "help": not isinstance(phase, Answered) or phase.help is None,
        "language": not question.card.translations,
    }
    return frozenset(row for row, is_closed in closed.items() if is_closed)

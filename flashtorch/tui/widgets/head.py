"""The top line: which card, how it is judged, and what is left today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

from flashtorch.cards.model import Kind
from flashtorch.language import _

if TYPE_CHECKING:
    from flashtorch.cards.question import Question
    from flashtorch.session.phase import Counts

_QUIET = "dim"


def kind_name(question: Question) -> str:
    """What is asked of the learner, in a word or two."""
    return _("fix the bug") if question.is_fix else kind_word(question.card.kind)


def kind_word(kind: Kind) -> str:
    """The same of a kind of card."""
    return {
        Kind.RECALL: _("recall"),
        Kind.CLOZE: _("cloze"),
        Kind.CHOICE: _("choice"),
        Kind.TYPED: _("type the answer"),
        Kind.PREDICT: _("predict"),
        Kind.CODE: _("code"),
        Kind.FILL: _("fill the blanks"),
    }[kind]


def counts_text(counts: Counts) -> Content:
    """New, learning and review, as Anki writes them."""
    numbers = ((counts.new, "$text-primary"), (counts.learning, "$text-error"), (counts.review, "$text-success"))
    return Content(" + ").join([Content.styled(str(number), style) for number, style in numbers])


def head_text(name: str, facts: tuple[str, ...], counts: Content, width: int) -> Content:
    """One line of `width` cells: the name gives way first, then the facts, never the counts."""
    right = Content.styled(" · ".join(fact for fact in facts if fact), _QUIET) + Content("   ") + counts if facts else counts
    if right.cell_length + 12 > width:
        right = counts
    left = Content.styled(name, "bold").truncate(max(0, width - right.cell_length - 2), ellipsis=True)
    return left.pad_right(max(1, width - left.cell_length - right.cell_length)) + right


class Head(Static):
    """One line."""

    def __init__(self) -> None:
        super().__init__(markup=False)

    def show(self, question: Question | None, counts: Counts | None, where: tuple[str, ...], minutes: int | None = None) -> None:
        """The card's name and kind, `where` its answer is run (device, sandbox level), and what is left, of the time box too."""
        name = str(question.card.id) if question else "flashtorch"
        facts = (kind_name(question), *(where if question.card.kind.is_run else ())) if question else ()
        left = counts_text(counts) if counts else Content("")
        if minutes is not None:
            left = Content.styled(_("{count} min").format(count=minutes), "bold") + Content("  ") + left
        self.update(head_text(name, facts, left, self.screen.size.width - 2), layout=False)

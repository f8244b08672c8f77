"""What a sitting asks of the library, and for how long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flashtorch.errors import Trouble
from flashtorch.frozen import frozen
from flashtorch.language import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flashtorch.cards.model import Head
    from flashtorch.scheduling.order import HeadLike


@frozen
class Scope:
    """What a learner wants of one sitting; by default everything that today holds, without a time box.

    `cram` and `ahead_days` are for practice: every answer is kept, as an event of its own kind that no state follows from, so the
    schedule, the limits of the day and the numbers of a card's next question stay as if the sitting had not been.
    """

    minutes: float | None = None
    """The time box, from the first question. When it is over, the card in hand may be finished, and nothing more is asked."""
    note: int | None = None
    """Only cards of this note."""
    tag: str | None = None
    """Only cards with this tag."""
    deck: str | None = None
    """Only cards of this deck."""
    cram: bool = False
    """Every card that is neither suspended nor buried, due or not, in practice."""
    ahead_days: int = 0
    """In practice, the cards that fall due after today and within so many days, the next ones first; 0 for a sitting of today."""

    @property
    def is_practice(self) -> bool:
        """Whether answers leave the schedule alone."""
        return self.cram or self.ahead_days > 0

    @property
    def is_whole(self) -> bool:
        """Whether the first question is that of a plain sitting, of one deck at most."""
        return self.note is None and self.tag is None and not self.is_practice

    @property
    def is_narrow(self) -> bool:
        """Whether some cards do not belong to it."""
        return self.deck is not None or self.note is not None or self.tag is not None

    def holds(self, head: HeadLike) -> bool:
        """Whether a card belongs to it, by its deck, note and tags."""
        return (
            (self.deck is None or head.deck == self.deck)
            and (self.note is None or head.note == self.note)
            and (self.tag is None or self.tag in head.tags)
        )


WHOLE = Scope()


def refuse_unknown(scope: Scope, heads: Sequence[Head]) -> None:
    """A note or a tag that no card has is a slip of the hand, and not a day without cards.

    Raises:
        Trouble: no card has it; the nearest ones are told.
    """
    if scope.note is not None and not any(head.note == scope.note for head in heads):
        numbers = sorted({head.note for head in heads if head.note is not None}, key=lambda note: abs(note - (scope.note or 0)))
        near = ", ".join(map(str, sorted(numbers[:5])))
        advice = _("Notes that have cards are, for instance, {notes}").format(notes=near) if near else ""
        raise Trouble(_("no card belongs to note {note}").format(note=scope.note), advice=advice)
    if scope.tag is not None and not any(scope.tag in head.tags for head in heads):
        import difflib

        found = difflib.get_close_matches(scope.tag, sorted({tag for head in heads for tag in head.tags}), n=1)
        advice = _("Did you mean {name}?").format(name=found[0]) if found else ""
        raise Trouble(_("no card has the tag {tag}").format(tag=scope.tag), advice=advice)
    if (scope.note is not None or scope.tag is not None) and not any(map(scope.holds, heads)):
        raise Trouble(_("no card belongs to all that was asked for: deck, note and tag"))

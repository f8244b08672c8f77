"""Every answer that counts, with what was known of its card when it was given: what all numbers are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from flashtorch.history.fold import course, epochs
from flashtorch.history.reading import live
from flashtorch.scheduling.forgetting import retrievability
from flashtorch.scheduling.state import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from flashtorch.history.reading import Log
    from flashtorch.scheduling.state import CardState


class Answer(NamedTuple):
    """A rating that was not taken back. A tuple, because there is one for every answer ever given."""

    id: str
    card: str
    at_us: int
    utc_offset_min: int
    day: int
    """The study day."""
    rating: int
    took_ms: int
    stage: str
    """Of the card before; empty for an answer at a lower rev than the card had already, which the schedule ignores."""
    interval: int | None
    """The days that the card was given before, when they were whole days: for a review, or a step of a day or more."""
    recall: float | None
    """The probability of recall that was predicted then; None for a first answer."""
    stability: float | None
    """After the answer, as the two below; days."""
    difficulty: float | None
    due_day: int | None


def answers(log: Log, decks: Collection[str] | None = None, moved: Callable[[int, int], None] | None = None) -> Iterator[Answer]:
    """The live answers, card by card, and of a card in the order in which they were given; of these `decks`, or of all.

    `moved` is told now and then how many events of how many have been looked at.
    """
    through_time = epochs(log.of_no_card())
    # Asked for every answer, and in most logs it is always the same.
    steady = None if through_time.begun else through_time.latest.decay
    seen = 0
    for card, lines in log.of_cards():
        if moved:
            moved(seen, len(log.lines))
            seen += len(lines)
        if decks is not None and deck_of(card) not in decks:
            continue
        for line, before, after in course(live(lines), through_time):
            if line.kind != "review" or line.rating is None:
                continue
            counts = line.rev == before.rev
            recall = _recall(before, line.day, steady or through_time.at(line).decay) if counts else None
            yield Answer(
                line.id, card, line.at_us, line.utc_offset_min, line.day, line.rating, line.took_ms or 0,
                str(before.stage) if counts else "", _interval(before) if counts else None, recall,
                after.stability, after.difficulty, after.due_day,
            )  # fmt: skip


def deck_of(card: str) -> str:
    """The deck in a card's name."""
    return card.partition("/")[0]


def _recall(before: CardState, day: int, decay: float) -> float | None:
    if before.stability is None or before.last_day is None:
        return None
    return retrievability(max(0, day - before.last_day), before.stability, decay)


def _interval(before: CardState) -> int | None:
    """A step within a study day has the instant at which it is due, and no days."""
    if before.stage is Stage.NEW or before.due_at_us is not None or before.due_day is None or before.last_day is None:
        return None
    return before.due_day - before.last_day

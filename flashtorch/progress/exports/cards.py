"""Every card that is there, with what the schedule knows of it, as a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from flashtorch.progress.numbers import CardLike, recall_today
from flashtorch.progress.spelling import due_at_us, iso_day, iso_instant
from flashtorch.scheduling.state import CardState, for_rev

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

COLUMNS = (
    "card", "deck", "note", "kind", "tags", "state", "due_at", "due_day", "stability", "difficulty", "retrievability", "reps",
    "lapses", "suspended", "last_review",
)  # fmt: skip
"""New ones are added at the end, none is renamed. `due_at` and `last_review` are instants in UTC, `retrievability` is today's."""


class Described(CardLike, Protocol):
    """A card with what else its deck says of it."""

    @property
    def kind(self) -> str: ...
    @property
    def tags(self) -> tuple[str, ...]: ...


def card_rows(
    cards: Iterable[Described], states: Mapping[str, CardState], today: int, decay: float, rollover_hour: int
) -> Iterator[tuple[Any, ...]]:
    """The rows in deck order; a card that was never answered has a state `new` and nothing else."""
    for card in cards:
        state = for_rev(states.get(card.card, CardState()), card.rev)
        due_at = iso_instant(due_at_us(state, rollover_hour))
        yield (
            card.card, card.deck, card.note, str(card.kind), card.tags, str(state.stage), due_at,
            iso_day(state.due_day), state.stability, state.difficulty, recall_today(state, today, decay), state.reps, state.lapses,
            state.suspended, iso_instant(state.last_at_us),
        )  # fmt: skip

"""Today's queue: which cards, in which order. The standard library only, so that `due` can answer at once.

The same functions serve a sitting and a glance at the database; only where the rows come from differs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from flashtorch.frozen import frozen
from flashtorch.scheduling.chance import unit
from flashtorch.scheduling.forgetting import retrievability
from flashtorch.scheduling.limits import Done, left
from flashtorch.scheduling.mixing import interleaved, round_robin, spread
from flashtorch.scheduling.moment import MINUTE_US, day_start, study_day
from flashtorch.scheduling.row import Row
from flashtorch.scheduling.state import CardState, Stage, for_rev

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping, Sequence

    from flashtorch.scheduling.moment import Moment
    from flashtorch.scheduling.params import Params

AHEAD_US = 20 * MINUTE_US
"""A step is shown this much early when nothing else is left."""
STEPS = (Stage.LEARNING, Stage.RELEARNING)
_COLUMN: dict[str, int] = {Stage.NEW: 0, Stage.REVIEW: 2}


@frozen
class Agenda:
    """What a study day still asks."""

    day: int
    learning: tuple[Row, ...]
    """Today's steps, the next one first; one of a whole day is due from the day's beginning."""
    main: tuple[Row, ...]
    """Reviews with the new cards spread among them, in the order in which they are asked."""
    later_us: int | None
    """When something is due on a later study day."""
    waiting: int = 0
    """Reviews that are due and find no place within today's limit."""

    def next(self, now: Moment, *, but: str = "") -> Row | None:
        """The card to ask now: a step that is due, else the main queue, else a step that is due soon.

        All as if the card `but` were not there.
        """
        steps = [row for row in self.learning[:2] if row.card != but][:1]
        if row := due_step(steps, now):
            return row
        if row := next((row for row in self.main[:2] if row.card != but), None):
            return row
        soon = now.at_us + AHEAD_US
        return next((row for row in steps if row.due_at_us is None or row.due_at_us <= soon), None)

    def next_at_us(self, now: Moment) -> int | None:
        """When the next card falls due that is not due yet, microseconds of UTC; None when there is none."""
        steps = (row.due_at_us for row in self.learning if row.due_at_us is not None and row.due_at_us > now.at_us)
        return next(steps, self.later_us)

    def counts(self) -> dict[str, tuple[int, int, int]]:
        """For each deck that has any: new cards, steps of today, reviews."""
        counted: dict[str, list[int]] = {}
        for row in self.learning:
            counted.setdefault(row.deck, [0, 0, 0])[1] += 1
        for row in self.main:
            counted.setdefault(row.deck, [0, 0, 0])[_COLUMN.get(row.stage, 1)] += 1
        return {deck: (new, learning, review) for deck, (new, learning, review) in counted.items()}


def due_step(steps: Iterable[Row], now: Moment) -> Row | None:
    """Of today's steps the one to ask now, before anything else; None when none is due."""
    row = min(steps, key=_by_step, default=None)
    return row if row and (row.due_at_us is None or row.due_at_us <= now.at_us) else None


def _by_step(row: Row) -> tuple[int, str]:
    return row.due_at_us or 0, row.card


def agenda(
    learning: Iterable[Row],
    reviews: Iterable[Row],
    new: Sequence[Iterable[Row]],
    done: Done,
    now: Moment,
    params: Params,
    *,
    future_day: int | None = None,
) -> Agenda:
    """The day's queue from rows that may be asked today.

    `learning` are today's steps, `reviews` those due by today, `new` the cards not met yet, a sequence for each file, deck by deck;
    `future_day` is the first later study day on which something is due. No suspended or buried card is among them.
    """
    day = study_day(now, params.rollover_hour)
    places = left(done, params)
    taken = dict(done.siblings)
    steps = tuple(sorted(learning, key=_by_step))
    for row in steps:
        taken[row.siblings] = row.card
    ranked = _ranked(reviews, day, params)
    chosen, held_reviews = _chosen(ranked, places.reviews, taken)
    waiting = len(ranked) - len(chosen) if len(chosen) == places.reviews else 0
    first_met, held_new = _chosen(round_robin(new), places.new, taken)
    held = (held_reviews and params.reviews_per_day > 0) or (held_new and params.new_per_day > 0)
    later = day + 1 if held else future_day
    later_us = day_start(later, now.utc_offset_min, params.rollover_hour).at_us if later is not None else None
    return Agenda(day, steps, spread(interleaved(chosen, day), first_met), later_us, waiting)


def _chosen(rows: Iterable[Row], places: int, taken: dict[str, str]) -> tuple[list[Row], bool]:
    """The first rows that fit, one of each group of siblings, and whether any is held back for another day."""
    chosen: list[Row] = []
    held = False
    for row in rows:
        if taken.get(row.siblings, row.card) != row.card:
            held = True
        elif len(chosen) == places:
            return chosen, True
        else:
            taken[row.siblings] = row.card
            chosen.append(row)
    return chosen, held


def _ranked(rows: Iterable[Row], day: int, params: Params) -> list[Row]:
    """The order in which reviews get a place when there are more than the day allows."""
    if params.review_order == "due":
        return sorted(rows, key=lambda row: (row.due_day or 0, unit(row.card, day), row.card))
    sign = 1 if params.review_order == "least-retrievable" else -1
    decay = params.decay

    def rank(row: Row) -> tuple[float, float, str]:
        if row.stability is None or row.last_day is None:
            # Its day was set by hand; it counts as just due.
            recall = params.desired_retention
        else:
            recall = retrievability(max(0, day - row.last_day), row.stability, decay)
        return sign * recall, unit(row.card, day), row.card

    return sorted(rows, key=rank)


class HeadLike(Protocol):
    """What a library knows of a card."""

    @property
    def card(self) -> str: ...
    @property
    def deck(self) -> str: ...
    @property
    def file(self) -> str: ...
    @property
    def position(self) -> int: ...
    @property
    def note(self) -> int | None: ...
    @property
    def tags(self) -> tuple[str, ...]: ...
    @property
    def siblings(self) -> str: ...
    @property
    def rev(self) -> int: ...


def agenda_of(
    heads: Iterable[HeadLike],
    states: Mapping[str, CardState],
    now: Moment,
    params: Params,
    *,
    without: Container[str] = (),
    wanted: Callable[[HeadLike], bool] | None = None,
) -> Agenda:
    """The day's queue of a library and the states of its cards.

    `without` names cards that are left out; of the heads only the `wanted` are asked, while siblings and limits count over all.
    """
    day = study_day(now, params.rollover_hour)
    learning: list[Row] = []
    reviews: list[Row] = []
    new: dict[tuple[str, str], list[Row]] = {}
    siblings: dict[str, str] = {}
    future: list[int] = []
    for head in heads:
        state = for_rev(states[head.card], head.rev) if head.card in states else CardState()
        if state.last_day == day:
            siblings[head.siblings] = min(head.card, siblings.get(head.siblings, head.card))
        if state.suspended or head.card in without or (wanted is not None and not wanted(head)):
            continue
        row = row_of(head, state)
        if state.buried_day == day:
            future.append(day + 1)
        elif state.stage is Stage.NEW:
            new.setdefault((head.deck, head.file), []).append(row)
        elif state.due_day is not None and state.due_day > day:
            future.append(state.due_day)
        else:
            (learning if state.stage in STEPS else reviews).append(row)
    files = [sorted(new[key], key=lambda row: row.position) for key in sorted(new)]
    done = done_of(states.values(), day, siblings)
    return agenda(learning, reviews, files, done, now, params, future_day=min(future, default=None))


def done_of(states: Iterable[CardState], day: int, siblings: Mapping[str, str] | None = None) -> Done:
    """What the states say was done on a study day."""
    new = reviews = 0
    for state in states:
        new += state.first_day == day
        reviews += state.reviewed_day == day
    return Done(new, reviews, siblings or {})


def row_of(head: HeadLike, state: CardState) -> Row:
    """A card with its state, as the queue sees it."""
    return Row(
        head.card,
        head.deck,
        head.file,
        head.position,
        head.note,
        head.siblings,
        state.stage,
        state.due_at_us,
        state.due_day,
        state.last_day,
        state.stability,
    )

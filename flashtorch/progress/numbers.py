"""What has been learnt, in numbers: pure functions over answers, and over cards with their states."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Protocol, TypeVar

from flashtorch.scheduling.forgetting import retrievability
from flashtorch.scheduling.state import CardState, Rating, Stage, for_rev

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    from flashtorch.progress.answers import Answer

    K = TypeVar("K", bound=Hashable)

MATURE_DAYS = 21
"""From this interval on a card is mature, below it young, as Anki calls them."""
BINS = 20
"""Of calibration: most predictions lie near the recall that the schedule aims at, so that wider stretches say little."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many."""

    right: int = 0
    total: int = 0

    @property
    def rate(self) -> float | None:
        """0 to 1; None of nothing."""
        return self.right / self.total if self.total else None


@dataclass(frozen=True, slots=True)
class Retention:
    """How much was still known when it was asked again."""

    young: Share = Share()
    mature: Share = Share()

    @property
    def all(self) -> Share:
        return Share(self.young.right + self.mature.right, self.young.total + self.mature.total)


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers whose predicted probability of recall lay within one stretch."""

    low: float
    high: float
    predicted: float
    """The mean of what was predicted."""
    happened: Share

    @property
    def total(self) -> int:
        return self.happened.total


class CardLike(Protocol):
    """What a library knows of a card."""

    @property
    def card(self) -> str: ...
    @property
    def deck(self) -> str: ...
    @property
    def note(self) -> int | None: ...
    @property
    def rev(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Strength:
    """How well some cards are known now."""

    cards: int
    new: int
    """Never answered, or forgotten on purpose."""
    learning: int
    """In their steps, also those that are learnt again."""
    young: int
    mature: int
    suspended: int
    """These are counted among the above too."""
    stability: float | None
    """The median, in days, of those that have a memory; None when none has."""
    retrievability: float | None
    """The mean probability of recall today of the same cards."""


@dataclass(frozen=True, slots=True)
class Leech:
    """A card that was forgotten again and again."""

    card: str
    lapses: int
    suspended: bool


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is due, as work at today's limits."""

    due: int
    """Reviews of today and of earlier days."""
    per_day: int
    days: int | None
    """How many study days they take when nothing is added; None when the limit allows none."""


def counted(answers: Iterable[Answer]) -> list[Answer]:
    """The answers that tell of memory: the first of a card on a study day, when it had waited for a day or more.

    These are the reviews of Anki's true retention (`rslib/src/stats/graphs/retention.rs`): a rated review, or a step whose
    interval was at least a day, and of a card and day the first. Answers within a day, and first answers, are left out.
    """
    found: dict[tuple[str, int], Answer] = {}
    for answer in answers:
        if answer.interval is not None and answer.recall is not None and (answer.interval >= 1 or answer.stage == Stage.REVIEW):
            key = answer.card, answer.day
            if key not in found or (answer.at_us, answer.id) < (found[key].at_us, found[key].id):
                found[key] = answer
    return list(found.values())


def true_retention(reviews: Iterable[Answer]) -> Retention:
    """The share of `counted` reviews that were not rated "again".

    As in Anki, a card is mature when the interval that it had been given before is at least 21 days, and young below.
    """
    young, mature = Counter[bool](), Counter[bool]()
    for answer in reviews:
        group = mature if (answer.interval or 0) >= MATURE_DAYS else young
        group[answer.rating != Rating.AGAIN] += 1
    return Retention(Share(young[True], young.total()), Share(mature[True], mature.total()))


def calibration(reviews: Iterable[Answer], bins: int = BINS) -> tuple[Bin, ...]:
    """Predicted recall against what happened, for `counted` reviews; stretches of equal width, those without any left out."""
    predicted: dict[int, list[float]] = {}
    right: Counter[int] = Counter()
    for answer in reviews:
        if answer.recall is not None:
            at = min(int(answer.recall * bins), bins - 1)
            predicted.setdefault(at, []).append(answer.recall)
            right[at] += answer.rating != Rating.AGAIN
    return tuple(
        Bin(at / bins, (at + 1) / bins, sum(values) / len(values), Share(right[at], len(values)))
        for at, values in sorted(predicted.items())
    )


def ratings(answers: Iterable[Answer]) -> dict[int, int]:
    """How often each button was pressed."""
    pressed = Counter(answer.rating for answer in answers)
    return {int(rating): pressed[rating] for rating in Rating}


def per_card(answers: Iterable[Answer], named: Callable[[str], K]) -> dict[K, int]:
    """How many answers there are of each deck or note, as `named` calls a card."""
    found: dict[K, int] = {}
    for card, count in Counter(answer.card for answer in answers).items():
        key = named(card)
        found[key] = found.get(key, 0) + count
    return found


def strengths(
    cards: Iterable[CardLike], states: Mapping[str, CardState], today: int, decay: float, named: Callable[[CardLike], K]
) -> dict[K, Strength]:
    """For each group of cards, a deck or a note for instance, how well it is known on study day `today`."""
    groups: dict[K, list[CardState]] = {}
    for card in cards:
        state = states.get(card.card)
        groups.setdefault(named(card), []).append(for_rev(state, card.rev) if state else CardState())
    return {key: _strength(group, today, decay) for key, group in groups.items()}


def _strength(states: Sequence[CardState], today: int, decay: float) -> Strength:
    kinds = Counter(_kind(state) for state in states)
    stabilities = [state.stability for state in states if state.stability is not None]
    recalls = [recall for state in states if (recall := recall_today(state, today, decay)) is not None]
    return Strength(
        len(states),
        kinds["new"],
        kinds["learning"],
        kinds["young"],
        kinds["mature"],
        sum(state.suspended for state in states),
        median(stabilities) if stabilities else None,
        sum(recalls) / len(recalls) if recalls else None,
    )


def _kind(state: CardState) -> str:
    if state.stage is not Stage.REVIEW:
        return "new" if state.stage is Stage.NEW else "learning"
    interval = state.due_day - state.last_day if state.due_day is not None and state.last_day is not None else 0
    return "mature" if interval >= MATURE_DAYS else "young"


def recall_today(state: CardState, today: int, decay: float) -> float | None:
    """The probability that the card would be recalled on study day `today`; None without a memory."""
    if state.stability is None or state.last_day is None:
        return None
    return retrievability(max(0, today - state.last_day), state.stability, decay)


def leeches(cards: Iterable[CardLike], states: Mapping[str, CardState]) -> tuple[Leech, ...]:
    """Those that were forgotten most often first."""
    found = []
    for card in cards:
        state = states.get(card.card)
        if state is not None and (state := for_rev(state, card.rev)).leech:
            found.append(Leech(card.card, state.lapses, state.suspended))
    return tuple(sorted(found, key=lambda leech: (-leech.lapses, leech.card)))


def backlog(due: int, per_day: int) -> Backlog:
    """How many days of work `due` reviews are, when a day allows `per_day`."""
    return Backlog(due, per_day, -(-due // per_day) if per_day else None if due else 0)

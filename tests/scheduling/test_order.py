"""Today's queue: what is asked, in which order, and what waits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flashtorch.scheduling.forgetting import retrievability
from flashtorch.scheduling.mixing import interleaved, round_robin, spread
from flashtorch.scheduling.moment import MINUTE_US, Moment, day_start, study_day
from flashtorch.scheduling.order import Agenda, agenda_of, done_of
from flashtorch.scheduling.params import Params
from flashtorch.scheduling.row import Row
from flashtorch.scheduling.state import CardState, Stage
from tests.scheduling.test_buttons import DAY, NOON

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PARAMS = Params()


@dataclass(frozen=True, slots=True)
class Head:
    card: str
    deck: str = "d"
    file: str = "a.md"
    position: int = 0
    note: int | None = None
    siblings: str = ""
    rev: int = 1
    tags: tuple[str, ...] = ()


def heads(count: int, **same: Any) -> list[Head]:
    return [head(number, **same) for number in range(count)]


def head(number: int, **given: Any) -> Head:
    values = {"position": number, "siblings": f"group-{number}", **given}
    return Head(f"d/c{number:03}", **values)


def due(days_ago: int = 0, stability: float = 20.0, waited: int = 20) -> CardState:
    return CardState(Stage.REVIEW, stability, 5.0, due_day=DAY - days_ago, last_day=DAY - days_ago - waited, first_day=DAY - 99, reps=5)


def step(minutes: float, *, relearns: bool = False) -> CardState:
    """A step that is due so many minutes from now."""
    stage = Stage.RELEARNING if relearns else Stage.LEARNING
    at = NOON.at_us + int(minutes * MINUTE_US)
    return CardState(stage, 2.0, 5.0, due_at_us=at, due_day=study_day(Moment(at)), last_day=DAY, first_day=DAY, reps=1)


def cards(rows: Iterable[Row]) -> list[str]:
    return [row.card for row in rows]


def at_noon(heads: Sequence[Head], states: dict[str, CardState] | None = None, params: Params = PARAMS, **more: Any) -> Agenda:
    return agenda_of(heads, states or {}, NOON, params, **more)


def first(agenda: Agenda, minutes: float = 0) -> str | None:
    row = agenda.next(Moment(NOON.at_us + int(minutes * MINUTE_US)))
    return row.card if row else None


def test_new_cards_come_in_deck_order_one_file_after_the_other() -> None:
    deck = [head(0), head(1), head(2), head(3, file="b.md"), head(4, file="b.md"), head(5, deck="e")]
    assert cards(at_noon(list(reversed(deck))).main) == ["d/c000", "d/c003", "d/c005", "d/c001", "d/c004", "d/c002"]


def test_limits_count_over_all_decks_and_each_kind_for_itself() -> None:
    deck = heads(100)
    states = {head.card: due() for head in deck[:50]}
    params = Params(new_per_day=7, reviews_per_day=11)
    today = at_noon(deck, states, params)
    assert today.counts() == {"d": (7, 0, 11)}
    answered = {deck[0].card: replace(due(-3), last_day=DAY, reviewed_day=DAY), deck[60].card: replace(step(90), first_day=DAY)}
    assert at_noon(deck, states | answered, params).counts() == {"d": (6, 1, 10)}
    # A card whose deck has gone still had its place.
    gone = {"other/card": replace(due(-3), last_day=DAY, reviewed_day=DAY, first_day=DAY)}
    assert at_noon(deck, states | gone, params).counts() == {"d": (6, 0, 10)}


def test_an_undo_gives_the_place_back() -> None:
    assert done_of([replace(due(), first_day=DAY), replace(due(), reviewed_day=DAY), due()], DAY).new == 1
    assert done_of([due(), due()], DAY).reviews == 0


def test_over_the_limit_the_most_retrievable_are_asked() -> None:
    deck = heads(30)
    states = {head.card: due(waited=waited, stability=10 + number % 7) for number, (head, waited) in enumerate(zip(deck, range(5, 35), strict=True))}

    def recall(card: str) -> float:
        state = states[card]
        assert state.last_day is not None
        assert state.stability is not None
        return retrievability(DAY - state.last_day, state.stability, PARAMS.decay)

    best = sorted(states, key=recall, reverse=True)
    assert set(cards(at_noon(deck, states, Params(reviews_per_day=8)).main)) == set(best[:8])
    worst = at_noon(deck, states, Params(reviews_per_day=8, review_order="least-retrievable"))
    assert set(cards(worst.main)) == set(best[-8:])


def test_over_the_limit_by_due_day() -> None:
    deck = heads(9)
    states = {head.card: due(days_ago=number) for number, head in enumerate(deck)}
    today = at_noon(deck, states, Params(reviews_per_day=3, review_order="due"))
    assert set(cards(today.main)) == {"d/c006", "d/c007", "d/c008"}


def test_a_card_whose_day_was_set_by_hand_counts_as_just_due() -> None:
    deck = heads(3)
    states = {
        "d/c000": due(stability=100.0, waited=10),
        "d/c001": CardState(Stage.REVIEW, due_day=DAY),
        "d/c002": due(stability=5.0, waited=60),
    }
    assert set(cards(at_noon(deck, states, Params(reviews_per_day=2)).main)) == {"d/c000", "d/c001"}


def test_one_of_a_group_of_siblings_a_day() -> None:
    deck = [head(0, siblings="s"), head(1, siblings="s"), head(2), head(3, siblings="t"), head(4, siblings="t")]
    states = {"d/c001": due(), "d/c003": due(), "d/c004": due(waited=40)}
    today = at_noon(deck, states)
    # A review is asked before its new sibling, and of two reviews the one that is remembered best.
    assert set(cards(today.main)) == {"d/c001", "d/c002", "d/c003"}
    assert today.later_us == day_start(DAY + 1, 0).at_us
    answered = states | {"d/c001": replace(due(-5), last_day=DAY, reviewed_day=DAY)}
    assert set(cards(at_noon(deck, answered).main)) == {"d/c002", "d/c003"}
    # A suspended leech was answered today all the same.
    assert set(cards(at_noon(deck, {"d/c001": replace(step(10), suspended=True)}).main)) == {"d/c002", "d/c003"}


def test_a_step_blocks_its_siblings_and_is_blocked_by_none() -> None:
    deck = [head(0, siblings="s"), head(1, siblings="s"), head(2, siblings="s")]
    today = at_noon(deck, {"d/c000": step(5), "d/c001": step(3)})
    assert (cards(today.learning), today.main) == (["d/c001", "d/c000"], ())


def test_a_card_is_no_sibling_of_itself() -> None:
    set_by_hand = CardState(Stage.REVIEW, 5.0, 5.0, due_day=DAY, last_day=DAY, first_day=DAY - 9, reps=3)
    assert cards(at_noon([head(0)], {"d/c000": set_by_hand}).main) == ["d/c000"]


def test_suspended_and_buried_cards_are_not_asked() -> None:
    deck = heads(3)
    today = at_noon(deck, {"d/c000": replace(due(), suspended=True), "d/c001": replace(due(), buried_day=DAY), "d/c002": due(-9)})
    assert (today.learning, today.main) == ((), ())
    assert today.later_us == day_start(DAY + 1, 0).at_us
    tomorrow = Moment(NOON.at_us + 86_400_000_000)
    assert cards(agenda_of(deck, {"d/c001": replace(due(), buried_day=DAY)}, tomorrow, PARAMS).main).count("d/c001") == 1


def test_a_higher_rev_makes_a_card_new() -> None:
    today = at_noon([head(0, rev=2)], {"d/c000": due(-100)})
    assert today.counts() == {"d": (1, 0, 0)}


def test_what_is_wanted_and_what_is_left_out() -> None:
    deck = [head(0, siblings="s"), head(1, siblings="s"), head(2), head(3)]
    answered = {"d/c000": replace(due(-3), last_day=DAY, reviewed_day=DAY)}
    assert cards(at_noon(deck, answered, without={"d/c002"}).main) == ["d/c003"]
    assert cards(at_noon(deck, answered, wanted=lambda head: head.card in ("d/c001", "d/c003")).main) == ["d/c003"]


def test_a_step_comes_when_due_and_early_when_nothing_else_is_left() -> None:
    deck = heads(3)
    both = {"d/c000": step(5), "d/c001": step(30, relearns=True)}
    today = at_noon(deck, both)
    assert first(today) == "d/c002"
    assert first(today, 5) == "d/c000"
    alone = at_noon(deck[:2], both)
    assert first(alone) == "d/c000"
    late = at_noon([deck[1]], both)
    assert first(late, 9) is None
    assert first(late, 10) == "d/c001"
    assert late.next_at_us(NOON) == NOON.at_us + 30 * MINUTE_US


def test_a_step_of_days_is_due_from_the_beginning_of_its_day() -> None:
    daily = CardState(Stage.LEARNING, 2.0, 5.0, step=1, due_day=DAY, last_day=DAY - 1, first_day=DAY - 1, reps=2)
    today = at_noon([head(0), head(1)], {"d/c000": daily})
    assert first(today) == "d/c000"
    assert at_noon([head(0)], {"d/c000": replace(daily, due_day=DAY + 2)}).later_us == day_start(DAY + 2, 0).at_us


def test_a_step_left_from_yesterday_is_due() -> None:
    old = replace(step(-900), last_day=DAY - 1)
    assert first(at_noon(heads(2), {"d/c001": old})) == "d/c001"


def test_when_the_next_card_is_due() -> None:
    assert at_noon([]).next_at_us(NOON) is None
    assert at_noon([head(0)], {"d/c000": due(-4)}).next_at_us(NOON) == day_start(DAY + 4, 0).at_us
    over = at_noon(heads(3), params=Params(new_per_day=2))
    assert over.next_at_us(NOON) == day_start(DAY + 1, 0).at_us
    none_ever = at_noon(heads(3), params=Params(new_per_day=0))
    assert none_ever.next_at_us(NOON) is None


def row(number: int, note: int | None, file: str = "a.md") -> Row:
    return Row(f"d/c{number:03}", "d", file, number, note, "", "review", None, DAY, None, None)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 4), max_size=40), st.integers(0, 10**6))
def test_notes_are_interleaved_as_far_as_they_can_be(notes: list[int], seed: int) -> None:
    rows = [row(number, note) for number, note in enumerate(notes)]
    mixed = interleaved(rows, seed)
    assert sorted(mixed) == sorted(rows)
    assert mixed == interleaved(list(reversed(rows)), seed)
    most = max((notes.count(note) for note in notes), default=0)
    met = sum(mixed[index].note == mixed[index + 1].note for index in range(len(mixed) - 1))
    assert met == max(0, 2 * most - len(notes) - 1)


def test_the_shuffle_changes_with_the_day() -> None:
    rows = [row(number, number) for number in range(30)]
    orders = {tuple(cards(interleaved(rows, day))) for day in range(20)}
    assert len(orders) == 20
    assert len({order[0] for order in orders}) > 5


def test_cards_without_a_note_are_interleaved_by_file() -> None:
    rows = [row(number, None, f"{number % 2}.md") for number in range(20)]
    mixed = interleaved(rows, 1)
    assert all(mixed[index].file != mixed[index + 1].file for index in range(19))


def test_nothing_is_drawn_from_a_file_before_its_turn() -> None:
    drawn: list[str] = []

    def file(name: str) -> Iterable[Row]:
        for number in range(3):
            drawn.append(f"{name}{number}")
            yield row(number, None, name)

    turns = round_robin([file("a"), file("b")])
    assert [next(turns).file for _ in range(3)] == ["a", "b", "a"]
    assert drawn == ["a0", "b0", "a1"]


@pytest.mark.parametrize(("reviews", "new"), [(0, 0), (0, 3), (5, 0), (10, 2), (2, 10), (7, 7)])
def test_new_cards_are_spread_among_the_reviews(reviews: int, new: int) -> None:
    old, fresh = [row(number, 1) for number in range(reviews)], [row(100 + number, 2) for number in range(new)]
    mixed = spread(old, fresh)
    assert [each for each in mixed if each.note == 1] == old
    assert [each for each in mixed if each.note == 2] == fresh
    gaps = "".join("n" if each.note == 2 else "r" for each in mixed).split("n")
    if new:
        assert max(map(len, gaps[1:-1]), default=0) <= reviews / new + 1

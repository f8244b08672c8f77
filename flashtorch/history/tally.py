"""What has been done day by day and what falls due, counted by the database: for what has to answer at once.

The standard library only, and nothing is written. The full numbers, recomputed from every answer, are `progress.numbers`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from flashtorch.history.readonly import looking
from flashtorch.history.voids import dead
from flashtorch.scheduling.moment import study_day

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from flashtorch.scheduling.moment import Moment
    from flashtorch.scheduling.params import Params

MONTH = 30


@dataclass(frozen=True, slots=True)
class DueDay:
    """What falls due on a study day, as the schedule stands."""

    day: int
    learning: int = 0
    """Steps."""
    review: int = 0
    """Reviews whose day this is."""
    overdue: int = 0
    """Reviews whose own day has passed by then."""

    @property
    def total(self) -> int:
        return self.learning + self.review + self.overdue


@dataclass(frozen=True, slots=True)
class DayDone:
    """What was answered on a study day."""

    answers: int = 0
    right: int = 0
    """Not rated "again"."""
    took_ms: int = 0


@dataclass(frozen=True, slots=True)
class Tally:
    """What has been done, and what falls due."""

    day: int
    """The study day of now."""
    days: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))
    """Answers by study day, those that were not taken back; days without any are not there."""
    today: DayDone = DayDone()
    streak: int = 0
    """Study days in a row with an answer, up to today, or up to yesterday while today has none yet."""
    longest: int = 0
    """The longest such row ever."""
    forecast: tuple[DueDay, ...] = ()
    """Today and the days after it, without gaps. Limits and siblings are left out: it is what the schedule asks for."""


class _Void(NamedTuple):
    """What tells whether an event was taken back."""

    id: str
    kind: str
    ref: str | None
    card: str


_ANSWER = "kind = 'review' AND rating IS NOT NULL"
_DAYS = "SELECT day, count(*), count(*) FILTER (WHERE rating > 1), sum(coalesce(took_ms, 0)) FROM events"
_ONE = "SELECT day, rating > 1, coalesce(took_ms, 0) FROM events WHERE id = :id AND card = :card"
_VOIDS = "SELECT id, kind, ref, card FROM events WHERE kind = 'void'"
_DECK_OF_EVENT = "substr(card, 1, instr(card, '/') - 1)"
# As in a glance: a state counts unless the deck has begun its card anew, and the join starts from the states. What is due earlier
# is due today; what is buried today comes back tomorrow.
_DUE = """
SELECT max(s.due_day, :day + (s.buried_day IS :day)), s.due_day < :day + (s.buried_day IS :day), count(*)
FROM card_state s CROSS JOIN library.heads h ON h.card = s.card AND s.rev >= h.rev
WHERE s.stage = :stage AND s.due_day < :end AND NOT s.suspended
"""


def tally(
    history: Path, library: Path, params: Params, now: Moment, decks: Sequence[str] | None = None, *, ahead: int = MONTH
) -> Tally:
    """What was done, and what falls due on today and the `ahead - 1` days after it.

    `history` and `library` are the two databases, as `glance` takes them; a history that is not there yet is an empty one. The
    forecast counts cards of the library alone. `decks` narrows both to some decks; a card belongs to the deck in its name.

    Raises:
        Trouble: a file is damaged, or the history of a newer flashtorch.
    """
    day = study_day(now, params.rollover_hour)
    if not history.exists():
        return Tally(day, forecast=_by_day({}, day, ahead))
    with looking(history, library) as db:
        done = _done(db, decks)
        due = _due(db, day, ahead, decks)
    days = MappingProxyType({each: found.answers for each, found in sorted(done.items()) if found.answers})
    return Tally(day, days, done.get(day, DayDone()), streak(days, day), longest_streak(days), _by_day(due, day, ahead))


def streak(days: Collection[int], today: int) -> int:
    """How many study days in a row have an answer, up to today.

    A today without an answer does not break the row before it: there is still time.
    """
    last = today if today in days else today - 1
    first = last
    while first in days:
        first -= 1
    return last - first


def longest_streak(days: Collection[int]) -> int:
    """The most study days in a row that have an answer."""
    return max((streak(days, day) for day in days if day + 1 not in days), default=0)


def _done(db: sqlite3.Connection, decks: Sequence[str] | None) -> dict[int, DayDone]:
    """What was answered on each study day. Counted as the log lies, and then what was taken back is taken off."""
    narrowed, names = _narrowed(_DECK_OF_EVENT, decks)
    done = {row[0]: DayDone(*row[1:]) for row in db.execute(f"{_DAYS} WHERE {_ANSWER} {narrowed} GROUP BY day", names)}
    for name, card in _taken_back(db):
        for day, right, took_ms in db.execute(f"{_ONE} AND {_ANSWER} {narrowed}", {"id": name, "card": card, **names}):
            was = done[day]
            done[day] = DayDone(was.answers - 1, was.right - right, was.took_ms - took_ms)
    return done


def _taken_back(db: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """The ids of the events that a live void of the same card names, with the card."""
    voids: dict[str, list[_Void]] = {}
    for row in map(_Void._make, db.execute(_VOIDS)):
        voids.setdefault(row.card, []).append(row)
    for card, group in voids.items():
        for name in dead(group):
            yield name, card


def _due(db: sqlite3.Connection, day: int, ahead: int, decks: Sequence[str] | None) -> dict[int, DueDay]:
    narrowed, names = _narrowed("h.deck", decks)
    found: dict[int, DueDay] = {}
    for stage in ("learning", "relearning", "review"):
        rows = db.execute(f"{_DUE} {narrowed} GROUP BY 1, 2", {"stage": stage, "day": day, "end": day + ahead, **names})
        for at, is_overdue, count in rows:
            was = found.get(at, DueDay(at))
            kind = "learning" if stage != "review" else "overdue" if is_overdue else "review"
            found[at] = replace(was, **{kind: getattr(was, kind) + count})
    return found


def _by_day(due: Mapping[int, DueDay], day: int, ahead: int) -> tuple[DueDay, ...]:
    return tuple(due.get(each, DueDay(each)) for each in range(day, day + ahead))


def _narrowed(column: str, decks: Sequence[str] | None) -> tuple[str, dict[str, str]]:
    """A condition for the decks alone, and its values."""
    if decks is None:
        return "", {}
    names = {f"deck{number}": deck for number, deck in enumerate(decks)}
    return f"AND {column} IN ({', '.join(f':{name}' for name in names)})", names

"""The whole log and all states, read at once by the standard library alone: for what counts or exports everything."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from flashtorch.history.readonly import looking
from flashtorch.history.voids import dead
from flashtorch.scheduling.state import CardState, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path


class Line(NamedTuple):
    """An event as the log has it. A tuple, and its evidence unread, because there is one for every answer ever given."""

    card: str
    at_us: int
    id: str
    kind: str
    rev: int
    rating: int | None
    day: int
    utc_offset_min: int
    took_ms: int | None
    ref: str | None
    text: str
    """The evidence as JSON; left out for answers."""

    @property
    def evidence(self) -> Mapping[str, Any]:
        """Empty for what is no object."""
        try:
            evidence = json.loads(self.text)
        except ValueError:
            return {}
        return evidence if isinstance(evidence, dict) else {}


@dataclass(frozen=True, slots=True)
class Log:
    """A history at one moment."""

    lines: Sequence[Line] = ()
    """Every event, live and dead, by card and then in the order in which they happened."""
    states: Mapping[str, CardState] = field(default_factory=dict)
    """As `History.states`."""

    def of_cards(self) -> Iterator[tuple[str, list[Line]]]:
        """Each card with its events, voids included."""
        for card, group in groupby(self.lines, itemgetter(0)):
            if card:
                yield card, list(group)

    def of_no_card(self) -> list[Line]:
        """The parameters through time, and what takes them back."""
        return [line for line in self.lines if not line.card]


class Kept(NamedTuple):
    """What is kept with an answer beside what folding needs; what a log from elsewhere has instead of text or numbers is None."""

    device_id: str
    content_hash: str
    verdict: str | None
    attempts: int | None
    hints: int | None


# As the log lies, and sorted here: through the index of cards each row would be looked up by itself.
_LINES = """
SELECT card, at_us, id, kind, rev, rating, day, utc_offset_min, took_ms, ref, CASE kind WHEN 'review' THEN '{}' ELSE evidence END
FROM events NOT INDEXED
"""
_KEPT = """
SELECT id, device_id, content_hash,
    CASE json_type(kept, '$.verdict') WHEN 'text' THEN json_extract(kept, '$.verdict') END,
    CASE json_type(kept, '$.attempts') WHEN 'integer' THEN json_extract(kept, '$.attempts') END,
    CASE json_type(kept, '$.hints') WHEN 'integer' THEN json_extract(kept, '$.hints') END
FROM (SELECT id, device_id, content_hash, CASE WHEN json_valid(evidence) THEN evidence ELSE '{}' END AS kept
      FROM events NOT INDEXED WHERE kind = 'review')
"""
_STATE = [each.name for each in fields(CardState)]
_STATES = f"SELECT card, {', '.join(_STATE)} FROM card_state"


def read_log(history: Path) -> Log:
    """The history; one that is not there yet is empty.

    Raises:
        Trouble: the file is damaged, or the history of a newer flashtorch.
    """
    if not history.exists():
        return Log()
    with looking(history) as db:
        lines = list(map(Line._make, db.execute(_LINES)))
        states = dict(map(_state, db.execute(_STATES)))
    lines.sort()
    return Log(lines, states)


def read_kept(history: Path) -> dict[str, Kept]:
    """By event id, what is kept with the answers, live and dead.

    Raises:
        Trouble: as `read_log`.
    """
    if not history.exists():
        return {}
    with looking(history) as db:
        return {row[0]: Kept._make(row[1:]) for row in db.execute(_KEPT)}


def live(lines: Sequence[Line]) -> Sequence[Line]:
    """Of one card's events those that were not taken back, without the voids."""
    gone = dead(lines)
    return [line for line in lines if line.id not in gone and line.kind != "void"] if gone else lines


def _state(row: Sequence[Any]) -> tuple[str, CardState]:
    values = dict(zip(_STATE, row[1:], strict=True))
    for name, kind in (("stage", Stage), ("leech", bool), ("suspended", bool)):
        values[name] = kind(values[name])
    return row[0], CardState(**values)

"""Every answer that was not taken back, as a row."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from flashtorch.progress.spelling import iso_day, iso_instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from flashtorch.history.reading import Kept
    from flashtorch.progress.answers import Answer

COLUMNS = (
    "id", "at", "utc_offset_min", "day", "card", "kind", "rating", "took_ms", "verdict", "attempts", "hints", "stability",
    "difficulty", "due_day", "device_id", "content_hash",
)  # fmt: skip
"""New ones are added at the end, none is renamed. `at` is the instant of rating in UTC, `day` the study day; the last but two say
what the answer made of the card."""


def review_rows(answers: Iterable[Answer], kept: Mapping[str, Kept], kinds: Mapping[str, str]) -> Iterator[tuple[Any, ...]]:
    """The rows in the order in which the answers were given. `kept` is by event id, `kinds` by card; one that is gone has none."""
    for answer in sorted(answers, key=attrgetter("at_us", "id")):
        if (more := kept.get(answer.id)) is None:
            # Answered between the two looks at the history.
            continue
        yield (
            answer.id, iso_instant(answer.at_us), answer.utc_offset_min, iso_day(answer.day), answer.card, kinds.get(answer.card),
            answer.rating, answer.took_ms, more.verdict, more.attempts, more.hints, answer.stability, answer.difficulty,
            iso_day(answer.due_day), more.device_id, more.content_hash,
        )  # fmt: skip

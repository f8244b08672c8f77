"""Desks that are cleared away afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.session.desk import Desk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Makes a desk over cards; `desk(other)` makes a second one on the same history."""
    made: list[Desk] = []

    def make(*cards: object, **options: object) -> Desk:
        first = cards[0] if cards else None
        made.append(first.again(**options) if isinstance(first, Desk) else Desk(tmp_path, cards, **options))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for each in made:
        each.close()

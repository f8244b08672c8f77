"""A learner with a history of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.history.people import Learner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def learner(tmp_path: Path) -> Iterator[Learner]:
    learner = Learner(tmp_path / "home" / "history.db")
    yield learner
    learner.history.close()

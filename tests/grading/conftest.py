"""One sandbox for the whole room: its start is what takes time."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from flashtorch.grading.grader import Grader
from flashtorch.sandbox.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as started:
        yield started


@pytest.fixture(scope="session")
def grader(sandbox: Sandbox) -> Iterator[Grader]:
    with contextlib.closing(Grader(sandbox, spare=False)) as made:
        yield made

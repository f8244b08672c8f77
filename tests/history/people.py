"""A learner at work: events as a sitting makes them, at moments that go on."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from flashtorch.history.event import Event, EventKind
from flashtorch.history.log import History
from flashtorch.scheduling.moment import MINUTE_US, Moment, study_day
from flashtorch.scheduling.params import Params

if TYPE_CHECKING:
    from pathlib import Path

    from flashtorch.scheduling.state import CardState

START = Moment(1_767_258_000_000_000, 60)
"""2026-01-01, 10:00 at an offset of one hour."""


class Learner:
    """One device with its history; `go` lets time pass."""

    def __init__(self, path: Path, params: Params | None = None, *, seed: int = 0) -> None:
        self.path = path
        self.params = params or Params()
        self.now = START
        self._chance = random.Random(seed)
        self.history = self.opened()

    def opened(self) -> History:
        return History.open(self.path, self.params, entropy=self._chance.randbytes)

    def restart(self) -> None:
        self.history.close()
        self.history = self.opened()

    def go(self, minutes: float) -> None:
        self.now = Moment(self.now.at_us + int(minutes * MINUTE_US), self.now.utc_offset_min)

    def event(self, kind: EventKind, card: str, **more: Any) -> Event:
        day = study_day(self.now, self.params.rollover_hour)
        return Event("", self.now.at_us, self.now.utc_offset_min, day, "", kind, card, **more)

    def does(self, kind: EventKind, card: str = "d/a", **more: Any) -> CardState:
        """Append an event to a card as it stands."""
        seen = self.history.state(card).last_event
        return self.history.append(self.event(kind, card, **more), seen)

    def rates(self, rating: int, card: str = "d/a", **more: Any) -> CardState:
        return self.does(EventKind.REVIEW, card, rating=rating, took_ms=1500, **more)

"""What the schedule follows: the memory model's weights, the steps, the limits of a day."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any
from zlib import crc32

from flashtorch.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flashtorch.settings import Settings

DEFAULT_WEIGHTS = (
    0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796, 1.4835, 0.0614, 0.2629, 1.6483, 0.6014,
    1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
)  # fmt: skip
"""FSRS-6, fitted to many learners; published with py-fsrs and fsrs-rs."""
LOWEST = (0.001,) * 4 + (1.0, 0.001, 0.001, 0.001, 0.0, 0.0) + (0.001,) * 4 + (0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.1)
HIGHEST = (100.0,) * 4 + (10.0, 4.0, 4.0, 0.75, 4.5, 0.8, 3.5, 5.0, 0.25, 0.9, 4.0, 1.0, 6.0, 2.0, 2.0, 0.8, 0.8)
"""Between these py-fsrs keeps each weight."""
FSRS5_DECAY = 0.5
"""Of the forgetting curve, where the weights are FSRS-5's 19 or FSRS-4's 17 and hold none."""
WEIGHT_COUNTS = (17, 19, 21)
RETENTION = (0.7, 0.99)
LONGEST_STEP_MIN = 525_600.0
NOT_RECORDED = frozenset({"new_per_day", "reviews_per_day", "review_order"})
"""These choose among cards that are due and never change when one is due."""


@frozen
class Params:
    """Everything that decides when a card is due again.

    Raises:
        ValueError: a value that no schedule can follow.
    """

    weights: tuple[float, ...] = DEFAULT_WEIGHTS
    """Of FSRS: 21, or 19 or 17 of its older versions; kept within the published bounds."""
    desired_retention: float = 0.9
    """The probability of recall at which a card is asked again, 0.7 to 0.99."""
    learning_steps_min: tuple[float, ...] = (1.0, 10.0)
    relearning_steps_min: tuple[float, ...] = (10.0,)
    new_per_day: int = 20
    reviews_per_day: int = 200
    leech_lapses: int = 8
    """0 for never."""
    maximum_interval: int = 36_500
    """Days."""
    rollover_hour: int = 4
    review_order: str = "most-retrievable"
    """Which reviews come first when more are due than the day allows: or `least-retrievable`, or `due`."""
    fuzz: bool = True
    """Whether intervals are spread a little, so that cards learnt together part."""

    def __post_init__(self) -> None:
        if len(self.weights) not in WEIGHT_COUNTS or not all(math.isfinite(weight) for weight in self.weights):
            raise ValueError(f"weights are 21 finite numbers, not {self.weights!r}")
        kept = tuple(min(max(w, low), high) for w, low, high in zip(self.weights, LOWEST, HIGHEST, strict=False))
        object.__setattr__(self, "weights", kept)
        low, high = RETENTION
        if not low <= self.desired_retention <= high:
            raise ValueError(f"desired retention lies between {low} and {high}, not at {self.desired_retention!r}")
        for step in (*self.learning_steps_min, *self.relearning_steps_min):
            if not 0 < step <= LONGEST_STEP_MIN:
                raise ValueError(f"a step lasts more than 0 and at most {LONGEST_STEP_MIN:.0f} minutes, not {step!r}")
        if not 1 <= self.maximum_interval <= 36_500 or not 0 <= self.rollover_hour <= 23:
            raise ValueError("intervals reach 1 to 36500 days, and a day begins at an hour from 0 to 23")
        if min(self.new_per_day, self.reviews_per_day, self.leech_lapses) < 0:
            raise ValueError("limits are not negative")

    @property
    def decay(self) -> float:
        """Of the forgetting curve."""
        return self.weights[20] if len(self.weights) == 21 else FSRS5_DECAY

    @property
    def id(self) -> str:
        """Equal for parameters that give the same schedule."""
        return f"{crc32(repr(sorted(self.recorded().items())).encode()):08x}"

    def recorded(self) -> dict[str, Any]:
        """What an event keeps of them: all that the state of a card depends on."""
        values = {field.name: getattr(self, field.name) for field in fields(self) if field.name not in NOT_RECORDED}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}

    def with_recorded(self, record: Mapping[str, Any]) -> Params:
        """These with what an event kept; a key that is unknown here is left out.

        Raises:
            ValueError: a value does not fit.
        """
        known = {field.name for field in fields(self)} - NOT_RECORDED
        try:
            values: dict[str, Any] = {
                name: tuple(float(part) for part in value) if isinstance(value, list) else value
                for name, value in record.items()
                if name in known
            }
            return replace(self, **values)
        except TypeError as error:
            raise ValueError(str(error)) from None

    @classmethod
    def from_settings(cls, settings: Settings) -> Params:
        """What the learner chose, with everything else as it is by default."""
        return cls(
            desired_retention=settings.desired_retention,
            new_per_day=settings.new_per_day,
            reviews_per_day=settings.reviews_per_day,
            rollover_hour=settings.rollover_hour,
            review_order=settings.review_order,
        )

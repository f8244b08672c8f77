"""Learning and relearning steps, as Anki spaces them. Steps are minutes; waits are whole seconds.

`index` is the step that the card is at, from 0; one past the end counts as the last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flashtorch.scheduling.moment import DAY_S

if TYPE_CHECKING:
    from collections.abc import Sequence


def again_s(steps: Sequence[float]) -> int | None:
    """Back to the first step; None without steps."""
    return _seconds(steps, 0)


def hard_s(steps: Sequence[float], index: int) -> int | None:
    """The same step again.

    At the first it lies halfway to the second; a single step is stretched by half, at most by a day.
    """
    if not steps:
        return None
    at = min(index, len(steps) - 1)
    first = int(steps[0] * 60)
    if at:
        return _seconds(steps, at)
    second = _seconds(steps, 1)
    return _whole_days((first + second) // 2 if second is not None else min(first * 3 // 2, first + DAY_S))


def good_s(steps: Sequence[float], index: int) -> int | None:
    """On to the next step; None when that was the last."""
    return _seconds(steps, min(index, len(steps) - 1) + 1) if steps else None


def _seconds(steps: Sequence[float], index: int) -> int | None:
    return int(steps[index] * 60) if index < len(steps) else None


def _whole_days(seconds: int) -> int:
    """A wait of more than a day in whole days, so that it is the same in the morning and in the evening."""
    return (2 * seconds + DAY_S) // (2 * DAY_S) * DAY_S if seconds > DAY_S else seconds

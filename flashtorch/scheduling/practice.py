"""Cards for practice, which the schedule does not ask for: all of them, or those of the next days."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from flashtorch.scheduling.mixing import interleaved
from flashtorch.scheduling.moment import study_day
from flashtorch.scheduling.order import Agenda, row_of
from flashtorch.scheduling.state import CardState, Stage, for_rev

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping

    from flashtorch.scheduling.moment import Moment
    from flashtorch.scheduling.order import HeadLike
    from flashtorch.scheduling.params import Params
    from flashtorch.scheduling.row import Row


def practice_of(
    heads: Iterable[HeadLike],
    states: Mapping[str, CardState],
    now: Moment,
    params: Params,
    *,
    wanted: Callable[[HeadLike], bool],
    without: Container[str] = (),
    ahead_days: int = 0,
) -> Agenda:
    """The wanted cards that are neither suspended nor buried today, once each, without limits, notes interleaved.

    With `ahead_days` only those that fall due after today and within so many days, the next ones first. Siblings are all asked.
    """
    day = study_day(now, params.rollover_hour)
    rows: list[Row] = []
    for head in heads:
        state = for_rev(states.get(head.card, CardState()), head.rev)
        if state.suspended or state.buried_day == day or head.card in without or not wanted(head):
            continue
        if ahead_days and (state.stage is Stage.NEW or state.due_day is None or not 0 < state.due_day - day <= ahead_days):
            continue
        rows.append(row_of(head, state))
    if ahead_days:
        rows.sort(key=_due_day)
        return Agenda(day, (), tuple(row for _day, group in groupby(rows, _due_day) for row in interleaved(group, day)), None)
    return Agenda(day, (), interleaved(rows, day), None)


def _due_day(row: Row) -> int:
    return row.due_day or 0

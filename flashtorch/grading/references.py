"""What the solutions and the catalogued mistakes of a card give: run once, then kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

from flashtorch.grading import outcomes
from flashtorch.grading.cells import Cancellation
from flashtorch.grading.observation import Reply
from flashtorch.sandbox.cell import Ending

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

    from flashtorch.grading.cells import Cells
    from flashtorch.grading.outcomes import Reference
    from flashtorch.grading.plan import Exercise, Job
    from flashtorch.sandbox.cell import Limits

    Key = tuple[bytes, Limits]

KEPT = 64


class Lost(Exception):
    """The worker was lost, twice; nothing is known of the run."""


class References:
    """Replies by what was run: sources, seeds, device and limits. One sandbox has one torch, so that need not be in the key."""

    def __init__(self, cells: Cells, background: Executor) -> None:
        self._cells = cells
        self._background = background
        self._lock = threading.Lock()
        self._runs: OrderedDict[Key, Future[Reference]] = OrderedDict()
        self._under_way = Cancellation()

    def ask(self, exercise: Exercise) -> Future[Reference]:
        """The reference's observations, being made in the background."""
        return self._future(exercise, exercise.reference)

    def of_program(self, exercise: Exercise, source: str) -> Reply | None:
        """What another program of the card gives, or None when it gives no reply; waits for it.

        Raises:
            Lost, Unavailable: it could not be run.
        """
        found = self._future(exercise, exercise.job(source), judged=False).result()
        return found if isinstance(found, Reply) else None

    def close(self) -> None:
        """End what is being run."""
        self._under_way.cancel()

    def _future(self, exercise: Exercise, job: Job, *, judged: bool = True) -> Future[Reference]:
        key = (job.payload(), exercise.limits)
        with self._lock:
            found = self._runs.get(key)
            if found is not None and not (found.done() and (found.cancelled() or found.exception() is not None)):
                self._runs.move_to_end(key)
                return found
            future = self._background.submit(self._run, exercise, job, judged)
            self._runs[key] = future
            while len(self._runs) > KEPT:
                self._runs.popitem(last=False)
            return future

    def _run(self, exercise: Exercise, job: Job, judged: bool) -> Reference:
        outcome = self._cells.run(job, exercise.limits, self._under_way)
        if outcome.ending in (Ending.LOST, Ending.CANCELLED):
            raise Lost
        if judged:
            return outcomes.reference(exercise, outcome)
        found = outcomes.read(outcome, exercise.limits)
        return found if isinstance(found, Reply) else outcomes.Fault(found[1])

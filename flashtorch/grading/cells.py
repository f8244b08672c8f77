"""Runs jobs in cells, and prepares cells for jobs that are not known yet."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

from flashtorch.grading.plan import ENTRY
from flashtorch.sandbox.cell import Ending, Outcome

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

    from flashtorch.grading.plan import Job
    from flashtorch.sandbox.cell import Cell, Limits
    from flashtorch.sandbox.sandbox import Sandbox

TRIES = 2
"""A lost worker is no answer: the job is run once more. So is one that was killed, for a run seldom kills itself."""


class Cancellation:
    """Lets one thread end what another one runs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cells: list[Cell] = []
        self.asked = False

    def hold(self, cell: Cell) -> None:
        """Cancel this cell too, now if it has been asked for."""
        with self._lock:
            self._cells.append(cell)
            asked = self.asked
        if asked:
            cell.cancel()

    def cancel(self) -> None:
        with self._lock:
            self.asked = True
            cells = list(self._cells)
        for cell in cells:
            cell.cancel()


class Cells:
    """Cells of one sandbox; `background` prepares and puts away."""

    def __init__(self, sandbox: Sandbox, background: Executor) -> None:
        self._sandbox = sandbox
        self._background = background

    def order(self, limits: Limits) -> Future[Cell]:
        """A rehearsed cell, in a while."""
        return self._background.submit(lambda: self._sandbox.prepare(ENTRY, limits))

    def put_away(self, ordered: Future[Cell]) -> None:
        """Give back a cell that is not needed, without waiting for it."""
        ordered.add_done_callback(lambda done: None if done.cancelled() or done.exception() else done.result().close())

    def run(self, job: Job, limits: Limits, cancellation: Cancellation, ordered: Future[Cell] | None = None) -> Outcome:
        """Run a job, in the ordered cell if there is one; once more when that is lost.

        Raises:
            Unavailable: no code can be run here.
        """
        return self.run_entry(ENTRY, job.payload(), limits, cancellation, ordered)

    def run_entry(
        self, entry: str, payload: bytes, limits: Limits, cancellation: Cancellation, ordered: Future[Cell] | None = None
    ) -> Outcome:
        """The same for another entry and what it is to be given; an ordered cell is one of that entry."""
        outcome = Outcome(Ending.CANCELLED)
        for _attempt in range(TRIES):
            cell = ordered.result() if ordered is not None else self._sandbox.prepare(entry, limits, rehearse=False)
            ordered = None
            cancellation.hold(cell)
            try:
                outcome = cell.run(payload)
            finally:
                # Ending a process takes the core that the verdict is made on: not before it is made.
                self._close_later(cell)
            if cancellation.asked or not _may_be_another_s_doing(outcome, limits):
                return outcome
        return outcome

    def _close_later(self, cell: Cell) -> None:
        try:
            self._background.submit(cell.close)
        except RuntimeError:  # The background has been shut down.
            cell.close()


def _may_be_another_s_doing(outcome: Outcome, limits: Limits) -> bool:
    """Whether somebody else may have ended the run, the system when memory runs out for instance.

    A run that does so itself does it again; and no run takes longer than its limit twice.
    """
    killed = outcome.ending is Ending.SIGNALLED and outcome.exit == -signal.SIGKILL and outcome.wall_ms < limits.wall_s * 500
    return outcome.ending is Ending.LOST or killed

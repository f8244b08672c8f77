"""The cell that waits for the answer to the question on the screen: one at most, and not for ever."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from concurrent.futures import Future

    from flashtorch.cards.question import Question
    from flashtorch.grading.cells import Cells
    from flashtorch.sandbox.cell import Cell, Limits

    Key = tuple[str, str, int]

IDLE_S = 600.0
"""After so long a cell that nobody used is given back: on a GPU its context holds memory that others want."""


@dataclass(frozen=True, slots=True)
class _Ordered:
    """What was ordered for a question."""

    key: Key
    limits: Limits
    cell: Future[Cell]


class Waiting:
    """Orders a cell, hands it out once, puts away what is not used. Every method may be called from any thread."""

    def __init__(self, cells: Cells, idle_s: float = IDLE_S) -> None:
        self._cells = cells
        self._idle_s = idle_s
        self._lock = threading.Lock()
        self._ordered: _Ordered | None = None
        self._timer: threading.Timer | None = None
        self._closed = False

    def is_for(self, question: Question) -> bool:
        """Whether nothing has to be ordered for this question, or nothing is ordered any more."""
        with self._lock:
            return self._closed or (self._ordered is not None and self._ordered.key == _key(question))

    def order(self, question: Question, limits: Limits) -> None:
        """Order a cell, in the place of the one that waits."""
        with self._lock:
            if self._closed:
                return
            before, self._ordered = self._ordered, _Ordered(_key(question), limits, self._cells.order(limits))
            self._watch(self._ordered)
        if before is not None:
            self._cells.put_away(before.cell)

    def take(self, question: Question, limits: Limits) -> Future[Cell] | None:
        """The cell that was ordered for this question, if there is one."""
        with self._lock:
            ordered, self._ordered = self._ordered, None
        if ordered is not None and (ordered.key != _key(question) or ordered.limits != limits):
            self._cells.put_away(ordered.cell)
            ordered = None
        return None if ordered is None else ordered.cell

    def close(self) -> None:
        """Put away what waits, and order nothing more."""
        with self._lock:
            self._closed = True
            ordered, self._ordered = self._ordered, None
            if self._timer is not None:
                self._timer.cancel()
        if ordered is not None:
            self._cells.put_away(ordered.cell)

    def _watch(self, ordered: _Ordered) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(self._idle_s, self._give_back, (ordered,))
        self._timer.daemon = True
        self._timer.start()

    def _give_back(self, ordered: _Ordered) -> None:
        with self._lock:
            if self._ordered is not ordered:
                return
            self._ordered = None
        self._cells.put_away(ordered.cell)


def _key(question: Question) -> Key:
    return str(question.card.id), question.card.content_hash, question.seed

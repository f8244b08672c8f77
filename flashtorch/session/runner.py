"""The judge of a sitting: made when the first card that runs code is shown, and asked before whether it may be run."""

from __future__ import annotations

import importlib.util
import sys
from threading import Lock, Timer
from types import MappingProxyType
from typing import TYPE_CHECKING

from flashtorch.language import _
from flashtorch.sandbox.cell import Unavailable
from flashtorch.trust import HOLDING_LEVELS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from flashtorch.cards.model import Card
    from flashtorch.cards.question import Question
    from flashtorch.grading.grader import Grader
    from flashtorch.sandbox.sandbox import Sandbox
    from flashtorch.session.judge import ScratchTicket, Ticket


class Runner:
    """Runs answers in a sandbox that is started when it is first needed."""

    def __init__(
        self,
        *,
        python: str = "",
        device: str = "cpu",
        environment: Mapping[str, str] = MappingProxyType({}),
        require: str = "",
        pause_s: float = 0.0,
    ) -> None:
        """`python` is the interpreter whose torch runs the answers, empty for this one; `require` the least sandbox level.

        What a shown question needs is begun after `pause_s`: a screen is painted first, and what is not looked at costs nothing.
        """
        self._pause_s = pause_s
        self._soon: Timer | None = None
        self._require = require
        self._environment = environment
        self._python = python
        self._device = device
        self._lock = Lock()
        self._sandbox: Sandbox | None = None
        self._grader: Grader | None = None
        self._doubted: frozenset[str] = frozenset()

    @property
    def has_torch(self) -> bool:
        """Whether there is a torch to try; another interpreter is believed until it fails."""
        return bool(self._python) or importlib.util.find_spec("torch") is not None

    @property
    def sandbox(self) -> Sandbox:
        """The sandbox, starting."""
        # A screen asks for the level in a thread of its own.
        with self._lock:
            if self._sandbox is None:
                # Imported when a card is run: a sitting of text cards starts no processes.
                from flashtorch.sandbox.sandbox import Sandbox

                self._sandbox = Sandbox(self._python or sys.executable, environment=self._environment, require=self._require)
                self._sandbox.start()
            return self._sandbox

    def doubt(self, decks: Iterable[str]) -> None:
        """Run what belongs to these decks only where the kernel holds it back."""
        self._doubted = frozenset(decks)

    def is_held(self) -> bool:
        """Whether the kernel holds decks back here, or nothing runs at all; waits for the sandbox."""
        try:
            return self.sandbox.report().level in HOLDING_LEVELS
        except Unavailable:
            return True

    def why_not(self, card: Card) -> str:
        if not self.has_torch:
            return _("There is no torch here to run this card: answer it for yourself and rate it")
        if card.id.deck in self._doubted and not self.is_held():
            untrusted = _("The deck {deck} is not trusted, so its code is not run: answer it for yourself and rate it")
            return untrusted.format(deck=card.id.deck)
        return ""

    def show(self, question: Question) -> None:
        if self._soon is not None:
            self._soon.cancel()
            self._soon = None
        is_first = self._grader is None
        grader = self._started()
        if is_first or not self._pause_s:
            grader.show(question)
            return
        self._soon = Timer(self._pause_s, grader.show, (question,))
        self._soon.daemon = True
        self._soon.start()

    def ticket(self, question: Question, answer: str) -> Ticket:
        return self._started().ticket(question, answer)

    def scratch(self, question: Question, answer: str) -> ScratchTicket:
        return self._started().scratch(question, answer)

    def value(self, question: Question) -> Ticket:
        return self._started().value(question)

    def _started(self) -> Grader:
        if self._grader is None:
            from flashtorch.grading.grader import Grader

            may_run: Callable[[Card], bool] = lambda card: not self.why_not(card)  # noqa: E731
            self._grader = Grader(self.sandbox, device=self._device, may_run=may_run)
        return self._grader

    def close(self) -> None:
        """End every process that was started."""
        if self._soon is not None:
            self._soon.cancel()
        if self._grader is not None:
            self._grader.close()
        if self._sandbox is not None:
            self._sandbox.close()

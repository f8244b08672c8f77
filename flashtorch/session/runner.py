"""The judge of a sitting: made when the first card that runs code is shown, and asked before whether it may be run."""

from __future__ import annotations

import importlib.util
import sys
from itertools import count
from threading import RLock, Timer
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from flashtorch.grading.verdict import Verdict, VerdictName
from flashtorch.language import _
from flashtorch.sandbox.cell import Unavailable
from flashtorch.trust import HOLDING_LEVELS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from concurrent.futures import ThreadPoolExecutor

    from flashtorch.cards.model import Card
    from flashtorch.cards.question import Question
    from flashtorch.grading.grader import Grader
    from flashtorch.sandbox.sandbox import Sandbox
    from flashtorch.session.judge import ScratchTicket, Ticket
    from flashtorch.session.proven import Proven

_Key: TypeAlias = tuple[str, str, int]
_PROOFS = count(-1, -1)
"""Below those of answers, so that a late proof is never taken for the verdict on an answer."""


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
        proven: Proven | None = None,
    ) -> None:
        """`python` is the interpreter whose torch runs the answers, empty for this one; `require` the least sandbox level.

        `proven` is what earlier sittings know of questions, and is told more.
        What a shown question needs is begun after `pause_s`: a screen is painted first, and what is not looked at costs nothing.
        """
        self._pause_s = pause_s
        self._soon: Timer | None = None
        self._require = require
        self._environment = environment
        self._python = python
        self._device = device
        self._lock = RLock()
        self._sandbox: Sandbox | None = None
        self._grader: Grader | None = None
        self._doubted: frozenset[str] = frozenset()
        self._proven = proven
        self._known: dict[_Key, Verdict] = {}
        self._ahead: ThreadPoolExecutor | None = None

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
        grader = self.started()
        if is_first or not self._pause_s:
            grader.show(question)
            return
        self._soon = Timer(self._pause_s, grader.show, (question,))
        self._soon.daemon = True
        self._soon.start()

    def ticket(self, question: Question, answer: str) -> Ticket:
        return self.started().ticket(question, answer)

    def known(self, question: Question) -> Verdict | None:
        found = self._known.get(_key(question))
        if found is None and question.card.generated and self._proven and self._proven.has(question):
            return Verdict(VerdictName.PASS)
        return found

    def proof(self, question: Question) -> Ticket:
        return _Proof(self, question)

    def look_ahead(self, question: Question) -> None:
        if self.has_torch:
            if self._ahead is None:
                # Imported when there is something ahead, and one thread: what is ahead gives way to what is there.
                from concurrent.futures import ThreadPoolExecutor

                self._ahead = ThreadPoolExecutor(1, thread_name_prefix="ahead")
            self._ahead.submit(self.proof(question).run)

    def learn(self, question: Question, verdict: Verdict) -> None:
        """Remember what came of a question's own program."""
        if verdict.name is VerdictName.UNAVAILABLE:
            return
        self._known[_key(question)] = verdict
        if self._proven and question.card.generated and verdict.name is not VerdictName.BROKEN:
            self._proven.add(question)

    def scratch(self, question: Question, answer: str) -> ScratchTicket:
        return self.started().scratch(question, answer)

    def value(self, question: Question) -> Ticket:
        return self.started().value(question)

    def started(self) -> Grader:
        """What runs and judges, starting."""
        with self._lock:
            if self._grader is None:
                from flashtorch.grading.grader import Grader

                may_run: Callable[[Card], bool] = lambda card: not self.why_not(card)  # noqa: E731
                self._grader = Grader(self.sandbox, device=self._device, may_run=may_run)
            return self._grader

    def close(self) -> None:
        """End every process that was started."""
        if self._soon is not None:
            self._soon.cancel()
        if self._ahead is not None:
            self._ahead.shutdown(wait=False, cancel_futures=True)
        if self._grader is not None:
            self._grader.close()
        if self._sandbox is not None:
            self._sandbox.close()


class _Proof:
    """A question's own program, to be run; what comes of it is remembered."""

    def __init__(self, runner: Runner, question: Question) -> None:
        self.id = next(_PROOFS)
        self._runner = runner
        self._question = question
        self._ticket: Ticket | None = None
        self._is_cancelled = False

    def run(self) -> Verdict | None:
        # Not before: whoever makes a proof does not wait for what it needs to be imported.
        self._ticket = self._runner.started().proof(self._question)
        if self._is_cancelled:
            return None
        verdict = self._ticket.run()
        if verdict is not None:
            self._runner.learn(self._question, verdict)
        return verdict

    def cancel(self) -> None:
        self._is_cancelled = True
        if self._ticket is not None:
            self._ticket.cancel()


def _key(question: Question) -> _Key:
    return str(question.card.id), question.card.content_hash, question.seed

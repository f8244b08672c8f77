"""Judges answers that have to be run: prepares while the learner reads, runs when asked, compares in the trainer.

A cell and the reference run are ordered when a question is shown; the reference's reply is kept, for it depends on nothing that the
learner does. Learner and reference never share a cell, and neither makes the verdict.
"""

from __future__ import annotations

import contextlib
import itertools
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from flashtorch.cards.model import Kind
from flashtorch.grading import judge, literal, outcomes, plan, predict, versions
from flashtorch.grading.alike import behaves_alike
from flashtorch.grading.cells import Cancellation, Cells
from flashtorch.grading.fill import NotFilled, program
from flashtorch.grading.observation import Reply
from flashtorch.grading.outcomes import Fault
from flashtorch.grading.references import Lost, References
from flashtorch.grading.scratch import ScratchTicket
from flashtorch.grading.spelling import spelled
from flashtorch.grading.verdict import Finding, Verdict, VerdictName
from flashtorch.grading.waiting import IDLE_S, Waiting
from flashtorch.sandbox.cell import Ending, Unavailable
from flashtorch.sandbox.levels import named

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from flashtorch.cards.model import Card
    from flashtorch.cards.question import Question
    from flashtorch.grading.outcomes import Reference
    from flashtorch.grading.plan import Exercise
    from flashtorch.sandbox.cell import Limits, Outcome, Report
    from flashtorch.sandbox.sandbox import Sandbox

WORKERS = 4
"""Threads that prepare and put away cells and wait for references; they compute next to nothing."""

PATIENCE_S = 0.05
"""How often a wait looks whether it was cancelled."""
NOTE_S = 2.0
"""How long a catalogued mistake may run, for somebody waits: one that never ends explains no answer that does."""
_WITHOUT_NOTE = frozenset({VerdictName.PASS, VerdictName.SYNTAX, VerdictName.MISSING_NAME, VerdictName.TIMEOUT, VerdictName.MEMORY})
"""Verdicts that no catalogued mistake explains."""


class Ticket:
    """One answer to be run."""

    def __init__(self, number: int, grader: Grader, question: Question, answer: str | None) -> None:
        self.id = number
        self._grader = grader
        self._question = question
        self._answer = answer
        self._cancellation = Cancellation()

    def run(self) -> Verdict | None:
        """Run the answer and judge it; waits, never raises. None once it was cancelled."""
        verdict = self._grader._surely(self._question, self._answer, self._cancellation)
        return None if self._cancellation.asked else verdict

    def cancel(self) -> None:
        """End it, from any thread."""
        self._cancellation.cancel()


class Grader:
    """Runs and judges answers in one sandbox. Every method may be called from any thread."""

    def __init__(
        self,
        sandbox: Sandbox,
        *,
        device: str = "cpu",
        may_run: Callable[[Card], bool] = lambda _card: True,
        spare: bool = True,
        idle_s: float = IDLE_S,
    ) -> None:
        """`may_run` is asked before anything of a card is run. With `spare` the next cell is ordered as soon as one was used.

        A cell that has waited for `idle_s` is given back.
        """
        self.sandbox = sandbox
        self._device = device
        self._may_run = may_run
        self._spare = spare
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="grader")
        self._cells = Cells(sandbox, self._pool)
        self._references = References(self._cells, self._pool)
        self._waiting = Waiting(self._cells, idle_s)
        self._numbers = itertools.count(1)

    def show(self, question: Question) -> None:
        """The question is on the screen: order a cell for its answer and run the reference, without waiting for either."""
        card = question.card
        if not card.kind.is_run:
            return
        if self._waiting.is_for(question) or not self._may_run(card):
            return
        exercise = plan.exercise(card, question.seed, self._device)
        if card.kind is not Kind.PREDICT:
            self._waiting.order(question, exercise.limits)
        self._references.ask(exercise)

    def ticket(self, question: Question, answer: str) -> Ticket:
        """The answer, ready to be run; as in `flashtorch grade`: code, blanks one a line, or a literal."""
        # Some editors begin a file with this mark, which Python does not take within a program.
        return Ticket(next(self._numbers), self, question, answer.removeprefix("\ufeff"))

    def value(self, question: Question) -> Ticket:
        """What a predict card's last expression gives, ready to be run: for a learner who gave up."""
        return Ticket(next(self._numbers), self, question, None)

    def proof(self, question: Question) -> Ticket:
        """The card's own program, ready to be run: `broken` when it does not work with the numbers of this question."""
        return Ticket(next(self._numbers), self, question, None)

    def scratch(self, question: Question, answer: str) -> ScratchTicket:
        """What is written, ready to be run and looked at without being judged."""
        return ScratchTicket(next(self._numbers), self._cells, plan.exercise(question.card, question.seed, self._device), answer)

    def judge_program(self, question: Question, source: str) -> Verdict:
        """The verdict on a whole program, which for a fill card is more than its blanks; waits, never raises."""
        return self._surely(question, source, Cancellation(), whole=True)

    def reference(self, exercise: Exercise) -> Reference:
        """What the card's own solution gives; waits.

        Raises:
            Lost, Unavailable: it could not be run.
        """
        return self._references.ask(exercise).result()

    def observed(self, exercise: Exercise, source: str) -> Reply | None:
        """What another program gives at the card's check, or None when it gives no reply; waits.

        Raises:
            Lost, Unavailable: it could not be run.
        """
        return self._references.of_program(exercise, source)

    def report(self) -> Report:
        """What the sandbox found out about this machine. Raises Unavailable when no code can be run here."""
        return self.sandbox.report()

    def outcome(self, entry: str, payload: bytes, limits: Limits) -> Outcome:
        """How a run of an entry ended that is no answer: a proof, or many programs at once; waits.

        Raises:
            Lost, Unavailable: it could not be run.
        """
        outcome = self._cells.run_entry(entry, payload, limits, Cancellation())
        if outcome.ending in (Ending.LOST, Ending.CANCELLED):
            raise Lost
        return outcome

    def close(self) -> None:
        """End what runs and waits. The sandbox is its owner's to close."""
        self._waiting.close()
        self._references.close()
        self._pool.shutdown(wait=True)

    def _surely(self, question: Question, answer: str | None, cancellation: Cancellation, *, whole: bool = False) -> Verdict:
        try:
            return self._judged(question, answer, cancellation, whole)
        except Unavailable as error:
            return Verdict(VerdictName.UNAVAILABLE, finding=Finding("unavailable", {"why": str(error)}), device=self._device)
        except Lost:
            return Verdict(VerdictName.UNAVAILABLE, finding=Finding("lost"), device=self._device)
        except Exception as error:  # A bug of ours must not cost the learner the sitting, nor the card its schedule.
            why = f"{type(error).__name__}: {error}"
            return Verdict(VerdictName.UNAVAILABLE, finding=Finding("bug", {"why": why[:200]}), device=self._device)

    def _judged(self, question: Question, answer: str | None, cancellation: Cancellation, whole: bool) -> Verdict:
        card = question.card
        if not self._may_run(card):
            return Verdict(VerdictName.UNAVAILABLE, finding=Finding("not-trusted", {"deck": card.id.deck}), device=self._device)
        exercise = plan.exercise(card, question.seed, self._device)
        total = len(exercise.expressions)
        if answer is not None and not whole and (refused := _refused(exercise, answer)) is not None:
            return Verdict(VerdictName.SYNTAX, 0, total, refused)
        report = self.sandbox.report()
        about = Verdict(VerdictName.BROKEN, 0, total, torch=report.torch, device=exercise.limits.device, level=report.level)
        if (unfit := _unfit(exercise, report)) is not None:
            return replace(about, finding=unfit)
        waiting = self._references.ask(exercise)
        if exercise.kind is Kind.PREDICT:
            return self._predicted(exercise, answer, waiting, cancellation, about)
        if answer is None:
            reference = _awaited(waiting, cancellation)
            found = replace(about, finding=reference.finding) if isinstance(reference, Fault) else None
            return found or replace(about, name=VerdictName.PASS, passed=total)
        if waiting.done() and isinstance(known := _awaited(waiting, cancellation), Fault):
            return replace(about, finding=known.finding)
        source = program(exercise.fill, answer) if exercise.fill and not whole else answer
        outcome = self._cells.run(
            exercise.job(source), exercise.limits, cancellation, self._waiting.take(question, exercise.limits)
        )
        reference = _awaited(waiting, cancellation)
        about = replace(about, output=outcome.stdout + outcome.stderr, took_ms=outcome.wall_ms, level=outcome.level)
        if isinstance(reference, Fault):
            return replace(about, finding=reference.finding)
        if outcome.ending in (Ending.LOST, Ending.CANCELLED):
            return replace(about, name=VerdictName.UNAVAILABLE, finding=Finding("lost"))
        verdict = self._compared(exercise, source, reference, outcome, about)
        if self._spare:
            # Not before the verdict is made: a cell that gets ready wants a core for itself.
            self._waiting.order(question, exercise.limits)
        return verdict

    def _compared(self, exercise: Exercise, source: str, reference: Reply, outcome: Outcome, about: Verdict) -> Verdict:
        got = outcomes.read(outcome, exercise.limits)
        if not isinstance(got, Reply):
            return replace(about, name=got[0], finding=got[1])
        found = judge.judge(exercise, source, reference, got)
        note = self._note(exercise, got, found)
        return replace(about, name=found.verdict, passed=found.passed, finding=found.finding, note=note)

    def _predicted(
        self, exercise: Exercise, answer: str | None, waiting: Future[Reference], cancellation: Cancellation, about: Verdict
    ) -> Verdict:
        reference = _awaited(waiting, cancellation)
        if isinstance(reference, Fault):
            return replace(about, finding=reference.finding)
        seen = reference.runs[0].seen[0]
        about = replace(about, value=spelled(seen))
        if answer is None:
            return replace(about, name=VerdictName.VALUE)
        name, finding = predict.judge_predict(seen, answer, exercise.tolerance)
        return replace(about, name=name, finding=finding, passed=int(name is VerdictName.PASS))

    def _note(self, exercise: Exercise, got: Reply, found: judge.Judgement) -> str | None:
        """The note of the first catalogued mistake that behaves as the answer does. Those are run after a miss, and kept."""
        if found.verdict in _WITHOUT_NOTE:
            return None
        alike: list[tuple[str, Reply]] = []
        brief = replace(exercise, limits=replace(exercise.limits, wall_s=min(exercise.limits.wall_s, NOTE_S)))
        for wrong in exercise.wrongs:
            reply = self._references.of_program(brief, wrong.source) if wrong.note else None
            if reply is not None and behaves_alike(exercise, reply, got, found.place, exercise.tolerance):
                alike.append((wrong.note, reply))
        # Two mistakes that raise nearly the same at the same place are told apart by what it says.
        for note, reply in alike if len(alike) > 1 else ():
            if behaves_alike(exercise, reply, got, found.place, exercise.tolerance, words=True):
                return note
        return alike[0][0] if alike else None


def _awaited(waiting: Future[Reference], cancellation: Cancellation) -> Reference:
    """The reference's reply, unless the learner stops waiting for it."""
    while not cancellation.asked:
        with contextlib.suppress(TimeoutError):
            return waiting.result(timeout=PATIENCE_S)
    raise Lost


def _refused(exercise: Exercise, answer: str) -> Finding | None:
    """Why an answer is a free retry before anything is run."""
    if exercise.kind is Kind.PREDICT:
        if not answer.strip():
            return Finding("empty")
        try:
            literal.parse(answer)
        except literal.NoLiteral:
            return Finding("literal", {"got": answer.strip()[:80]})
    if exercise.fill:
        try:
            program(exercise.fill, answer)
        except NotFilled as error:
            return Finding(error.code, error.params)
    return None


def _unfit(exercise: Exercise, report: Report) -> Finding | None:
    """Why the card cannot work on this machine."""
    if not versions.lies_within(report.torch, exercise.torch):
        return Finding("torch-range", {"range": exercise.torch, "torch": report.torch})
    if exercise.limits.device not in report.devices:
        return Finding("no-device", {"device": exercise.limits.device})
    if exercise.limits.processes and not named(report.level).processes:
        return Finding("no-processes", {"level": report.level})
    return None

"""Does a card keep its word? Its solutions must pass; its starter and each catalogued mistake must fail."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flashtorch.cards import blanks
from flashtorch.cards.model import Kind, Place, Problem, Role
from flashtorch.cards.question import ask, drawn_parts, question_seed
from flashtorch.grading import compare, plan, wording
from flashtorch.grading.observation import Reply
from flashtorch.grading.references import Lost
from flashtorch.grading.tolerance import Tolerance
from flashtorch.grading.verdict import VerdictName
from flashtorch.language import _
from flashtorch.sandbox.cell import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flashtorch.cards.model import Card, Part, Severity
    from flashtorch.cards.question import Question
    from flashtorch.grading.grader import Grader
    from flashtorch.grading.verdict import Verdict

DRAWS = 4
"""How many draws of a generated card are tried."""


def check_card(card: Card, grader: Grader, draws: int = DRAWS) -> Iterator[Problem]:
    """What running a card finds wrong with it, each problem once, for the first draw that has it.

    Raises:
        Unavailable: no code can be run here.
    """
    if not card.kind.is_run:
        return
    told: set[tuple[int, str]] = set()
    for turn in range(draws if card.generated else 1):
        for problem in _check_draw(ask(card, question_seed(card.id, turn)), grader):
            if (problem.place.line, problem.code) not in told:
                told.add((problem.place.line, problem.code))
                yield problem


def _check_draw(question: Question, grader: Grader) -> Iterator[Problem]:
    if question.card.kind is Kind.PREDICT:
        yield from _check_predict(question, grader)
        return
    parts = drawn_parts(question.card, question.seed)
    for part in parts:
        if part.role is Role.SOLUTION or part.role is Role.FILL:
            source = blanks.whole(part.source) if part.role is Role.FILL else part.source
            verdict = _judged(question, grader, source)
            if verdict.name is not VerdictName.PASS:
                yield _does_not_pass(question, part, verdict)
            if verdict.name is VerdictName.BROKEN:
                # The rest is measured against this one.
                return
    for part in parts:
        if part.role in (Role.STARTER, Role.WRONG):
            verdict = _judged(question, grader, part.source)
            if verdict.name is VerdictName.PASS:
                yield _passes(question, part)


def _judged(question: Question, grader: Grader, source: str) -> Verdict:
    verdict = grader.judge_program(question, source)
    if verdict.name is VerdictName.UNAVAILABLE:
        raise Unavailable(wording.sentence(verdict))
    return verdict


def _does_not_pass(question: Question, part: Part, verdict: Verdict) -> Problem:
    found = verdict.finding
    why = wording.finding(found) if found is not None else verdict.name.value
    if found is not None and found.code in ("torch-range", "no-device"):
        return _problem(question, part.line, "warning", "not-run", _("not run here: {why}").format(why=why))
    if verdict.name is VerdictName.BROKEN:
        return _problem(question, part.line, "error", "broken", _("the card does not work: {why}").format(why=why))
    return _problem(question, part.line, "error", "solution-fails", _("the solution does not pass: {why}").format(why=why))


def _passes(question: Question, part: Part) -> Problem:
    if part.role is Role.STARTER:
        return _problem(question, part.line, "error", "starter-passes", _("the starter passes as it is"))
    said = _("this wrong answer passes; the check does not tell it from the solution")
    return _problem(question, part.line, "error", "wrong-passes", said)


def _check_predict(question: Question, grader: Grader) -> Iterator[Problem]:
    """What is asked for must be the same each time: a learner cannot know a seed."""
    part = question.card.part(Role.PREDICT)
    line = part.line if part is not None else question.card.place.line
    exercise = plan.exercise(question.card, question.seed)
    seeds = tuple((question.seed + turn) % plan.MAX_SEED for turn in range(plan.SEEDS))
    try:
        found = grader.reference(replace(exercise, seeds=seeds))
    except Lost:
        raise Unavailable(_("the process that runs code was lost twice; try again")) from None
    if not isinstance(found, Reply):
        why = wording.finding(found.finding)
        yield _problem(question, line, "error", "broken", _("the card does not work: {why}").format(why=why))
        return
    seen = [run.seen[0] for run in found.runs]
    first = seen[0]
    for other in seen[1:]:
        same = first.raised.type == other.raised.type if first.raised and other.raised else first.raised is other.raised
        if first.value is not None and other.value is not None:
            same = compare.node_difference(first.value, other.value, Tolerance(exercise.tolerance.given)) is None
        if not same:
            yield _problem(question, line, "error", "predict-random", _("what is asked for depends on random numbers"))
            return


def _problem(question: Question, line: int, severity: Severity, code: str, message: str) -> Problem:
    if question.card.generated:
        message = _("{said} (seed {seed})").format(said=message, seed=question.seed)
    return Problem(Place(question.card.place.file, line), severity, code, message, str(question.card.id))

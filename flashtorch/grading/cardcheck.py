"""Does a card keep its word? Everything that running it can prove or refute.

In this order: solutions pass, also under many seeds; the starter, an empty answer and each catalogued mistake fail, each mistake
in its own way; the proof holds; every draw of a generated card works; mutants of the solution fail.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flashtorch.cards import blanks
from flashtorch.cards.draws import covering_seeds
from flashtorch.cards.model import Kind, Place, Problem, Role
from flashtorch.cards.question import ask, drawn_parts, question_seed
from flashtorch.cards.sides import REASON
from flashtorch.grading import alike, compare, judge, plan, proofs, survivors, wording
from flashtorch.grading.observation import Reply
from flashtorch.grading.references import Lost
from flashtorch.grading.tolerance import Tolerance
from flashtorch.grading.verdict import VerdictName
from flashtorch.language import _, n_
from flashtorch.sandbox.cell import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flashtorch.cards.model import Card, Part, Severity
    from flashtorch.cards.question import Question
    from flashtorch.grading.grader import Grader
    from flashtorch.grading.plan import Exercise
    from flashtorch.grading.verdict import Verdict

DRAWS = 4
"""How many draws of a generated card have every answer tried."""
ALL_DRAWS = 256
"""Up to how many draws have at least their reference run, each of them; of more, as many as this."""
MANY_SEEDS = 50
AT_ONCE = 10
"""Seeds of one run, when there are many."""
SURVIVOR = "mutant-survives"
PROGRAM_OF_NOTHING = "pass\n"


@dataclass(frozen=True, slots=True)
class Thorough:
    """How far to go."""

    draws: int = DRAWS
    all_draws: int = ALL_DRAWS
    seeds: int = MANY_SEEDS
    mutants: bool = True


QUICK = Thorough(draws=2, all_draws=0, seeds=0, mutants=False)
"""Solutions, starters, mistakes and proofs."""


def check_card(card: Card, grader: Grader, how: Thorough = QUICK) -> Iterator[Problem]:
    """What running a card finds wrong with it, each problem once, for the first draw that has it.

    Raises:
        Unavailable: no code can be run here.
    """
    told: set[tuple[int, str]] = set()
    try:
        for problem in _problems(card, grader, how):
            what = problem.message if problem.code == SURVIVOR else problem.code
            if (problem.place.line, what) not in told:
                told.add((problem.place.line, what))
                yield problem
    except Lost:
        raise Unavailable(_("the process that runs code was lost twice; try again")) from None


def _problems(card: Card, grader: Grader, how: Thorough) -> Iterator[Problem]:
    first = ask(card, question_seed(card.id, 0))
    sound = True
    if card.kind.is_run:
        for turn in range(how.draws if card.generated else 1):
            for problem in _check_draw(ask(card, question_seed(card.id, turn)), grader):
                sound = sound and problem.code not in ("broken", "not-run", "solution-fails", "predict-random")
                yield problem
    if (why := proofs.failing(first, grader)) is not None:
        proof = card.part(Role.PROOF)
        line = proof.line if proof else card.place.line
        yield _problem(first, line, "error", "proof-fails", _("the proof fails: {why}").format(why=why))
    if not sound or not card.kind.is_run:
        return
    yield from _every_draw(card, grader, how.all_draws)
    if card.kind is not Kind.PREDICT:
        if how.seeds:
            yield from _near_the_tolerance(first, grader, how.seeds)
        if how.mutants:
            yield from _mutants(first, grader)


# ---------------------------------------------------------------------- answers


def _check_draw(question: Question, grader: Grader) -> Iterator[Problem]:
    if question.card.kind is Kind.PREDICT:
        yield from _check_predict(question, grader)
        return
    parts = drawn_parts(question.card, question.seed)
    for part in parts:
        if part.role is Role.SOLUTION or part.role is Role.FILL:
            verdict = _judged(question, grader, _program(part))
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
    if question.card.kind is Kind.CODE and _judged(question, grader, PROGRAM_OF_NOTHING).name is VerdictName.PASS:
        check = question.card.part(Role.CHECK)
        line = check.line if check else question.card.place.line
        yield _problem(question, line, "error", "empty-passes", _("an empty answer passes; the check asks for nothing"))
    yield from _same_mistakes(question, [part for part in parts if part.role is Role.WRONG], grader)


def _program(part: Part) -> str:
    return blanks.whole(part.source) if part.role is Role.FILL else part.source


def _judged(question: Question, grader: Grader, source: str) -> Verdict:
    verdict = grader.judge_program(question, source)
    if verdict.name is VerdictName.UNAVAILABLE:
        raise Unavailable(wording.sentence(verdict))
    return verdict


def _does_not_pass(question: Question, part: Part, verdict: Verdict) -> Problem:
    found = verdict.finding
    why = wording.finding(found) if found is not None else verdict.name.value
    if found is not None and found.code in ("torch-range", "no-device", "no-processes"):
        return _problem(question, part.line, "warning", "not-run", _("not run here: {why}").format(why=why))
    if verdict.name is VerdictName.BROKEN:
        return _problem(question, part.line, "error", "broken", _("the card does not work: {why}").format(why=why))
    return _problem(question, part.line, "error", "solution-fails", _("the solution does not pass: {why}").format(why=why))


def _passes(question: Question, part: Part) -> Problem:
    if part.role is Role.STARTER:
        return _problem(question, part.line, "error", "starter-passes", _("the starter passes as it is"))
    said = _("this wrong answer passes; the check does not tell it from the solution")
    return _problem(question, part.line, "error", "wrong-passes", said)


def _same_mistakes(question: Question, wrongs: Sequence[Part], grader: Grader) -> Iterator[Problem]:
    """Catalogued mistakes that behave alike everywhere: a learner would be told the note of the first for both."""
    exercise = plan.exercise(question.card, question.seed)
    known: list[tuple[Part, Reply]] = []
    for part in wrongs:
        reply = grader.observed(exercise, part.source)
        if reply is None or reply.syntax is not None:
            continue
        twin = next((before for before, seen in known if alike.same_everywhere(exercise, seen, reply)), None)
        if twin is not None and twin.note != part.note:
            said = _("this wrong answer behaves like the one at line {line}, so its note is never shown").format(line=twin.line)
            yield _problem(question, part.line, "warning", "wrong-twice", said)
        known.append((part, reply))


def _check_predict(question: Question, grader: Grader) -> Iterator[Problem]:
    """What is asked for must be the same each time: a learner cannot know a seed."""
    part = question.card.part(Role.PREDICT)
    line = part.line if part is not None else question.card.place.line
    exercise = plan.exercise(question.card, question.seed)
    seeds = tuple((question.seed + turn) % plan.MAX_SEED for turn in range(plan.SEEDS))
    found = grader.reference(replace(exercise, seeds=seeds))
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


# ---------------------------------------------------------------------- draws and seeds


def _every_draw(card: Card, grader: Grader, most: int) -> Iterator[Problem]:
    """Each combination of drawn numbers must have a reference that works."""
    if not card.generated or not most:
        return
    covering = covering_seeds(card, most)
    line = next((part.line for part in card.parts if part.role in (Role.PREDICT, Role.SOLUTION, Role.FILL)), card.place.line)
    raising: dict[int, dict[bool, int]] = {}
    for seed in covering.seeds:
        exercise = plan.exercise(card, seed)
        found = grader.reference(exercise)
        if not isinstance(found, Reply):
            why = wording.finding(found.finding)
            yield _problem(ask(card, seed), line, "error", "draw-fails", _("these numbers do not work: {why}").format(why=why))
            return
        for place, raised in _raised(found).items():
            raising.setdefault(exercise.expressions[place].line, {}).setdefault(raised, seed)
    for seeds in raising.values() if card.kind is not Kind.PREDICT else ():
        if len(seeds) > 1:
            yield _raises_at_times(ask(card, seeds[True]))
            break
    if covering.of > len(covering.seeds):
        said = _("{tried} of {all} draws were tried").format(tried=len(covering.seeds), all=covering.of)
        yield Problem(Place(card.place.file, line), "warning", "draws-sampled", said, str(card.id))


def _raised(reply: Reply) -> dict[int, bool]:
    """For each expression of the check, whether it ever raised."""
    found: dict[int, bool] = {}
    for run in reply.runs:
        for seen in run.seen:
            found[seen.place] = found.get(seen.place, False) or seen.raised is not None
    return found


def _raises_at_times(question: Question) -> Problem:
    """With some numbers an expression of the check raises, with others it does not: seldom what an author means."""
    said = _("with these numbers the solution raises here, with others it does not; raises(…) says that this is meant")
    check = question.card.part(Role.CHECK)
    line = check.line if check else question.card.place.line
    return _problem(question, line, "warning", "draw-raises", said)


def _near_the_tolerance(question: Question, grader: Grader, seeds: int) -> Iterator[Problem]:
    """Solutions that agree with the reference so narrowly that another seed or machine may refuse them."""
    exercise = plan.exercise(question.card, question.seed)
    parts = [part for part in drawn_parts(question.card, question.seed) if part.role is Role.SOLUTION][1:]
    for part in parts:
        for start in range(0, seeds, AT_ONCE):
            drawn = tuple((question.seed + 1000 + start + turn) % plan.MAX_SEED for turn in range(AT_ONCE))
            many = replace(exercise, seeds=drawn, second="")
            expected, got = grader.reference(many), grader.observed(many, part.source)
            if not isinstance(expected, Reply) or got is None:
                break
            if judge.judge(many, part.source, expected, got).verdict is not VerdictName.PASS:
                said = _("with other seeds this solution does not pass; tol= or another check would help")
                yield _problem(question, part.line, "warning", "seed-fails", said)
                break
            if judge.judge(_halved(many), part.source, expected, got).verdict is not VerdictName.PASS:
                said = _("this solution comes nearer than half the tolerance to failing; tol= would help")
                yield _problem(question, part.line, "warning", "near-tolerance", said)
                break


def _halved(exercise: Exercise) -> Exercise:
    return replace(exercise, tolerance=replace(exercise.tolerance, share=0.5))


# ---------------------------------------------------------------------- mutants


def _mutants(question: Question, grader: Grader) -> Iterator[Problem]:
    card = question.card
    exercise = plan.exercise(card, question.seed)
    reference = grader.reference(exercise)
    if not isinstance(reference, Reply):
        return
    survival = survivors.survival(card, exercise, question.seed, reference, grader)
    left, allowed = survival.survivors, card.survivors_allowed
    part = card.part(Role.FILL) if exercise.fill else card.part(Role.SOLUTION)
    start = part.line if part else card.place.line
    if allowed and not _explained(card):
        said = _("mutants={allowed} gives no reason: write one as a comment of the check, # mutants: why they are equivalent")
        yield Problem(card.place, "warning", "mutants-unexplained", said.format(allowed=allowed), str(card.id))
    if len(left) > allowed:
        for mutant in left:
            said = _("a changed solution still passes: {diff}").format(diff=mutant.diff)
            yield Problem(Place(card.place.file, start + mutant.line), "warning", SURVIVOR, said, str(card.id))
    elif len(left) < allowed:
        said = n_(
            "mutants={allowed} allows more than the {count} that passes",
            "mutants={allowed} allows more than the {count} that pass",
            len(left),
        ).format(allowed=allowed, count=len(left))
        yield Problem(card.place, "warning", "mutants-allowed", said, str(card.id))


def _explained(card: Card) -> bool:
    check = card.part(Role.CHECK)
    return check is not None and any(line.strip().lower().startswith(REASON) for line in check.source.split("\n"))


def _problem(question: Question, line: int, severity: Severity, code: str, message: str) -> Problem:
    if question.card.generated:
        message = _("{said} (seed {seed})").format(said=message, seed=question.seed)
    return Problem(Place(question.card.place.file, line), severity, code, message, str(question.card.id))

"""The reference's observations beside the answer's: how many checks pass, and the one finding that is told in full.

Pure functions over frozen values. Nothing of this happens in a process that ran an answer.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flashtorch.grading import exceptions, guess, names
from flashtorch.grading.compare import RANK, Difference, difference
from flashtorch.grading.verdict import Finding, VerdictName

if TYPE_CHECKING:
    from flashtorch.grading.observation import Error, Failure, Reply, Run, Seen
    from flashtorch.grading.plan import Exercise, Expression


@dataclass(frozen=True, slots=True)
class Found:
    """One difference between two runs."""

    verdict: VerdictName
    finding: Finding
    place: int
    """The expression, or -1 when it is none."""
    turn: int
    """Which run."""
    difference: Difference | None = None
    follows: bool = False
    """It was raised by the check's own code, so that an earlier difference may have led to it."""

    @property
    def order(self) -> tuple[int, int, int]:
        return RANK[self.verdict], self.place, self.turn


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is to be said of an answer's observations."""

    verdict: VerdictName
    passed: int
    total: int
    finding: Finding | None = None
    place: int = -1
    """The expression that the finding is about, or -1."""


def judge(exercise: Exercise, answer: str, expected: Reply, got: Reply) -> Judgement:
    """Judge an answer's reply; the reference's is known to be sound."""
    total = len(exercise.expressions)
    if got.syntax is not None:
        params = {"line": got.syntax.line, "text": got.syntax.text}
        word, more = guess.full_width(got.syntax.text)
        finding = Finding("syntax", params | ({"guess": more} if more else {}), guess=word)
        return Judgement(VerdictName.SYNTAX, 0, total, finding)
    if got.too_large is not None:
        finding = Finding("too-large", {}, expression=_text(exercise, got.too_large))
        return Judgement(VerdictName.MEMORY, 0, total, finding, got.too_large)
    found: list[Found] = []
    failing: set[int] = set()
    for turn, (want, have) in enumerate(zip(expected.runs, got.runs, strict=False)):
        one, places = _run(exercise, answer, want, have, turn)
        found += one
        failing |= places
    if len(got.runs) != len(expected.runs):
        failing = set(range(total))
        # A run that could not start its check is the last one; nothing else explains another number of runs.
        if len(got.runs) > len(expected.runs) or not any(each.place < 0 for each in found):
            found.append(Found(VerdictName.EXITED, Finding("garbled", {"why": "runs"}), -1, len(got.runs)))
    if not found:
        return Judgement(VerdictName.PASS, total, total)
    first = min(found, key=lambda each: each.order)
    if first.follows:
        first = min(_before(first, found, total), key=lambda each: each.order, default=first)
    return Judgement(first.verdict, total - len(failing & set(range(total))), total, first.finding, first.place)


def _before(last: Found, found: list[Found], total: int) -> list[Found]:
    """What else was found at the expressions before this one, and before what ended the check at any of them."""
    until = last.place if last.place >= 0 else total
    return [each for each in found if each.turn == last.turn and not each.follows and 0 <= each.place < until]


def _run(exercise: Exercise, answer: str, want: Run, have: Run, turn: int) -> tuple[list[Found], set[int]]:
    """The differences of one run, and the expressions that do not pass in it."""
    second = bool(exercise.second) and want.device == exercise.second
    if second and want.failed is not None:
        # What the reference cannot do on the second device is not asked of an answer.
        return [], set()
    if have.failed is not None and have.failed.stage != "check":
        return [_failure(exercise, answer, have.failed, turn, second)], set(range(len(exercise.expressions)))
    found, failing = _observed(exercise, answer, want, have, turn, second)
    if have.failed is not None:
        found = [each for each in found if each.finding.code != "not-reached"]
        found.append(_failure(exercise, answer, have.failed, turn, second))
    return found, failing


def _observed(
    exercise: Exercise, answer: str, want: Run, have: Run, turn: int, second: bool
) -> tuple[list[Found], set[int]]:  # fmt: skip
    expected, got = by_place(want), by_place(have)
    found: list[Found] = []
    failing: set[int] = set()
    stopped = False
    for place, occasion, seen in _in_order(have):
        wanted = expected[place][occasion] if occasion < len(expected[place]) else None
        if wanted is not None and second and wanted.raised is not None:
            continue
        one = _extra(place, turn, exercise) if wanted is None else _pair(exercise, answer, wanted, seen, turn, second)
        if one is None and not stopped:
            continue
        failing.add(place)
        if one is not None and not stopped:
            found.append(one)
            # What comes after an exception that was not expected says nothing: the script would have ended there.
            stopped = seen.raised is not None
    for place, wanted_all in expected.items():
        if len(got[place]) < len(wanted_all):
            failing.add(place)
            if not stopped:
                finding = Finding("not-reached", {}, expression=_text(exercise, place))
                found.append(Found(VerdictName.KIND, finding, place, turn))
    return found, failing


def by_place(run: Run) -> dict[int, list[Seen]]:
    """What was seen of each expression, in the order in which it happened."""
    places: dict[int, list[Seen]] = defaultdict(list)
    for seen in run.seen:
        places[seen.place].append(seen)
    return places


def _in_order(run: Run) -> list[tuple[int, int, Seen]]:
    """Place, the how manieth time, and what was seen; in the order in which it happened."""
    times: dict[int, int] = defaultdict(int)
    ordered = []
    for seen in run.seen:
        ordered.append((seen.place, times[seen.place], seen))
        times[seen.place] += 1
    return ordered


def _extra(place: int, turn: int, exercise: Exercise) -> Found:
    return Found(VerdictName.KIND, Finding("reached-more", {}, expression=_text(exercise, place)), place, turn)


def _pair(exercise: Exercise, answer: str, want: Seen, have: Seen, turn: int, second: bool) -> Found | None:
    """The first difference between what one expression gave on both sides."""
    expression, text = _expression(exercise, want.place), _text(exercise, want.place)
    if have.raised is not None:
        if want.raised is not None and _same_exception(exercise, answer, want.raised, have.raised):
            return None
        verdict, finding = error_finding(exercise, answer, have.raised, text, second)
        if want.raised is not None and verdict is VerdictName.RAISED:
            finding = Finding("raised-other", {**finding.params, "expected": want.raised.type}, text, trace=finding.trace)
        return Found(verdict, finding, want.place, turn, follows=not have.raised.frames)
    if want.raised is not None:
        return Found(VerdictName.KIND, Finding("should-raise", {"expected": want.raised.type}, text), want.place, turn)
    if want.value is None or have.value is None:
        same = want.value is None and have.value is None
        return None if same else Found(VerdictName.KIND, Finding("not-reached", {}, text), want.place, turn)
    apart = difference(want, have, exercise.tolerance)
    if apart is None:
        return None
    return Found(*_worded(apart, answer, expression, text), want.place, turn, apart)


def _same_exception(exercise: Exercise, answer: str, want: Error, have: Error) -> bool:
    return exceptions.same(exceptions.chain(want, exercise.solutions[0]), exceptions.chain(have, answer))


def _worded(apart: Difference, answer: str, expression: Expression | None, text: str) -> tuple[VerdictName, Finding]:
    params = dict(apart.params)
    if "argument" in params:
        params |= _argument(expression, params["argument"])
    if apart.code == "raises":
        if not params["got"]:
            return VerdictName.KIND, Finding("should-raise", {"expected": params["expected"]}, text)
        if not params["expected"]:
            return VerdictName.RAISED, Finding("raised", {"type": params["got"], "text": "", "line": 0}, text)
        return VerdictName.RAISED, Finding("raised-other", {"type": params["got"], "text": "", "line": 0, **params}, text)
    word, more = guess.guess(apart, answer, expression.function if expression is not None else "")
    if not word and apart.verdict in (VerdictName.VALUE, VerdictName.GRADIENT) and (statement := guess.uncalled(answer)):
        word, more = "uncalled", {"statement": statement}
    return apart.verdict, Finding(apart.code, {**params, **({"guess": more} if more else {})}, text, guess=word)


def _argument(expression: Expression | None, label: str) -> dict[str, Any]:
    """An argument as the check writes it, `x`, or `x[0]` for a tensor in a list; and its place from 1."""
    place, bracket, rest = label.partition("[")
    if not place.isdigit():
        return {"argument": label}
    known = expression.arguments if expression is not None else ()
    # Without a text of its own, as where one is starred, it is told by its place.
    text = known[int(place)] + bracket + rest if int(place) < len(known) else ""
    return {"argument": text, "number": int(place) + 1}


def _failure(exercise: Exercise, answer: str, failed: Failure, turn: int, second: bool) -> Found:
    text = ""
    if failed.stage == "check":
        lines = exercise.check.split("\n")
        text = lines[failed.line - 1].strip() if 0 < failed.line <= len(lines) else ""
    verdict, finding = error_finding(exercise, answer, failed.error, text, second)
    return Found(verdict, finding, -1, turn, follows=failed.stage == "check" and not failed.error.frames)


def error_finding(exercise: Exercise, answer: str, error: Error, text: str, second: bool = False) -> tuple[VerdictName, Finding]:
    """What an exception in an answer's run is called."""
    params: dict[str, Any] = {"type": error.type, "text": error.text, "line": error.line}
    if "SystemExit" in error.bases:
        params = {"code": error.code.replace("None", ""), "line": error.line}
        return VerdictName.EXITED, Finding("exit-called", params, text, trace=trace(error))
    if error.is_memory:
        return VerdictName.MEMORY, Finding("memory", params, text, trace=trace(error))
    if error.missing in exercise.bound and not error.frames and not second:
        return VerdictName.RAISED, Finding("not-set", {"name": error.missing}, text)
    if error.missing and not second:
        near, code = error.near, "missing-name"
        if error.missing in exercise.defined and not error.frames:
            near, code = names.nearest_defined(error.missing, answer), "not-defined"
        params |= {"name": error.missing, "near": near}
        return VerdictName.MISSING_NAME, Finding(code, params, text, trace=trace(error))
    if second:
        return VerdictName.DEVICE, Finding("raised-there", {**params, "device": exercise.second}, text, trace=trace(error))
    method = guess.without_self(answer, error.text) if "TypeError" in error.bases else ""
    word = "no-self" if method else ""
    params |= {"guess": {"name": method}} if method else {}
    return VerdictName.RAISED, Finding("raised", params, text, guess=word, trace=trace(error))


def trace(error: Error) -> tuple[str, ...]:
    """The learner's own lines, outermost first, the part that failed, and its tensors."""
    lines = [f"{line}: {text}" for line, text in error.frames]
    if error.part and error.frames and error.part != error.frames[-1][1]:
        lines.append("\n".join(error.part.split("\n")[:3]))
    return (*lines, *error.tensors)


def _expression(exercise: Exercise, place: int) -> Expression | None:
    return exercise.expressions[place] if 0 <= place < len(exercise.expressions) else None


def _text(exercise: Exercise, place: int) -> str:
    expression = _expression(exercise, place)
    return expression.text if expression is not None else ""

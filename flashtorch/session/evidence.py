"""What is kept with a rating, and what it suggests: enough to show the last answer, to regrade and to mend a misjudgement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flashtorch.cards.model import Kind
from flashtorch.grading.verdict import Finding, Verdict, VerdictName
from flashtorch.scheduling.state import Rating
from flashtorch.session.options import file_numbers, shown_numbers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flashtorch.cards.question import Question
    from flashtorch.session.phase import Answered

MISSES = 20
"""Of one card's misses at one time, the last ones are kept."""
MISS_LENGTH = 20_000
"""Characters kept of each."""


def suggested(verdict: Verdict | None, *, misses: int, hints: int) -> Rating:
    """Passed at the first try is Good, after a miss or a hint Hard; a missed single try or giving up is Again."""
    if verdict is None or not verdict.is_pass:
        return Rating.AGAIN
    return Rating.HARD if misses or hints else Rating.GOOD


def as_graded(question: Question, answer: str) -> str:
    """The answer as `flashtorch grade` takes it: option numbers as in the file, everything else as it is."""
    return file_numbers(answer, question.order) if question.card.kind is Kind.CHOICE else answer


def as_shown(question: Question, graded: str) -> str:
    """The reverse of `as_graded`."""
    return shown_numbers(graded, question.order) if question.card.kind is Kind.CHOICE else graded


def evidence(answered: Answered) -> dict[str, Any]:
    """The evidence of a review, as JSON holds it.

    `attempts` counts the counted tries, a pass included; `answer` is as `flashtorch grade` takes it; `misses` are the wrong
    answers before it, each with its own verdict.
    """
    verdict = answered.verdict
    passed = verdict is not None and verdict.is_pass
    kept: dict[str, Any] = {
        "v": 1,
        "verdict": str(verdict.name) if verdict else None,
        "attempts": answered.attempts + passed,
        "hints": answered.hints_shown,
        "answer": as_graded(answered.question, answered.answer),
        "seed": answered.question.seed,
    }
    if verdict:
        kept |= {"ms": round(verdict.took_ms, 3), "torch": verdict.torch, "device": verdict.device, "level": verdict.level}
        kept |= _found(verdict)
    # What was written when the learner gave up was not judged, so the last miss is not that.
    missed = [miss for miss in answered.missed if answered.gave_up or miss.verdict is not verdict]
    if missed:
        kept["misses"] = [
            {
                "answer": as_graded(answered.question, miss.answer)[:MISS_LENGTH],
                "verdict": str(miss.verdict.name),
                **_found(miss.verdict),
            }
            for miss in missed[-MISSES:]
        ]
    if answered.gave_up:
        kept["gave_up"] = True
    return kept


def verdict_of(kept: Mapping[str, Any]) -> Verdict | None:
    """The verdict that an evidence, or one of its `misses`, tells of; None for none, and for one that is unknown here."""
    name = kept.get("verdict")
    if name not in list(VerdictName):
        return None
    found = kept.get("finding")
    finding = None
    if isinstance(found, dict):
        params = found.get("params")
        finding = Finding(
            str(found.get("code", "")), params if isinstance(params, dict) else {}, str(found.get("expression", ""))
        )
    passed, total = (value if isinstance(value := kept.get(key), int) else 0 for key in ("passed", "total"))
    return Verdict(VerdictName(name), passed, total, finding)


def misses(kept: Mapping[str, Any]) -> int:
    """The counted misses in the evidence of a review; whoever gave up has seen the back, which counts as one."""
    return int(kept.get("attempts", 0)) - (kept.get("verdict") == "pass") + bool(kept.get("gave_up"))


def _found(verdict: Verdict) -> dict[str, Any]:
    """What was found, without its sentence: that is made in the reader's language."""
    kept: dict[str, Any] = {"passed": verdict.passed, "total": verdict.total} if verdict.total else {}
    if verdict.finding and not verdict.is_pass:
        found = verdict.finding
        kept["finding"] = {"code": found.code, "params": _plain(found.params), "expression": found.expression}
    return kept


def _plain(value: Any) -> Any:
    """The same as JSON has it; what JSON has no word for, a complex number for instance, as text."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)

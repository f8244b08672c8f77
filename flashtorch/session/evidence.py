"""What is kept with a rating, and what it suggests: enough to show the last answer, to regrade and to mend a misjudgement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flashtorch.cards.model import Kind
from flashtorch.scheduling.state import Rating
from flashtorch.session.options import file_numbers, shown_numbers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flashtorch.cards.question import Question
    from flashtorch.grading.verdict import Verdict
    from flashtorch.session.phase import Answered


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

    `attempts` counts the counted tries, a pass included; `answer` is as `flashtorch grade` takes it.
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
    if answered.gave_up:
        kept["gave_up"] = True
    return kept


def misses(kept: Mapping[str, Any]) -> int:
    """The counted misses in the evidence of a review; whoever gave up has seen the back, which counts as one."""
    return int(kept.get("attempts", 0)) - (kept.get("verdict") == "pass") + bool(kept.get("gave_up"))

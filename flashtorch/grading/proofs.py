"""`python proof`: assertions that are the evidence for what a card states. They hold, or the card is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flashtorch.cards.model import Role
from flashtorch.cards.question import drawn_parts
from flashtorch.grading import outcomes, plan, wording
from flashtorch.grading.observation import Reply
from flashtorch.grading.verdict import Finding
from flashtorch.grading.versions import lies_within
from flashtorch.language import _

if TYPE_CHECKING:
    from flashtorch.cards.question import Question
    from flashtorch.grading.grader import Grader


def failing(question: Question, grader: Grader, device: str = "cpu") -> str | None:
    """What is wrong with the proof of a card, in one sentence; None when it holds, when there is none, or when it is not for here.

    Raises:
        Lost, Unavailable: it could not be run.
    """
    parts = drawn_parts(question.card, question.seed)
    proof = next((part for part in parts if part.role is Role.PROOF), None)
    if proof is None:
        return None
    limits = plan.limits(question.card.limits, device)
    report = grader.report()
    if limits.device not in report.devices or not lies_within(report.torch, question.card.limits.torch):
        return None
    setup = next((part.source for part in parts if part.role is Role.SETUP), "")
    # Run as a check without expressions, so that a failure comes with the line that it stands on.
    job = plan.Job(setup, "", proof.source, "check", (), (question.seed % plan.MAX_SEED,), limits.device, "")
    found = outcomes.read(grader.outcome(plan.ENTRY, job.payload(), limits), limits)
    if not isinstance(found, Reply):
        return wording.finding(found[1])
    if found.syntax is not None:
        return wording.finding(Finding("syntax", {"line": found.syntax.line, "text": found.syntax.text}))
    failed = found.runs[0].failed if found.runs else None
    if failed is None:
        return None
    lines = proof.source.split("\n")
    line = lines[failed.line - 1].strip() if 0 < failed.line <= len(lines) else ""
    said = f"{failed.error.type}: {failed.error.text}" if failed.error.text else failed.error.type
    return _("{line} gives {error}").format(line=line, error=said)

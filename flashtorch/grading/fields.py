"""A verdict as plain fields: what `grade --json`, a batch and a session for programs call its values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flashtorch.grading import wording

if TYPE_CHECKING:
    from flashtorch.grading.verdict import Verdict

Fields = dict[str, Any]


def verdict_fields(card: str, verdict: Verdict) -> Fields:
    """A verdict as `flashtorch grade --json` gives it; fields are added, never renamed."""
    return {
        "card": card,
        "verdict": str(verdict.name),
        "passed": verdict.passed,
        "total": verdict.total,
        "finding": wording.sentence(verdict) if verdict.finding else None,
        "finding_code": verdict.finding.code if verdict.finding else None,
        "note": verdict.note,
        "output": verdict.output,
        "took_ms": round(verdict.took_ms, 3),
        "torch": verdict.torch,
        "device": verdict.device,
        "sandbox": verdict.level,
    }

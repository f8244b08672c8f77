"""How a run ended, as a verdict; and whether a reference run is sound, for blame is decided by it alone."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flashtorch.cards.model import Kind
from flashtorch.grading import compare, frames
from flashtorch.grading.observation import Reply
from flashtorch.grading.verdict import Finding, VerdictName
from flashtorch.sandbox.cell import Ending

if TYPE_CHECKING:
    from flashtorch.grading.observation import Error
    from flashtorch.grading.plan import Exercise
    from flashtorch.sandbox.cell import Limits, Outcome

Early = tuple[VerdictName, Finding]


@dataclass(frozen=True, slots=True)
class Fault:
    """Why the reference is no measure here: the card is broken."""

    finding: Finding


Reference = Reply | Fault


def read(outcome: Outcome, limits: Limits) -> Reply | Early:
    """The reply of a run, or what its ending is called when there is none. Not for a lost or cancelled one."""
    if outcome.ending is Ending.REPLIED:
        try:
            return frames.read(outcome.reply)
        except frames.BadFrame as bad:
            return VerdictName.EXITED, Finding("garbled", {"why": str(bad)})
    return ended(outcome, limits)


def ended(outcome: Outcome, limits: Limits) -> Early:
    """The verdict and finding of an ending without a reply."""
    match outcome.ending:
        case Ending.WALL:
            return VerdictName.TIMEOUT, Finding("timeout", {"seconds": limits.wall_s})
        case Ending.CPU:
            return VerdictName.TIMEOUT, Finding("cpu", {"seconds": limits.cpu_s})
        case Ending.MEMORY:
            return VerdictName.MEMORY, Finding("memory", {"limit": limits.memory_mb})
        case Ending.REPLY_TOO_BIG:
            return VerdictName.MEMORY, Finding("too-large", {})
        case Ending.DISK:
            return VerdictName.MEMORY, Finding("disk", {"limit": limits.disk_mb})
        case Ending.TASKS:
            return VerdictName.EXITED, Finding("tasks")
        case Ending.OUTPUT:
            return VerdictName.EXITED, Finding("output", {"limit": limits.output_kb})
        case Ending.GARBLED:
            return VerdictName.EXITED, Finding("garbled", {"why": "channel"})
        case Ending.SIGNALLED:
            return _signalled(-(outcome.exit or 0))
        case _:
            return VerdictName.EXITED, Finding("exited", {"code": outcome.exit if outcome.exit is not None else "?"})


def _signalled(number: int) -> Early:
    try:
        name = signal.Signals(number).name
    except ValueError:
        name = str(number)
    return VerdictName.EXITED, Finding("signalled", {"signal": name})


def reference(exercise: Exercise, outcome: Outcome) -> Reference:
    """The reference's reply, or why it is none."""
    found = read(outcome, exercise.limits)
    if not isinstance(found, Reply):
        _, finding = found
        return Fault(Finding("reference-ended", {"how": finding}))
    return _fault(exercise, found) or found


def _fault(exercise: Exercise, reply: Reply) -> Fault | None:
    if reply.syntax is not None:
        params = {"text": reply.syntax.text, "line": reply.syntax.line, "where": reply.syntax.source}
        return Fault(Finding("reference-syntax", params))
    if reply.too_large is not None:
        text = exercise.expressions[reply.too_large].text if 0 <= reply.too_large < len(exercise.expressions) else ""
        return Fault(Finding("reference-too-large", {}, text))
    for run in reply.runs:
        if exercise.second and run.device == exercise.second:
            continue
        if run.failed is not None:
            return _raised(run.failed.error, run.failed.stage, "")
        for seen in run.seen:
            text = exercise.expressions[seen.place].text if 0 <= seen.place < len(exercise.expressions) else ""
            if seen.raised is not None and not _is_behaviour(exercise, seen.raised):
                return _raised(seen.raised, "check", text)
            if seen.value is not None and (opaque := compare.unreadable(seen.value)) is not None:
                return Fault(Finding("reference-unreadable", {"kind": opaque.kind}, text))
    if not any(run.seen for run in reply.runs):
        return Fault(Finding("reference-nothing"))
    return None


def _is_behaviour(exercise: Exercise, error: Error) -> bool:
    """Whether a card can have meant its expression to raise this.

    A name or a module that is nowhere, or an argument that cannot be made, is no behaviour to ask for. Only a predict card may ask
    what a misspelt name raises, but not where this torch lacks what the card is about.
    """
    if error.is_memory or error.early or {"SystemExit", "ImportError"} & set(error.bases):
        return False
    return not error.missing or (exercise.kind is Kind.PREDICT and not error.missing.startswith("torch."))


def _raised(error: Error, stage: str, text: str) -> Fault:
    """Told without the lines of the solution, which the learner has not seen yet."""
    stage = "answer" if error.frames else stage
    params = {"type": error.type, "text": error.text, "line": error.line, "stage": stage}
    return Fault(Finding("reference-raised", params, text))

"""A scratch run: what is written is run as it stands and looked at, and nothing is judged.

Setup and answer run once, under the first seed, and the last expression is observed as that of a predict card is. The check, the
solution and the reference have no part in it.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flashtorch.grading import arrays, judge, outcomes, plan
from flashtorch.grading.cells import Cancellation
from flashtorch.grading.fill import NotFilled, program
from flashtorch.grading.observation import Array, Plain, Reply
from flashtorch.grading.spelling import spelled
from flashtorch.grading.verdict import Finding, VerdictName
from flashtorch.sandbox.cell import Ending, Unavailable

if TYPE_CHECKING:
    from flashtorch.grading.cells import Cells
    from flashtorch.grading.observation import Seen
    from flashtorch.grading.outcomes import Early
    from flashtorch.grading.plan import Exercise
    from flashtorch.sandbox.cell import Outcome


@dataclass(frozen=True, slots=True)
class Scratch:
    """What came of it; nothing here says whether it is right."""

    value: tuple[str, ...] = ()
    """The last value: what it is, then what it holds. Empty when the program ends without one."""
    output: str = ""
    """What was printed, cleaned and capped."""
    trouble: Early | None = None
    """Why it did not reach its end."""
    took_ms: float = 0.0


class ScratchTicket:
    """One program to be run and looked at."""

    def __init__(self, number: int, cells: Cells, exercise: Exercise, answer: str) -> None:
        self.id = number
        self._cells = cells
        self._exercise = exercise
        # Some editors begin a file with this mark, which Python does not take within a program.
        self._answer = answer.removeprefix("\ufeff")
        self._cancellation = Cancellation()

    def run(self) -> Scratch | None:
        """Run it and wait; never raises. None once it was cancelled."""
        try:
            found = self._run()
        except Unavailable as error:
            found = Scratch(trouble=(VerdictName.UNAVAILABLE, Finding("unavailable", {"why": str(error)})))
        except Exception as error:  # A bug of ours must not cost the learner the sitting.
            why = f"{type(error).__name__}: {error}"
            found = Scratch(trouble=(VerdictName.UNAVAILABLE, Finding("bug", {"why": why[:200]})))
        return None if self._cancellation.asked else found

    def cancel(self) -> None:
        """End it, from any thread."""
        self._cancellation.cancel()

    def _run(self) -> Scratch:
        exercise = self._exercise
        try:
            source = program(exercise.fill, self._answer) if exercise.fill else self._answer
            watched = with_last_value(source)
        except NotFilled as error:
            return Scratch(trouble=(VerdictName.SYNTAX, Finding(error.code, error.params)))
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            line, text = (error.lineno or 0, error.msg) if isinstance(error, SyntaxError) else (0, str(error))
            return Scratch(trouble=(VerdictName.SYNTAX, Finding("syntax", {"line": line, "text": text})))
        job = plan.Job(exercise.setup, watched, "", "predict", (), exercise.seeds[:1], exercise.limits.device, "")
        outcome = self._cells.run(job, exercise.limits, self._cancellation)
        if outcome.ending is Ending.LOST:
            return Scratch(trouble=(VerdictName.UNAVAILABLE, Finding("lost")))
        return _looked_at(exercise, source, outcome)


def with_last_value(source: str) -> str:
    """The program, ending in the expression whose value is wanted: its last one, or the names that its last line assigns.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: it does not compile.
    """
    body = ast.parse(source).body
    last = body[-1] if body else None
    if isinstance(last, ast.Expr):
        return source
    target: ast.expr | None = None
    if isinstance(last, ast.Assign) and len(last.targets) == 1:
        target = last.targets[0]
    elif isinstance(last, ast.AugAssign | ast.AnnAssign):
        target = last.target
    # A starred name has no meaning of its own in an expression.
    is_plain = target is not None and not any(isinstance(node, ast.Starred) for node in ast.walk(target))
    return f"{source.rstrip()}\n{ast.unparse(target) if target is not None and is_plain else None}\n"


def _looked_at(exercise: Exercise, source: str, outcome: Outcome) -> Scratch:
    output = outcome.stdout + outcome.stderr
    reply = outcomes.read(outcome, exercise.limits)
    if not isinstance(reply, Reply):
        return Scratch((), output, reply, outcome.wall_ms)
    if reply.syntax is not None:
        fault = Finding("syntax", {"line": reply.syntax.line, "text": reply.syntax.text})
        return Scratch((), output, (VerdictName.SYNTAX, fault), outcome.wall_ms)
    if not reply.runs or not reply.runs[0].seen:
        return Scratch((), output, (VerdictName.MEMORY, Finding("too-large", {})), outcome.wall_ms)
    seen = reply.runs[0].seen[0]
    if seen.raised is not None:
        return Scratch((), output, judge.error_finding(exercise, source, seen.raised, ""), outcome.wall_ms)
    return Scratch(summary(seen), output, None, outcome.wall_ms)


def summary(seen: Seen) -> tuple[str, ...]:
    """A value in a line or two; nothing for None, which a program that ends without a value leaves."""
    node = seen.value
    if node is None or (isinstance(node, Plain) and node.kind == "NoneType"):
        return ()
    written = spelled(seen)
    if not isinstance(node, Array) or node.kind in ("list", "tuple"):
        return (written,)
    facts = [f"{node.kind} {node.dtype} {node.shape}", node.device, "requires_grad" if node.requires_grad else ""]
    if node.data is not None and node.data.size > 1 and (extent := arrays.extent(node.data)):
        facts += [f"{name} {value:.4g}" for name, value in zip(("min", "max", "mean"), extent, strict=True)]
    told = "  ".join(filter(None, facts))
    # Of a large one its kind and shape are all that is spelled.
    return (told,) if written.startswith(f"{node.kind} {node.dtype}") else (told, written)

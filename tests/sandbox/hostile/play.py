"""Plays the snippets at one level, as whoever runs this, and says of each how it ended and what it did that it should not."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import re
import secrets
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flashtorch.cards.parser import parse_file
from flashtorch.cards.question import ask
from flashtorch.grading.grader import Grader
from flashtorch.grading.verdict import VerdictName
from flashtorch.sandbox.cell import Limits
from flashtorch.sandbox.forked_cell import ForkedCell
from flashtorch.sandbox.sandbox import Sandbox
from tests.sandbox.conftest import ROOM
from tests.sandbox.hostile.stage import Stage, reported
from tests.sandbox.running import ENTRY, WAIT_S, descendants

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flashtorch.cards.question import Question

SNIPPETS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "snippets.json").read_text(encoding="utf-8"))
USUAL_WALL_S = 3.0
PATIENCE_S = 1.5
"""What a run may take beyond its wall limit, until its processes are gone."""
REPORT = "import json as _json\ndef report(obj): print(_json.dumps(obj), flush=True)\n"
PROBE = """
import builtins, os, sys, torch
torch.default_generator.manual_seed(1)
y = torch.nn.Linear(3, 2)(torch.randn(3, 3))
reply = [str(y.dtype), y.tolist(), torch.is_grad_enabled(), print is builtins.print, sorted(os.environ), sys.path, os.listdir("."), sys.getrecursionlimit(), os.umask(0)]
"""
CARD = """\
---
deck: hostile
---

## Softmax
<!-- card: softmax limit={limit} -->

Write `softmax(x)` over the last dimension.

<details><summary>Answer</summary>

```python solution
def softmax(x):
    e = (x - x.max(-1, keepdim=True).values).exp()
    return e / e.sum(-1, keepdim=True)
```

```python check
{check}softmax(torch.randn(5, 7, dtype=torch.double))
```

</details>
"""
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]")


@dataclass(frozen=True)
class Played:
    """How one snippet fared."""

    name: str
    category: str
    how: str
    wrong: list[str]
    """What it did that it should not; empty when it was contained."""
    not_run: str = ""


def question(limit: float, check: str = "") -> Question:
    parsed = parse_file("hostile.md", CARD.format(limit=limit, check=check).encode())
    assert not parsed.problems, parsed.problems
    return ask(parsed.cards[0], seed=3)


def play(level: str, names: frozenset[str] = frozenset()) -> Iterator[Played]:
    """All snippets at `level`, or those of these names."""
    with contextlib.ExitStack() as after:
        base = Path(after.enter_context(tempfile.TemporaryDirectory(prefix="hostile-", dir="/var/tmp", ignore_cleanup_errors=True)))
        base.chmod(0o755)
        (base / "runs").mkdir()
        stage = Stage(base, f"CANARY-{secrets.token_hex(12)}")
        stage.set()
        sandbox = after.enter_context(Sandbox(folder=base / "runs", levels=[level], rooms=[ROOM], environment=os.environ))
        assert sandbox.report().level == level
        grader = after.enter_context(contextlib.closing(Grader(sandbox, spare=False)))
        player = Player(stage, sandbox, grader, level)
        for snippet in SNIPPETS:
            if not names or snippet["name"] in names:
                yield player.played(snippet)


class Player:
    """Plays one snippet after another in one sandbox."""

    def __init__(self, stage: Stage, sandbox: Sandbox, grader: Grader, level: str) -> None:
        self.stage, self.sandbox, self.grader, self.level = stage, sandbox, grader, level
        self.normal = self._probe()
        # A first verdict makes what later ones keep: the reference's process is gone again when it is given.
        assert self._verdict("def softmax(x): return F.softmax(x, -1)", question(5)) is VerdictName.PASS
        self.template = max(descendants(os.getpid()), key=_memory)

    def played(self, snippet: dict[str, Any]) -> Played:
        name, category, code = snippet["name"], snippet["category"], snippet["code"]
        if "sysc(" in code and platform.machine() != "x86_64":
            return Played(name, category, "", [], "its numbers are those of x86_64")
        wall = float(snippet.get("limits", {}).get("wall", USUAL_WALL_S))
        before = self._settled()
        how, took, wrong = (self._graded if snippet["mode"] == "grade" else self._run)(snippet, wall)
        if took > wall + PATIENCE_S:
            wrong.append(f"took {took:.1f} s with a limit of {wall} s")
        after = self._settled(before)
        wrong += [f"{what} changed" for what, was in before.items() if after[what] != was]
        if self._probe() != self.normal:
            wrong.append("the next run differs")
        return Played(name, category, how, wrong)

    def _run(self, snippet: dict[str, Any], wall: float) -> tuple[str, float, list[str]]:
        given = snippet.get("limits", {})
        # Only level A grants processes; elsewhere the snippet has to do without.
        processes = bool(given.get("processes")) and self.level == "A"
        limits = Limits(wall_s=wall, memory_mb=given.get("mem_mb", Limits().memory_mb), processes=processes)
        cell = self.sandbox.prepare(ENTRY, limits, rehearse=False)
        cell.wait()
        started = time.monotonic()
        try:
            outcome = cell.run((REPORT + self.stage.filled(snippet["code"], self.template)).encode())
        finally:
            cell.close()
        took = time.monotonic() - started
        assert not isinstance(cell, ForkedCell) or cell.wait_gone(WAIT_S)
        wrong = [f"says so: {line}" for line in reported(outcome.stdout)]
        said = outcome.stdout + outcome.stderr + outcome.reply.decode("utf-8", "replace")
        if self.stage.secret in said:
            wrong.append("the canary was read")
        if len(outcome.stdout) + len(outcome.stderr) > 2 * limits.output_kb << 10:
            wrong.append("too much output was kept")
        if CONTROLS.search(outcome.stdout + outcome.stderr):
            wrong.append("control characters were kept")
        return f"{outcome.ending.value} {outcome.exit if outcome.exit is not None else ''}".strip(), took, wrong

    def _graded(self, snippet: dict[str, Any], wall: float) -> tuple[str, float, list[str]]:
        spins = snippet["category"] == "check-code"
        asked = question(wall, "while True:\n    pass\n" if spins else "")
        started = time.monotonic()
        name = self._verdict(self.stage.filled(snippet["code"], self.template), asked)
        took = time.monotonic() - started
        wrong = ["it passes"] if name is VerdictName.PASS else []
        if spins and name is not VerdictName.BROKEN:
            wrong.append("the card's own loop is blamed on the answer")
        return name.value, took, wrong

    def _verdict(self, answer: str, asked: Question) -> VerdictName:
        verdict = self.grader.ticket(asked, answer).run()
        assert verdict is not None
        return verdict.name

    def _probe(self) -> bytes:
        cell = self.sandbox.prepare(ENTRY, Limits(), rehearse=False)
        outcome = cell.run(PROBE.encode())
        cell.close()
        assert not isinstance(cell, ForkedCell) or cell.wait_gone(WAIT_S)
        assert outcome.reply, outcome
        return outcome.reply

    def _settled(self, like: dict[str, object] | None = None) -> dict[str, object]:
        """What is seen, once what ends by itself has had a moment to."""
        seen = self.stage.seen()
        until = time.monotonic() + PATIENCE_S
        while like is not None and seen != like and time.monotonic() < until:
            time.sleep(0.02)
            seen = self.stage.seen()
        return seen


def _memory(pid: int) -> int:
    with contextlib.suppress(OSError, IndexError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return 0



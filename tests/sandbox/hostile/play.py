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
from flashtorch.grading import wording
from flashtorch.grading.grader import Grader
from flashtorch.grading.verdict import Verdict, VerdictName
from flashtorch.sandbox.cell import Limits
from flashtorch.sandbox.forked_cell import ForkedCell
from flashtorch.sandbox.sandbox import Sandbox
from tests.sandbox.conftest import ROOM
from tests.sandbox.hostile.stage import Stage, told
from tests.sandbox.running import ENTRY, WAIT_S, descendants

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flashtorch.cards.question import Question

def _written(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((Path(__file__).parent / name).read_text(encoding="utf-8"))
    return found


SNIPPETS = _written("snippets.json")
FURTHER = _written("further.json")
"""These say more of themselves: how they may end (`ends`, else with a reply and a report, which shows that they did what they are
for), which verdicts may come of them (`verdicts`), what stands before the card's check (`before`), and which are `quick`."""
USUAL_WALL_S = 3.0
PATIENCE_S = 1.5
"""What a run may take beyond its wall limit, until its processes are gone."""
REPORT = "import json as _json\ndef report(obj): print(_json.dumps(obj), flush=True)\n"
CALLS = """
import ctypes as _ctypes, os as _os
ctypes, libc = _ctypes, _ctypes.CDLL(None, use_errno=True)
def sysc(n, *a):
    r = libc.syscall(n, *a)
    return r, ('ok' if r >= 0 else _os.strerror(_ctypes.get_errno()))
"""
"""Put before a snippet that calls the kernel by numbers and does not say how."""
ENDS = ["replied"]
PROBE = """
import builtins, gc, os, resource, signal, sys, tempfile, threading, torch
torch.default_generator.manual_seed(1)
y = torch.nn.Linear(3, 2)(torch.randn(3, 3))
reply = [str(y.dtype), y.tolist(), torch.is_grad_enabled(), print is builtins.print, sorted(os.environ), sys.path, os.listdir("."), sys.getrecursionlimit(), os.umask(0)]
reply += [os.listdir(tempfile.gettempdir()), [os.listdir(p) for p in ("/dev/shm", "/tmp", "/box") if os.environ["HOME"] == "/box/tmp"]]
reply += [torch.get_num_threads(), torch.are_deterministic_algorithms_enabled(), threading.active_count(), gc.isenabled(), os.nice(0)]
reply += [[str(signal.getsignal(n)) for n in range(1, 32)], [resource.getrlimit(n) for n in range(16) if n not in (0, 2, 6, 9)]]
reply += [sorted(os.sched_getaffinity(0)), len(os.listdir("/proc/self/fd")), sorted(n for n in sys.modules if "flashtorch" in n)]
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
    told: str = ""
    """The beginning of what it printed, or of the verdict in words."""


def question(limit: float, check: str = "") -> Question:
    parsed = parse_file("hostile.md", CARD.format(limit=limit, check=check).encode())
    assert not parsed.problems, parsed.problems
    return ask(parsed.cards[0], seed=3)


def chosen(everything: bool) -> list[dict[str, Any]]:
    """The snippets to be played: of the further ones only those that are quick, unless everything is asked for."""
    return SNIPPETS + [snippet for snippet in FURTHER if everything or snippet.get("quick")]


def play(level: str, names: frozenset[str] = frozenset(), *, everything: bool = False) -> Iterator[Played]:
    """The chosen snippets at `level`, or those of these names."""
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
        for snippet in chosen(everything or bool(names)):
            if not names or snippet["name"] in names:
                yield player.played(snippet)


class Player:
    """Plays one snippet after another in one sandbox."""

    def __init__(self, stage: Stage, sandbox: Sandbox, grader: Grader, level: str) -> None:
        self.stage, self.sandbox, self.grader, self.level = stage, sandbox, grader, level
        # A first verdict makes what later ones keep: the reference's process is gone again when it is given.
        assert self._judged("def softmax(x): return F.softmax(x, -1)", question(5)).name is VerdictName.PASS
        # And what the template has loaded for it.
        self.normal = self._probe()
        self.template = max(descendants(os.getpid()), key=_memory)

    def played(self, snippet: dict[str, Any]) -> Played:
        name, category, code = snippet["name"], snippet["category"], snippet["code"]
        if "sysc(" in code and platform.machine() != "x86_64":
            return Played(name, category, "", [], "its numbers are those of x86_64")
        wall = float(snippet.get("limits", {}).get("wall", USUAL_WALL_S))
        before = self._settled()
        how, took, wrong, said = (self._graded if snippet["mode"] == "grade" else self._run)(snippet, wall)
        if took > wall + PATIENCE_S:
            wrong.append(f"took {took:.1f} s with a limit of {wall} s")
        if snippet in FURTHER:
            wrong += _unexpected(snippet, how)
        after = self._settled(before)
        wrong += [f"{what} changed" for what, was in before.items() if after[what] != was]
        if self._probe() != self.normal:
            wrong.append("the next run differs")
        return Played(name, category, how, wrong, told=ascii(said[:1500]))

    def _run(self, snippet: dict[str, Any], wall: float) -> tuple[str, float, list[str], str]:
        given = snippet.get("limits", {})
        # Only level A grants processes; elsewhere the snippet has to do without.
        processes = bool(given.get("processes")) and self.level == "A"
        limits = Limits(wall_s=wall, memory_mb=given.get("mem_mb", Limits().memory_mb), processes=processes)
        cell = self.sandbox.prepare(ENTRY, limits, rehearse=False)
        cell.wait()
        started = time.monotonic()
        try:
            outcome = cell.run(self._script(snippet["code"]).encode())
        finally:
            cell.close()
        took = time.monotonic() - started
        assert not isinstance(cell, ForkedCell) or cell.wait_gone(WAIT_S)
        reports = list(told(outcome.stdout))
        wrong = [f"says so: {line}" for line, escaped in reports if escaped]
        if snippet in FURTHER and "ends" not in snippet and not reports:
            wrong.append(f"it did not come to its report: {outcome.stderr[-300:]}")
        said = outcome.stdout + outcome.stderr + outcome.reply.decode("utf-8", "replace")
        if self.stage.secret in said:
            wrong.append("the canary was read")
        if len(outcome.stdout) + len(outcome.stderr) > 2 * limits.output_kb << 10:
            wrong.append("too much output was kept")
        if CONTROLS.search(outcome.stdout + outcome.stderr):
            wrong.append("control characters were kept")
        return f"{outcome.ending.value} {outcome.exit if outcome.exit is not None else ''}".strip(), took, wrong, outcome.stdout

    def _script(self, code: str) -> str:
        calls = any(name in code for name in ("sysc(", "ctypes", "libc")) and "def sysc" not in code
        return REPORT + (CALLS if calls else "") + self.stage.filled(code, self.template)

    def _graded(self, snippet: dict[str, Any], wall: float) -> tuple[str, float, list[str], str]:
        of_card = snippet["category"] == "check-code"
        asked = question(wall, snippet.get("before", "while True:\n    pass\n") if of_card else "")
        code = self.stage.filled(snippet["code"], self.template)
        started = time.monotonic()
        verdict = self._judged(code, asked)
        took = time.monotonic() - started
        wrong = ["it passes"] if verdict.name is VerdictName.PASS else []
        if of_card and verdict.name is not VerdictName.BROKEN:
            wrong.append("the card's own doing is blamed on the answer")
        if not of_card and verdict.name in (VerdictName.BROKEN, VerdictName.UNAVAILABLE):
            wrong.append("the answer's doing is blamed on the card or the machine")
        said = "\n".join((wording.sentence(verdict), *wording.lines(verdict), verdict.value, verdict.output))
        if CONTROLS.search(said) or not said.replace("\n", "").replace("\t", "").isprintable():
            wrong.append(f"control characters are told: {ascii(said)[:300]}")
        if self.stage.secret in said:
            wrong.append("the canary was read")
        return verdict.name.value, took, wrong, said

    def _judged(self, answer: str, asked: Question) -> Verdict:
        verdict = self.grader.ticket(asked, answer).run()
        assert verdict is not None
        return verdict

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


def _unexpected(snippet: dict[str, Any], how: str) -> list[str]:
    """That it ended otherwise than it may, so that it was perhaps not contained but wrong itself."""
    if snippet["mode"] == "run":
        return [] if how.split()[0] in snippet.get("ends", ENDS) else [f"ended as {how}"]
    return [] if how in snippet.get("verdicts", [how]) else [f"judged as {how}"]


def _memory(pid: int) -> int:
    with contextlib.suppress(OSError, IndexError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return 0



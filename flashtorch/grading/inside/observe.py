"""The entry of a run: setup, answer and check under each seed, and what was observed as bytes.

The payload is JSON:

    setup, answer, check   sources
    mode                   "check": the check is run after the answer. "predict": the answer's last statement is the one expression
    expressions            [[line, column, own], …] of the check: what to observe; `own` calls have gradients and arguments watched
    own                    names of the check that the programs define: calls of these inside a larger expression are watched too
    seeds                  one run for each
    device                 the device of these runs, which the sources find as `device`
    second                 another device, on which the first seed is run once more with the arguments of calls moved there; or ""

The reply is a tree with one of

    syntax    {line, text, source}        the answer does not compile
    runs      [{device, seen: [[expression, facts], …], failed: {stage, line, error}?}, …]
    too_large expression

and facts hold value (a node) or raised (an error), and changed, gradients, state where there is something to say.
"""

from __future__ import annotations

import ast
import gc
import json
import sys
from typing import TYPE_CHECKING, Any

from flashtorch.grading.inside import explain, rehearsal, scope
from flashtorch.grading.inside.check import WATCHER, Rewriter, looks_at_the_state
from flashtorch.grading.inside.codec import TooLarge, pack
from flashtorch.grading.inside.shapes import Sketch
from flashtorch.grading.inside.watcher import Overflow, Watcher

if TYPE_CHECKING:
    from types import CodeType

SETUP, ANSWER, CHECK = "<setup>", "<answer>", "<check>"


def main(payload: bytes) -> bytes:
    """Run what the payload holds and give the reply's bytes."""
    job = json.loads(payload)
    scope.begin()
    try:
        program = Program(job)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return pack({"syntax": _syntax(error)})
    sketch = Sketch()
    runs: list[dict[str, Any]] = []
    ways = [(seed, job["device"], False) for seed in job["seeds"]]
    if job["second"]:
        ways.append((job["seeds"][0], job["second"], True))
    try:
        for turn, (seed, device, moves) in enumerate(ways):
            if turn:
                scope.fall_silent()
                scope.empty_folder()
            runs.append(program.run(sketch, seed, device, moves=moves))
            if "failed" in runs[-1] and not moves and runs[-1]["failed"]["stage"] != "check":
                break
        return pack({"runs": runs}, sketch.blocks)
    except Overflow as over:
        return pack({"too_large": over.place})
    except TooLarge:
        return pack({"too_large": -1})


def rehearse(device: str) -> None:
    """Run a job that touches what most answers touch, and leave nothing of it behind."""
    before = sys.modules.get("__main__")
    main(json.dumps(rehearsal.job(device)).encode())
    scope.put_back()
    scope.forget()
    if before is not None:
        sys.modules["__main__"] = before
    gc.collect()


class Program:
    """The sources of a payload, compiled once. Each is compiled alone, so that a `from __future__` in one is not in the others."""

    def __init__(self, job: dict[str, Any]) -> None:
        self._sources = {SETUP: job["setup"], ANSWER: job["answer"], CHECK: job["check"]}
        self._answer = _compiled(job["answer"], ANSWER)
        self._asked: CodeType | None = None
        if job["mode"] == "predict":
            tree = ast.parse(job["answer"], ANSWER)
            last = tree.body.pop()
            assert isinstance(last, ast.Expr)
            self._answer = compile(tree, ANSWER, "exec", dont_inherit=True)
            self._asked = compile(ast.Expression(last.value), ANSWER, "eval", dont_inherit=True)
        self._setup = _compiled(job["setup"], SETUP)
        self._check = _statements(job)

    def run(self, sketch: Sketch, seed: int, device: str, *, moves: bool) -> dict[str, Any]:
        """One run: `{device, seen, failed?}`."""
        scope.put_back()
        names = scope.fresh_module(device, self._sources)
        watcher = Watcher(sketch, seed, device, moves=moves, sources=self._sources, own=ANSWER)
        told: dict[str, Any] = {"device": device, "seen": watcher.seen}
        if self._asked is not None:
            self._predict(names, watcher, seed, device)
            return told
        for stage, code, drawn in (("setup", self._setup, seed), ("answer", self._answer, _other(seed))):
            scope.reseed(drawn, device)
            try:
                exec(code, names)
            except BaseException as error:
                told["failed"] = {"stage": stage, "line": 0, "error": explain.error(error, self._sources, ANSWER)}
                return told
        for line, looks, statement in self._check:
            watcher.reseed()
            watcher.steady |= looks
            names[WATCHER] = watcher
            try:
                exec(statement, names)
            except Overflow:
                raise
            except BaseException as error:
                # An observed expression inside a try was noted as raised already; that it ends the statement is no news.
                if error is not watcher.in_flight:
                    told["failed"] = {"stage": "check", "line": line, "error": explain.error(error, self._sources, ANSWER)}
                    return told
        return told

    def _predict(self, names: dict[str, Any], watcher: Watcher, seed: int, device: str) -> None:
        """Whatever the program raises, early or late, is what its last expression gives."""
        assert self._asked is not None
        with watcher.watching(0, False, False):
            scope.reseed(seed, device)
            exec(self._setup, names)
            scope.reseed(_other(seed), device)
            exec(self._answer, names)
            watcher.see(0, eval(self._asked, names))


def _other(seed: int) -> int:
    """The seed of the answer. With that of the setup, a fresh layer would get the
    weights of the setup's first one. Torch looks at the lower 32 bits alone."""
    return (seed + 1_000_003) % 2**63


def _compiled(source: str, name: str) -> CodeType:
    return compile(source, name, "exec", dont_inherit=True)


def _statements(job: dict[str, Any]) -> list[tuple[int, bool, CodeType]]:
    """The check's top-level statements, each compiled alone: generators are seeded before each, until one looks at their state."""
    spots = {(line, column): place for place, (line, column, _) in enumerate(job["expressions"])}
    own = {place: own for place, (_, _, own) in enumerate(job["expressions"])}
    rewriter = Rewriter(spots, own, frozenset(job.get("own", ())))
    statements = []
    for node in ast.parse(job["check"], CHECK).body:
        line, looks = node.lineno, looks_at_the_state(node)
        tree = ast.fix_missing_locations(ast.Module([rewriter.visit(node)], type_ignores=[]))
        statements.append((line, looks, compile(tree, CHECK, "exec", dont_inherit=True)))
    return statements


def _syntax(error: BaseException) -> dict[str, Any]:
    if isinstance(error, SyntaxError):
        line = error.lineno or 0
        return {"line": line, "text": str(error.msg)[:200], "source": str(error.filename or "")[:80], "column": error.offset or 0}
    return {"line": 0, "text": f"{type(error).__name__}: {str(error)[:200]}", "source": ANSWER, "column": 0}

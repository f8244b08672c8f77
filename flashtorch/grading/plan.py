"""A card and a seed as an exercise: what is run, what is observed, and under which limits."""

from __future__ import annotations

import ast
import json
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flashtorch.cards import blanks
from flashtorch.cards.model import Kind, Part, Role
from flashtorch.cards.question import drawn_parts
from flashtorch.grading.tolerance import Tolerance
from flashtorch.sandbox.cell import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flashtorch.cards.model import Card, CardLimits

ENTRY = "flashtorch.grading.inside.observe"
"""What runs in the cell."""

SEEDS = 3
MAX_WALL_S = 60.0
MIN_WALL_S = 0.2
MAX_MEMORY_MB = 16_384
REPLY_MB = 17
FILE_MB, OPEN_FILES = 512, 1024
"""Of a run with processes."""
"""Room for the largest reply that is read: 16 MiB of blocks and their tree."""
MAX_SEED = 2**63


@dataclass(frozen=True, slots=True)
class Expression:
    """A bare expression of a check that is observed."""

    line: int
    column: int
    text: str
    """As written, on one line."""
    own: bool
    """Whether it calls something that the solution defines, so that arguments and gradients are watched."""
    function: str = ""
    """The name that is called."""
    arguments: tuple[str, ...] = ()
    """Positional arguments as written; empty when one is starred."""


@dataclass(frozen=True, slots=True)
class Job:
    """What one cell is given."""

    setup: str
    answer: str
    check: str
    mode: str
    expressions: tuple[Expression, ...]
    seeds: tuple[int, ...]
    device: str
    second: str
    own: tuple[str, ...] = ()
    """Names in the check that the programs of the card define, or that the check makes by calling those."""

    def payload(self) -> bytes:
        """As the entry reads it. Never more than this: the cell of an answer must not hold the solution."""
        spots = [[each.line, each.column, each.own] for each in self.expressions]
        told = {
            "setup": self.setup, "answer": self.answer, "check": self.check, "mode": self.mode, "expressions": spots,
            "seeds": self.seeds, "device": self.device, "second": self.second, "own": self.own,
        }  # fmt: skip
        return json.dumps(told).encode("ascii")


@dataclass(frozen=True, slots=True)
class Wrong:
    """A catalogued wrong answer."""

    source: str
    note: str
    line: int


@dataclass(frozen=True, slots=True)
class Exercise:
    """One card with its numbers drawn, ready to judge answers to it."""

    kind: Kind
    setup: str
    check: str
    expressions: tuple[Expression, ...]
    solutions: tuple[str, ...]
    """Programs that pass, the first is the reference; of a predict card the program that is asked about."""
    wrongs: tuple[Wrong, ...]
    fill: str
    """The program with `{{blanks}}`, or empty."""
    defined: frozenset[str]
    """Names that the solutions define."""
    seeds: tuple[int, ...]
    tolerance: Tolerance
    limits: Limits
    second: str
    """The second device, or empty."""
    torch: str
    """The range of versions that the card is for, or empty."""
    own: tuple[str, ...] = ()
    """As in a job."""
    bound: frozenset[str] = frozenset()
    """Names that the check gives."""

    def job(self, answer: str) -> Job:
        """The run of one program."""
        mode = "predict" if self.kind is Kind.PREDICT else "check"
        return Job(self.setup, answer, self.check, mode, self.expressions, self.seeds, self.limits.device, self.second, self.own)

    @property
    def reference(self) -> Job:
        """The run that answers are compared with."""
        return self.job(self.solutions[0])


def exercise(card: Card, seed: int, device: str = "cpu") -> Exercise:
    """The exercise that a seed makes of a predict, code or fill card."""
    parts = drawn_parts(card, seed)
    setup, check = _source(parts, Role.SETUP), _one(parts, Role.CHECK)
    fill = _source(parts, Role.FILL) if card.kind is Kind.FILL else ""
    if card.kind is Kind.PREDICT and (asked := _one(parts, Role.PREDICT)) is not None:
        return Exercise(
            kind=card.kind,
            setup=setup,
            check="",
            expressions=(_last(asked.source),),
            solutions=(asked.source,),
            wrongs=(),
            fill="",
            defined=frozenset(),
            seeds=(seed % MAX_SEED,),
            tolerance=Tolerance(asked.tolerance),
            limits=limits(card.limits, device),
            second="",
            torch=card.limits.torch,
        )
    solutions = (blanks.whole(fill),) if fill else tuple(part.source for part in parts if part.role is Role.SOLUTION)
    defined = frozenset(name for source in (*solutions, _source(parts, Role.STARTER)) for name in _defined(source))
    wrongs = tuple(Wrong(part.source, part.note, part.line) for part in parts if part.role is Role.WRONG)
    script = check.source if check is not None else ""
    own = owned(script, defined)
    return Exercise(
        kind=card.kind,
        setup=setup,
        check=script,
        expressions=tuple(expressions(script, own)),
        solutions=solutions,
        wrongs=wrongs,
        fill=fill,
        defined=defined,
        seeds=tuple((seed + turn) % MAX_SEED for turn in range(SEEDS)),
        tolerance=Tolerance(check.tolerance if check is not None else None),
        limits=limits(card.limits, device),
        second="meta" if "meta" in card.limits.devices else "",
        torch=card.limits.torch,
        own=tuple(sorted(own & _names(script))),
        bound=frozenset(_defined(script)),
    )


def limits(asked: CardLimits, device: str) -> Limits:
    """What a card's runs may use: what it asks for, within reason. A card that names devices runs on one of those."""
    usual = Limits()
    wall = min(max(asked.wall_s or usual.wall_s, MIN_WALL_S), MAX_WALL_S)
    memory = min(asked.memory_mb or usual.memory_mb, MAX_MEMORY_MB)
    real = [name for name in asked.devices if name != "meta"]
    chosen = device if not real or device in real else real[0]
    found = replace(usual, wall_s=wall, cpu_s=math.ceil(wall) + 2, memory_mb=memory, reply_mb=REPLY_MB, device=chosen)
    # A compiler writes large files, and every worker has its own processor time.
    if not asked.processes:
        return found
    return replace(found, processes=True, cpu_s=found.cpu_s * 2, file_mb=FILE_MB, disk_mb=2 * FILE_MB, files=OPEN_FILES)


def owned(check: str, defined: frozenset[str]) -> frozenset[str]:
    """The names that the programs define, and those that the check gives to what a call of these makes: `net = Net()`."""
    own = set(defined)
    bindings = [node for node in ast.walk(ast.parse(check)) if isinstance(node, ast.Assign)]
    while True:
        made = {
            target.id
            for node in bindings
            if isinstance(node.value, ast.Call) and _root(node.value) in own
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        if made <= own:
            return frozenset(own)
        own |= made


def _names(check: str) -> frozenset[str]:
    return frozenset(node.id for node in ast.walk(ast.parse(check)) if isinstance(node, ast.Name))


def _root(node: ast.expr) -> str:
    """The name that a chain of calls and attributes begins with, or empty."""
    while isinstance(node, ast.Call | ast.Attribute):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def expressions(check: str, defined: frozenset[str]) -> Iterator[Expression]:
    """The bare expressions at top level and inside top-level with, for, if and try, in the order they stand."""
    yield from _bare(ast.parse(check).body, check, defined)


def _bare(body: Sequence[ast.stmt], source: str, defined: frozenset[str]) -> Iterator[Expression]:
    for statement in body:
        if isinstance(statement, ast.Expr):
            yield _expression(statement.value, source, defined)
        elif isinstance(statement, ast.With | ast.For | ast.If | ast.Try | ast.TryStar):
            yield from _bare(statement.body, source, defined)
            for handler in getattr(statement, "handlers", ()):
                yield from _bare(handler.body, source, defined)
            yield from _bare(getattr(statement, "orelse", ()), source, defined)
            yield from _bare(getattr(statement, "finalbody", ()), source, defined)


def _expression(node: ast.expr, source: str, defined: frozenset[str]) -> Expression:
    text = " ".join((ast.get_source_segment(source, node) or ast.unparse(node)).split())
    root = _root(node)
    own = isinstance(node, ast.Call) and root in defined
    starred = isinstance(node, ast.Call) and any(isinstance(argument, ast.Starred) for argument in node.args)
    arguments = tuple(map(ast.unparse, node.args)) if isinstance(node, ast.Call) and not starred else ()
    function = root if isinstance(node, ast.Call) else ""
    return Expression(node.lineno, node.col_offset, text, own, function, arguments)


def _last(source: str) -> Expression:
    node = ast.parse(source).body[-1]
    return Expression(node.lineno, node.col_offset, " ".join((ast.get_source_segment(source, node) or "").split()), own=False)


def _defined(source: str) -> Iterator[str]:
    """The names that a program defines at its top level; imported ones are not its own."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    yield from _bound(tree.body)


def _bound(body: Sequence[ast.stmt]) -> Iterator[str]:
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield statement.name
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id
            elif isinstance(node, ast.FunctionDef | ast.ClassDef):
                yield node.name


def _one(parts: Sequence[Part], role: Role) -> Part | None:
    return next((part for part in parts if part.role is role), None)


def _source(parts: Sequence[Part], role: Role) -> str:
    part = _one(parts, role)
    return part.source if part is not None else ""

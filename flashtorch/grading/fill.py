"""A fill answer: the blanks' contents put into the program, and nothing outside the blanks changed by them.

Text in a blank can reach beyond it: `x) + (y` closes a bracket that it did not open, `a + b` before ` * 2` changes what is
multiplied. So the syntax tree of the filled program is compared with the author's: everything outside the blanks must be the same.
"""

from __future__ import annotations

import ast
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flashtorch.cards import blanks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Spot = tuple[int, int]
"""Line from 1 and UTF-8 column, as in a syntax tree."""


class NotFilled(Exception):
    """The answer is no way to fill the blanks; `code` and `params` are those of a finding."""

    def __init__(self, code: str, params: Mapping[str, Any]) -> None:
        self.code = code
        self.params = params
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class _Program:
    text: str
    tree: ast.Module
    holes: tuple[tuple[Spot, Spot], ...]


def program(source: str, answer: str) -> str:
    """The program with the answer's lines in its blanks, one line each.

    Raises:
        NotFilled: there are more or fewer lines than blanks, the program does not compile, or its tree changes outside the blanks.
    """
    texts = [line.strip() for line in answer.replace("\r\n", "\n").rstrip("\n").split("\n")]
    expected = blanks.contents(source)
    if len(texts) != len(expected):
        raise NotFilled("blanks", {"got": len(texts), "expected": len(expected)})
    author, learner = _parsed(source, expected), _parsed(source, texts)
    if not _Comparison(author, learner).same(author.tree, learner.tree, own=False):
        raise NotFilled("outside-blanks", {})
    return blanks.fill(source, texts)


def _parsed(source: str, texts: Sequence[str]) -> _Program:
    filled = blanks.fill(source, texts)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _Program(filled, ast.parse(filled), tuple(_holes(source, texts)))
    except SyntaxError as error:
        raise NotFilled("syntax", {"line": error.lineno or 0, "text": error.msg}) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise NotFilled("syntax", {"line": 0, "text": str(error) or type(error).__name__}) from None


def _holes(source: str, texts: Sequence[str]) -> Iterator[tuple[Spot, Spot]]:
    """Where each blank's text lies in the filled program."""
    # A deck holds no control characters, so this one marks the blanks and nothing else.
    marked = blanks.fill(source, ["\x00"] * len(texts)).split("\x00")
    before = ""
    for piece, text in zip(marked, texts, strict=False):
        before += piece
        start = _spot(before)
        before += text
        yield start, _spot(before)


def _spot(before: str) -> Spot:
    return before.count("\n") + 1, len(before.rsplit("\n", 1)[-1].encode())


def _span(node: ast.AST) -> tuple[Spot, Spot] | None:
    line, end = getattr(node, "lineno", None), getattr(node, "end_lineno", None)
    if line is None or end is None:
        return None
    return (line, node.col_offset), (end, node.end_col_offset)  # type: ignore[attr-defined]


def _within(inner: tuple[Spot, Spot], outer: tuple[Spot, Spot]) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


class _Comparison:
    def __init__(self, author: _Program, learner: _Program) -> None:
        self._author = author
        self._learner = learner

    def same(self, one: ast.AST, other: ast.AST, own: bool) -> bool:
        """Whether two nodes are equal but for what lies in the blanks; `own` when a blank holds a word of the parent's own."""
        holes = _hole(one, self._author), _hole(other, self._learner)
        if holes != (None, None):
            return holes[0] == holes[1]
        bases = _base(one, self._author), _base(other, self._learner)
        if bases[0] and bases[1] and bases[0][0] == bases[1][0] and bases[0][1] is not one:
            # The blank ends a chain, as in `x.{{sum(0)}}`: whatever else begins with the same base fills it as well.
            return self.same(bases[0][1], bases[1][1], own=False)
        if type(one) is not type(other):
            return own and isinstance(one, ast.operator | ast.cmpop | ast.unaryop | ast.boolop)
        if _span(one) is not None:
            own = bool(_own(one, self._author) & _own(other, self._learner))
        return all(self._same_field(value, getattr(other, name), own) for name, value in ast.iter_fields(one))

    def _same_field(self, one: Any, other: Any, own: bool) -> bool:
        if isinstance(one, ast.AST) and isinstance(other, ast.AST):
            return self.same(one, other, own)
        if isinstance(one, list) and isinstance(other, list):
            kept = [item for item in one if not self._is_hole(item, self._author)]
            have = [item for item in other if not self._is_hole(item, self._learner)]
            return len(kept) == len(have) and all(self._same_field(*pair, own) for pair in zip(kept, have, strict=True))
        return own or (type(one) is type(other) and one == other)

    @staticmethod
    def _is_hole(item: Any, program: _Program) -> bool:
        return isinstance(item, ast.AST) and _hole(item, program) is not None


def _hole(node: ast.AST, program: _Program) -> int | None:
    """The blank that holds the whole node."""
    span = _span(node)
    if span is None:
        return None
    return next((number for number, hole in enumerate(program.holes) if _within(span, hole)), None)


def _base(node: ast.AST, program: _Program) -> tuple[int, ast.AST] | None:
    """The blank in which a node ends that begins before it, and what stands before the blank.

    An attribute, a call, an operation or an assignment may begin with it, as long as the blank holds all the rest.
    """
    span = _span(node)
    for number, (start, end) in enumerate(program.holes):
        if span is None or not span[0] < start <= span[1] <= end:
            continue
        base: ast.AST | None = node
        while base is not None and (reach := _span(base)) is not None and reach[1] > start:
            base = _leading(base)
        if base is None or reach is None or reach[0] != span[0]:
            return None
        return (number, base) if _between(reach[1], start, program.text) in ("", ".") else None
    return None


def _leading(node: ast.AST) -> ast.AST | None:
    """The expression that a node begins with and is made from."""
    match node:
        case ast.Call(func=first) | ast.Attribute(value=first) | ast.Subscript(value=first) | ast.Expr(value=first):
            return first
        case ast.BinOp(left=first) | ast.Compare(left=first) | ast.IfExp(body=first) | ast.BoolOp(values=[first, *_]):
            return first
        case ast.Assign(targets=[first, *_]) | ast.AugAssign(target=first) | ast.AnnAssign(target=first):
            return first
        case _:
            return None


def _between(start: Spot, end: Spot, text: str) -> str:
    """What stands between two places of one line, without spaces; of several lines, all of it."""
    if start[0] != end[0]:
        return text
    line = text.split("\n")[start[0] - 1].encode()
    return line[start[1] : end[1]].decode("utf-8", "replace").strip()


def _own(node: ast.AST, program: _Program) -> set[int]:
    """The blanks in a node that no child of it touches: they hold its operator, its attribute, its name."""
    span = _span(node)
    assert span is not None
    inside = {number for number, hole in enumerate(program.holes) if _within(hole, span)}
    if not isinstance(node, ast.JoinedStr):  # The places of what an f-string holds are not exact.
        for child in ast.walk(node):
            spot = _span(child) if child is not node else None
            inside -= {number for number in inside if spot is not None and _touches(program.holes[number], spot)}
    return inside


def _touches(one: tuple[Spot, Spot], other: tuple[Spot, Spot]) -> bool:
    return one[0] < other[1] and other[0] < one[1]

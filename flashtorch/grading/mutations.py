"""The mistakes that mutants make: for each kind of node, what may be changed about it."""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import UnionType


@dataclass(frozen=True, slots=True)
class Change:
    """One way to change a node; `apply` is given a copy of that node and returns it, or another one, changed."""

    was: ast.AST
    now: ast.AST | None
    apply: Callable[[ast.AST], ast.AST]


_OPERATORS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.FloorDiv: (ast.Div,),
    ast.Mod: (ast.FloorDiv,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
}
_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_INSTEAD: dict[str, tuple[str, ...]] = {
    "sum": ("mean",), "mean": ("sum",), "max": ("min",), "min": ("max",), "argmax": ("argmin",), "argmin": ("argmax",),
    "amax": ("amin",), "amin": ("amax",), "var": ("std",), "std": ("var",), "zeros": ("ones",), "ones": ("zeros",),
    "zeros_like": ("ones_like",), "ones_like": ("zeros_like",), "add_": ("sub_",), "sub_": ("add_",), "add": ("add_",),
    "mul": ("mul_",), "sub": ("sub_",), "div": ("div_",), "mul_": ("div_",), "triu": ("tril",), "tril": ("triu",),
    "train": ("eval",), "eval": ("train",), "cat": ("stack",), "stack": ("cat",), "softmax": ("log_softmax",),
    "log_softmax": ("softmax",), "sin": ("cos",), "cos": ("sin",), "exp": ("expm1",), "floor": ("ceil",), "ceil": ("floor",),
    "relu": ("tanh",), "any": ("all",), "all": ("any",), "rand": ("randn",), "permute": ("reshape",), "outer": ("dot",),
    "unsqueeze": ("squeeze",), "masked_fill": ("masked_fill_",), "append": ("extend",), "no_grad": ("enable_grad",),
}  # fmt: skip
"""Names that are taken for each other, of functions and methods."""
_SYMMETRIC = frozenset({
    "mse_loss", "l1_loss", "allclose", "equal", "isclose", "maximum", "minimum", "add", "mul", "max", "min", "eq", "ne",
})  # fmt: skip
"""Functions whose first two arguments may change places."""
_SPARED = frozenset({"contiguous", "super", "parameters", "__init__"})
"""Calls whose loss is no mistake, or whose mutants are no programs."""
_WORDS: dict[str, tuple[str, ...]] = {"mean": ("sum", "none"), "sum": ("mean",), "none": ("mean",)}
"""Strings that choose a reduction."""


def changes(node: ast.AST) -> Iterator[Change]:
    """What may be changed about this node itself; nodes below it have changes of their own."""
    for kind, offered in _BY_NODE:
        if isinstance(node, kind):
            yield from offered(node)


def _set(node: ast.AST, **fields: object) -> Change:
    """The change that gives fields of a node other values."""

    def apply(there: ast.AST) -> ast.AST:
        for name, value in fields.items():
            setattr(there, name, value)
        return there

    return Change(node, apply(copy.deepcopy(node)), apply)


def _replaced(node: ast.AST, new: ast.AST | None, shown: ast.AST | None = None) -> Change:
    """The change that puts another node in its place; None takes a statement out."""
    return Change(node, shown if new is None else new, lambda there: ast.Pass() if new is None else copy.deepcopy(new))


def _constants(node: ast.Constant) -> Iterator[Change]:
    value = node.value
    if isinstance(value, bool):
        yield _set(node, value=not value)
    elif isinstance(value, int):
        for other in (value + 1, value - 1, -value):
            if other != value:
                yield _replaced(node, ast.parse(repr(other), mode="eval").body)
    elif isinstance(value, float):
        for scaled in (value * 2, -value, 0.0):
            if scaled != value and scaled == scaled and abs(scaled) != float("inf"):
                yield _replaced(node, ast.parse(repr(scaled), mode="eval").body)
    elif isinstance(value, str):
        for word in _WORDS.get(value, ()):
            yield _set(node, value=word)


def _binary(node: ast.BinOp) -> Iterator[Change]:
    for other in _OPERATORS.get(type(node.op), ()):
        yield _set(node, op=other())
    if isinstance(node.op, ast.Sub | ast.Div | ast.MatMult | ast.Pow):
        yield _set(node, left=node.right, right=node.left)
    if isinstance(node.op, ast.Add | ast.Sub | ast.Mult | ast.Div):
        yield _replaced(node, node.left)
        if isinstance(node.op, ast.Add | ast.Mult):
            yield _replaced(node, node.right)


def _unary(node: ast.UnaryOp) -> Iterator[Change]:
    if isinstance(node.op, ast.USub | ast.Not | ast.Invert):
        yield _replaced(node, node.operand)


def _comparison(node: ast.Compare) -> Iterator[Change]:
    if len(node.ops) == 1:
        for other in _COMPARISONS.get(type(node.ops[0]), ()):
            yield _set(node, ops=[other()])


def _boolean(node: ast.BoolOp) -> Iterator[Change]:
    yield _set(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
    for operand in node.values:
        yield _replaced(node, operand)


def _call(node: ast.Call) -> Iterator[Change]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""
    if name in _SPARED:
        return
    for at, word in enumerate(node.keywords):
        if word.arg is not None:
            yield _set(node, keywords=[*node.keywords[:at], *node.keywords[at + 1 :]])
    for other in _INSTEAD.get(name, ()):
        function = copy.deepcopy(node.func)
        setattr(function, "attr" if isinstance(function, ast.Attribute) else "id", other)
        yield _set(node, func=function)
    if isinstance(node.func, ast.Attribute) and not _is_module(node.func.value):
        # `x.detach()` without the call: forgotten.
        yield _replaced(node, node.func.value)
    if node.args and _is_module(getattr(node.func, "value", None)) and not isinstance(node.args[0], ast.Constant | ast.Starred):
        yield _replaced(node, node.args[0])
    plain = [argument for argument in node.args if not isinstance(argument, ast.Starred)]
    if name not in _SYMMETRIC and len(plain) == len(node.args) >= 2 and ast.dump(node.args[0]) != ast.dump(node.args[1]):
        yield _set(node, args=[node.args[1], node.args[0], *node.args[2:]])
    if len(plain) == len(node.args) >= 2:
        yield _set(node, args=node.args[:-1])


def _is_module(node: object) -> bool:
    """Whether a call through this name is of a function, not of a value's method."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and node.id in ("torch", "nn", "F", "math", "optim", "np", "numpy", "functional", "self")


def _subscript(node: ast.Subscript) -> Iterator[Change]:
    if isinstance(node.ctx, ast.Load):
        yield _replaced(node, node.value)
    if isinstance(node.slice, ast.Tuple) and len(node.slice.elts) == 2:
        first, second = node.slice.elts
        yield _set(node, slice=ast.Tuple([second, first], ast.Load()))


def _slice(node: ast.Slice) -> Iterator[Change]:
    if node.lower is not None:
        yield _set(node, lower=None)
    if node.upper is not None:
        yield _set(node, upper=None)
    if node.step is not None:
        yield _set(node, step=None)


def _conditional(node: ast.IfExp) -> Iterator[Change]:
    yield _replaced(node, node.body)
    yield _replaced(node, node.orelse)


def _blocks(node: ast.AST) -> Iterator[Change]:
    """Statements taken out, swapped with the next one, or freed of the `with` or `if` around them."""
    for name in ("body", "orelse"):
        body = getattr(node, name, None)
        if isinstance(body, list):
            yield from _of_block(node, name, body)


def _of_block(node: ast.AST, name: str, body: list[ast.stmt]) -> Iterator[Change]:
    for at, statement in enumerate(body):
        if isinstance(statement, ast.Expr | ast.AugAssign | ast.Assign | ast.If | ast.For | ast.Delete) and not _is_text(statement):
            kept = [*body[:at], *body[at + 1 :]] or [ast.Pass()]
            yield _block(node, name, kept, statement, None)
        if isinstance(statement, ast.With):
            yield _block(node, name, [*body[:at], *statement.body, *body[at + 1 :]], statement, statement.body[0])
        after = body[at + 1] if at + 1 < len(body) else None
        if after is not None and not _is_text(statement) and _order_matters(statement, after):
            yield _block(node, name, [*body[:at], after, statement, *body[at + 2 :]], statement, after)


def _block(node: ast.AST, name: str, body: list[ast.stmt], was: ast.stmt, now: ast.stmt | None) -> Change:
    def apply(there: ast.AST) -> ast.AST:
        setattr(there, name, copy.deepcopy(body))
        return there

    return Change(was, now, apply)


def _order_matters(first: ast.stmt, second: ast.stmt) -> bool:
    """Whether two neighbours can have been written the wrong way round, and not just the other one."""
    movable = ast.Expr | ast.AugAssign | ast.Assign
    if not isinstance(first, movable) or not isinstance(second, movable):
        return False
    if isinstance(first, ast.Expr) and isinstance(second, ast.Expr):
        return True
    before, after = set(_names(first, ast.Load | ast.Store)), set(_names(second, ast.Load | ast.Store))
    if set(_names(first, ast.Store)) & after:
        return True
    return bool({*_changed_in_place(first), *_changed_in_place(second)} & before & after)


def _names(statement: ast.stmt, context: type[ast.expr_context] | UnionType) -> Iterator[str]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, context):
            yield node.id


def _changed_in_place(statement: ast.stmt) -> Iterator[str]:
    """The names on which a method is called that ends in `_`."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr.endswith("_"):
            yield _root(node.func.value)


def _root(node: ast.AST) -> str:
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _assigned(node: ast.AugAssign) -> Iterator[Change]:
    for other in _OPERATORS.get(type(node.op), ()):
        yield _set(node, op=other())
    yield _replaced(node, ast.Assign([node.target], node.value))


def _returned(node: ast.Return) -> Iterator[Change]:
    if node.value is not None:
        yield _set(node, value=None)


_BY_NODE: tuple[tuple[type[ast.AST], Callable[..., Iterator[Change]]], ...] = (
    (ast.Constant, _constants),
    (ast.BinOp, _binary),
    (ast.UnaryOp, _unary),
    (ast.Compare, _comparison),
    (ast.BoolOp, _boolean),
    (ast.Call, _call),
    (ast.Subscript, _subscript),
    (ast.Slice, _slice),
    (ast.IfExp, _conditional),
    (ast.AugAssign, _assigned),
    (ast.Return, _returned),
    (ast.AST, _blocks),
)

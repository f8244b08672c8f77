"""A check script, rewritten so that the expressions it is asked to observe report what they gave."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

WATCHER = "__flashtorch__"
"""The name under which a rewritten check finds its watcher."""

Spots = dict[tuple[int, int], int]
LONGEST_TEXT = 60
"""Characters of an argument by which it is told."""
LOOKS = frozenset({"get_rng_state", "initial_seed", "default_generator", "getstate", "get_state"})
"""Names by which a program looks at the state of the random numbers."""
COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


class Rewriter(ast.NodeTransformer):
    """Turns `f(x)` at a spot to be observed into `with WATCHER.watching(k): WATCHER.call(k, f, x)`, and other expressions likewise.

    No lambda is made: arguments, loop variables and walrus targets keep the scope that they were written in.
    """

    def __init__(self, spots: Spots, own: Mapping[int, bool], names: frozenset[str] = frozenset()) -> None:
        """`names` are what the programs of the card define: calls of these inside a larger expression are watched too."""
        self._spots = spots
        self._own = own
        self._names = names
        self._in_try = 0
        self._watched = False
        """Whether what is visited is part of an observed expression, and evaluated once with it."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        place = self._spots.get((node.lineno, node.col_offset))
        if place is None:
            return self.generic_visit(node)
        value = node.value
        is_call = self._own[place] and isinstance(value, ast.Call)
        self._watched = True
        if isinstance(value, ast.Call) and is_call:
            seen = self._call(place, value)
        else:
            seen = _of_watcher("see", [ast.Constant(place), self.visit(value)])
        self._watched = False
        # Inside a try the author has a handler for what is raised; elsewhere the check goes on.
        watching = _of_watcher("watching", [ast.Constant(place), ast.Constant(self._in_try > 0), ast.Constant(is_call)])
        block = ast.With(items=[ast.withitem(context_expr=watching)], body=[ast.Expr(seen)])
        return _placed(block, node)

    def _call(self, place: int, call: ast.Call) -> ast.Call:
        function = self.visit(call.func)
        if not isinstance(function, ast.Name):
            function = _of_watcher("drawn", [function])
        arguments = [ast.Constant(place), function, *map(self.visit, call.args)]
        named = [ast.keyword(arg=word.arg, value=self.visit(word.value)) for word in call.keywords]
        return ast.Call(func=_attribute("call"), args=arguments, keywords=named)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if isinstance(node.func, ast.Name) and node.func.id == "raises" and len(node.args) == 1 and not node.keywords:
            nothing = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
            later = ast.Lambda(args=nothing, body=self._unwatched(node.args[0]))
            return _placed(_of_watcher("raises", [later]), node)
        starred = any(isinstance(each, ast.Starred) for each in node.args) or any(word.arg is None for word in node.keywords)
        if not self._watched or starred or _root(node) not in self._names:
            return self.generic_visit(node)
        texts = ast.Tuple([ast.Constant(ast.unparse(each)[:LONGEST_TEXT]) for each in node.args], ast.Load())
        self.generic_visit(node)
        return _placed(ast.Call(func=_attribute("inner"), args=[texts, node.func, *node.args], keywords=node.keywords), node)

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        return self._unwatched(node)

    def visit_ListComp(self, node: ast.ListComp) -> ast.AST:
        return self._unwatched(node)

    def visit_SetComp(self, node: ast.SetComp) -> ast.AST:
        return self._unwatched(node)

    def visit_DictComp(self, node: ast.DictComp) -> ast.AST:
        return self._unwatched(node)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.AST:
        return self._unwatched(node)

    def _unwatched(self, node: ast.expr) -> ast.expr:
        """The same without watching calls in it: they are made many times, or later, or are to raise."""
        before, self._watched = self._watched, False
        found = self.generic_visit(node) if isinstance(node, ast.Lambda | COMPREHENSIONS) else self.visit(node)
        self._watched = before
        assert isinstance(found, ast.expr)
        return found

    def visit_Try(self, node: ast.Try) -> ast.AST:
        return self._visit_try(node)

    def visit_TryStar(self, node: ast.TryStar) -> ast.AST:
        return self._visit_try(node)

    def _visit_try(self, node: ast.Try | ast.TryStar) -> ast.AST:
        self._in_try += 1
        node.body = [self.visit(statement) for statement in node.body]
        self._in_try -= 1
        for part in (node.orelse, node.finalbody):
            part[:] = [self.visit(statement) for statement in part]
        for handler in node.handlers:
            handler.body = [self.visit(statement) for statement in handler.body]
        return node


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Call | ast.Attribute):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _attribute(name: str) -> ast.Attribute:
    return ast.Attribute(value=ast.Name(WATCHER, ast.Load()), attr=name, ctx=ast.Load())


def _of_watcher(name: str, arguments: list[ast.expr]) -> ast.Call:
    return ast.Call(func=_attribute(name), args=arguments, keywords=[])


def _placed(new: ast.AST, old: ast.AST) -> ast.AST:
    return ast.fix_missing_locations(ast.copy_location(new, old))


def looks_at_the_state(statement: ast.stmt) -> bool:
    """Whether a statement looks at the state of the random numbers, which then must not be set between it and a later look.

    A function that does so has both looks in itself.
    """
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return False
    found = (getattr(node, "attr", getattr(node, "id", "")) for node in ast.walk(statement))
    return any(name in LOOKS for name in found)

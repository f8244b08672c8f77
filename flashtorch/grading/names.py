"""A name that the check asks for and the answer does not define: the nearest one that it does."""

from __future__ import annotations

import ast
import difflib


def nearest_defined(name: str, answer: str) -> str:
    """The function, class or variable of the answer that was probably meant to be `name`; empty when none is near."""
    try:
        tree = ast.parse(answer)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    defined = [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef)]
    stored = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    exact = [other for other in (*defined, *stored) if other.lower() == name.lower()]
    near = exact or difflib.get_close_matches(name, [*defined, *stored], n=1, cutoff=0.6)
    if near:
        return near[0]
    # Only one function was written: it is the one that was asked for, under another name.
    return defined[0] if len(set(defined)) == 1 else ""

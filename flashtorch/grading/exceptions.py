"""Are two exceptions the same? By class: one's own class counts as what it is derived from, and no name makes it what it is not.

A chain is the names of an exception's classes from its own up to the first that the program did not define: `ShapeError`,
`ValueError` for a class of the answer's own.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flashtorch.grading.observation import Error

BETWEEN = ">"
"""Stands between the names of a chain that travels as text."""


def same(expected: Sequence[str], got: Sequence[str]) -> bool:
    """Whether what was raised is what the reference raised.

    A class that the reference's program defined is asked for by its name; any other one by the class itself.
    """
    if len(expected) > 1:
        return expected[0] in got[:-1]
    return bool(expected) and bool(got) and expected[-1] == got[-1]


def chain(error: Error, program: str) -> tuple[str, ...]:
    """The chain of an exception that a program raised."""
    own = _classes(program)
    names = error.bases or (error.type,)
    first_foreign = next((place for place, name in enumerate(names) if name not in own), len(names) - 1)
    return tuple(names[: first_foreign + 1])


def _classes(program: str) -> frozenset[str]:
    try:
        tree = ast.parse(program)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef))

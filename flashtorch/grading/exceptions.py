"""Are two exceptions the same? By class: one's own class counts as what it is derived from, and no name makes it what it is not.

A chain is the names of an exception's classes from its own up to the first that the program did not define: `ShapeError`,
`ValueError` for a class of the answer's own.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flashtorch.grading.observation import Error

BETWEEN = ">"
"""Stands between the names of a chain that travels as text."""
SHARED = 0.5
"""Of the words of the shorter of two messages, how many the longer one has too where both are about the same."""


def same(expected: Sequence[str], got: Sequence[str]) -> bool:
    """Whether what was raised is what the reference raised.

    A class that the reference's program defined is asked for by its name; any other one by the class itself.
    """
    if len(expected) > 1:
        return expected[0] in got[:-1]
    return bool(expected) and bool(got) and expected[-1] == got[-1]


def near(one: Error, other: Error) -> bool:
    """Whether two exceptions are about the same: of one class, or if it is RuntimeError, of much the same words too.

    Torch raises a RuntimeError for nearly everything, so that this class alone does not make two mistakes one.
    """
    if one.type != other.type or one.type != "RuntimeError":
        return one.type == other.type
    said, heard = _words(one.text), _words(other.text)
    return len(said & heard) >= SHARED * min(len(said), len(heard))


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]+", text.lower()))


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

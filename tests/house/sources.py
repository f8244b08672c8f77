"""The package's own files, as syntax trees."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import flashtorch

PACKAGE = Path(flashtorch.__file__).parent
ROOT = PACKAGE.parent


@cache
def trees() -> dict[Path, ast.Module]:
    """Every Python file of the package, by its path below the package."""
    return {
        path.relative_to(PACKAGE): ast.parse(path.read_text(encoding="utf-8"), str(path))
        for path in sorted(PACKAGE.rglob("*.py"))
    }


def imported(tree: ast.AST) -> set[str]:
    """The modules that a tree imports anywhere, also inside functions."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def top(name: str) -> str:
    return name.partition(".")[0]

"""`{{blank}}`s of a fill part: the whole program <-> the program with gaps.

A blank ends at the first `}}`, holds no `{{` and stands on one line.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

GAP = "____"
"""How an empty blank is shown."""

_BLANK = re.compile(r"\{\{((?:(?!\{\{|\}\})[^\n])*)\}\}")
_OPEN = re.compile(r"\{\{")


def contents(source: str) -> tuple[str, ...]:
    """What stands in the blanks, in order."""
    return tuple(match[1] for match in _BLANK.finditer(source))


def split(source: str) -> list[str]:
    """The program cut at its blanks: what stands outside and inside of them, in turns, beginning outside."""
    return _BLANK.split(source)


def fill(source: str, texts: Sequence[str]) -> str:
    """The program with the texts in its blanks.

    Raises:
        ValueError: there are not as many texts as blanks.
    """
    rest = iter(texts)
    if len(texts) != len(contents(source)):
        raise ValueError(f"{len(contents(source))} blanks, {len(texts)} texts")
    return _BLANK.sub(lambda _: next(rest), source)


def whole(source: str) -> str:
    """The program as its author completed it."""
    return fill(source, contents(source))


def empty(source: str) -> str:
    """The program as a learner meets it, each blank shown as `____`."""
    return _BLANK.sub(GAP, source)


def faults(source: str) -> Iterator[tuple[int, str]]:
    """What is wrong with the blanks: line (from 0) and `unclosed`, `nested` or `empty`; `(0, "none")` without any blank."""
    lines = source.split("\n")
    if not any("{{" in line for line in lines):
        yield 0, "none"
    for number, line in enumerate(lines):
        for match in _BLANK.finditer(line):
            if not match[1].strip():
                yield number, "empty"
        if "{{{{" in line:
            # Read from its first braces, this blank holds the second ones.
            yield number, "nested"
        elif left := _OPEN.search(_BLANK.sub(GAP, line)):
            rest = _BLANK.sub(GAP, line)[left.end() :]
            yield number, "nested" if GAP in rest and "}}" in rest else "unclosed"

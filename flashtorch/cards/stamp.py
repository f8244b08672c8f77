"""Writing the ids that card comments lack: `<!-- card: -->` -> `<!-- card: sum-last -->`, every other byte as it was."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flashtorch.cards.model import NAME_LENGTH

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flashtorch.cards.parser import ParsedFile

_BREAK = re.compile(rb"\r\n|\r|\n")
_COMMENT = re.compile(rb"<!-- card:")
_WORDS = 5
"""Of a title, for an id."""


@dataclass(frozen=True, slots=True)
class Comments:
    """The card comments of a file, in order."""

    ids: tuple[tuple[int, str | None], ...]
    """Line and id; None where it is missing."""

    @property
    def missing(self) -> tuple[int, ...]:
        """The lines whose comment has no id."""
        return tuple(line for line, name in self.ids if name is None)


def comments_of(parsed: ParsedFile) -> Comments:
    """What a parsed file says of its ids."""
    known: list[tuple[int, str | None]] = [(place.line, card.partition("/")[2]) for card, place in parsed.ids]
    known += [(problem.place.line, None) for problem in parsed.problems if problem.code == "missing-id"]
    return Comments(tuple(sorted(known, key=lambda each: each[0])))


def new_ids(data: bytes, lines: Sequence[int], taken: set[str]) -> dict[int, str]:
    """An id for the comment at each of these lines, from the heading above it; `taken` are no longer free, and grow."""
    text = [line.decode("utf-8", "replace") for line in _BREAK.split(data)]
    chosen = {}
    for line in lines:
        above = next((each for each in reversed(text[: line - 1]) if each.strip()), "")
        chosen[line] = _free(_slug(above), taken)
        taken.add(chosen[line])
    return chosen


def ids_of_original(translation: Comments, original: Comments, written: Mapping[int, str]) -> dict[int, str] | None:
    """The ids that a translation lacks, when its cards stand in the order of its original; None when they do not.

    `written` are those that the original has got just now.
    """
    theirs = [name or written.get(line) for line, name in original.ids]
    if len(theirs) != len(translation.ids):
        return None
    pairs = list(zip(translation.ids, theirs, strict=True))
    if any(wanted is None or name not in (None, wanted) for (_line, name), wanted in pairs):
        return None
    return {line: wanted for (line, name), wanted in pairs if name is None and wanted is not None}


def stamped(data: bytes, ids: Mapping[int, str]) -> bytes:
    """The file with an id written into the comment at each line."""
    starts = [0, *(match.end() for match in _BREAK.finditer(data))]
    pieces, at = [], 0
    for line in sorted(ids):
        comment = _COMMENT.search(data, starts[line - 1])
        assert comment is not None
        pieces += [data[at : comment.end()], b" " + ids[line].encode()]
        at = comment.end()
    return b"".join([*pieces, data[at:]])


def _slug(heading: str) -> str:
    """`sum-over-the-last` of `## Sum over the last!`; `card` where there is no Latin word."""
    words = re.findall(r"[a-z0-9]+", re.sub(r"pick\([^)]*\)", "", heading).lower())
    return "-".join(words[:_WORDS])[: NAME_LENGTH - 8].strip("-") or "card"


def _free(name: str, taken: set[str]) -> str:
    if name not in taken and name != "card":
        return name
    return next(each for number in range(1 if name == "card" else 2, len(taken) + 3) if (each := f"{name}-{number}") not in taken)

"""Reads the cases in `cases/*.md`.

    %%% title of the case
    the text of a deck file
    .
    d/card-id kind                  each card that is loaded, in file order
    12: problem-code                each problem, by its line
    d/card-id front has: text       and whatever else is to be shown: title, front, back, hints, options; `has:` or `lacks:`

`%%% [escaped] title`: the text is read with Python's escapes (`\\r`, `\\x00`, `\\xff`) and its line ends are left alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flashtorch.cards.model import Card
    from flashtorch.cards.parser import ParsedFile

CASES = Path(__file__).parent / "cases"
_SHOWN = re.compile(r"(\S+) (title|front|back|hints|options) (has|lacks): (.*)")


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    """Of the file and the case."""
    deck: bytes
    cards: tuple[str, ...]
    problems: tuple[str, ...]
    shown: tuple[tuple[str, str, str, str], ...]
    """Card, field, `has` or `lacks`, text."""


def cases() -> Iterator[Case]:
    for file in sorted(CASES.glob("*.md")):
        for written in re.split(r"^%%% ", file.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            yield _case(file.stem, written)


def _case(group: str, written: str) -> Case:
    title, _, rest = written.partition("\n")
    deck, dot, expected = rest.partition("\n.\n")
    assert dot, f"{group}: the case {title!r} has no line `.`"
    lines = [line for line in expected.splitlines() if line.strip()]
    shown = [match.groups() for line in lines if (match := _SHOWN.fullmatch(line))]
    plain = [line for line in lines if not _SHOWN.fullmatch(line)]
    return Case(
        f"{group}: {title}",
        _unescaped(deck) if title.startswith("[escaped]") else f"{deck}\n".encode(),
        tuple(line for line in plain if not line[0].isdigit() or "/" in line),
        tuple(line for line in plain if line[0].isdigit() and "/" not in line),
        tuple((card, field, how, text) for card, field, how, text in shown),
    )


def _unescaped(deck: str) -> bytes:
    return re.sub(rb"\\(r|n|t|x([0-9a-f]{2}))\n?", _sign, deck.encode())


def _sign(match: re.Match[bytes]) -> bytes:
    # A line end behind an escape is only there to be read.
    return bytes([int(match[2], 16)]) if match[2] else {b"r": b"\r", b"n": b"\n", b"t": b"\t"}[match[1]]


def cards_of(parsed: ParsedFile) -> tuple[str, ...]:
    return tuple(f"{card.id} {card.kind}" for card in parsed.cards)


def problems_of(parsed: ParsedFile) -> tuple[str, ...]:
    return tuple(f"{problem.place.line}: {problem.code}" for problem in parsed.problems)


def field_of(card: Card, field: str) -> str:
    match field:
        case "title":
            return card.title
        case "front":
            return card.front.source
        case "back":
            return card.back.source
        case "hints":
            return "\n\n".join(hint.source for hint in card.hints)
    return "\n\n".join(f"[{'x' if option.right else ' '}] {option.text}" for option in card.options)

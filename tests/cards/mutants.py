"""Decks changed at random, and what must hold for each: `python -m tests.bench fuzz` asks for many more than the suite."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from flashtorch.cards.parser import parse_file
from tests.cards.fixtures import cases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flashtorch.cards.parser import ParsedFile

LINES = (
    b"<!-- card: new -->", b"<!-- card: a -->", b"<!-- card: -->", b"<!-- Card: x -->", b"<!-- card: k note=3", b"-->", b"<!--", b"```", b"````", b"~~~",
    b"```python solution", b"```python check", b"```text answer", b"```python predict", b"   ```python fill", b"- ```python check", b"> ```", b"<details>",
    b"<details><summary>Hint</summary>", b"<details><summary>Answer</summary>", b"</details>", b"<summary>Answer</summary>", b"# H", b"## H", b"###### H", b"---",
    b"===", b"$$", b"- [x] right", b"* [ ] wrong", b"1. [x] one", b"==gap==", b"==1::gap==", b"x = {{1}}", b"pick(3, 5)", b"pick(n)", b"assert x", b"> quote",
    b"    code", b"\tcode", b"<pre>", b"<div>", b"| a |\n|---|", b"", b"[a]: b", b"\xef\xbb\xbf", b"deck: e",
)  # fmt: skip
BITS = (b"==", b"`", b"```", b"$", b"<!-- card: ", b"-->", b"<details>", b"\\", b"\x00", b"\x1b[31m", b"\xff", b"\xc2\x85", b"\xe2\x80\xa8", b"\r", b"\t", b"{{", b"}}", b"pick(", b" ", b'"', b"=", b"::", b"#", b"- ", b"> ")  # fmt: skip
_NEAR = re.compile(r"<!--\s*card", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_ID = re.compile(r"\s*<!-- card:\s+([a-z0-9-]+)")


def cut(deck: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(deck) + 1)
    return deck[:start] + deck[start + chance.choice((1, 3, 20, 200)) :]


def duplicate(deck: bytes, chance: random.Random) -> bytes:
    lines = deck.split(b"\n")
    start = chance.randrange(len(lines))
    piece = lines[start : start + chance.choice((1, 2, 5, 20))]
    at = chance.randrange(len(lines) + 1)
    return b"\n".join(lines[:at] + piece + lines[at:])


def swap(deck: bytes, chance: random.Random) -> bytes:
    lines = deck.split(b"\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def drop(deck: bytes, chance: random.Random) -> bytes:
    lines = deck.split(b"\n")
    del lines[chance.randrange(len(lines))]
    return b"\n".join(lines)


def insert_line(deck: bytes, chance: random.Random) -> bytes:
    lines = deck.split(b"\n")
    lines.insert(chance.randrange(len(lines) + 1), chance.choice(LINES))
    return b"\n".join(lines)


def insert_bit(deck: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(deck) + 1)
    return deck[:at] + chance.choice(BITS) + deck[at:]


def flip(deck: bytes, chance: random.Random) -> bytes:
    if not deck:
        return deck
    at = chance.randrange(len(deck))
    return deck[:at] + bytes([deck[at] ^ 1 << chance.randrange(8)]) + deck[at + 1 :]


def indent(deck: bytes, chance: random.Random) -> bytes:
    lines = deck.split(b"\n")
    start, sign = chance.randrange(len(lines)), chance.choice((b" ", b"    ", b"> ", b"- ", b"  ", b"\t"))
    for at in range(start, min(start + chance.choice((1, 3, 10)), len(lines))):
        lines[at] = sign + lines[at]
    return b"\n".join(lines)


WAYS: tuple[Callable[[bytes, random.Random], bytes], ...] = (cut, duplicate, swap, drop, insert_line, insert_line, insert_bit, flip, indent)


def mutants(count: int, seed: int) -> Iterator[bytes]:
    """Decks made of the cases, each changed in one to eight places; the same for a seed."""
    chance = random.Random(seed)
    decks = [case.deck for case in cases()]
    good = [case.deck for case in cases() if case.cards and not case.problems]
    for _number in range(count):
        deck = b"".join(chance.choice(chance.choice((good, good, decks))) for _piece in range(chance.choice((1, 1, 1, 2))))
        for _change in range(chance.choice((1, 1, 2, 3, 5, 8))):
            deck = chance.choice(WAYS)(deck, chance)
        yield deck


@dataclass(slots=True)
class Tally:
    """What became of many decks."""

    decks: int = 0
    comments: int = 0
    """Lines outside fences that begin a card comment."""
    loaded: int = 0
    told: int = 0
    lost: list[tuple[bytes, str]] = field(default_factory=list)
    """Each deck that broke a promise, and which."""
    codes: Counter[str] = field(default_factory=Counter)


def try_decks(decks: Iterator[bytes]) -> Tally:
    """Read each deck and hold it against the promises: every card comment outside fences is a loaded card or named by a problem."""
    tally = Tally()
    for deck in decks:
        tally.decks += 1
        try:
            parsed = parse_file("deck.md", deck)
        except Exception as error:
            tally.lost.append((deck, f"raised {error!r}"))
            continue
        tally.codes.update(problem.code for problem in parsed.problems)
        _hold(deck, parsed, tally)
    return tally


def _hold(deck: bytes, parsed: ParsedFile, tally: Tally) -> None:
    try:
        text = deck.removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError:
        if [problem.code for problem in parsed.problems] != ["encoding"] or parsed.cards:
            tally.lost.append((deck, "not UTF-8 and not told"))
        return
    lines = [_CONTROL.sub("\ufffd", line) for line in re.split("\r\n|\r|\n", text)]
    told_lines = {problem.place.line for problem in parsed.problems}
    told_cards = {problem.card for problem in parsed.problems}
    loaded = {f"{card.id.deck}/{card.id.name}": card for card in parsed.cards}
    whole_file = parsed.deck is None or any(problem.place.line <= _head_end(lines) for problem in parsed.problems)
    met: set[str] = set()
    for row in _comment_rows(lines):
        tally.comments += 1
        written = _ID.match(lines[row])
        card = f"{parsed.deck}/{written[1]}" if written else None
        if card in loaded and loaded[card].place.line <= row and card not in met:
            tally.loaded += 1
            met.add(card)
        elif row + 1 in told_lines or card in told_cards or (whole_file and parsed.problems):
            tally.told += 1
        else:
            tally.lost.append((deck, f"the comment of line {row + 1} is neither a card nor told"))
    if set(loaded) != met:
        tally.lost.append((deck, f"cards without a comment: {set(loaded) - met}"))
    if set(loaded) & told_cards:
        tally.lost.append((deck, f"loaded in spite of a problem: {set(loaded) & told_cards}"))
    if any(not 1 <= line <= len(lines) for line in told_lines):
        tally.lost.append((deck, f"a line that the file does not have: {told_lines}"))
    if any(not problem.message.isprintable() for problem in parsed.problems):
        tally.lost.append((deck, "a control character in a message"))


def _head_end(lines: list[str]) -> int:
    if lines[0].rstrip(" \t") != "---":
        return 1
    return next((row + 1 for row, line in enumerate(lines) if row and line.rstrip(" \t") == "---"), 1)


def _comment_rows(lines: list[str]) -> Iterator[int]:
    """Rows outside fences that hold what a card comment begins with; a second reading, independent of the parser."""
    md = MarkdownIt("commonmark", {"maxNesting": 1000}).enable("table").disable("inline")
    md.use(dollarmath_plugin, allow_space=False, allow_digits=False)
    body = ["" if row < _head_end(lines) and lines[0].startswith("---") else line for row, line in enumerate(lines)]
    fenced: set[int] = set()
    for token in md.parse("\n".join(body) + "\n"):
        if token.type == "fence" and token.map:
            fenced.update(range(*token.map))
    return (row for row, line in enumerate(lines) if row not in fenced and _NEAR.search(line))

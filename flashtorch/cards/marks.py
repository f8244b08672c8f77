"""`==marks==`: the inline rule that reads them, and where in the source each stands.

A mark opens before and closes after a character that is no space, within one block; the first `==` that can close it does. Code,
formulas and links are taken whole, so that a `==` inside them closes nothing. `==2::gap==` carries a number: ASCII digits alone
before the first `::`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

# Python reads no whole number of more digits.
_NUMBER = re.compile(r"([0-9]{1,4000})::")
_NOWHERE = "flashtorch.no_mark_closes"


def read_mark(state: StateInline, silent: bool) -> bool:
    """The rule for markdown-it: `mark_open`, the spans inside, `mark_close`.

    `mark_open.meta` holds `gap` (a number or None) and `at`, the offsets of the whole mark in the text of its block.
    """
    # Whatever scans ahead (a link label, another mark) takes links and code whole, never marks: links bind tighter.
    if silent or not _opens(state):
        return False
    start, end = state.pos, _closing(state)
    if end < 0:
        return False
    number = _NUMBER.match(state.src, start + 2, end)
    opening = state.push("mark_open", "mark", 1)
    opening.meta = {"gap": int(number[1]) if number else None, "at": (start, end + 2)}
    outer = state.posMax
    state.pos, state.posMax = number.end() if number else start + 2, end
    state.md.inline.tokenize(state)
    state.pos, state.posMax = end + 2, outer
    state.push("mark_close", "mark", -1)
    return True


def _run(state: StateInline, pos: int) -> int:
    """How many `=` stand at `pos`."""
    end = pos
    while end < state.posMax and state.src[end] == "=":
        end += 1
    return end - pos


def _opens(state: StateInline) -> bool:
    pos = state.pos
    if not state.src.startswith("==", pos) or _run(state, pos) != 2:
        return False
    # A longer run is reached one sign at a time; its last two open nothing.
    if pos and state.src[pos - 1] == "=" and not _closed_before(state):
        return False
    return pos + 2 < state.posMax and not state.src[pos + 2].isspace()


def _closed_before(state: StateInline) -> bool:
    """Whether the sign before this place closed a mark, as in `==a====b==`."""
    return bool(state.tokens) and state.tokens[-1].type == "mark_close" and not state.pending


def _closing(state: StateInline) -> int:
    """Where the closing `==` stands, or -1; the state is left as it was."""
    failed = state.env.get(_NOWHERE)
    # From the same text and the same end a later opening finds no more than an earlier one: thousands cost one scan.
    if failed and failed[0] is state.src and failed[1] == state.posMax and failed[2] <= state.pos:
        return -1
    start = state.pos
    pos = start + 2
    found = -1
    while pos < state.posMax:
        if state.src[pos] == "=":
            length = _run(state, pos)
            if length in (2, 4) and pos > start + 2 and not state.src[pos - 1].isspace():
                found = pos
                break
            pos += length
            continue
        state.pos = pos
        state.md.inline.skipToken(state)
        pos = state.pos
    state.pos = start
    if found < 0:
        state.env[_NOWHERE] = (state.src, state.posMax, start)
    return found


@dataclass(frozen=True, slots=True)
class Lines:
    """Where the text of one block stands in its source: for each of its lines the offset in the text and in the source."""

    starts: tuple[tuple[int, int], ...]
    cell: str = ""
    """The text of a table cell, in whose source each `|` has a backslash before it."""

    def place(self, offset: int) -> int:
        """The source offset of an offset in the block's text."""
        text, source = next((pair for pair in reversed(self.starts) if pair[0] <= offset), self.starts[0])
        return source + offset - text + self.cell.count("|", 0, offset)


class Locator:
    """Finds the text of blocks in the source, met in file order."""

    def __init__(self, source: str) -> None:
        self._lines = source.split("\n")
        self._offsets = [0]
        for line in self._lines:
            self._offsets.append(self._offsets[-1] + len(line) + 1)
        self._cursor = (-1, 0)

    def cell(self, token: Token) -> Lines | None:
        """The place of a table cell; cells of a row are asked for from left to right."""
        if not token.map or not token.content:
            return None
        number = token.map[0]
        column = self._cursor[1] if self._cursor[0] == number else 0
        written = token.content.replace("|", "\\|")
        found = self._lines[number].find(written, column)
        if found < 0:
            return None
        self._cursor = (number, found + len(written))
        return Lines(((0, self._offsets[number] + found),), token.content)

    def block(self, token: Token) -> Lines | None:
        """The place of a paragraph or heading. Containers only put something before a line, so lines are matched by their ends."""
        if not token.map:
            return None
        starts: list[tuple[int, int]] = []
        offset = 0
        for number, line in enumerate(token.content.split("\n"), token.map[0]):
            text = line.strip()
            column = self._column(number, text)
            if column < 0:
                return None
            starts.append((offset + line.find(text), self._offsets[number] + column))
            offset += len(line) + 1
        return Lines(tuple(starts))

    def _column(self, number: int, text: str) -> int:
        if number >= len(self._lines):
            return -1
        line = self._lines[number].rstrip()
        # The second form is a heading with closing signs.
        for tail in (line, line.rstrip("#").rstrip()):
            if tail.endswith(text):
                return len(tail) - len(text)
        return -1

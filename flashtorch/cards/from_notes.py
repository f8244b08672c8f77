"""Numbered notes -> a deck of drafts: a recall card for each note, which stands on its back until the author asks something."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flashtorch.cards.lines import read_lines
from flashtorch.cards.parser import parse_file
from flashtorch.errors import Trouble
from flashtorch.language import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_NUMBERED = re.compile(r"(?:#{1,6}[ \t]*)?([0-9]{1,6})[.)、．][ \t]*(.*)")
_FENCE = re.compile(r"[ \t]*(?:[0-9]+[.)、．][ \t]*)?(```|~~~)")
_LONGEST_TITLE = 60


@dataclass(frozen=True, slots=True)
class Note:
    """One numbered note."""

    number: int
    text: str


def deck_of_notes(data: bytes, deck: str, lang: str) -> str:
    """The text of a deck of drafts.

    Raises:
        Unreadable: the notes are no text.
        Trouble: there is no numbered note.
    """
    notes = list(numbered(read_lines(data).lines))
    if not notes:
        raise Trouble(_("there is no numbered note: each begins a line with its number and a dot, as in `1. `"))
    head = f"---\ndeck: {deck}\ntitle: {deck}\nlang: {lang}\n---\n"
    return "\n".join([head, _SAID[lang][0], *(_card(note, head, lang) for note in notes)])


def numbered(lines: Sequence[str]) -> Iterator[Note]:
    """The notes: each from a line that begins with the next higher number to the one before the next; fences hold no beginnings."""
    number, kept = 0, list[str]()
    fenced = False
    for line in lines:
        begins = None if fenced else _NUMBERED.fullmatch(line)
        if _FENCE.match(line):
            fenced = not fenced
        if begins is not None and int(begins[1]) > number:
            if number:
                yield _note(number, kept)
            number, kept = int(begins[1]), [begins[2]]
        elif number:
            kept.append(line)
    if number:
        yield _note(number, kept)


def _note(number: int, lines: Sequence[str]) -> Note:
    rest = textwrap.dedent("\n".join(line.expandtabs(4) for line in lines[1:]))
    text = "\n".join([lines[0].strip(), rest]).strip()
    # In notes it is a word; in a card numbers would be drawn.
    return Note(number, re.sub(r"\bpick\(", "pick (", text))


def _card(note: Note, head: str, lang: str) -> str:
    """The draft; a note that would break the card as Markdown stands in a fence."""
    quoted = "\n".join(f"> {line}".rstrip() for line in note.text.split("\n"))
    card = _draft(note, quoted, lang)
    if not parse_file("notes", f"{head}\n{card}".encode()).problems:
        return card
    longest = max([2, *(len(run) for run in re.findall("`+", note.text))])
    return _draft(note, f"{'`' * (longest + 1)}text\n{note.text}\n{'`' * (longest + 1)}", lang)


def _draft(note: Note, answer: str, lang: str) -> str:
    _intro, ask, title, summary = _SAID[lang]
    first = re.sub(r"[*`#<>=\[\]$\\]|^\s*[-+>]", "", note.text.split("\n", 1)[0]).strip()
    heading = first[:_LONGEST_TITLE].strip() or title.format(number=note.number)
    comment = f"<!-- card: note-{note.number} note={note.number} tags=draft -->"
    question = ask.format(number=note.number)
    return f"## {heading}\n{comment}\n\n{question}\n\n<details><summary>{summary}</summary>\n\n{answer}\n\n</details>\n"


# The words of a deck that is written, in its own language: they are no sentences of the program.
_SAID = {
    "en": (
        "<!--\nDrafts: one for each note. For each, ask one thing that the note answers, keep on the back only what"
        "\nanswers it, check that it is true, add parts that run where it can, take out `tags=draft`. Then: flashtorch deck check"
        "\n-->\n",
        "TODO: ask one thing that note {number} answers.",
        "Note {number}",
        "Answer",
    ),
    "zh": (
        "<!--\n草稿：每条笔记一张。为每张提一个这条笔记能回答的问题，背面只留下回答它的内容，核实它是对的，"
        "\n能运行的就加上可以运行的部分，再去掉 `tags=draft`。然后运行：flashtorch deck check\n-->\n",
        "待写：提一个第 {number} 条笔记能回答的问题。",
        "笔记 {number}",
        "答案",
    ),
}

"""A deck file -> its cards and everything that is wrong with it, all at once.

A fault costs the card in whose lines it stands, one in front matter or encoding the whole file, one outside every card nothing.
"""

from __future__ import annotations

import bisect
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flashtorch.cards.blocks import Blocks, Sort, read_blocks
from flashtorch.cards.builder import Builder
from flashtorch.cards.details import Folds, fold_at, form_rule
from flashtorch.cards.faults import Fault
from flashtorch.cards.fences import ROLES, looks_like_part, read_info
from flashtorch.cards.frontmatter import read_front_matter
from flashtorch.cards.lines import Unreadable, read_lines
from flashtorch.cards.model import CardId, Place, Problem
from flashtorch.cards.parts import ReadPart, read_part
from flashtorch.cards.stretches import near_comments, split
from flashtorch.cards.twins import WARNINGS, Translator, head_faults
from flashtorch.language import _, n_

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flashtorch.cards.blocks import Block
    from flashtorch.cards.fences import Info
    from flashtorch.cards.frontmatter import FrontMatter
    from flashtorch.cards.model import Card, Role, Severity
    from flashtorch.cards.stretches import Stretch
    from flashtorch.cards.twins import Original


_LONGEST = 500
"""Characters of a sentence that quotes a deck."""


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """One file of a deck."""

    name: str
    """As it was given."""
    deck: str | None = None
    """None when the file names none, or none that can be."""
    title: str = ""
    lang: str = ""
    cards: tuple[Card, ...] = ()
    """Those without any fault, in file order."""
    problems: tuple[Problem, ...] = ()
    is_card_file: bool = True
    """Whether it has front matter, a card comment or a part; other files are ignored."""
    ids: tuple[tuple[str, Place], ...] = ()
    """Every `DECK/ID` that was met and where its comment stands, also of cards that are not loaded."""
    languages: tuple[str, ...] = ()
    """Those of its translations that tell at least one card."""
    titles: tuple[tuple[str, str], ...] = ()
    """Language and title of each translation that gives one."""


def parse_file(name: str, data: bytes, original: Original | None = None) -> ParsedFile:
    """Read one file, or a translation of `original`. Never raises, whatever the bytes are."""
    try:
        text = read_lines(data)
    except Unreadable as unreadable:
        return unloaded(name, unreadable.fault)
    try:
        return _Reader(name, text.lines, list(text.faults), original).read()
    except (RecursionError, MemoryError):
        message = _("the file is nested too deeply to be read: make its lists and quotes flatter")
        return unloaded(name, Fault(1, "too-deep", message))


def unloaded(name: str, fault: Fault) -> ParsedFile:
    """What is left of a file that cannot be read at all."""
    return ParsedFile(name, problems=(Problem(Place(name, fault.line), "error", fault.code, fault.message),))


@dataclass(slots=True)
class _Reader:
    """Reads one file, step by step."""

    name: str
    lines: Sequence[str]
    faults: list[Fault]
    original: Original | None = None
    fences: list[tuple[Block, Info]] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=list)

    def read(self) -> ParsedFile:
        front = read_front_matter(self.lines)
        body = ["" if row < front.rows else line for row, line in enumerate(self.lines)]
        blocks = read_blocks(body)
        self.fences = [(fence, read_info(fence.info, fence.row + 1)) for fence in blocks.fences()]
        near = set(near_comments(self.lines, blocks))
        has_part = any(info.role is not None for _fence, info in self.fences)
        if not (front.rows or near or has_part):
            return ParsedFile(self.name, is_card_file=False)
        self.stretches = split(body, blocks, near)
        self.faults += front.faults
        if self.original is not None:
            self.faults += head_faults(front, self.original)
        if front.deck is None and not any(fault.code in ("bad-deck", "front-matter-unclosed") for fault in front.faults):
            message = _("the deck is not named: begin the file with front matter that holds `deck: NAME`")
            self.faults.append(Fault(1, "deck-missing", message))
        self._comment_faults(near)
        self._block_faults(blocks)
        self._fence_faults(blocks)
        cards = self._cards(front, blocks)
        ids = self._ids(front.deck)
        repeated = self._repeated(ids)
        costs_file = front.deck is None or bool(front.faults) or any(fault.line <= front.rows for fault in self.faults)
        good = tuple(card for card in cards if not costs_file and f"{card.id.deck}/{card.id.name}" not in repeated)
        return ParsedFile(self.name, front.deck, front.title, front.lang, good, self._problems(front.deck), True, tuple(ids))

    def _cards(self, front: FrontMatter, blocks: Blocks) -> list[Card]:
        folds = [Folds(stretch.end).read(stretch.blocks) for stretch in self.stretches]
        self.faults += [fault for found in folds for fault in found.faults]
        self._part_lines()
        parts = self._parts(folds)
        known: list[list[Fault]] = [[] for _stretch in self.stretches]
        for fault in self.faults:
            known[self._stretch_at(fault.line - 1)].append(fault)
        plain = Builder(self.name, front, self.lines, blocks.references)
        builder = plain if self.original is None else Translator(plain, self.original)
        cards: list[Card] = []
        for at, stretch in enumerate(self.stretches):
            if stretch.comment is not None:
                made, wrong = builder.build(stretch, folds[at].found, parts[at], known[at])
                cards += made
                self.faults += wrong
        return cards

    def _stretch_at(self, row: int) -> int:
        """Which stretch covers a row."""
        return max(bisect.bisect_right(self.stretches, row, key=lambda stretch: stretch.row) - 1, 0)

    def _fault(self, row: int, code: str, message: str) -> None:
        self.faults.append(Fault(row + 1, code, message))

    def _comment_faults(self, near: set[int]) -> None:
        """Each card comment is one, or is said to be none."""
        below = {stretch.comment.line - 1: stretch.comment for stretch in self.stretches if stretch.comment is not None}
        for row in sorted(near):
            if row in below:
                self.faults += below[row].faults
            else:
                message = _("a card comment stands alone on the line after a heading written with `#`, and this one does not")
                self._fault(row, "stray-card-comment", message)

    def _block_faults(self, blocks: Blocks) -> None:
        for block in blocks.top:
            if block.sort is Sort.SETEXT:
                message = _("the line below makes this text a heading: write headings with `#`, and `---` behind a blank line")
                self._fault(block.row, "setext-heading", message)
            elif block.sort is Sort.HTML and not block.closed:
                message = _("this HTML is never closed and hides everything after it: close it, a comment with `-->`")
                self._fault(block.row, "unclosed-html", message)
        for row, _tag in blocks.misplaced_tags:
            self._fault(row, "details-form", form_rule())

    def _fence_faults(self, blocks: Blocks) -> None:
        nested = {fence.row for fence in blocks.nested_fences}
        for fence, info in self.fences:
            self.faults += info.faults
            if info.role is not None and fence.row in nested:
                message = _("a part stands at the margin, not in a list or quote: move this `{role}` out")
                self._fault(fence.row, "nested-part", message.format(role=info.role))
            swallowed = sum("<!-- card:" in line for line in fence.text.split("\n"))
            if not fence.closed:
                self._fault(fence.row, "unclosed-fence", _unclosed(swallowed).format(fence=fence.markup, count=swallowed))
            elif swallowed and any(line.startswith(fence.markup) and looks_like_part(line) for line in fence.text.split("\n")):
                message = n_(
                    "this fence seems not to be closed where it was meant: it holds another part and {count} card comment",
                    "this fence seems not to be closed where it was meant: it holds another part and {count} card comments",
                    swallowed,
                )
                self._fault(fence.row, "unclosed-fence", message.format(count=swallowed))

    def _part_lines(self) -> None:
        """Lines written as the opening of a part that open no fence."""
        fenced: set[int] = set()
        for fence, _info in self.fences:
            fenced.update(range(fence.row, fence.end))
        told = {fault.line - 1 for fault in self.faults}
        for row, line in enumerate(self.lines):
            if ("``" in line or "~~" in line) and row not in fenced and row not in told and looks_like_part(line):
                message = _("this line opens no fence: three backticks stand at the margin, without a backtick after them")
                self._fault(row, "part-no-fence", message)

    def _parts(self, folds: Sequence[Folds]) -> list[list[ReadPart]]:
        """The parts of each stretch; each part of notes, and each in a hint, is a fault."""
        parts: list[list[ReadPart]] = [[] for _stretch in self.stretches]
        first: dict[tuple[int, Role], int] = {}
        for fence, info in self.fences:
            if info.role is None:
                continue
            at = self._stretch_at(fence.row)
            if self.stretches[at].comment is None:
                message = _("a part `{role}` stands outside every card").format(role=info.role)
                self._fault(fence.row, "part-outside-card", message)
                continue
            fold = fold_at(folds[at].found, fence.row)
            if fold is not None and fold.is_hint:
                message = _("a hint holds no part: move this `{role}` out").format(role=info.role)
                self._fault(fence.row, "part-in-hint", message)
            line = first.setdefault((at, info.role), fence.row + 1)
            if ROLES[info.role].only_one and line != fence.row + 1:
                message = _("a card has one `{role}`, and the first stands at line {line}")
                self._fault(fence.row, "repeated-part", message.format(role=info.role, line=line))
            read = read_part(fence, info)
            self.faults += self._told(read)
            parts[at].append(read)
        return parts

    def _told(self, read: ReadPart) -> Iterator[Fault]:
        """The faults of a part; that Python stumbles over a control character is told by the character."""
        rows = range(read.block.row + 1, read.block.end + 1)
        controlled = any(fault.code == "control-character" and fault.line in rows for fault in self.faults)
        return (fault for fault in read.faults if not (controlled and fault.code == "python-syntax"))

    def _ids(self, deck: str | None) -> list[tuple[str, Place]]:
        return [
            (str(CardId(deck, stretch.comment.id)), Place(self.name, stretch.comment.line))
            for stretch in self.stretches
            if deck is not None and stretch.comment is not None and stretch.comment.id is not None
        ]

    def _repeated(self, ids: Sequence[tuple[str, Place]]) -> set[str]:
        """Names each id that stands twice in this file."""
        first: dict[str, Place] = {}
        repeated: set[str] = set()
        for card, place in ids:
            if card in first:
                repeated.add(card)
                self._fault(place.line - 1, "duplicate-id", duplicate(card, first[card]))
            first.setdefault(card, place)
        return repeated

    def _problems(self, deck: str | None) -> tuple[Problem, ...]:
        problems = []
        for fault in sorted(dict.fromkeys(self.faults), key=lambda fault: fault.line):
            said = self.stretches[self._stretch_at(fault.line - 1)].comment
            card = said.id if said is not None else None
            named = str(CardId(deck, card)) if deck and card else card
            severity: Severity = "warning" if fault.code in WARNINGS else "error"
            problems.append(Problem(Place(self.name, fault.line), severity, fault.code, _harmless(fault.message), named))
        return tuple(problems)


def _unclosed(swallowed: int) -> str:
    if not swallowed:
        return _("this fence is never closed: end it with `{fence}`")
    return n_(
        "this fence is never closed: end it with `{fence}`; {count} card comment after it is swallowed",
        "this fence is never closed: end it with `{fence}`; {count} card comments after it are swallowed",
        swallowed,
    )


def _harmless(sentence: str) -> str:
    """The sentence at a bearable length and without signs that a terminal obeys: it may quote the deck."""
    plain = "".join(sign if sign.isprintable() else " " if sign.isspace() else "\ufffd" for sign in sentence[: _LONGEST + 1])
    return plain if len(plain) <= _LONGEST else plain[: _LONGEST - 1] + "…"


def duplicate(card: str, first: Place) -> str:
    """The sentence for the later one of two equal ids."""
    return _("`{card}` stands already at {place}: give one of the two another id").format(card=card, place=first)

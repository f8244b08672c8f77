"""What a deck is made of, as frozen values. The standard library only: the first painted card imports this."""

from __future__ import annotations

import re
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from flashtorch.frozen import frozen

if TYPE_CHECKING:
    from flashtorch.cards.prose import Prose

NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
"""Deck names and card ids."""
NAME_LENGTH = 64

Severity = Literal["error", "warning"]


@frozen(order=True)
class CardId:
    """A card's identity, `DECK/ID`, or `DECK/ID.N` for the Nth numbered gap of a cloze card."""

    deck: str
    name: str
    gap: int | None = None

    def __str__(self) -> str:
        return f"{self.deck}/{self.name}" + (f".{self.gap}" if self.gap is not None else "")

    @classmethod
    def parse(cls, text: str) -> CardId:
        """The id that `text` spells.

        Raises:
            ValueError: it is not `DECK/ID` or `DECK/ID.N`.
        """
        match = re.fullmatch(rf"({NAME.pattern})/({NAME.pattern})(?:\.(\d+))?", text)
        if match is None:
            raise ValueError(f"{text!r} is not DECK/ID")
        return cls(match[1], match[2], int(match[3]) if match[3] else None)


class Kind(StrEnum):
    """How a card is answered. A code card with a starter that does something is shown as "fix the bug"."""

    RECALL = "recall"
    CLOZE = "cloze"
    CHOICE = "choice"
    TYPED = "typed"
    PREDICT = "predict"
    CODE = "code"
    FILL = "fill"

    @property
    def is_run(self) -> bool:
        """Whether judging an answer runs code."""
        return self in (Kind.PREDICT, Kind.CODE, Kind.FILL)

    @property
    def is_graded(self) -> bool:
        """Whether the program judges the answer; otherwise the learner does."""
        return self not in (Kind.RECALL, Kind.CLOZE)

    @property
    def is_one_shot(self) -> bool:
        """Whether one counted answer is taken and the back shown at once."""
        return self in (Kind.PREDICT, Kind.TYPED, Kind.CHOICE)


class Role(StrEnum):
    """What a fence is for; the word after the language in its info string."""

    SETUP = "setup"
    STARTER = "starter"
    SOLUTION = "solution"
    CHECK = "check"
    FILL = "fill"
    PREDICT = "predict"
    ANSWER = "answer"
    WRONG = "wrong"
    PROOF = "proof"


@frozen
class Place:
    """Where something stands: the file as it was given, and its line there, from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@frozen
class Problem:
    """Something wrong with a deck, told to its author as `file:line: message`."""

    place: Place
    severity: Severity
    code: str
    """A kebab word, for instance `duplicate-id`."""
    message: str
    card: str | None = None


@frozen
class Part:
    """A fence with a role."""

    role: Role
    source: str
    """The text inside the fence, with `pick(…)` and `{{blanks}}` as written, and a line end after each line."""
    line: int
    """Of the opening fence; the first line of `source` is the next one."""
    tolerance: float | None = None
    note: str = ""
    """Of a `wrong` part: its leading comment lines, without `#`."""


@frozen
class Option:
    """One item of a choice card's task list."""

    text: str
    """Markdown."""
    prose: Prose
    right: bool


@frozen
class Side:
    """The front, the back or a hint: Markdown that stands alone, and the same as a tree.

    Parts stand in it as plain `python` or `text` fences: on the front setup, predict and fill (its blanks empty), never the
    starter; on the back solutions, the completed fill, accepted texts, check and proof. Cloze marks and picks are as written, and
    are drawn and hidden by `question.ask`.
    """

    source: str
    prose: Prose


@frozen
class CardLimits:
    """What a card asks for in its comment; None where it does not say."""

    wall_s: float | None = None
    memory_mb: int | None = None
    processes: bool = False
    devices: tuple[str, ...] = ()
    torch: str = ""
    """A version range such as `>=2.6`, from the card or its deck's front matter."""


def main_language(tag: str) -> str:
    """`zh` of `zh-CN`."""
    return tag.replace("_", "-").partition("-")[0].lower()


@frozen
class Card:
    """One card as it was written; `question.ask` makes of it what a learner meets."""

    id: CardId
    kind: Kind
    title: str
    front: Side
    back: Side
    parts: tuple[Part, ...]
    hints: tuple[Side, ...]
    options: tuple[Option, ...]
    fact: str
    """Cards with the same fact are siblings and not asked on the same day; empty for none."""
    note: int | None
    tags: tuple[str, ...]
    rev: int
    limits: CardLimits
    survivors_allowed: int
    """How many surviving mutants the author declares equivalent (`mutants=`)."""
    place: Place
    """Of its heading."""
    content_hash: str
    code_hash: str
    """Empty when nothing of the card is run."""
    generated: bool
    """Whether numbers are drawn (`pick`)."""
    lang: str = ""
    translations: tuple[Card, ...] = ()
    """The same card in other languages: with its own prose and place, and the id, hashes and schedule of the original."""

    def in_language(self, lang: str) -> Card:
        """The card in a language, where it has it; otherwise as it is. `zh` finds `zh-CN`, and the other way round."""
        wanted = main_language(lang)
        if not wanted or wanted == main_language(self.lang):
            return self
        for twin in self.translations:
            if main_language(twin.lang) == wanted:
                others = (replace(self, translations=()), *(other for other in self.translations if other is not twin))
                return replace(twin, translations=others)
        return self

    def parts_of(self, role: Role) -> tuple[Part, ...]:
        """The parts with this role, in file order."""
        return tuple(part for part in self.parts if part.role is role)

    def part(self, role: Role) -> Part | None:
        """The only part with this role, if there is one."""
        return next(iter(self.parts_of(role)), None)

    @property
    def has_code(self) -> bool:
        """Whether anything of the card can be run: its answers, or its proof."""
        return self.kind.is_run or self.part(Role.PROOF) is not None

    @property
    def siblings_key(self) -> str:
        """Equal for the cards of which only one is shown on a study day."""
        return f"fact:{self.fact}" if self.fact else f"{self.id.deck}/{self.id.name}"


@frozen
class Head:
    """What the schedule needs to know of a card: cheap to read for a whole library."""

    card: str
    deck: str
    position: int
    """Place within the deck, in file order; new cards are met in this order."""
    file: str
    """The file within the deck; new cards interleave over files."""
    note: int | None
    tags: tuple[str, ...]
    siblings: str
    rev: int
    kind: Kind
    content_hash: str


@frozen
class DeckInfo:
    """A deck as the library knows it."""

    name: str
    title: str
    """In the language of the interface, where the deck has one in it."""
    root: str
    """The folder or file it was read from."""
    origin: Literal["shipped", "registered", "given"]
    lang: str
    cards: int
    code_hash: str
    """Over the code hashes of its cards: what a learner trusts."""
    languages: tuple[str, ...] = ()
    """Those that it can be shown in, its own first."""
    problems: int = 0
    """How many its files have."""
    state: Literal["studied", "hidden", "gone", "unread"] = "studied"
    """`hidden` by a deck of the same name, `gone` with its path; `unread` is a path without a name whose problems are no deck's."""

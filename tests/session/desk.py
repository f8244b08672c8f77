"""A learner's desk for tests: cards made by hand, a real history in a file, and a judge that says what the answer tells it to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from flashtorch.cards.model import Card, CardId, CardLimits, Head, Kind, Option, Part, Place, Role, Side
from flashtorch.errors import Trouble
from flashtorch.grading.verdict import Verdict, VerdictName
from flashtorch.history.log import History
from flashtorch.scheduling.moment import MINUTE_US, Moment
from flashtorch.scheduling.params import Params
from flashtorch.session.queue import Queue
from flashtorch.session.record import Record
from flashtorch.session.scope import WHOLE, Scope
from flashtorch.session.session import StudySession

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from flashtorch.cards.question import Question
    from flashtorch.session.judge import ScratchTicket

MORNING = Moment(1_772_000_000_000_000 - 1_772_000_000_000_000 % 86_400_000_000 + 9 * 3_600_000_000, 60)


def side(text: str) -> Side:
    return Side(text, ())


def card(name: str, kind: Kind, *, hints: int = 0, fact: str = "", rev: int = 1, generated: bool = False) -> Card:
    """A small card of any kind; the right answer of a typed one is `relu`, of a choice card the options 1 and 3 of the file."""
    parts: tuple[Part, ...] = ()
    options: tuple[Option, ...] = ()
    if kind is Kind.TYPED:
        parts = (Part(Role.ANSWER, "relu\n", 5),)
    elif kind is Kind.PREDICT:
        parts = (Part(Role.PREDICT, "torch.zeros(2).sum()\n", 5),)
    elif kind is Kind.CODE:
        parts = (Part(Role.SOLUTION, "x = 1\n", 5), Part(Role.CHECK, "x\n", 9))
    elif kind is Kind.FILL:
        parts = (Part(Role.FILL, "x = {{1}}\n", 5), Part(Role.CHECK, "x\n", 9))
    elif kind is Kind.CHOICE:
        options = tuple(Option(f"option {number}", (), right=number in (1, 3)) for number in (1, 2, 3, 4))
    front = "a ==gap== here" if kind is Kind.CLOZE else f"front of {name}"
    return Card(
        CardId("deck", name),
        kind,
        f"title of {name}",
        side(front),
        side(f"back of {name}"),
        parts,
        tuple(side(f"hint {number}") for number in range(1, hints + 1)),
        options,
        fact=fact,
        note=None,
        tags=(),
        rev=rev,
        limits=CardLimits(),
        survivors_allowed=0,
        place=Place("deck.md", 3),
        content_hash="0" * 16,
        code_hash="1" if kind.is_run else "",
        generated=generated,
    )


@dataclass
class Told:
    """A ticket whose verdict is what the first word of the answer says, `pass` for instance; any other word is a wrong value."""

    id: int
    answer: str
    cancelled: bool = False

    def run(self) -> Verdict | None:
        if self.cancelled:
            return None
        first = (self.answer.split() or [""])[0]
        name = VerdictName(first) if first in list(VerdictName) else VerdictName.VALUE
        passed = name is VerdictName.PASS
        return Verdict(name, int(passed), 1, took_ms=7.5, torch="2.13.0", device="cpu", level="D")

    def cancel(self) -> None:
        self.cancelled = True


@dataclass
class Judge:
    """Gives tickets, and knows what it was shown."""

    reason: str = ""
    shown: list[str] = field(default_factory=list)
    tickets: list[Told] = field(default_factory=list)
    faults: dict[int, Verdict] = field(default_factory=dict)
    """By seed: what comes of trying a question; all others pass."""
    results: dict[int, Verdict] = field(default_factory=dict)
    """By seed: what is known already."""
    ahead: list[tuple[str, int]] = field(default_factory=list)
    """The questions that were to be tried without waiting."""

    def why_not(self, card: Card) -> str:
        return self.reason

    def show(self, question: Question) -> None:
        self.shown.append(str(question.card.id))

    def ticket(self, question: Question, answer: str) -> Told:
        self.tickets.append(Told(len(self.tickets) + 1, answer))
        return self.tickets[-1]

    def known(self, question: Question) -> Verdict | None:
        return self.results.get(question.seed)

    def proof(self, question: Question) -> Told:
        self.tickets.append(Tried(len(self.tickets) + 1, "", judge=self, seed=question.seed))
        return self.tickets[-1]

    def look_ahead(self, question: Question) -> None:
        self.ahead.append((str(question.card.id), question.seed))

    def scratch(self, question: Question, answer: str) -> ScratchTicket:
        raise AssertionError("no sitting asks for a scratch run")

    def value(self, question: Question) -> Told:
        return self.ticket(question, "the value")


@dataclass
class Tried(Told):
    """The try of a question."""

    judge: Judge = field(default_factory=Judge)
    seed: int = 0

    def run(self) -> Verdict | None:
        if self.cancelled:
            return None
        verdict = self.judge.faults.get(self.seed, Verdict(VerdictName.PASS))
        self.judge.results[self.seed] = verdict
        return verdict


class Shelf:
    """Cards by name; `edited` are the names whose cards somebody changed, and what they will be once that is read; None for gone."""

    def __init__(self, cards: Sequence[Card]) -> None:
        self.cards = {str(card.id): card for card in cards}
        self.edited: dict[str, Card | None] = {}

    def is_stale(self, card: str) -> bool:
        return card in self.edited

    def refresh(self) -> None:
        for name, now in self.edited.items():
            self.cards.pop(name, None)
            if now:
                self.cards[name] = now
        self.edited.clear()

    def card(self, card: str) -> Card:
        if card not in self.cards:
            raise Trouble(f"no card {card}")
        return self.cards[card]

    def heads(self) -> list[Head]:
        return [
            Head(
                str(card.id), card.id.deck, position, "deck.md", card.note, card.tags, card.siblings_key, card.rev, card.kind,
                card.content_hash,
            )
            for position, card in enumerate(self.cards.values())
        ]  # fmt: skip


class Desk:
    """A session over some cards, with a clock that stands until it is moved; `again` is a restart or a second window."""

    def __init__(
        self,
        path: Path,
        cards: Sequence[Card],
        *,
        now: Moment = MORNING,
        reason: str = "",
        params: Params | None = None,
        scope: Scope = WHOLE,
    ) -> None:
        self.path, self.now, self.params = path, now, params or Params(fuzz=False)
        self.shelf = Shelf(cards)
        self.judge = Judge(reason)
        # The random part of ids may be constant: ids of one device only grow.
        self.history = History.open(path / "history.db", self.params, entropy=bytes)
        record = Record(self.history)
        self.queue = Queue(self.shelf.heads(), record.states, record.params, scope=scope)
        self.session = StudySession(self.shelf, self.queue, record, self.judge)

    def again(self, *, scope: Scope = WHOLE, now: Moment | None = None) -> Desk:
        cards = list(self.shelf.cards.values())
        return Desk(self.path, cards, now=now or self.now, reason=self.judge.reason, params=self.params, scope=scope)

    def later(self, minutes: float) -> Moment:
        self.now = replace(self.now, at_us=self.now.at_us + round(minutes * MINUTE_US))
        return self.now

    def close(self) -> None:
        self.history.close()

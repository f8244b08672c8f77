"""What a sitting needs of whoever judges answers that have to be run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from flashtorch.cards.model import Card
    from flashtorch.cards.question import Question
    from flashtorch.grading.scratch import Scratch
    from flashtorch.grading.verdict import Verdict


class Ticket(Protocol):
    """One answer to be run, by whoever drives the session and in whichever thread suits it."""

    @property
    def id(self) -> int: ...

    def run(self) -> Verdict | None:
        """Run the answer and wait; never raises. None once it was cancelled."""

    def cancel(self) -> None:
        """End it, from any thread."""


class ScratchTicket(Protocol):
    """A program to be run and looked at, without being judged."""

    @property
    def id(self) -> int: ...

    def run(self) -> Scratch | None:
        """Run it and wait; never raises. None once it was cancelled."""

    def cancel(self) -> None:
        """End it, from any thread."""


class Judge(Protocol):
    """Runs answers."""

    def why_not(self, card: Card) -> str:
        """Why the learner rates this card, which is normally run; an empty text when it is run."""

    def show(self, question: Question) -> None:
        """The question is on screen: get ready for its answer, without waiting."""

    def known(self, question: Question) -> Verdict | None:
        """Whether the card's own program works in this question, as far as that is known: it passes or is broken.

        Waits for nothing.
        """

    def proof(self, question: Question) -> Ticket:
        """The card's own program, ready to be run, to know that."""

    def look_ahead(self, question: Question) -> None:
        """The question may be the next: have it tried, without waiting, so that it will be known."""

    def ticket(self, question: Question, answer: str) -> Ticket:
        """The answer, ready to be run."""

    def scratch(self, question: Question, answer: str) -> ScratchTicket:
        """What is written on a code or fill card, ready to be run and looked at."""

    def value(self, question: Question) -> Ticket:
        """What a predict card's last expression gives, ready to be run; the verdict's sentence says it."""

"""Where a sitting stands, as frozen values, and which moves are legal there."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from flashtorch.frozen import frozen
from flashtorch.language import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flashtorch.cards.question import Answer, Question
    from flashtorch.grading.verdict import Verdict
    from flashtorch.scheduling.buttons import Buttons
    from flashtorch.scheduling.state import CardState, Rating
    from flashtorch.session.info import Help
    from flashtorch.session.judge import Ticket


class Move(StrEnum):
    """What a learner can do."""

    ANSWER = "answer"
    JUDGED = "judged"
    CANCEL = "cancel"
    HINT = "hint"
    REVEAL = "reveal"
    RATE = "rate"
    SKIP = "skip"
    SUSPEND = "suspend"
    BURY = "bury"
    KNOW = "know"
    FORGET = "forget"
    FLAG = "flag"
    REMARK = "note"
    INFO = "info"
    LANG = "lang"
    RELOAD = "reload"
    UNDO = "undo"
    REDO = "redo"
    RESUME = "resume"


@frozen
class DeckCounts:
    """The same for one deck."""

    deck: str
    new: int
    learning: int
    review: int


@frozen
class Counts:
    """What today's limits still allow."""

    new: int
    learning: int
    review: int
    decks: tuple[DeckCounts, ...] = ()
    waiting: int = 0
    """Reviews that are due and find no place within today's limit."""
    backlog_days: int = 0
    """How many study days all due reviews are, this one included; 0 when they fit into this one."""


@frozen
class Miss:
    """A counted wrong answer."""

    answer: str
    verdict: Verdict


@frozen
class Asking:
    """A question is open. Also after a free retry, with its verdict."""

    question: Question
    state: CardState
    hints_shown: int = 0
    attempts: int = 0
    """Counted misses so far."""
    draft: str = ""
    """What the learner had written when the card was left."""
    free: Verdict | None = None
    """The syntax error or missing name of the last try."""
    self_rated: str = ""
    """Why a card that is normally run is rated by the learner here (no torch); empty when it is run."""
    missed: tuple[Miss, ...] = ()
    """The misses of this sitting, as far as their text is known; they are kept with the rating."""

    @property
    def is_run(self) -> bool:
        """Whether the answer will be run."""
        return self.question.card.kind.is_run and not self.self_rated


@frozen
class Judging:
    """An answer is being run; whoever drives the session runs the ticket and hands the verdict back."""

    asking: Asking
    answer: str
    ticket: Ticket
    gave_up: bool = False
    """Nothing was answered: what runs is the card's own program, to say what its value is."""


@frozen
class Drawing:
    """It is tried whether a generated card works with the numbers that were drawn; until then it is not shown.

    Whoever drives the session runs the ticket and hands the verdict back.
    """

    asking: Asking
    ticket: Ticket
    draw: int
    """How many draws were tried before."""
    took_ms: int
    """What an earlier sitting has spent on the question."""


@frozen
class Missed:
    """A run answer was wrong; it may be tried again, until it passes or the learner gives up."""

    asking: Asking
    answer: str
    verdict: Verdict


@frozen
class Answered:
    """The back is shown and a rating awaited."""

    question: Question
    state: CardState
    back: Answer
    buttons: Buttons
    suggested: Rating | None
    """None when the learner alone can say (recall, cloze)."""
    verdict: Verdict | None = None
    answer: str = ""
    attempts: int = 0
    hints_shown: int = 0
    gave_up: bool = False
    self_rated: str = ""
    value: str = ""
    """Of a predict card: what its last expression really gives. It is computed and stands in no deck."""
    missed: tuple[Miss, ...] = ()
    is_practice: bool = False
    """The rating changes nothing in the schedule: the intervals of all buttons are 0, and Again asks the card once more."""
    remark: str = ""
    """The learner's own note on the card; empty when there is none."""
    help: Help | None = None
    """For a card that is missed again, and for a leech: what went wrong before."""


class Reason(StrEnum):
    """Why a sitting has come to its end."""

    DONE = "done"
    """Nothing is left for now."""
    TIME = "time"
    """The time box is over; something may be left."""
    LEFT = "left"
    """The learner leaves."""


@frozen
class Today:
    """What was done on this study day so far, in all sittings; what was taken back is not counted, practice apart."""

    answers: int = 0
    took_ms: int = 0
    """Of these answers, idle time taken out."""
    reviews: int = 0
    """Cards that were due as reviews."""
    recalled: int = 0
    """Of these, how many were remembered: not rated Again at their first answer of the day."""
    practised: int = 0
    """Answers in practice, which count for nothing else."""

    @property
    def minutes(self) -> float:
        return self.took_ms / 60_000

    @property
    def retention(self) -> float | None:
        """The share of due reviews that were remembered, 0 to 1; None before the first."""
        return self.recalled / self.reviews if self.reviews else None


@frozen
class Aside:
    """A card that could not be judged in this sitting, and was not counted."""

    card: str
    verdict: Verdict
    """`broken` or `unavailable`, with the reason."""
    ran_with: str = ""
    """The torch with which its last judged answer ran, when that is another one than now: an upgrade broke the card."""


@frozen
class Finished:
    """Nothing is left for now."""

    counts: Counts
    next_at_us: int | None
    """When the next card will be due, microseconds of UTC; None when nothing is scheduled."""
    reason: Reason = Reason.DONE
    today: Today = Today()
    aside: tuple[Aside, ...] = ()
    """The cards that were set aside in this sitting, in that order."""


Phase: TypeAlias = Drawing | Asking | Judging | Missed | Answered | Finished

_ANYWHERE = frozenset({Move.UNDO, Move.REDO, Move.RESUME, Move.INFO, Move.RELOAD})
_MARKS = frozenset({Move.SUSPEND, Move.BURY, Move.KNOW, Move.FORGET, Move.FLAG, Move.REMARK})
_ON_A_CARD = _MARKS | {Move.SKIP, Move.LANG}
LEGAL: Mapping[type[Phase], frozenset[Move]] = {
    Drawing: frozenset({Move.SKIP, Move.INFO}),
    Asking: _ANYWHERE | _ON_A_CARD | {Move.ANSWER, Move.HINT, Move.REVEAL},
    Judging: frozenset({Move.JUDGED, Move.CANCEL, Move.INFO}),
    Missed: _ANYWHERE | _ON_A_CARD | {Move.ANSWER, Move.HINT, Move.REVEAL},
    Answered: _ANYWHERE | _ON_A_CARD | {Move.RATE},
    Finished: _ANYWHERE,
}
"""The moves that are legal in each phase."""


class NotNow(Exception):
    """The move is not legal in this phase; each driver says so in its own words."""

    def __init__(self, move: Move, phase: Phase) -> None:
        self.move = move
        self.phase = phase
        super().__init__(f"{move.value} is not possible while {type(phase).__name__.lower()}")

    def sentence(self) -> str:
        """What is possible instead, for a person."""
        says = {
            Drawing: _("not now ({move}): the numbers of the next card are being tried"),
            Asking: _("not now ({move}): a question is open, answer it or give up"),
            Judging: _("not now ({move}): an answer is being run"),
            Missed: _("not now ({move}): the answer missed, try again or give up"),
            Answered: _("not now ({move}): the answer is shown, rate it from 1 to 4"),
            Finished: _("not now ({move}): no question is open"),
        }
        return says[type(self.phase)].format(move=self.move.value)

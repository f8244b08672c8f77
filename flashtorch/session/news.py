"""What the last move did besides moving on: frozen values that each driver shows or prints, and their sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from flashtorch.history.event import EventKind
from flashtorch.language import _, n_
from flashtorch.session.phase import Move

if TYPE_CHECKING:
    from flashtorch.grading.verdict import Verdict
    from flashtorch.history.event import Event
    from flashtorch.scheduling.state import CardState, Rating
    from flashtorch.session.phase import Aside, Today


@dataclass(frozen=True, slots=True)
class Rated:
    """A rating was kept; also one that a redo brought back."""

    card: str
    rating: Rating
    state: CardState
    """What the rating led to."""
    became_leech: bool = False
    """The card was forgotten so often that it is suspended now."""
    is_practice: bool = False
    """The state is as it was before."""
    is_kept: bool = True
    """False while the history cannot be written: `NotKept` said so."""


@dataclass(frozen=True, slots=True)
class Undone:
    """The event is taken back."""

    event: Event


@dataclass(frozen=True, slots=True)
class Redone:
    """The event that an undo had taken back counts again."""

    event: Event


@dataclass(frozen=True, slots=True)
class Moved:
    """The card was skipped, suspended, buried, put far away, forgotten, flagged, noted on or resumed."""

    move: Move
    card: str


@dataclass(frozen=True, slots=True)
class SetAside:
    """The card cannot be judged here; nothing was counted, and it is not asked again in this sitting."""

    card: str
    verdict: Verdict
    ran_with: str = ""
    """The torch with which its last judged answer ran, when that is another one than now."""


@dataclass(frozen=True, slots=True)
class Gone:
    """The cards are no longer in their decks, or can no longer be read there; they are not asked again in this sitting."""

    cards: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnsweredElsewhere:
    """Another window answered the card after it was shown here; this answer was not counted and the card is shown as it is now."""

    card: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """There was nothing to undo or redo, no further hint or language; the card to resume is not suspended, a known one not new."""

    move: Move
    card: str = ""


@dataclass(frozen=True, slots=True)
class NotKept:
    """From here on what is answered is held in memory alone; said once."""

    why: str


News: TypeAlias = Rated | Undone | Redone | Moved | SetAside | Gone | AnsweredElsewhere | Nothing | NotKept


def sentence(news: News) -> str:
    """What happened, as one sentence for a person; empty where the next question says enough."""
    match news:
        case Rated():
            leech = _("{card} is forgotten again and again, so it is suspended: rewrite it, or resume it as it is")
            return leech.format(card=news.card) if news.became_leech else ""
        case Undone():
            return _undone(news.event)
        case Redone():
            return _("the last undo of {card} is taken back").format(card=news.event.card)
        case Moved():
            return _moved(news)
        case SetAside():
            return _("{card} is set aside until the end of this sitting; nothing was counted").format(card=news.card)
        case Gone():
            return _gone(news)
        case AnsweredElsewhere():
            elsewhere = _("{card} was answered in another window: this answer is not counted, here is the card as it is now")
            return elsewhere.format(card=news.card)
        case Nothing():
            return _nothing(news)
        case NotKept():
            return _("NOTHING IS KEPT from here on: {why}. The sitting goes on in memory").format(why=news.why)


def reason(aside: Aside | SetAside) -> str:
    """Why a card was set aside, and whether it once ran."""
    from flashtorch.grading import wording

    said = wording.sentence(aside.verdict)
    if not aside.ran_with:
        return said
    upgraded = _("{reason} (it ran with torch {before}; this is torch {now})")
    return upgraded.format(reason=said, before=aside.ran_with, now=aside.verdict.torch)


def _gone(news: Gone) -> str:
    count = len(news.cards)
    says = n_(
        "{card} is no longer in its deck, or cannot be read there any more; nothing was counted",
        "{count} cards are no longer in their decks, or cannot be read there any more: {card} and others; nothing was counted",
        count,
    )
    return says.format(card=news.cards[0], count=count)


def _undone(event: Event) -> str:
    if event.kind is EventKind.SUSPEND:
        return _("{card} is no longer suspended").format(card=event.card)
    if event.kind is EventKind.BURY:
        return _("{card} is no longer buried").format(card=event.card)
    if event.kind is EventKind.SET_DUE:
        return _("{card} is new again").format(card=event.card)
    if event.kind is EventKind.FORGET:
        return _("{card} is not forgotten: its schedule is back").format(card=event.card)
    return _("the rating of {card} is taken back").format(card=event.card)


def _moved(news: Moved) -> str:
    says = {
        Move.SKIP: _("{card} is skipped until the end of this sitting"),
        Move.SUSPEND: _("{card} is suspended until it is resumed"),
        Move.BURY: _("{card} is put off until tomorrow"),
        Move.KNOW: _("{card} is put off for half a year"),
        Move.FORGET: _("{card} begins anew"),
        Move.FLAG: _("{card} is flagged"),
        Move.REMARK: _("the note on {card} is kept; it is shown with the answer"),
        Move.RESUME: _("{card} is asked again"),
    }
    return says[news.move].format(card=news.card)


def _nothing(news: Nothing) -> str:
    says = {
        Move.UNDO: _("there is nothing to undo"),
        Move.REDO: _("there is nothing to redo"),
        Move.HINT: _("there is no further hint"),
        Move.RESUME: _("{card} is not suspended"),
        Move.KNOW: _("{card} is not new: rate it Easy instead"),
        Move.LANG: _("{card} is told in no other language"),
    }
    return says[news.move].format(card=news.card)


def done_today(today: Today) -> list[str]:
    """What was done today, in sentences; none for a day without answers."""
    lines = []
    if today.answers:
        answers = n_("{count} answer today in {minutes} min", "{count} answers today in {minutes} min", today.answers)
        lines.append(answers.format(count=today.answers, minutes=max(1, round(today.minutes))))
    if today.retention is not None:
        recalled = _("{recalled} of {reviews} reviews remembered ({share} %)")
        share = round(today.retention * 100)
        lines.append(recalled.format(recalled=today.recalled, reviews=today.reviews, share=share))
    if today.practised:
        practised = n_("{count} answer in practice", "{count} answers in practice", today.practised)
        lines.append(practised.format(count=today.practised))
    return lines

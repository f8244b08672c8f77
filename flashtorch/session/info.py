"""What is known of one card: its place in the schedule, its history, and what the learner wrote. Plain data, for any driver."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flashtorch.cards.model import Kind
from flashtorch.cards.question import ask
from flashtorch.grading import wording
from flashtorch.history.event import EventKind
from flashtorch.history.fold import epochs
from flashtorch.history.voids import dead
from flashtorch.scheduling.apply import apply
from flashtorch.scheduling.forgetting import retrievability
from flashtorch.scheduling.moment import DAY_S, days_between, study_day
from flashtorch.scheduling.state import CardState, Rating, Stage
from flashtorch.session.evidence import verdict_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from flashtorch.cards.model import Card
    from flashtorch.grading.verdict import Verdict
    from flashtorch.history.event import Event
    from flashtorch.scheduling.moment import Moment
    from flashtorch.scheduling.params import Params

ANSWERS = (EventKind.REVIEW, EventKind.PRACTICE)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A counted wrong answer."""

    at_us: int
    day: int
    """The study day."""
    answer: str
    """As it was written; of a choice card the texts of the options, a line each."""
    verdict: str
    sentence: str
    """What was wrong with it, in the language of the interface."""


@dataclass(frozen=True, slots=True)
class Past:
    """One thing that happened to a card and was not taken back."""

    kind: EventKind
    """`review` and `practice` are answers; then `suspend`, `resume`, `bury`, `forget`, `set-due`, `flag`, `note`."""
    at_us: int
    utc_offset_min: int
    day: int
    stage: Stage
    """What the card was before."""
    rating: Rating | None = None
    interval_s: int | None = None
    """Of an answer, and of a card that was put far away: the seconds until it was to be asked again, days as multiples of 86400."""
    took_ms: int | None = None
    verdict: str = ""
    """Of an answer that was judged."""
    sentence: str = ""
    """What the verdict found, in the language of the interface."""
    answer: str = ""
    """As it was written; of a choice card the texts of the options, a line each."""
    attempts: int = 0
    hints: int = 0
    gave_up: bool = False
    torch: str = ""
    """The version that ran it."""
    text: str = ""
    """Of a flag or note."""
    wrong: tuple[Wrong, ...] = ()
    """The wrong answers of this time, oldest first, the last one included where it was wrong."""


@dataclass(frozen=True, slots=True)
class Help:
    """For a card that does not stay: what went wrong before, and what else asks for the same fact."""

    is_leech: bool
    wrong: tuple[Wrong, ...]
    """All wrong answers before this one, newest first."""
    siblings: tuple[str, ...]
    """The other cards of the same fact."""


@dataclass(frozen=True, slots=True)
class CardInfo:
    """Everything that is known of a card."""

    card: str
    kind: Kind
    title: str
    deck: str
    note: int | None
    """Of the lecture notes that it belongs to."""
    tags: tuple[str, ...]
    place: str
    """`FILE:LINE` of its deck."""
    state: CardState
    day: int
    """The study day of now."""
    retrievability: float | None
    """The probability of recall now, 0 to 1; None while new."""
    past: tuple[Past, ...]
    """Newest first."""
    remark: str
    """The learner's own note; empty when there is none."""
    flags: tuple[str, ...]
    """The sentences of the flags, newest first; an empty one was set without a sentence."""
    siblings: tuple[str, ...]
    """The other cards of the same fact."""
    has_changed: bool
    """The deck says something else than at the last answer."""

    @property
    def answers(self) -> tuple[Past, ...]:
        """The answers of `past`, newest first, practice included."""
        return tuple(past for past in self.past if past.kind in ANSWERS)

    @property
    def wrong(self) -> tuple[Wrong, ...]:
        """All wrong answers, newest first."""
        return tuple(wrong for past in self.past for wrong in reversed(past.wrong))


def card_info(
    card: Card,
    state: CardState,
    events: Sequence[Event],
    settings: Sequence[Event],
    siblings: tuple[str, ...],
    now: Moment,
    params: Params,
) -> CardInfo:
    """The info of a card in `state`, from all its `events`, live and dead, and those of the parameters (`settings`)."""
    day = study_day(now, params.rollover_hour)
    past = tuple(reversed(_past(card, events, settings)))
    recall = None
    if state.stability is not None:
        recall = retrievability(days_between(state.last_day, day), state.stability, params.decay)
    answered = [event.content_hash for event in _live(events) if event.kind in ANSWERS and event.content_hash]
    return CardInfo(
        card=str(card.id),
        kind=card.kind,
        title=card.title,
        deck=card.id.deck,
        note=card.note,
        tags=card.tags,
        place=str(card.place),
        state=state,
        day=day,
        retrievability=recall,
        past=past,
        remark=remark_of(events),
        flags=tuple(each.text for each in past if each.kind is EventKind.FLAG),
        siblings=siblings,
        has_changed=bool(answered) and answered[-1] != card.content_hash,
    )


def remark_of(events: Iterable[Event]) -> str:
    """The latest note on the card; an empty one took it away."""
    texts = [_text(event) for event in events if event.kind is EventKind.NOTE]
    return texts[-1] if texts else ""


def help_of(card: Card, state: CardState, events: Sequence[Event], siblings: tuple[str, ...]) -> Help:
    """What helps with a card in `state`; its answer of now is not among the `events` yet."""
    wrong = [each for event in _live(events) if event.kind in ANSWERS for each in _wrong(card, event)]
    return Help(state.leech, tuple(reversed(wrong)), siblings)


def last_torch(events: Sequence[Event]) -> str:
    """The torch that ran the last judged answer; empty when none did."""
    versions = [str(event.evidence.get("torch") or "") for event in events if event.kind in ANSWERS]
    return next(filter(None, reversed(versions)), "")


def _live(events: Sequence[Event]) -> list[Event]:
    gone = dead(events)
    return [event for event in events if event.id not in gone and event.kind is not EventKind.VOID]


def _past(card: Card, events: Sequence[Event], settings: Sequence[Event]) -> list[Past]:
    """Oldest first. Each interval is that of the parameters that were in force."""
    through_time = epochs(settings)
    state = CardState()
    past: list[Past] = []
    for event in _live(events):
        before, state = state, apply(state, event, through_time.at(event))
        past.append(_one(card, event, before, state))
    return past


def _one(card: Card, event: Event, before: CardState, after: CardState) -> Past:
    kept = event.evidence
    judged = verdict_of(kept)
    is_answer = event.kind in ANSWERS
    leads_on = event.kind in (EventKind.REVIEW, EventKind.SET_DUE) and before != after
    return Past(
        kind=event.kind,
        at_us=event.at_us,
        utc_offset_min=event.utc_offset_min,
        day=event.day,
        stage=before.stage,
        rating=Rating(event.rating) if event.rating else None,
        interval_s=_interval_s(event, after) if leads_on else None,
        took_ms=event.took_ms,
        verdict=str(judged.name) if judged else "",
        sentence=_sentence(judged),
        answer=_as_written(card, kept, kept.get("answer")) if is_answer else "",
        attempts=_count(kept, "attempts"),
        hints=_count(kept, "hints"),
        gave_up=bool(kept.get("gave_up")),
        torch=str(kept.get("torch") or ""),
        text=_text(event),
        wrong=_wrong(card, event) if is_answer else (),
    )


def _interval_s(event: Event, after: CardState) -> int | None:
    if after.due_at_us is not None:
        return max(0, after.due_at_us - event.at_us) // 1_000_000
    return None if after.due_day is None else (after.due_day - event.day) * DAY_S


def _wrong(card: Card, event: Event) -> tuple[Wrong, ...]:
    """The misses before the answer, and the answer itself where it was judged and wrong."""
    kept = event.evidence
    missed = kept.get("misses")
    tries = [each for each in missed if isinstance(each, dict)] if isinstance(missed, list) else []
    if not kept.get("gave_up"):
        tries.append(dict(kept))
    wrong = []
    for each in tries:
        judged = verdict_of(each)
        if judged and not judged.is_pass:
            written = _as_written(card, kept, each.get("answer"))
            wrong.append(Wrong(event.at_us, event.day, written, str(judged.name), _sentence(judged)))
    return tuple(wrong)


def _as_written(card: Card, kept: Mapping[str, Any], answer: Any) -> str:
    """The answer for people; numbers of options say nothing once they are shuffled anew."""
    text = answer if isinstance(answer, str) else ""
    numbers = text.split(",")
    if card.kind is not Kind.CHOICE or not all(number.isdecimal() and 1 <= int(number) <= len(card.options) for number in numbers):
        return text
    seed = kept.get("seed")
    question = ask(card, seed if isinstance(seed, int) else 0)
    shown = {at: option.text for at, option in zip(question.order, question.options, strict=True)}
    return "\n".join(shown[int(number) - 1].strip() for number in numbers)


def _sentence(judged: Verdict | None) -> str:
    """Also of evidence from elsewhere, whose finding may be unknown here or lack a part."""
    if judged is None:
        return ""
    try:
        return wording.sentence(judged)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        return str(judged.name)


def _count(kept: Mapping[str, Any], key: str) -> int:
    value = kept.get(key)
    return value if isinstance(value, int) else 0


def _text(event: Event) -> str:
    text = event.evidence.get("text")
    return text if isinstance(text, str) else ""

"""A sitting as plain fields: what its values are called in JSON."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from flashtorch.cli.backlog import backlog_fields
from flashtorch.scheduling.moment import day_start
from flashtorch.scheduling.state import Rating
from flashtorch.session.news import reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flashtorch.scheduling.state import CardState
    from flashtorch.session.info import Help, Wrong
    from flashtorch.session.news import Rated
    from flashtorch.session.phase import Answered, Asking, Counts, Finished

Fields = dict[str, Any]


def instant(at_us: int | None) -> str | None:
    """Microseconds of UTC as ISO 8601."""
    return None if at_us is None else (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at_us)).isoformat()


def day(number: int | None) -> str | None:
    """A study day as an ISO date."""
    return None if number is None else (date(1970, 1, 1) + timedelta(days=number)).isoformat()


def counts_fields(counts: Counts) -> Fields:
    decks = [{"deck": deck.deck, "new": deck.new, "learning": deck.learning, "review": deck.review} for deck in counts.decks]
    backlog = backlog_fields(counts.review, counts.waiting, counts.backlog_days)
    return {"new": counts.new, "learning": counts.learning, "review": counts.review, "decks": decks, "backlog": backlog}


def question_fields(asking: Asking, counts: Counts, *, minutes_left: int | None = None, practice: bool = False) -> Fields:
    """`hints` are those shown so far, `hints_left` how many there are beside them; `minutes_left` is there with a time box."""
    question = asking.question
    fields: Fields = {
        "card": str(question.card.id),
        "kind": str(question.card.kind),
        "state": str(asking.state.stage),
        "seed": question.seed,
        "title": question.title,
        "front": question.front,
        "hints": list(question.hints[: asking.hints_shown]),
        "hints_left": len(question.hints) - asking.hints_shown,
        "attempts": asking.attempts,
        "counts": counts_fields(counts),
    }
    if question.options:
        fields["options"] = [option.text for option in question.options]
    if question.starter is not None:
        fields["starter"] = question.starter
    if question.blanks:
        fields["blanks"] = question.blanks
    if minutes_left is not None:
        fields["minutes_left"] = minutes_left
    if practice:
        fields["practice"] = True
    if question.card.lang:
        fields["lang"] = question.card.lang
    if asking.draft:
        fields["draft"] = asking.draft
    if asking.self_rated:
        fields["self_rated"] = asking.self_rated
    return fields


def answer_fields(answered: Answered) -> Fields:
    """`intervals` are seconds by rating, 0 in practice; `right_options` numbers as shown; `remark` is the learner's own note."""
    fields: Fields = {
        "card": str(answered.question.card.id),
        "back": answered.back.back,
        "intervals": {str(int(rating)): answered.buttons.next(rating).seconds for rating in Rating},
        "suggested": answered.suggested,
    }
    if answered.value:
        fields["value"] = answered.value
    if answered.back.right_options:
        fields["right_options"] = list(answered.back.right_options)
    if answered.self_rated:
        fields["self_rated"] = answered.self_rated
    if answered.is_practice:
        fields["practice"] = True
    if answered.remark:
        fields["remark"] = answered.remark
    if answered.help:
        fields["help"] = help_fields(answered.help)
    return fields


def help_fields(help: Help) -> Fields:  # noqa: A002  what it is called where it comes from
    """Of an answer: what went wrong before, newest first, and the fact's other cards."""
    return {"leech": help.is_leech, "wrong": wrong_fields(help.wrong), "siblings": list(help.siblings)}


def wrong_fields(wrong: Iterable[Wrong]) -> list[Fields]:
    return [
        {"at": instant(each.at_us), "day": day(each.day), "answer": each.answer, "verdict": each.verdict, "finding": each.sentence}
        for each in wrong
    ]


def rated_fields(rated: Rated, rollover_hour: int) -> Fields:
    """A review is due at the beginning of its study day, at the offset that was stored with it."""
    state = rated.state
    return {
        "card": rated.card,
        "rating": int(rated.rating),
        "state": str(state.stage),
        "due_at": instant(due_at(state, rollover_hour)),
        "due_day": day(state.due_day),
        "stability": state.stability,
        "difficulty": state.difficulty,
        "kept": rated.is_kept,
        "practice": rated.is_practice,
    }


def due_at(state: CardState, rollover_hour: int) -> int | None:
    """When the card is due, microseconds of UTC: of a review the beginning of its study day, at the offset stored with it."""
    if state.due_at_us is not None or state.due_day is None:
        return state.due_at_us
    return day_start(state.due_day, state.utc_offset_min, rollover_hour).at_us


def done_fields(finished: Finished) -> Fields:
    """`minutes` and `retention` (0 to 1, null before the first due review) are of this study day, in all sittings."""
    today = finished.today
    return {
        "counts": counts_fields(finished.counts),
        "next_at": instant(finished.next_at_us),
        "reason": str(finished.reason),
        "today": {
            "answers": today.answers,
            "minutes": round(today.minutes, 2),
            "reviews": today.reviews,
            "retention": today.retention,
            "practised": today.practised,
        },
        "set_aside": [
            {
                "card": aside.card,
                "verdict": str(aside.verdict.name),
                "finding": reason(aside),
                "torch": aside.verdict.torch,
                "ran_with": aside.ran_with or None,
            }
            for aside in finished.aside
        ],
    }

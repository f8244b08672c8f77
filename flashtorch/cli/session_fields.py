"""A sitting as plain fields: what its values are called in JSON."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from flashtorch.scheduling.moment import day_start
from flashtorch.scheduling.state import Rating

if TYPE_CHECKING:
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
    return {"new": counts.new, "learning": counts.learning, "review": counts.review, "decks": decks}


def question_fields(asking: Asking, counts: Counts) -> Fields:
    """`hints` are those shown so far, `hints_left` how many there are beside them."""
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
    if asking.draft:
        fields["draft"] = asking.draft
    if asking.self_rated:
        fields["self_rated"] = asking.self_rated
    return fields


def answer_fields(answered: Answered) -> Fields:
    """`intervals` are seconds by rating; `right_options` are numbers as shown."""
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
    return fields


def rated_fields(rated: Rated, rollover_hour: int) -> Fields:
    """A review is due at the beginning of its study day, at the offset that was stored with it."""
    state = rated.state
    due_at_us = state.due_at_us
    if due_at_us is None and state.due_day is not None:
        due_at_us = day_start(state.due_day, state.utc_offset_min, rollover_hour).at_us
    return {
        "card": rated.card,
        "rating": int(rated.rating),
        "state": str(state.stage),
        "due_at": instant(due_at_us),
        "due_day": day(state.due_day),
        "stability": state.stability,
        "difficulty": state.difficulty,
        "kept": rated.is_kept,
    }


def done_fields(finished: Finished) -> Fields:
    return {"counts": counts_fields(finished.counts), "next_at": instant(finished.next_at_us)}

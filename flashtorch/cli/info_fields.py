"""What is known of a card as plain fields: what its values are called in JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flashtorch.cli.session_fields import day, due_at, instant, wrong_fields
from flashtorch.history.event import EventKind

if TYPE_CHECKING:
    from flashtorch.session.info import CardInfo, Past

Fields = dict[str, Any]


def info_fields(info: CardInfo, rollover_hour: int) -> Fields:
    """`past` is newest first; `retrievability` is from 0 to 1; `note` is that of the lecture notes, `remark` the learner's own."""
    state = info.state
    return {
        "card": info.card,
        "kind": str(info.kind),
        "title": info.title,
        "deck": info.deck,
        "note": info.note,
        "tags": list(info.tags),
        "place": info.place,
        "state": str(state.stage),
        "due_at": instant(due_at(state, rollover_hour)),
        "due_day": day(state.due_day),
        "stability": state.stability,
        "difficulty": state.difficulty,
        "retrievability": info.retrievability,
        "reps": state.reps,
        "lapses": state.lapses,
        "leech": state.leech,
        "suspended": state.suspended,
        "buried": state.buried_day == info.day,
        "changed": info.has_changed,
        "remark": info.remark,
        "flags": list(info.flags),
        "siblings": list(info.siblings),
        "wrong": wrong_fields(info.wrong),
        "past": [_past_fields(past) for past in info.past],
    }


def _past_fields(past: Past) -> Fields:
    fields: Fields = {"what": str(past.kind), "at": instant(past.at_us), "day": day(past.day), "state": str(past.stage)}
    if past.interval_s is not None:
        fields["interval"] = past.interval_s
    if past.kind in (EventKind.FLAG, EventKind.NOTE):
        fields["text"] = past.text
    if past.rating is None:
        return fields
    return fields | {
        "rating": int(past.rating),
        "took_ms": past.took_ms,
        "verdict": past.verdict or None,
        "finding": past.sentence or None,
        "answer": past.answer,
        "attempts": past.attempts,
        "hints": past.hints,
        "gave_up": past.gave_up,
        "torch": past.torch,
        "wrong": wrong_fields(past.wrong),
    }

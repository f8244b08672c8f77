"""The numbers of `flashtorch stats --json`: names that stay, and values without rounding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flashtorch.progress.spelling import iso_day

if TYPE_CHECKING:
    from flashtorch.progress.numbers import Share, Strength
    from flashtorch.progress.summary import Summary

Fields = dict[str, Any]


def summary_fields(found: Summary) -> Fields:
    """Days are ISO dates of study days, times milliseconds, shares 0 to 1, and what there is none of is null."""
    done, retention = found.done, found.retention
    return {
        "day": iso_day(found.day),
        "since": iso_day(found.since),
        "answers": {"total": done.answers, "right": done.right, "days": found.studied, "took_ms": done.took_ms},
        "today": {"total": found.today.answers, "right": found.today.right, "took_ms": found.today.took_ms},
        "ratings": {str(rating): count for rating, count in found.pressed.items()},
        "streak": {"days": found.streak, "longest": found.longest, "today": found.today.answers > 0},
        "retention": {
            "desired": found.desired,
            "young": _share(retention.young),
            "mature": _share(retention.mature),
            "all": _share(retention.all),
        },
        "calibration": [
            {"from": each.low, "to": each.high, "predicted": each.predicted, **_share(each.happened)} for each in found.calibration
        ],
        "days": [
            {"day": iso_day(number), "answers": each.answers, "right": each.right, "took_ms": each.took_ms}
            for number, each in found.days.items()
            if found.since is None or number >= found.since
        ],
        "forecast": [
            {"day": iso_day(each.day), "learning": each.learning, "review": each.review, "overdue": each.overdue}
            for each in found.forecast
        ],
        "backlog": {"due": found.backlog.due, "per_day": found.backlog.per_day, "days": found.backlog.days},
        "decks": [
            {"deck": deck, **_strength(each), "answers": found.answers_of_decks.get(deck, 0)} for deck, each in found.decks.items()
        ],
        "notes": [
            {"deck": note[0], "note": note[1], **_strength(each), "answers": found.answers_of_notes.get(note, 0)}
            for note, each in found.notes.items()
        ],
        "leeches": [{"card": each.card, "lapses": each.lapses, "suspended": each.suspended} for each in found.leeches],
    }


def _share(share: Share) -> Fields:
    return {"right": share.right, "total": share.total, "rate": share.rate}


def _strength(strength: Strength) -> Fields:
    return {
        "cards": strength.cards,
        "new": strength.new,
        "learning": strength.learning,
        "young": strength.young,
        "mature": strength.mature,
        "suspended": strength.suspended,
        "stability": strength.stability,
        "retrievability": strength.retrievability,
    }

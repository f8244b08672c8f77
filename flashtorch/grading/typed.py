"""A typed answer: text compared with width, case and spaces set aside, or a number."""

from __future__ import annotations

import unicodedata
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from flashtorch.grading.verdict import Finding, Verdict, VerdictName

if TYPE_CHECKING:
    from flashtorch.cards.model import Part

MAX_LENGTH = 4096
_ENDS = ".。!！;；"
"""What ends a sentence is no part of an answer."""


def judge_typed(part: Part, answer: str) -> Verdict:
    """The answer against the accepted lines of a `text answer` part; nothing typed is a syntax error, which is a free retry."""
    given = normal(answer[:MAX_LENGTH])
    if not given:
        return Verdict(VerdictName.SYNTAX, 0, 1, Finding("empty"))
    accepted = [line for line in part.source.splitlines() if line.strip()]
    if any(agrees(given, line, part.tolerance) for line in accepted):
        return Verdict(VerdictName.PASS, 1, 1)
    return Verdict(VerdictName.VALUE, 0, 1, Finding("typed", {"got": answer.strip()[:200]}))


def agrees(given: str, accepted: str, tolerance: float | None) -> bool:
    """Whether a normalised answer is this accepted line: as text, or as a number when the line reads as one."""
    wanted = normal(accepted)
    if given.rstrip(_ENDS) == wanted.rstrip(_ENDS):
        return True
    expected, got = number(wanted), number(given)
    if expected is None or got is None:
        return False
    if expected.is_nan() or got.is_nan():
        return expected.is_nan() and got.is_nan()
    if expected.is_infinite() or got.is_infinite():
        return expected == got
    try:
        # In decimal, where 3.1 is within 0.1 of 3.
        return abs(expected - got) <= (Decimal(repr(tolerance)) if tolerance is not None else 0)
    except ArithmeticError:
        # Further apart than decimals can say.
        return False


def normal(text: str) -> str:
    """Full-width characters as their narrow ones, no capitals, one space between words, no code ticks around it."""
    narrow = unicodedata.normalize("NFKC", text).casefold().replace("\u2212", "-")
    return " ".join(narrow.strip().strip("`").split())


def number(text: str) -> Decimal | None:
    """The number that a normalised text spells, digits grouped by `_` included; None when it spells none."""
    try:
        return Decimal(text.replace("_", ""))
    except InvalidOperation:
        return None

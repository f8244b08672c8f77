"""The forgetting curve."""

from __future__ import annotations


def retrievability(elapsed_days: float, stability: float, decay: float) -> float:
    """The probability of recall after `elapsed_days`, when `stability` is the days until it falls to 0.9.

    FSRS-6: R = (1 + F t/S)^-decay with F = 0.9^(-1/decay) - 1 ("The Algorithm", wiki of open-spaced-repetition/fsrs4anki).
    """
    factor = 0.9 ** (-1 / decay) - 1
    return float((1 + factor * elapsed_days / stability) ** -decay)

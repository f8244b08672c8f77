"""Cards that are forgotten again and again."""

from __future__ import annotations


def is_leech(lapses: int, threshold: int) -> bool:
    """Whether this lapse makes a leech: at the threshold, and then at every half of it, as Anki counts; 0 for never."""
    return threshold > 0 and lapses >= threshold and (lapses - threshold) % ((threshold + 1) // 2) == 0

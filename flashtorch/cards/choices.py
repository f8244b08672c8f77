"""The order in which the options of a choice card are shown."""

from __future__ import annotations

import hashlib


def shown_order(card_id: str, seed: int, count: int) -> tuple[int, ...]:
    """Which option of the file (from 0) stands at each shown place. Equal on every machine."""

    def key(option: int) -> bytes:
        return hashlib.sha256(f"{card_id}\n{seed}\n{option}".encode()).digest()

    return tuple(sorted(range(count), key=key))

"""Numbers that look drawn by chance and follow from a card: equal on every machine and at every replay."""

from __future__ import annotations

from zlib import crc32

_MASK = 0xFFFF_FFFF_FFFF_FFFF


def unit(text: str, number: int) -> float:
    """A number from 0 up to 1 that follows from both.

    The mixing is the finaliser of SplitMix64 (Steele, Lea and Flood, 2014), so that neighbouring numbers share nothing.
    """
    z = ((crc32(text.encode()) << 32) + number * 0x9E37_79B9_7F4A_7C15) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB) & _MASK
    return ((z ^ (z >> 31)) >> 11) / (1 << 53)

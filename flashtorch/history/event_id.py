"""Names for events: UUIDs of version 7, which sort by time and never twice alike within a device."""

from __future__ import annotations

_RANDOM_BITS = 62
_MS_BITS = 48


def new_id(at_us: int, randomness: bytes, after: str | None = None) -> str:
    """A UUIDv7 (RFC 9562) for an instant in microseconds, with the fraction of its millisecond in the 12 bits after the version.

    `after` is the device's newest id; the new one is greater even within the same microsecond or when the clock was set back.
    `randomness` is at least 8 bytes.
    """
    ms, us = divmod(max(at_us, 0), 1000)
    drawn = int.from_bytes(randomness[:8], "big")
    number = ((ms % (1 << _MS_BITS)) << 12 | us * 4096 // 1000) << _RANDOM_BITS | drawn % (1 << _RANDOM_BITS)
    if after is not None and number <= (newest := _number(after)):
        number = newest + 1 + drawn % (1 << 32)
    return _spelt(number)


def _spelt(number: int) -> str:
    """The id for its 122 free bits."""
    upper, lower = divmod(number, 1 << _RANDOM_BITS)
    ms, fraction = divmod(upper, 1 << 12)
    digits = f"{(ms << 16 | 7 << 12 | fraction):016x}{(2 << _RANDOM_BITS | lower):016x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _number(name: str) -> int:
    bits = int(name.replace("-", ""), 16)
    upper, lower = bits >> 64, bits & ((1 << _RANDOM_BITS) - 1)
    return ((upper >> 16) << 12 | upper & 0xFFF) << _RANDOM_BITS | lower

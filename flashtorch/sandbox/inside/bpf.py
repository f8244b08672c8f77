"""A classic BPF program put together: the language in which the kernel takes a filter of system calls."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

LOAD, EQUAL, AT_LEAST, ANY_BIT, GO, RETURN = 0x20, 0x15, 0x35, 0x45, 0x05, 0x06
NUMBER, ARCHITECTURE = 0, 4


def argument(place: int) -> int:
    """Where the low half of a call's argument lies (both architectures are little-endian)."""
    return 16 + 8 * place


@dataclass
class Program:
    """Instructions, and labels for jumps, which only go forward."""

    code: list[tuple[int, int, int, int | str]] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)

    def label(self, name: str) -> None:
        self.places[name] = len(self.code)

    def load(self, offset: int) -> None:
        """Four bytes of what is known about the call."""
        self.code.append((LOAD, 0, 0, offset))

    def give(self, action: int) -> None:
        self.code.append((RETURN, 0, 0, action))

    def go(self, label: str) -> None:
        self.code.append((GO, 0, 0, label))

    def choose(self, test: int, value: int, then: str, otherwise: str) -> None:
        """Go one way or the other. A conditional jump reaches 255 instructions, a plain one everywhere."""
        self.code.append((test, 0, 1, value & 0xFFFF_FFFF))
        self.go(then)
        self.go(otherwise)

    def assembled(self) -> bytes:
        out = bytearray()
        for at, (operation, yes, no, value) in enumerate(self.code):
            number = self.places[value] - at - 1 if isinstance(value, str) else value
            out += struct.pack("=HBBI", operation, yes, no, number)
        return bytes(out)

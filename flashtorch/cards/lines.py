"""The bytes of a deck file -> its lines, numbered as every editor numbers them."""

from __future__ import annotations

import re

from flashtorch.cards.faults import Fault
from flashtorch.frozen import frozen
from flashtorch.language import _

LARGEST = 4 * 1024 * 1024
"""Bytes of a deck file."""

_BREAK = re.compile(r"\r\n|\r|\n")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_BOM = b"\xef\xbb\xbf"


class Unreadable(Exception):
    """The file as a whole is no text."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.message)


@frozen
class Lines:
    """The text of a file."""

    lines: tuple[str, ...]
    """Without line ends, control characters shown as U+FFFD. Row 0 is line 1."""
    faults: tuple[Fault, ...]


def read_lines(data: bytes) -> Lines:
    """The lines of a file in UTF-8. Lines end at CRLF, CR and LF only.

    Raises:
        Unreadable: it is too large or not UTF-8.
    """
    if len(data) > LARGEST:
        raise Unreadable(too_large())
    data = data.removeprefix(_BOM)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = len(re.findall(rb"\r\n|\r|\n", data[: error.start])) + 1
        message = _("byte {byte} is not UTF-8: save the file as UTF-8").format(byte=f"0x{data[error.start]:02x}")
        raise Unreadable(Fault(line, "encoding", message)) from None
    faults = []
    lines = _BREAK.split(text)
    for row, written in enumerate(lines):
        if found := _CONTROL.search(written):
            message = _("the line holds the control character {character}: remove it").format(character=f"U+{ord(found[0]):04X}")
            faults.append(Fault(row + 1, "control-character", message))
            lines[row] = _CONTROL.sub("\ufffd", written)
    return Lines(tuple(lines), tuple(faults))


def too_large() -> Fault:
    """The fault of a file that is larger than any deck file."""
    return Fault(1, "file-too-large", _("the file is larger than 4 MiB: split it"))

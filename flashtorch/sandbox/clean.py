"""What a run printed, made safe for a terminal: text without escapes, controls or tricks of direction."""

from __future__ import annotations

import re

# Both the seven-bit spelling (ESC [) and the eight-bit one (U+009B) begin a sequence. A string sequence (OSC, DCS, SOS, PM,
# APC) ends at BEL or ST, or with the line, for a program that was cut off never sends its end.
_SEQUENCES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d\x9e\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b[ -/]*[0-~]?"
)
_LINE_ENDS = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
# Controls; invisible marks that reorder or hide text; surrogates, private planes' tags and noncharacters.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)


def clean(data: bytes) -> str:
    """`data` as text: UTF-8 with U+FFFD for what is not, lines ended by line feeds, no control character but tab and line feed.

    A character that the cap cut in two at the end is left out.
    """
    text = _whole(data).decode("utf-8", "replace")
    text = _SEQUENCES.sub("", text)
    return _UNSEEN.sub("", _LINE_ENDS.sub("\n", text))


def _whole(data: bytes) -> bytes:
    """Without an unfinished character at the end."""
    for back in range(1, min(4, len(data)) + 1):
        lead = data[-back]
        if lead & 0xC0 == 0x80:
            continue
        need = 4 if 0xF0 <= lead <= 0xF4 else 3 if 0xE0 <= lead < 0xF0 else 2 if 0xC2 <= lead < 0xE0 else 1
        return data[:-back] if need > back else data
    return data

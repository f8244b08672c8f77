"""`---`, `key: value` lines, `---` at the head of a card file."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flashtorch.cards import border, comment
from flashtorch.cards.faults import Fault
from flashtorch.language import _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

KEYS = ("deck", "title", "lang", "torch", "license", "source", "format")

_RULE = re.compile(r"---[ \t]*")
_PAIR = re.compile(r"([A-Za-z][\w-]*):(?:[ \t]+(.*?))?[ \t]*")
_BODY = re.compile(r" {0,3}(?:#{1,6}(?:[ \t]|$)|```|~~~)")
"""What begins the body: where this comes behind a blank line, the closing line was forgotten."""


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the head of a file says."""

    rows: int = 0
    """How many lines it takes; 0 when there is none."""
    deck: str | None = None
    title: str = ""
    lang: str = ""
    torch: str = ""
    faults: tuple[Fault, ...] = ()
    """Any of them costs the file."""
    lines: Mapping[str, int] = field(default_factory=dict)
    """Where each key stands."""


@dataclass(slots=True)
class _Reading:
    values: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, line: int, code: str, message: str) -> None:
        self.faults.append(Fault(line, code, message))


def read_front_matter(lines: Sequence[str]) -> FrontMatter:
    """The front matter of a file, with everything that is wrong in it; a missing `deck:` is for the caller to judge."""
    if not lines or not _RULE.fullmatch(lines[0]):
        return FrontMatter()
    end = _end(lines)
    if end is None:
        message = _("the front matter is never closed: end it with a line `---`")
        # Not a line of what follows is taken away: its cards are still read for their own faults.
        return FrontMatter(1, _deck_of(lines), faults=(Fault(1, "front-matter-unclosed", message),))
    reading = _Reading()
    for row in range(1, end):
        _read_line(lines[row], row + 1, reading)
    for key, problem in border.front_matter_faults(reading.values).items():
        reading.fault(reading.lines[key], f"bad-{key}", problem)
    values = reading.values
    deck = values.get("deck", "")
    return FrontMatter(
        end + 1,
        deck if border.is_name(deck) else None,
        values.get("title", ""),
        _language(values.get("lang", "")),
        values.get("torch", ""),
        tuple(sorted(reading.faults, key=lambda fault: fault.line)),
        reading.lines,
    )


def _deck_of(lines: Sequence[str]) -> str | None:
    """The deck that an unclosed front matter names in its first lines."""
    for line in lines[1:20]:
        pair = _PAIR.fullmatch(line)
        if pair is None:
            return None
        if pair[1] == "deck" and border.is_name(pair[2] or ""):
            return pair[2]
    return None


def _end(lines: Sequence[str]) -> int | None:
    """The row of the closing line."""
    blank = False
    for row in range(1, len(lines)):
        if _RULE.fullmatch(lines[row]):
            return row
        if (blank and _BODY.match(lines[row])) or comment.NEAR.match(lines[row].lstrip(" ")):
            return None
        blank = blank or not lines[row].strip()
    return None


def _read_line(text: str, line: int, reading: _Reading) -> None:
    if not text.strip():
        reading.fault(line, "front-matter-blank", _("front matter holds no blank line: remove it"))
        return
    pair = _PAIR.fullmatch(text)
    if pair is None:
        reading.fault(line, "front-matter-line", _("front matter is made of `key: value` lines, and this is none"))
        return
    key, value = pair[1], pair[2] or ""
    if key not in KEYS:
        message = _("front matter has no key `{key}`: {hint}").format(key=key, hint=border.nearest(key, KEYS))
        reading.fault(line, "unknown-key", message)
    elif key in reading.lines:
        message = _("`{key}:` stands already at line {line}: keep one").format(key=key, line=reading.lines[key])
        reading.fault(line, "repeated-key", message)
    else:
        reading.lines[key] = line
        # A name holds no quotes; around a sentence or a range of versions they are a habit.
        reading.values[key] = value if key == "deck" else _unquoted(value)


def _language(tag: str) -> str:
    """`EN` and `ZH-CN` as `en` and `zh-CN`."""
    main, sign, rest = re.fullmatch(r"([^-_]*)([-_]?)(.*)", tag, re.DOTALL).groups()  # type: ignore[union-attr]
    return f"{main.lower()}{sign}{rest}"


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value

"""What the editor's keys do to lines of Python, as pure functions of their text."""

from __future__ import annotations

import re

INDENT = 4
PAIRS = {"(": ")", "[": "]", "{": "}"}
QUOTES = frozenset("'\"")
_LEAVES_BLOCK = re.compile(r"\s*(?:return|pass|break|continue|raise)\b")
_CODE = re.compile(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|#.*""")
_COMMENT = re.compile(r"( *)# ?")
_BEFORE_NOTHING = frozenset(" \t)]},:;")
"""What may stand behind the cursor when a closing sign is put there too; before a word it would be in the way."""


def next_indent(line: str) -> int:
    """The spaces with which the line after `line` begins: deeper after a colon or an open bracket, less deep after a `return`."""
    indent = len(line) - len(line.lstrip(" "))
    code = _CODE.sub("", line).rstrip()
    opened = _balance(code)
    if code.endswith(":") or opened > 0:
        return indent + INDENT
    if _LEAVES_BLOCK.match(code) and not opened:
        return max(0, indent - INDENT)
    return indent


def deeper(lines: list[str]) -> list[str]:
    """Each line one level in; empty ones stay empty."""
    return [" " * INDENT + line if line.strip() else line for line in lines]


def less_deep(lines: list[str]) -> list[str]:
    """Each line one level out, as far as it has spaces to give."""
    return [line[min(INDENT, len(line) - len(line.lstrip(" "))) :] for line in lines]


def toggled(lines: list[str]) -> list[str]:
    """Comments, or no longer comments when all of them are: `#` stands where the least indented line begins."""
    written = [line for line in lines if line.strip()]
    if written and all(_COMMENT.match(line) for line in written):
        return [_COMMENT.sub(r"\1", line, count=1) for line in lines]
    at = min((len(line) - len(line.lstrip(" ")) for line in written), default=0)
    return [f"{line[:at]}# {line[at:]}" if line.strip() else line for line in lines]


def closing(character: str, before: str, after: str) -> str:
    """The sign that is put behind the cursor when `character` is typed between these parts of a line; empty for none."""
    if after and after[0] not in _BEFORE_NOTHING:
        return ""
    if character in PAIRS:
        return PAIRS[character]
    if character not in QUOTES or before[-1:] in (character, "\\") or _is_open(before):
        return ""
    # An apostrophe in a word, but not the quote of r"…" or f"…".
    word = re.search(r"\w*\Z", before)
    return character if word is None or word[0].lower() in ("", "r", "f", "b", "rb", "br", "fr", "rf") else ""


def steps_over(character: str, before: str, after: str) -> bool:
    """Whether typing a closing sign only goes past the one that is there, because the line needs no other."""
    if not after.startswith(character):
        return False
    if character in PAIRS.values():
        return _balance(_CODE.sub("", before + after)) <= 0
    return character in QUOTES and _is_open(before) and (before + after).count(character) % 2 == 0


def surrounds(before: str, after: str) -> bool:
    """Whether the cursor stands within an empty pair, which goes as a whole."""
    if not before or not after:
        return False
    return PAIRS.get(before[-1]) == after[0] or (before[-1] in QUOTES and after[0] == before[-1] and before[-2:-1] != before[-1])


def _balance(code: str) -> int:
    return sum(code.count(sign) for sign in PAIRS) - sum(code.count(sign) for sign in PAIRS.values())


def _is_open(before: str) -> bool:
    """Whether a string or a comment that begins in this part of a line has not ended."""
    rest = _CODE.sub(lambda found: "#" if found[0].startswith("#") else "", before)
    return any(sign in rest for sign in "'\"#")

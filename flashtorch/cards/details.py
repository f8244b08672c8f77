"""`<details>` lines: what is folded away, and whether it is a hint."""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flashtorch.cards.blocks import TAG, Sort, tags_of
from flashtorch.cards.faults import Fault
from flashtorch.language import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flashtorch.cards.blocks import Block

_OPENING = re.compile(r"<details>(?:[ \t]*<summary>(?P<summary>.*)</summary>)?")
_SUMMARY = re.compile(r"<summary>(?P<summary>.*)</summary>")
_CLOSING = "</details>"
_WORD = re.compile(r"[\w'’-]+")


@dataclass(frozen=True, slots=True)
class Details:
    """One fold with its rows."""

    row: int
    """Of the opening line."""
    body: int
    """The row behind the opening line, or behind the summary on the next one."""
    close: int
    """Of the closing line; the end of the card when it is missing."""
    summary: str

    @property
    def is_hint(self) -> bool:
        bare = re.sub(r"<[^>]*>", "", self.summary).strip()
        word = _WORD.search(bare)
        return bare.startswith("提示") or (word is not None and word[0].lower() == "hint")


def form_rule() -> str:
    """How folds are written, as a sentence."""
    return _("`<details>`, `<details><summary>TEXT</summary>` and `</details>` stand alone on a line at top level")


def fold_at(folds: Sequence[Details], row: int) -> Details | None:
    """The fold that a row lies in; folds are in order and do not overlap."""
    at = bisect.bisect_right(folds, row, key=lambda fold: fold.row) - 1
    return folds[at] if at >= 0 and row <= folds[at].close else None


@dataclass(slots=True)
class _Open:
    row: int
    body: int
    summary: str | None
    nested: bool


@dataclass(slots=True)
class Folds:
    """Reads the folds of one stretch of blocks: a card, or the notes between two cards."""

    end: int
    found: list[Details] = field(default_factory=list)
    """Those at top level, in order."""
    faults: list[Fault] = field(default_factory=list)
    _open: list[_Open] = field(default_factory=list)

    def read(self, blocks: Sequence[Block]) -> Folds:
        """Take in all blocks of the stretch."""
        for block in blocks:
            if block.sort is Sort.HTML and any(True for _tag in tags_of(block.text)):
                self._block(block)
        for left in self._open:
            # Of one that should not be there, that much is said already.
            if not left.nested:
                self._fault(left.row, "unclosed-details", _("this `<details>` is never closed: end it with a line `</details>`"))
                self._keep(left, self.end)
        self.found.sort(key=lambda details: details.row)
        return self

    def _fault(self, row: int, code: str, message: str) -> None:
        self.faults.append(Fault(row + 1, code, message))

    def _keep(self, opened: _Open, close: int) -> None:
        self.found.append(Details(opened.row, opened.body, close, opened.summary or ""))

    def _block(self, block: Block) -> None:
        tagged = {offset for offset, _tag in tags_of(block.text)}
        if 0 not in tagged:
            # Tags in the midst of other HTML: the first is told, and an opening among them is not waited for.
            self._fault(block.row + min(tagged), "details-form", form_rule())
            del self._open[max(len(self._open) - block.text.lower().count(_CLOSING), 0) :]
            return
        faulted = False
        for offset, text in enumerate(block.text.rstrip("\n").split("\n")):
            understood = offset in tagged and self._line(text.strip(" \t"), block.row + offset)
            if offset in tagged and not understood:
                self._recover(text, block.row + offset)
            if understood or faulted:
                continue
            faulted = True
            if offset in tagged:
                self._fault(block.row + offset, "details-form", form_rule())
            else:
                message = _("a blank line is missing before this line: without it Markdown reads it as HTML")
                self._fault(block.row + offset, "details-blank-line", message)

    def _recover(self, text: str, row: int) -> None:
        """Go on after a misshapen line as if its tags had been meant: one mistake is one fault."""
        for _offset, tag in tags_of(text):
            if tag.lower() == "<details":
                self._open.append(_Open(row, row + 1, "", bool(self._open)))
            elif tag.lower() == _CLOSING[:-1] and self._open:
                self._open.pop()

    def _line(self, text: str, row: int) -> bool:
        """Take in a line with a tag; whether it is one of the forms."""
        last = self._open[-1] if self._open else None
        if opening := _OPENING.fullmatch(text):
            if (summary := opening["summary"]) is not None and TAG.search(summary):
                return False
            if last is not None:
                self._fault(row, "nested-details", _("a `<details>` stands inside another one: close that first"))
            self._open.append(_Open(row, row + 1, summary, last is not None))
        elif text == _CLOSING:
            if last is None:
                self._fault(row, "stray-details", _("this `</details>` closes nothing: remove it, or open a `<details>` before it"))
            else:
                self._open.pop()
                if not last.nested:
                    self._keep(last, row)
        elif (summary_line := _SUMMARY.fullmatch(text)) and not TAG.search(summary_line["summary"]):
            if last is None or last.summary is not None or last.row + 1 != row:
                return False
            last.summary, last.body = summary_line["summary"], row + 1
        else:
            return False
        return True

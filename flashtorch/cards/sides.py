"""The rows of a card -> its front, back and hints, each Markdown that stands alone.

Parts are shown where their role says, wherever they stand in the file: what is asked on the front, what answers on the back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markdown_it.common.utils import normalizeReference

from flashtorch.cards import blanks
from flashtorch.cards.blocks import COMMENT, Sort, tags_of
from flashtorch.cards.details import fold_at
from flashtorch.cards.fences import ROLES
from flashtorch.cards.model import Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flashtorch.cards.blocks import Block
    from flashtorch.cards.details import Details
    from flashtorch.cards.model import Part
    from flashtorch.cards.parts import ReadPart
    from flashtorch.cards.stretches import Stretch

REASON = "# mutants:"
"""How a line of a check begins that is for its author: why changes of the solution survive. It is not shown."""
_DEFINITION = re.compile(r"(?m)^ {0,3}\[((?:[^\[\]\\]|\\.){1,999})\]:")
_LABEL = re.compile(r"\[((?:[^\[\]\\]|\\.){1,999})\]")


@dataclass(slots=True)
class Shown:
    """Lines with the rows they come from."""

    lines: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    prose: list[bool] = field(default_factory=list)
    """Whether each line is the author's prose and not a part's code."""
    joint: bool = False
    """Whether something was left out behind the last line: what follows is another block."""

    def add(self, line: str, row: int) -> None:
        """A line of prose."""
        blank = not line.strip()
        if self.joint and self.lines:
            after_blank = not self.lines[-1].strip()
            if blank and after_blank:
                return
            if not blank and not after_blank:
                self._append("", row, True)
        self.joint = self.joint and blank
        self._append(line, row, True)

    def add_block(self, lines: Sequence[str], row: int, *, prose: bool) -> None:
        """Lines that are a block of their own; none for something left out."""
        if lines and self.lines and self.lines[-1].strip():
            self._append("", row, True)
        for offset, line in enumerate(lines):
            self._append(line, row + offset, prose)
        self.joint = True

    def _append(self, line: str, row: int, prose: bool) -> None:
        self.lines.append(line)
        self.rows.append(row)
        self.prose.append(prose)

    def text(self) -> str:
        """The lines without blank ones at either end."""
        start, end = 0, len(self.lines)
        while start < end and not self.lines[start].strip():
            start += 1
        while start < end and not self.lines[end - 1].strip():
            end -= 1
        return "\n".join(self.lines[start:end])

    def prose_text(self) -> tuple[str, list[int]]:
        """The prose alone, and the row of each of its lines."""
        kept = [(line, row) for line, row, prose in zip(self.lines, self.rows, self.prose, strict=True) if prose]
        return "\n".join(line for line, _row in kept), [row for _line, row in kept]


@dataclass(frozen=True, slots=True)
class _Edit:
    end: int
    lines: tuple[str, ...] = ()
    prose: bool = True


@dataclass(slots=True)
class Sides:
    """The sides of one card before they are read as Markdown."""

    front: Shown = field(default_factory=Shown)
    back: Shown = field(default_factory=Shown)
    hints: list[Shown] = field(default_factory=list)


class Composer:
    """Puts the sides of one card together."""

    def __init__(self, lines: Sequence[str], card: Stretch, folds: Sequence[Details], parts: Sequence[ReadPart]) -> None:
        self._lines = lines
        self._card = card
        self._folds = folds
        self._parts = [read for read in parts if read.block.closed]
        self._answer = next((fold for fold in folds if not fold.is_hint), None)

    @property
    def has_fold(self) -> bool:
        """Whether something is folded away that is no hint."""
        return self._answer is not None

    @property
    def split_row(self) -> int:
        """Where the back begins: the first fold that is no hint, or the end of the card."""
        return self._answer.row if self._answer else self._card.end

    def front_lists(self) -> list[Block]:
        """The lists of the front."""
        lists = [block for block in self._card.blocks if block.sort is Sort.LIST and block.row < self.split_row]
        return [block for block in lists if fold_at(self._folds, block.row) is None]

    def compose(self, task_list: Block | None, inherited: Sequence[Part] = ()) -> Sides:
        """The sides; the task list is left out, for its items are shown by themselves.

        `inherited` are parts that stand in the original of this translation alone.
        """
        edits = self._edits(task_list)
        sides = Sides()
        body = self._card.comment.line if self._card.comment else self._card.row
        for read in self._parts:
            if read.block.row < self.split_row and ROLES[read.part.role].on_back:
                sides.back.add_block(self._part_lines(read, on_front=False), read.block.row, prose=False)
        self._run(sides.front, body, self.split_row, edits, on_front=True)
        self._run(sides.back, self.split_row, self._card.end, edits, on_front=False)
        # Behind the words: the rule is read first, as in most originals.
        for part in inherited:
            if ROLES[part.role].on_back:
                sides.back.add_block(_fence(part, on_front=False), body, prose=False)
        for read in self._parts:
            if read.block.row >= self.split_row and ROLES[read.part.role].on_front:
                sides.front.add_block(self._part_lines(read, on_front=True), read.block.row, prose=False)
        for part in inherited:
            if ROLES[part.role].on_front:
                sides.front.add_block(_fence(part, on_front=True), body, prose=False)
        for fold in self._folds:
            if fold.is_hint:
                hint = Shown()
                self._run(hint, fold.body, fold.close, self._comments(), on_front=False)
                sides.hints.append(hint)
        return sides

    def _run(self, shown: Shown, row: int, end: int, edits: Mapping[int, _Edit], *, on_front: bool) -> None:
        parts = {read.block.row: read for read in self._parts}
        while row < end:
            if (edit := edits.get(row)) is not None:
                shown.add_block(edit.lines, row, prose=True)
                row = edit.end
            elif (read := parts.get(row)) is not None:
                role = ROLES[read.part.role]
                if role.on_front if on_front else role.on_back:
                    shown.add_block(self._part_lines(read, on_front=on_front), row, prose=False)
                else:
                    shown.add_block((), row, prose=False)
                row = read.block.end
            else:
                shown.add(self._lines[row], row)
                row += 1

    def _edits(self, task_list: Block | None) -> dict[int, _Edit]:
        edits = self._comments()
        for fold in self._folds:
            if fold.is_hint:
                edits[fold.row] = _Edit(fold.close + 1)
                continue
            heading = (f"**{fold.summary.strip()}**",) if fold is not self._answer and fold.summary.strip() else ()
            edits[fold.row] = _Edit(fold.body, heading)
            edits[fold.close] = _Edit(fold.close + 1)
        if task_list is not None:
            edits[task_list.row] = _Edit(task_list.end)
        return edits

    def _comments(self) -> dict[int, _Edit]:
        """Comments are not shown; what stands behind one on its line is."""
        edits = {}
        for block in self._card.blocks:
            if block.sort is Sort.HTML and block.text.lstrip().startswith("<!--") and not any(tags_of(block.text)):
                left = COMMENT.sub("", block.text).strip()
                edits[block.row] = _Edit(block.end, tuple(left.split("\n")) if left else ())
        return edits

    def _part_lines(self, read: ReadPart, *, on_front: bool) -> list[str]:
        """The part as a plain fence, its blanks empty on the front."""
        block, role = read.block, read.part.role
        lines = list(self._lines[block.row : block.end])
        indent = lines[0][: len(lines[0]) - len(lines[0].lstrip(" "))]
        lines[0] = f"{indent}{block.markup}{ROLES[role].language}"
        lines[1:-1] = _as_shown(role, lines[1:-1], on_front=on_front)
        return lines


def _fence(part: Part, *, on_front: bool) -> list[str]:
    """A part of another file as a plain fence."""
    markup = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", part.source)), 3)
    lines = part.source.rstrip("\n").split("\n")
    return [f"{markup}{ROLES[part.role].language}", *_as_shown(part.role, lines, on_front=on_front), markup]


def _as_shown(role: Role, lines: list[str], *, on_front: bool) -> list[str]:
    """The lines of a part as a learner sees them."""
    if role is Role.FILL:
        return [blanks.empty(line) if on_front else blanks.whole(line) for line in lines]
    if role is Role.CHECK:
        return [line for line in lines if not line.strip().lower().startswith(REASON)]
    return lines


def with_references(text: str, references: Mapping[str, tuple[str, str]]) -> str:
    """The text with the file's link references that it uses."""
    if not references or "[" not in text:
        return text
    own = {normalizeReference(match[1]) for match in _DEFINITION.finditer(text)}
    used: dict[str, str] = {}
    for match in _LABEL.finditer(text):
        label = normalizeReference(match[1])
        if label in references and label not in used and label not in own:
            address, title = references[label]
            quoted = title.replace("\\", "\\\\").replace('"', '\\"')
            used[label] = f"{match[0]}: <{address}>" + (f' "{quoted}"' if title else "")
    return "\n\n".join([text, "\n".join(used.values())]) if used else text

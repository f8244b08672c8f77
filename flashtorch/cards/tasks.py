"""A task list on a front -> the options of a choice card."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flashtorch.cards.faults import Fault
from flashtorch.language import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flashtorch.cards.blocks import Block, Item

_MARK = re.compile(r"\[([ xX])\](?=\s|$)")


@dataclass(frozen=True, slots=True)
class Task:
    """An option before it is read as Markdown."""

    row: int
    text: str
    right: bool


@dataclass(frozen=True, slots=True)
class Tasks:
    """The task list of a card."""

    block: Block | None = None
    tasks: tuple[Task, ...] = ()
    faults: tuple[Fault, ...] = ()


def read_tasks(lines: Sequence[str], lists: Sequence[Block], line: int) -> Tasks:
    """The options among the lists of a front; `line` is that of the card comment."""
    marked = [block for block in lists if any(_MARK.match(item.text) for item in block.items)]
    if not marked:
        return Tasks()
    message = _("a card has one task list, and this is another: join them, with the same sign before all items")
    faults = [Fault(extra.row + 1, "two-task-lists", message) for extra in marked[1:]]
    block = marked[0]
    if block.ordered:
        message = _("options stand in a list with `-`, `*` or `+`, and this one is numbered")
        faults.append(Fault(block.row + 1, "numbered-options", message))
    tasks = []
    for item in block.items:
        mark = _MARK.match(item.text)
        if mark is None:
            message = _("this item has no mark: write `[ ]` or `[x]` before each option")
            faults.append(Fault(item.row + 1, "option-without-mark", message))
            continue
        task = Task(item.row, _dedented(lines, item), mark[1] != " ")
        if not task.text:
            faults.append(Fault(item.row + 1, "empty-option", _("this option is empty: write its text behind the mark")))
        tasks.append(task)
    if len(tasks) == len(block.items) and not any(task.right for task in tasks):
        faults.append(Fault(line, "no-right-option", _("no option is right: mark at least one with `[x]`")))
    return Tasks(block, tuple(tasks), tuple(faults))


def _dedented(lines: Sequence[str], item: Item) -> str:
    """The Markdown of an item without its sign, mark and indentation."""
    row = next(row for row in range(item.row, item.end) if "[" in lines[row])
    first = lines[row].expandtabs(4)
    column = first.index("[")
    rest = []
    for text in lines[row + 1 : item.end]:
        expanded = re.sub(r"^[ \t]+", lambda blank: blank[0].expandtabs(4), text)
        indent = len(expanded) - len(expanded.lstrip(" "))
        rest.append(expanded[min(indent, column) :])
    return "\n".join([first[column + 3 :].strip(), *rest]).strip()

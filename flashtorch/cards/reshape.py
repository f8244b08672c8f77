"""Changing the tree of `prose.py` in places: hiding gaps, drawing numbers. The standard library only."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flashtorch.cards.prose import (
    Emphasis,
    Heading,
    Item,
    Link,
    List,
    Mark,
    Paragraph,
    Quote,
    Strong,
    Table,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flashtorch.cards.prose import Block, Prose, Span, Spans


def reshaped(prose: Prose, span: Callable[[Span], Spans | None], block: Callable[[Block], Block]) -> Prose:
    """The tree with `span` asked for every span from the outside in, None leaving it and going on inside, and `block` for every
    block that holds no spans or blocks of its own."""

    def spans(before: Spans) -> Spans:
        return tuple(after for each in before for after in one(each))

    def one(each: Span) -> Spans:
        if (changed := span(each)) is not None:
            return changed
        if isinstance(each, Strong | Emphasis | Mark | Link):
            return (replace(each, spans=spans(each.spans)),)
        return (each,)

    def blocks(before: Prose) -> Prose:
        return tuple(map(container, before))

    def container(each: Block) -> Block:
        match each:
            case Paragraph() | Heading():
                return replace(each, spans=spans(each.spans))
            case Quote():
                return Quote(blocks(each.blocks))
            case List():
                return replace(each, items=tuple(Item(blocks(item.blocks), item.checked) for item in each.items))
            case Table():
                rows = tuple(tuple(map(spans, row)) for row in each.rows)
                return Table(tuple(map(spans, each.head)), rows, each.aligns)
        return block(each)

    return blocks(prose)


def outermost_marks(prose: Prose) -> Iterator[Mark]:
    """The marks of the tree in file order, those inside others left to them."""
    for each in prose:
        match each:
            case Paragraph() | Heading():
                yield from marks_in(each.spans)
            case Quote():
                yield from outermost_marks(each.blocks)
            case List():
                for item in each.items:
                    yield from outermost_marks(item.blocks)
            case Table():
                for row in (each.head, *each.rows):
                    for cell in row:
                        yield from marks_in(cell)


def marks_in(spans: Spans) -> Iterator[Mark]:
    """The outermost marks among spans."""
    for each in spans:
        if isinstance(each, Mark):
            yield each
        elif isinstance(each, Strong | Emphasis | Link):
            yield from marks_in(each.spans)

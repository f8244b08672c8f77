"""Putting drawn numbers where `pick(…)` stands, in a text and in a tree."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flashtorch.cards import picks
from flashtorch.cards.prose import Code, Fence, Image, Link, Maths, MathsBlock, Text
from flashtorch.cards.reshape import reshaped

if TYPE_CHECKING:
    from flashtorch.cards.model import Side
    from flashtorch.cards.prose import Block, Prose, Span, Spans


def drawn_text(text: str, seed: int) -> str:
    """The text with each pick replaced by the literal that the seed draws; the same pick is the same literal in every text."""
    return picks.substitute(text, picks.draw((text,), seed)) if "pick(" in text else text


def drawn_tree(side: Side, seed: int) -> Prose:
    """The tree of a side after the draw."""
    wanted = _how_many(side.source)
    if not wanted:
        return side.prose
    met = 0

    def drawn(text: str) -> str:
        nonlocal met
        met += _how_many(text)
        return drawn_text(text, seed)

    def span(before: Span) -> Spans | None:
        match before:
            case Text():
                return (Text(drawn(before.text)),)
            case Code():
                return (Code(drawn(before.text)),)
            case Maths():
                return (replace(before, source=drawn(before.source)),)
            case Image():
                return (Image(drawn(before.alt), drawn(before.source)),)
        return None

    def block(before: Block) -> Block:
        return replace(before, source=drawn(before.source)) if isinstance(before, Fence | MathsBlock) else before

    tree = reshaped(side.prose, span, block)
    # A pick that Markdown read as something else (`pick("*", "_")` in a sentence) lies in pieces in the tree.
    return tree if met == wanted and not _in_links(side.prose) else _read_again(side.source, seed)


def _how_many(text: str) -> int:
    return sum(bool(pick.choices) for pick in picks.find(text)) if "pick(" in text else 0


def _in_links(prose: Prose) -> bool:
    found = False

    def look(span: Span) -> None:
        nonlocal found
        found = found or (isinstance(span, Link) and "pick(" in span.href)

    reshaped(prose, look, lambda block: block)
    return found


def _read_again(source: str, seed: int) -> Prose:
    # Imported here because it brings a Markdown parser, which an ordinary card never needs.
    from flashtorch.cards.markdown import to_prose

    return to_prose(drawn_text(source, seed))

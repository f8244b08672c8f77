"""markdown-it's flat tokens -> the tree of blocks and spans."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flashtorch.cards.prose import (
    Break,
    Code,
    Emphasis,
    Fence,
    Heading,
    Image,
    Item,
    Link,
    List,
    Mark,
    Maths,
    MathsBlock,
    Paragraph,
    Quote,
    Rule,
    Strong,
    Table,
    Text,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

    from flashtorch.cards.marks import Lines
    from flashtorch.cards.prose import Block, Span, Spans

_DEEPEST_SPAN = 16
_DECODED = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What an entity such as `&#12;` can smuggle past the check of the source."""


def blocks_of(tokens: Sequence[Token]) -> tuple[Block, ...]:
    """The blocks of a whole text."""
    blocks, _ = _blocks(tokens, 0)
    return blocks


def _blocks(tokens: Sequence[Token], at: int) -> tuple[tuple[Block, ...], int]:
    """The blocks from `at` to the end of their container, and the place behind it."""
    found: list[Block] = []
    while at < len(tokens):
        token = tokens[at]
        if token.nesting < 0:
            return tuple(found), at + 1
        at = _block(tokens, at, found)
    return tuple(found), at


def _block(tokens: Sequence[Token], at: int, into: list[Block]) -> int:
    token = tokens[at]
    if token.type == "blockquote_open":
        inner, end = _blocks(tokens, at + 1)
        into.append(Quote(inner))
    elif token.type in ("bullet_list_open", "ordered_list_open"):
        items, end = _items(tokens, at + 1)
        into.append(List(token.type == "ordered_list_open", int(token.attrs.get("start", 1)), items))
    elif token.type == "table_open":
        table, end = _table(tokens, at + 1)
        into.append(table)
    elif token.type in ("paragraph_open", "heading_open"):
        spans, end = _spans(tokens[at + 1]), at + 3
        if token.type == "heading_open":
            into.append(Heading(int(token.tag[1:]), spans))
        elif spans:
            into.append(Paragraph(spans))
    else:
        end = at + 1
        into.extend(_leaf(token))
    return end


def _leaf(token: Token) -> tuple[Block, ...]:
    match token.type:
        case "fence":
            return (Fence(next(iter(token.info.split()), ""), token.content),)
        case "code_block":
            return (Fence("", token.content),)
        case "hr":
            return (Rule(),)
        case "math_block":
            return (MathsBlock(token.content.strip()),)
        case "math_block_label":
            return MathsBlock(token.content.strip()), Paragraph((Text(f"({token.info})"),))
        case "html_block":
            lines = [line.strip() for line in _without_comments(token.content).split("\n")]
            spans = [span for line in lines if line for span in (Break(hard=True), Text(line))]
            return (Paragraph(tuple(spans[1:])),) if spans else ()
    return (Paragraph((Text(token.content),)),) if token.content else ()


def _without_comments(html: str) -> str:
    """The text with its closed comments cut out; one that is never closed hides nothing."""
    kept, at = [], 0
    while (start := html.find("<!--", at)) >= 0 and (end := html.find("-->", start + 4)) >= 0:
        kept.append(html[at:start])
        at = end + 3
    return "".join(kept) + html[at:]


def _items(tokens: Sequence[Token], at: int) -> tuple[tuple[Item, ...], int]:
    items: list[Item] = []
    while tokens[at].nesting > 0:
        checked = tokens[at].meta.get("checked")
        inner, at = _blocks(tokens, at + 1)
        items.append(Item(inner, checked))
    return tuple(items), at + 1


def _table(tokens: Sequence[Token], at: int) -> tuple[Table, int]:
    head: list[Spans] = []
    rows: list[list[Spans]] = []
    aligns: list[str] = []
    while tokens[at].type != "table_close":
        token = tokens[at]
        if token.type == "th_open":
            aligns.append(str(token.attrs.get("style", "")).removeprefix("text-align:"))
            head.append(_spans(tokens[at + 1]))
        elif token.type == "td_open":
            rows[-1].append(_spans(tokens[at + 1]))
        elif token.type == "tr_open" and head:
            rows.append([])
        at += 1
    return Table(tuple(head), tuple(map(tuple, rows)), tuple(aligns)), at + 1


def _spans(inline: Token) -> Spans:
    """The spans of a block. Deeper than `_DEEPEST_SPAN` only the text of emphasis, links and marks is kept."""
    if "crowded" in inline.meta:
        return (Text(_clean(inline.meta["crowded"])),)
    lines: Lines | None = inline.meta.get("lines")
    open_spans: list[list[Span]] = [[]]
    openers: list[Token] = []
    for token in inline.children or ():
        if token.nesting > 0:
            openers.append(token)
            if len(openers) <= _DEEPEST_SPAN:
                open_spans.append([])
        elif token.nesting < 0:
            opener = openers.pop()
            if len(openers) < _DEEPEST_SPAN:
                inner = tuple(open_spans.pop())
                _add(open_spans[-1], _around(opener, inner, lines))
        elif (span := _span(token)) is not None:
            _add(open_spans[-1], span)
    return tuple(_trimmed(open_spans[0]))


def _add(spans: list[Span], span: Span) -> None:
    """Append, joining text to text: what vanishes between leaves one run."""
    if isinstance(span, Text) and spans and isinstance(spans[-1], Text):
        spans[-1] = Text(spans[-1].text + span.text)
    elif span != Text(""):
        spans.append(span)


def _trimmed(spans: list[Span]) -> list[Span]:
    """Without the blanks and breaks that a vanished comment or box left at either end."""
    while spans and _is_blank(spans[0]):
        del spans[0]
    while spans and _is_blank(spans[-1]):
        del spans[-1]
    if spans and isinstance(first := spans[0], Text):
        spans[0] = Text(first.text.lstrip(" "))
    if spans and isinstance(last := spans[-1], Text):
        spans[-1] = Text(last.text.rstrip(" "))
    return spans


def _is_blank(span: Span) -> bool:
    return isinstance(span, Break) or (isinstance(span, Text) and not span.text.strip(" "))


def _around(opener: Token, inner: Spans, lines: Lines | None) -> Span:
    match opener.type:
        case "strong_open":
            return Strong(inner)
        case "em_open":
            return Emphasis(inner)
        case "mark_open":
            start, end = opener.meta["at"]
            return Mark(inner, opener.meta["gap"], None if lines is None else (lines.place(start), lines.place(end - 1) + 1))
    return Link(inner, _clean(str(opener.attrs.get("href", ""))))


def _span(token: Token) -> Span | None:
    match token.type:
        case "text":
            return Text(_clean(token.content))
        case "code_inline":
            return Code(_clean(token.content))
        case "math_inline":
            return Maths(_clean(token.content))
        case "softbreak" | "hardbreak":
            return Break(hard=token.type == "hardbreak")
        case "image":
            return Image(_clean(_plain(token.children or ())), _clean(str(token.attrs.get("src", ""))))
        case "html_inline":
            return None if token.content.startswith("<!--") else Text(_clean(token.content))
    return Text(_clean(token.content)) if token.content else None


def _plain(tokens: Sequence[Token]) -> str:
    """The text of an image's description, in which a mark is no mark."""
    words = {"softbreak": " ", "hardbreak": " ", "mark_open": "==", "mark_close": "=="}
    return "".join(words.get(token.type, token.content) for token in tokens)


def _clean(text: str) -> str:
    return _DECODED.sub("\ufffd", text.replace("\n", " "))

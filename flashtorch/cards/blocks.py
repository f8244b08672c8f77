"""The lines of a file -> its top-level blocks, and what stands inside other blocks but belongs at top level.

CommonMark with tables and dollar formulas decides what a block is, so that a fence is never mistaken for syntax.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

TAG = re.compile(r"</?(?:details|summary)\b", re.IGNORECASE)
"""A tag that folds an answer or a hint away."""
COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)

_DEEPEST = 24
"""Levels of quotes and lists (a list and its item are two)."""
_LONGEST_TEXT = 200_000
"""Characters of one block whose spans are looked at; a longer one was not written by a hand."""
_RAW_ENDS = (
    (re.compile(r"\s*<!(?=--)"), re.compile(r"-->")),
    (re.compile(r"(?i)\s*<(?:script|pre|style|textarea)(?=\s|>|$)"), re.compile(r"(?i)</(?:script|pre|style|textarea)>")),
    (re.compile(r"\s*<\?"), re.compile(r"\?>")),
    (re.compile(r"\s*<!\[CDATA\["), re.compile(r"\]\]>")),
    (re.compile(r"\s*<![A-Za-z]"), re.compile(r">")),
)
"""HTML that reads on over blank lines until something closes it."""


class Sort(Enum):
    """What a block is."""

    HEADING = auto()
    SETEXT = auto()
    FENCE = auto()
    HTML = auto()
    LIST = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list."""

    row: int
    end: int
    text: str
    """Of its first paragraph; empty when it begins with something else."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block with its rows, `row` to `end` (exclusive)."""

    sort: Sort
    row: int
    end: int
    level: int = 0
    """Of a heading."""
    text: str = ""
    """Of a heading its inline source, of a fence its content, of HTML the lines as they are."""
    info: str = ""
    """Of a fence."""
    markup: str = ""
    closed: bool = True
    """Whether a fence, or HTML that must be, is closed."""
    ordered: bool = False
    items: tuple[Item, ...] = ()


@dataclass(slots=True)
class Blocks:
    """What a file is made of."""

    top: list[Block] = field(default_factory=list)
    nested_fences: list[Block] = field(default_factory=list)
    """Fences in lists and quotes."""
    misplaced_tags: list[tuple[int, str]] = field(default_factory=list)
    """Row and text of each folding tag in a paragraph, list, quote or table."""
    references: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Normalised label -> address and title of each link reference."""

    def fences(self) -> Iterator[Block]:
        """Every fence, in file order."""
        top = [block for block in self.top if block.sort is Sort.FENCE]
        return iter(sorted(top + self.nested_fences, key=lambda block: block.row))


def read_blocks(lines: Sequence[str]) -> Blocks:
    """The blocks of a text; rows count from 0."""
    env: dict[str, Any] = {}
    tokens = _parser().parse("\n".join(lines) + "\n", env)
    blocks = Blocks()
    for at, token in enumerate(tokens):
        if token.map is not None and token.nesting >= 0:
            _take(tokens, at, blocks)
    for label, reference in env.get("references", {}).items():
        blocks.references[label] = (reference["href"], reference["title"])
    return blocks


def _take(tokens: Sequence[Token], at: int, blocks: Blocks) -> None:
    token = tokens[at]
    assert token.map is not None
    row, end = token.map
    if token.type == "inline":
        blocks.misplaced_tags += [(row + offset, tag) for offset, tag in _tags_in_text(token.content)]
    elif token.type == "fence":
        closed = end - row == token.content.count("\n") + 2
        fence = Block(Sort.FENCE, row, end, text=token.content, info=token.info, markup=token.markup, closed=closed)
        (blocks.nested_fences if token.level else blocks.top).append(fence)
    elif token.level:
        if token.type == "html_block":
            blocks.misplaced_tags += [(row + offset, tag) for offset, tag in tags_of(token.content)]
    elif token.type == "html_block":
        blocks.top.append(Block(Sort.HTML, row, end, text=token.content, closed=_is_closed(token.content)))
    elif token.type == "heading_open":
        sort = Sort.HEADING if token.markup.startswith("#") else Sort.SETEXT
        blocks.top.append(Block(sort, row, end, int(token.tag[1:]), tokens[at + 1].content))
    elif token.type in ("bullet_list_open", "ordered_list_open"):
        ordered = token.type == "ordered_list_open"
        blocks.top.append(Block(Sort.LIST, row, end, ordered=ordered, items=tuple(_items(tokens, at + 1))))
    else:
        blocks.top.append(Block(Sort.OTHER, row, end))


def _items(tokens: Sequence[Token], at: int) -> Iterator[Item]:
    while tokens[at].level:
        token = tokens[at]
        if token.level == 1 and token.type == "list_item_open" and token.map:
            text = tokens[at + 2].content if tokens[at + 1].type == "paragraph_open" else ""
            yield Item(token.map[0], token.map[1], text)
        at += 1


def tags_of(html: str) -> Iterator[tuple[int, str]]:
    """Line offset and text of each folding tag outside comments."""
    bare = COMMENT.sub(lambda comment: re.sub(r"[^\n]", " ", comment[0]), html)
    for tag in TAG.finditer(bare):
        yield bare.count("\n", 0, tag.start()), tag[0]


def _tags_in_text(text: str) -> Iterator[tuple[int, str]]:
    """Line offset and text of each folding tag of a block's spans; in code, formulas and comments there are none."""
    if not TAG.search(text) or len(text) > _LONGEST_TEXT:
        return
    tokens: list[Token] = []
    _parser().inline.parse(text, _parser(), {}, tokens)
    for token in tokens:
        if token.type == "html_inline" and (tag := TAG.match(token.content)):
            yield text.count("\n", 0, token.meta["at"]), tag[0]


def _is_closed(html: str) -> bool:
    for opening, closing in _RAW_ENDS:
        if start := opening.match(html):
            return closing.search(html, start.end()) is not None
    return True


@functools.cache
def _parser() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"maxNesting": 100}).enable("table")
    md.use(dollarmath_plugin, allow_space=False, allow_digits=False)
    md.core.ruler.disable(["inline", "text_join"])
    for name in ("blockquote", "list"):
        rule = next(rule for rule in md.block.ruler.__rules__ if rule.name == name)
        md.block.ruler.at(name, _shallow(rule.fn), {"alt": rule.alt})
    html = next(rule for rule in md.inline.ruler.__rules__ if rule.name == "html_inline")
    md.inline.ruler.at("html_inline", _placed(html.fn))
    return md


def _shallow(rule: Callable[[StateBlock, int, int, bool], bool]) -> Callable[[StateBlock, int, int, bool], bool]:
    """The rule, refusing to nest further than `_DEEPEST`: markdown-it itself would drop what lies deeper."""

    def at_most(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        return state.level < _DEEPEST and rule(state, start, end, silent)

    return at_most


def _placed(rule: Callable[[StateInline, bool], bool]) -> Callable[[StateInline, bool], bool]:
    """The rule, noting in the token where its HTML stands."""

    def noted(state: StateInline, silent: bool) -> bool:
        start = state.pos
        if not rule(state, silent):
            return False
        if not silent:
            state.tokens[-1].meta["at"] = start
        return True

    return noted

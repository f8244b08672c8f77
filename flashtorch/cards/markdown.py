"""Markdown -> the tree of `prose.py`: CommonMark with tables, dollar formulas and `==marks==`.

The only place that makes the tree. It never raises and takes bounded time and depth: what is nested deeper than anybody can read
is text.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from flashtorch.cards.marks import Locator, read_mark
from flashtorch.cards.prose import Break, Paragraph, Text
from flashtorch.cards.prose_tree import blocks_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore

    from flashtorch.cards.prose import Prose

_DEEPEST = 24
"""Levels of quotes and lists (a list and its item are two)."""
_SPAN_DEPTH = 40
"""How far brackets are looked into."""
_CROWDED = re.compile(r"[\[*_<`$&=!]")
_CROWD = 20_000
"""A block with more signs than this was not written by a hand; it is shown as it stands."""

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_TASK = re.compile(r"\[([ xX])\][ \t]+(?=\S)")


def to_prose(source: str) -> Prose:
    """The tree of a Markdown text. Never raises.

    HTML is shown as text; comments vanish. A control character is shown as a replacement mark.
    """
    plain = _FORBIDDEN.sub("\ufffd", source.replace("\r\n", "\n").replace("\r", "\n"))
    try:
        return blocks_of(_parser().parse(plain, {}))
    except Exception:  # A parser is many rules by many hands; none of their mistakes may keep a learner from the other cards.
        return _as_it_stands(plain)


def _as_it_stands(source: str) -> Prose:
    paragraphs = []
    for block in re.split(r"\n[ \t]*\n", source):
        spans: list[Text | Break] = []
        for line in filter(None, map(str.strip, block.split("\n"))):
            spans += [Break(hard=True), Text(line)] if spans else [Text(line)]
        if spans:
            paragraphs.append(Paragraph(tuple(spans)))
    return tuple(paragraphs)


@functools.cache
def _parser() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"maxNesting": _SPAN_DEPTH}).enable("table")
    md.use(dollarmath_plugin, allow_space=False, allow_digits=False)
    md.inline.ruler.before("emphasis", "mark", read_mark)
    md.core.ruler.before("inline", "places", _find_places)
    for name in ("blockquote", "list"):
        rules = md.block.ruler
        rule = next(rule for rule in rules.__rules__ if rule.name == name)
        rules.at(name, _shallow(rule.fn), {"alt": rule.alt})
    return md


def _shallow(rule: Callable[[StateBlock, int, int, bool], bool]) -> Callable[[StateBlock, int, int, bool], bool]:
    """The rule, refusing to nest further than `_DEEPEST`: markdown-it itself would drop what lies deeper."""

    def at_most(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        return state.level < _DEEPEST and rule(state, start, end, silent)

    return at_most


def _find_places(state: StateCore) -> None:
    """Note before the spans are read where each block's text stands, and take the box off a task list item."""
    locator = Locator(state.src)
    tokens = state.tokens
    for index, token in enumerate(tokens):
        if token.type != "inline":
            continue
        opener = tokens[index - 1]
        if "==" in token.content:
            token.meta["lines"] = locator.cell(token) if opener.type in ("th_open", "td_open") else locator.block(token)
        item = tokens[index - 2] if opener.type == "paragraph_open" and index > 1 else None
        if item is not None and item.type == "list_item_open" and (box := _TASK.match(token.content)):
            item.meta["checked"] = box[1] != " "
            # Blanks, not nothing: offsets into the text stay true.
            token.content = " " * box.end() + token.content[box.end() :]
        if len(token.content) > _CROWD and len(_CROWDED.findall(token.content)) > _CROWD:
            token.meta["crowded"], token.content = token.content, ""

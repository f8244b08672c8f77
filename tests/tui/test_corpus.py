"""Real text: every paragraph, table and formula of the shipped decks, laid out for terminals of several widths."""

from __future__ import annotations

import itertools
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

from flashtorch.cards import prose as tree
from flashtorch.cards.markdown import to_prose
from flashtorch.cards.shipped import shipped_decks
from flashtorch.tui.look.maths import readable
from flashtorch.tui.look.prose import render, span_content
from flashtorch.tui.look.wrap import NOT_FIRST, NOT_LAST, breaks

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDE = re.compile(r"[\u2e80-\u9fff\uff00-\uff60]")


def first_clump(text: str) -> str:
    """The shortest beginning of a line behind which the next one could begin."""
    for before, character in itertools.pairwise(range(len(text))):
        pair = text[before], text[character]
        if pair[1] in NOT_FIRST and not (pair[1] in "./%" and pair[0] in "，。、；：？！"):
            if not (pair[0].isspace() and pair[1].isascii()):
                continue
        elif pair[0] in NOT_LAST or pair[1].isspace():
            continue
        if pair[0].isspace() or any(cell_len(each) == 2 for each in pair):
            return text[:character]
    return text


def inner(blocks: tree.Prose) -> Iterator[tree.Block]:
    """The blocks, and those within them."""
    for block in blocks:
        yield block
        if isinstance(block, tree.List):
            for item in block.items:
                yield from inner(item.blocks)
        elif isinstance(block, tree.Quote):
            yield from inner(block.blocks)


@cache
def blocks() -> tuple[tree.Block, ...]:
    files = sorted(Path(shipped_decks()).rglob("*.md"))
    return tuple(block for file in files for block in inner(to_prose(file.read_text(encoding="utf-8"))))


@cache
def paragraphs() -> tuple[str, ...]:
    """At least five hundred with Chinese in them, none shorter than a line."""
    texts = [span_content(block.spans).plain for block in blocks() if isinstance(block, tree.Paragraph | tree.Heading)]
    return tuple(text for text in texts if WIDE.search(text) and cell_len(text) > 20 and "\n" not in text)


def lines_of(text: str, width: int) -> list[str]:
    at = [0, *breaks(text, width), len(text)]
    return [text[start:end] for start, end in itertools.pairwise(at)]


def test_there_is_enough_to_look_at() -> None:
    assert len(paragraphs()) >= 500


@pytest.mark.parametrize("width", [24, 35, 75, 88])
def test_lines_are_full_and_neither_begin_nor_end_with_what_may_not_be_there(width: int) -> None:
    for text in paragraphs():
        lines = lines_of(text, width)
        assert "".join(lines) == text
        for line, after in itertools.pairwise(lines):
            assert cell_len(line.rstrip()) <= width, line
            begins_a_word = (line[-1].isspace() and after[0].isascii()) or (after[0] in "./%" and line[-1] in "，。、；：？！")
            assert after[0] not in NOT_FIRST or begins_a_word, (line, after)
            assert line.rstrip()[-1] not in NOT_LAST, (line, after)
            clump = first_clump(after).rstrip()
            assert cell_len(line + clump) > width or cell_len(clump) > width, (line, clump)
        assert cell_len(lines[-1].rstrip()) <= width


@pytest.mark.parametrize("width", [35, 75])
def test_nothing_of_the_decks_is_wider_than_the_screen_or_lost(width: int) -> None:
    for block in blocks():
        shown = render((block,), width).plain
        assert all(cell_len(line.rstrip()) <= width for line in shown.split("\n")), shown
        if isinstance(block, tree.Table):
            letters = re.sub(r"[\s│─┼:]", "", shown)
            for cell in itertools.chain(block.head, *block.rows):
                for character in re.sub(r"[\s│─┼:]", "", span_content(cell).plain):
                    assert character in letters, shown
            cells = re.sub(r"\s", "", "".join(span_content(cell).plain for row in block.rows for cell in row))
            assert len(letters) >= len(re.sub(r"[│─┼:]", "", cells)), shown


def test_line_ends_of_the_source_add_no_space_between_chinese_characters() -> None:
    for block in blocks():
        if isinstance(block, tree.Paragraph) and any(isinstance(span, tree.Break) and not span.hard for span in block.spans):
            joined = span_content(block.spans).plain
            for text in (span.text for span in block.spans if isinstance(span, tree.Text)):
                assert text in joined
            assert not re.search(rf"{WIDE.pattern} {WIDE.pattern}", joined), joined


def test_every_formula_of_the_decks_can_be_read() -> None:
    for block in blocks():
        spans = block.spans if isinstance(block, tree.Paragraph) else ()
        for source in [span.source for span in spans if isinstance(span, tree.Maths)]:
            assert "\\" not in readable(source), source

"""A card's `Prose` as `Content`, laid out for a width: every line is ready, so nothing is wrapped or cut again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from textual.content import Content

from flashtorch.cards import prose as tree
from flashtorch.language import _
from flashtorch.tui.look.code import highlight
from flashtorch.tui.look.table import table_lines
from flashtorch.tui.look.wrap import cuts, joins_without_space, wrap

if TYPE_CHECKING:
    from collections.abc import Iterable

CODE = "$text-accent"
MARK = "bold underline $text-warning"
GAP = "bold $text-warning"
QUIET = "dim"
FORMULA = "italic $text-secondary"
_IN_TITLE = re.compile(r"(`[^`]+`|\$(?! )[^$`]+(?<! )\$(?!\d))")


def render(prose: tree.Prose, width: int) -> Content:
    """The prose in lines of at most `width` cells, blocks set apart by an empty line."""
    return join(lines_of(prose, width))


def join(lines: Iterable[Content]) -> Content:
    """The lines as one text."""
    return Content("\n").join(lines)


def lines_of(blocks: tree.Prose, width: int) -> list[Content]:
    """As `render`, in lines."""
    lines: list[Content] = []
    for block in blocks:
        if lines:
            lines.append(Content(""))
        lines += _block(block, width)
    return lines


def fence_lines(source: str, width: int, language: str = "python") -> list[Content]:
    """A code block: indented by two cells, coloured when it is Python, long lines carried on behind a sign."""
    code = highlight(source.rstrip("\n")) if language in ("python", "py", "pycon") else Content(source.rstrip("\n").expandtabs(4))
    lines: list[Content] = []
    for line in code.split("\n", allow_blank=True):
        first, *rest = wrap(line, width - 4, cuts)
        lines.append(Content("  ") + first)
        lines += [Content.styled("  ↪ ", QUIET) + piece for piece in rest]
    return lines


def span_content(spans: tree.Spans) -> Content:
    """One paragraph's spans, not yet wrapped; hard breaks are line ends."""
    return Content.assemble(*(piece for index, span in enumerate(spans) for piece in _span(span, spans, index)))


def title_content(title: str) -> Content:
    """A heading's source as it is read: code and formulas in it are as in the text below."""
    pieces: list[Content | tuple[str, str] | str] = []
    for piece in _IN_TITLE.split(title):
        if len(piece) > 2 and piece[0] == piece[-1] == "`":
            pieces.append(Content.styled(piece[1:-1], CODE))
        elif len(piece) > 2 and piece[0] == piece[-1] == "$":
            pieces += _span(tree.Maths(piece[1:-1]), (), 0)
        else:
            pieces.append(piece)
    return Content.assemble(*pieces).stylize("bold")


def _block(block: tree.Block, width: int) -> list[Content]:
    match block:
        case tree.Paragraph(spans):
            return wrap(span_content(spans), width)
        case tree.Heading(level, spans):
            return wrap(span_content(spans).stylize("bold underline" if level < 3 else "bold"), width)
        case tree.Fence(language, source):
            return fence_lines(source, width, language)
        case tree.List():
            return _list(block, width)
        case tree.Quote(blocks):
            return [Content.styled("▎ ", QUIET) + line for line in lines_of(blocks, width - 2)]
        case tree.Table(head, rows, aligns):
            cells = [[span_content(cell) for cell in row] for row in (head, *rows)]
            return table_lines(cells[0], cells[1:], aligns, width)
        case tree.Rule():
            return [Content.styled("─" * width, QUIET)]
        case tree.MathsBlock(source):
            return _formula(source, width)


def _formula(source: str, width: int) -> list[Content]:
    from flashtorch.tui.look.maths import display

    rows = [Content.styled(line, FORMULA) for line in display(source, width - 4)]
    return [Content("    ") + line for row in rows for line in (wrap(row, width - 4) if row.cell_length > width - 4 else [row])]


def _list(block: tree.List, width: int) -> list[Content]:
    signs = [_sign(block, index) for index in range(len(block.items))]
    indent = max((len(sign) for sign in signs), default=0)
    lines: list[Content] = []
    loose = any(len(item.blocks) > 1 and not isinstance(item.blocks[1], tree.List) for item in block.items)
    for sign, item in zip(signs, block.items, strict=True):
        if lines and loose:
            lines.append(Content(""))
        inner: list[Content] = []
        for part in item.blocks:
            if inner and not isinstance(part, tree.List):
                inner.append(Content(""))
            inner += _block(part, width - indent)
        first, *rest = inner or [Content("")]
        lines.append(Content.styled(sign.rjust(indent), QUIET) + first)
        lines += [Content(" " * indent) + line for line in rest]
    return lines


def _sign(block: tree.List, index: int) -> str:
    checked = block.items[index].checked
    if checked is not None:
        return "[x] " if checked else "[ ] "
    return f"{block.start + index}. " if block.ordered else "• "


def _span(span: tree.Span, around: tree.Spans, index: int) -> list[Content | tuple[str, str] | str]:
    match span:
        case tree.Text(text):
            return [text]
        case tree.Code(text):
            return [(text, CODE)]
        case tree.Maths(source, display):
            # Only a card with a formula loads what reads them.
            from flashtorch.tui.look.maths import readable

            formula = Content.styled(readable(source), FORMULA)
            return ["\n    ", formula, "\n"] if display else [formula]
        case tree.Strong(spans):
            return [span_content(spans).stylize("bold")]
        case tree.Emphasis(spans):
            return [span_content(spans).stylize("italic")]
        case tree.Mark(spans):
            return [span_content(spans).stylize(MARK)]
        case tree.Gap():
            return [("[…]", GAP)]
        case tree.Link(spans, href):
            shown = span_content(spans).stylize("underline")
            return [shown] if shown.plain == href else [shown, (f" <{href}>", QUIET)]
        case tree.Image(alt, source):
            return [(_("[picture: {name}, {path}]").format(name=alt or "–", path=source), QUIET)]
        case tree.Break(hard):
            return ["\n" if hard else _soft(around, index)]


def _soft(around: tree.Spans, index: int) -> str:
    before = _text_of(around[index - 1]) if index else ""
    after = _text_of(around[index + 1]) if index + 1 < len(around) else ""
    return "" if joins_without_space(before, after) else " "


def _text_of(span: tree.Span) -> str:
    return span_content((span,)).plain

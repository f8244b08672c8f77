"""Card text as a small tree of blocks and spans.

Every class says what it is, also because a dataclass without a docstring works one out when it is made, at each start.

The tree is made once, when a deck is read (`markdown.py`), and kept in the index, so that the first card is painted without a
Markdown parser. The screen, the line mode and reports are renderers of it. Text holds no control characters.
"""

from __future__ import annotations

from typing import TypeAlias

from flashtorch.frozen import frozen


@frozen
class Text:
    """Running text."""

    text: str


@frozen
class Code:
    """An inline code span."""

    text: str


@frozen
class Maths:
    """`$…$`, or `$$…$$` on lines of its own when `display`; the TeX source."""

    source: str
    display: bool = False


@frozen
class Strong:
    """`**…**`."""

    spans: Spans


@frozen
class Emphasis:
    """`*…*`."""

    spans: Spans


@frozen
class Mark:
    """`==…==`: a highlight, or a gap on the front of a cloze card."""

    spans: Spans
    gap: int | None = None
    """The number before `::`, without it None."""
    at: tuple[int, int] | None = None
    """From its first `=` to behind its last, as character offsets into the source the tree was made from, so that a gap can be
    hidden in both."""


@frozen
class Gap:
    """A hidden mark, shown as `[…]`; made by `question.ask`, never by the parser."""


@frozen
class Link:
    """A link around spans."""

    spans: Spans
    href: str


@frozen
class Image:
    """A picture, by what is said of it and where it lies."""

    alt: str
    source: str


@frozen
class Break:
    """A line break: `hard` ends the line, soft is where the source line ended (a space, but none between Han characters)."""

    hard: bool


Span: TypeAlias = Text | Code | Maths | Strong | Emphasis | Mark | Gap | Link | Image | Break
Spans: TypeAlias = tuple[Span, ...]


@frozen
class Paragraph:
    """Running spans."""

    spans: Spans


@frozen
class Heading:
    """A heading of level 1 to 6."""

    level: int
    spans: Spans


@frozen
class Fence:
    """A code block; `language` is the first word of its info string, or empty."""

    language: str
    source: str


@frozen
class Item:
    """One item of a list."""

    blocks: tuple[Block, ...]
    checked: bool | None = None
    """Of a task list item."""


@frozen
class List:
    """A list; `start` is the first number of an ordered one."""

    ordered: bool
    start: int
    items: tuple[Item, ...]


@frozen
class Quote:
    """A block quote."""

    blocks: tuple[Block, ...]


@frozen
class Table:
    """A table: the cells of its head and of each row."""

    head: tuple[Spans, ...]
    rows: tuple[tuple[Spans, ...], ...]
    aligns: tuple[str, ...]
    """`left`, `center`, `right` or empty, one a column."""


@frozen
class Rule:
    """A thematic break."""


@frozen
class MathsBlock:
    """`$$…$$` as a block; the TeX source."""

    source: str


Block: TypeAlias = Paragraph | Heading | Fence | List | Quote | Table | Rule | MathsBlock
Prose: TypeAlias = tuple[Block, ...]

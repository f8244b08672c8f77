"""The decks as a table: what each still asks today. Columns go, the least needed first, when the terminal is narrow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.style import Style

from flashtorch.language import _, n_

if TYPE_CHECKING:
    from flashtorch.cards.model import DeckInfo
    from flashtorch.tui.overview import DeckLine, Overview

_QUIET = "dim"
_NEW, _LEARNING, _DUE = "$text-primary", "$text-error", "$text-success"
NARROW = 60
TINY = 34
LEAST = 20
_NUMBER = 7


def deck_table(view: Overview, marked: int, width: int) -> list[Content]:
    """A line of names, one for all decks together, which is number 0, one for each deck, and one for each that cannot be studied.

    A click on a line does `screen.choose(NUMBER)`.
    """
    total = ("", sum(d.new for d in view.decks), sum(d.learning for d in view.decks), sum(d.review for d in view.decks))
    lines = [_heading(width), _line(0, marked, Content.styled(_("all decks"), "bold"), total[1:], "", width)]
    for number, deck in enumerate(view.decks, 1):
        lines.append(_line(number, marked, _name(deck, width), (deck.new, deck.learning, deck.review), _said(deck.problems), width))
    lines += [_other(deck, width) for deck in view.others]
    return lines


def _heading(width: int) -> Content:
    return Content.styled(_right("", [_("new"), _("learning"), _("due")], width, ["", "", ""]).plain, _QUIET)


def _line(number: int, marked: int, name: Content, counts: tuple[int, ...], said: str, width: int) -> Content:
    mark = "❯ " if number == marked else "  "
    styles = [_NEW, _LEARNING, _DUE]
    words = [str(count) if count else "–" for count in counts]
    shown = [style if count else _QUIET for style, count in zip(styles, counts, strict=True)]
    left = Content.styled(mark, "bold $text-accent") + name
    if said:
        left += Content.styled(f"  ⚠ {said}", "$text-warning")
    line = _right(left, words, width, shown)
    if number == marked:
        line = line.stylize("bold")
    return line.stylize(Style.from_meta({"@click": f"screen.choose({number})"}))


def _right(left: Content | str, words: list[str], width: int, styles: list[str]) -> Content:
    """`left`, cut where it must be, and the numbers that there is room for at the right."""
    if width < LEAST:
        words, styles = [], []
    elif width < TINY:
        words, styles = words[2:], styles[2:]
    elif width < NARROW:
        words, styles = [words[0], words[2]], [styles[0], styles[2]]
    # Chinese headings are wider than they are long.
    cells = [Content.styled(word, style) if style else Content(word) for word, style in zip(words, styles, strict=True)]
    numbers = Content("")
    for cell in cells:
        numbers += Content(" " * max(1, _column(width) - cell.cell_length)) + cell
    text = left if isinstance(left, Content) else Content(left)
    text = text.truncate(max(0, width - numbers.cell_length), ellipsis=True)
    return text + Content(" " * max(0, width - text.cell_length - numbers.cell_length)) + numbers


def _column(width: int) -> int:
    return _NUMBER if width < NARROW else _NUMBER + 3


def _name(deck: DeckLine, width: int) -> Content:
    title = Content(deck.title)
    if deck.title == deck.name or width < NARROW + 20:
        return title
    return title + Content.styled(f"  {deck.name}", _QUIET)


def _said(problems: int) -> str:
    return n_("{count} problem", "{count} problems", problems).format(count=problems) if problems else ""


def _other(deck: DeckInfo, width: int) -> Content:
    """A deck by its path, of which the end says more than the beginning."""
    said = f"  {_said(deck.problems) if deck.state == 'unread' else _('gone')}"
    room = max(4, width - 4 - Content(said).cell_length)
    shown = Content(deck.root)
    for at in range(len(deck.root)):
        if shown.cell_length <= room:
            break
        shown = Content(f"…{deck.root[at + 1 :]}")
    line = Content.styled("  ⚠ ", "$text-warning") + shown + Content.styled(said, "$text-warning")
    return line.truncate(width, ellipsis=True).stylize(Style.from_meta({"@click": "screen.problems"}))

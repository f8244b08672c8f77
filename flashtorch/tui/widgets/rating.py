"""The row under the card that is always there: what to do, how long a run takes, or the four ratings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.style import Style
from textual.widgets import Static

from flashtorch.language import _
from flashtorch.scheduling.state import Rating
from flashtorch.tui.look.span import span

if TYPE_CHECKING:
    from flashtorch.scheduling.buttons import Buttons

_NARROW = 60
"""Columns below which a rating is its number and its interval."""
_COLOURS = {Rating.AGAIN: "$text-error", Rating.HARD: "$text-warning", Rating.GOOD: "$text-success", Rating.EASY: "$text-primary"}


def name_of(rating: Rating) -> str:
    """The rating in a word."""
    return {
        Rating.AGAIN: _("Again"),
        Rating.HARD: _("Hard"),
        Rating.GOOD: _("Good"),
        Rating.EASY: _("Easy"),
    }[rating]


def ratings(buttons: Buttons, marked: Rating, width: int) -> Content:
    """The four ratings with their intervals, which practice has none of; the marked one, which space gives, is set in brackets."""
    pieces = []
    for rating in Rating:
        name = "" if width < _NARROW else f"{name_of(rating)} "
        seconds = buttons.next(rating).seconds
        text = f"{rating.value} {name}{span(seconds) if seconds else ''}".rstrip()
        text = f"[{text}]" if rating is marked else f" {text} "
        style = f"bold {_COLOURS[rating]}" if rating is marked else _COLOURS[rating]
        piece = Content.styled(text, style)
        pieces.append(piece.stylize(Style.from_meta({"@click": f"screen.rate({rating.value})"})))
    return Content(" " if width < _NARROW else "   ").join(pieces)


class RatingRow(Static):
    """One line."""

    def __init__(self) -> None:
        super().__init__(markup=False)
        # A click does what its key does; a link's own colours would hide which rating is which.
        self.auto_links = False

    def say(self, text: str) -> None:
        """A quiet sentence."""
        self.update(Content.styled(text, "dim"), layout=False)

    def show_running(self, seconds: float) -> None:
        """The time that a run has taken so far."""
        self.update(Content.styled(_("running… {seconds} s").format(seconds=f"{seconds:.1f}"), "bold $text-warning"), layout=False)

    def show_ratings(self, buttons: Buttons, marked: Rating) -> None:
        """The four ratings."""
        self.update(ratings(buttons, marked, self.screen.size.width), layout=False)

"""What is known of a card, and what helps with one that does not stay: pages over the card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flashtorch.language import _
from flashtorch.tui import keys
from flashtorch.tui.keys import Scene
from flashtorch.tui.look.card_page import help_lines, info_lines
from flashtorch.tui.screens.page import Page

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import ClassVar

    from textual.binding import BindingType
    from textual.content import Content

    from flashtorch.session.info import CardInfo, Help

_WIDEST = 100
"""Cells of a line of these pages."""


class InfoScreen(Page):
    """The page of one card; read until it is closed."""

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings(frozenset({Scene.REPORT}))

    scene = Scene.REPORT

    def __init__(self, info: CardInfo) -> None:
        super().__init__()
        self._info = info

    def heading(self) -> tuple[str, str]:
        return _("about this card"), self._info.card

    def lines(self, width: int) -> Sequence[Content]:
        return info_lines(self._info, min(width, _WIDEST))


class HelpWithCard(Page):
    """What went wrong with a card before; read until it is closed."""

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings(frozenset({Scene.REPORT}))

    scene = Scene.REPORT

    def __init__(self, card: str, help_: Help) -> None:
        super().__init__()
        self._card = card
        self._help = help_

    def heading(self) -> tuple[str, str]:
        return _("why this one does not stay"), self._card

    def lines(self, width: int) -> Sequence[Content]:
        return help_lines(self._help, min(width, _WIDEST))

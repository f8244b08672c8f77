"""One question: whether a deck may run its code where nothing would hold it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from flashtorch.language import _

if TYPE_CHECKING:
    from typing import ClassVar

    from textual.app import ComposeResult

    from flashtorch.cards.model import DeckInfo


class TrustScreen(ModalScreen[bool]):
    """Dismissed with the answer; anything but y is no."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "dismiss(True)", show=False),
        Binding("n,escape,q,enter", "dismiss(False)", show=False),
    ]

    def __init__(self, deck: DeckInfo) -> None:
        super().__init__()
        self._deck = deck

    def compose(self) -> ComposeResult:
        with Vertical(id="question"):
            says = _("{path} runs its own code, and nothing would hold it back here. Do you trust it?").format(path=self._deck.root)
            yield Static(says, markup=False)
            yield Static(Content.styled(_("y yes, run it   n no, I rate its cards myself"), "dim"))

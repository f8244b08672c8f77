"""The command palette: the rows of the key table that do something now, to be found by their words."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.command import DiscoveryHit, Hit, Provider

from flashtorch.tui.keys import KEYS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from textual.command import Hits

    from flashtorch.tui.keys import Key


class KeyCommands(Provider):
    """Offers what the screen below the palette can do in its scene."""

    def _rows(self) -> Iterator[tuple[Key, Callable[[], Awaitable[bool]]]]:
        scene = getattr(self.screen, "scene", None)
        for row in KEYS:
            # Digits are typed; a row for each of them would only be in the way.
            if scene in row.when and not row.each:
                target = self.app if row.of_app else self.screen
                yield row, partial(self.app.run_action, row.action, target)

    async def discover(self) -> Hits:
        for row, act in self._rows():
            yield DiscoveryHit(row.label(), act, help=row.shown)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for row, act in self._rows():
            if (score := matcher.match(row.label())) > 0:
                yield Hit(score, matcher.highlight(row.label()), act, help=row.shown)

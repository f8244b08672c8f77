"""What the first frame shows, before the sitting stands: read at a glance, without what a sitting loads."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING

from flashtorch.cards.library import open_library
from flashtorch.cards.question import ask, question_seed
from flashtorch.errors import Trouble
from flashtorch.frozen import frozen
from flashtorch.history.glance import first_card
from flashtorch.language import current
from flashtorch.scheduling.params import Params
from flashtorch.scheduling.state import CardState
from flashtorch.session.phase import Asking
from flashtorch.session.proven import Proven

if TYPE_CHECKING:
    from collections.abc import Callable

    from flashtorch.paths import Paths
    from flashtorch.scheduling.moment import Moment
    from flashtorch.settings import Settings

_MOMENT_S = 0.05
"""How long the first frame may wait for its card."""


@frozen
class Sight:
    """What there is to begin with."""

    asking: Asking | None = None
    """The first question, when it can be said at once."""
    is_done: bool = False
    """Nothing is to be asked now."""
    is_first_run: bool = False


UNKNOWN = Sight()


class Glimpse:
    """What there is, looked for from now on in a thread of its own, while the screen is made."""

    def __init__(self, look: Callable[[], Sight]) -> None:
        self._look = look
        self._found: Future[Sight] = Future()
        self._moment_s = _MOMENT_S
        threading.Thread(target=self._run, daemon=True).start()

    def at_once(self) -> Sight:
        """What there is, if it is found in a moment, which is waited only once; decks that have to be read first take longer."""
        moment_s, self._moment_s = self._moment_s, 0.0
        with suppress(TimeoutError):
            return self._found.result(moment_s)
        return UNKNOWN

    def waited_for(self) -> Sight:
        """The same, however long it takes; for a thread."""
        return self._found.result()

    def _run(self) -> None:
        try:
            self._found.set_result(self._look())
        except BaseException as error:
            self._found.set_exception(error)


def sight(paths: Paths, settings: Settings, deck: str | None, now: Moment) -> Sight:
    """What a sitting over all known decks will begin with, when that can be said at once; a draft is left to the sitting.

    Unknown when nothing has been read yet, and for whatever is wrong: the sitting will say it.
    """
    if not paths.history.exists():
        return Sight(is_first_run=True)
    if not paths.library.exists():
        return UNKNOWN
    try:
        library = open_library(paths, register=False)
        try:
            first = first_card(paths.history, library.index_path, Params.from_settings(settings), now, [deck] if deck else None)
            if first is None:
                return Sight(is_done=True)
            name, reps = first
            card = library.card(name)
            question = ask(card, question_seed(card.id, reps), current())
            if card.generated and card.kind.is_run and not Proven.of(paths, settings, library.decks).has(question):
                return UNKNOWN
        finally:
            library.close()
    except (Trouble, sqlite3.Error):
        return UNKNOWN
    return Sight(Asking(question, CardState(reps=reps)))

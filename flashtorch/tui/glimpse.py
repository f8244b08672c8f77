"""The first question, before the sitting stands: read at a glance, without what a sitting loads."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from flashtorch.cards.library import open_library
from flashtorch.cards.question import ask, question_seed
from flashtorch.errors import Trouble
from flashtorch.history.glance import glance
from flashtorch.scheduling.params import Params
from flashtorch.scheduling.state import CardState
from flashtorch.session.phase import Asking

if TYPE_CHECKING:
    from flashtorch.paths import Paths
    from flashtorch.scheduling.moment import Moment
    from flashtorch.settings import Settings


def first_question(paths: Paths, settings: Settings, deck: str | None, now: Moment) -> Asking | None:
    """What a sitting over all known decks will ask first, when that can be said at once; a draft is left to the sitting.

    None when nothing is due or nothing has been read yet, and for whatever is wrong: the sitting will say it.
    """
    if not paths.library.exists():
        return None
    try:
        library = open_library(paths, register=False)
        try:
            seen = glance(paths.history, library.index_path, Params.from_settings(settings), now, [deck] if deck else None)
            if seen.first is None:
                return None
            card = library.card(seen.first)
        finally:
            library.close()
    except (Trouble, sqlite3.Error):
        return None
    return Asking(ask(card, question_seed(card.id, seen.first_reps)), CardState(reps=seen.first_reps))

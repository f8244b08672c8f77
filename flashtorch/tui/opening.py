"""How a sitting is opened: what the screen's thread calls, with everything it needs already given."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, TypeAlias

from flashtorch.frozen import frozen
from flashtorch.language import n_
from flashtorch.session.scope import WHOLE
from flashtorch.tui.glimpse import UNKNOWN, Sight, sight

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from flashtorch.cards.library import Library
    from flashtorch.cards.model import DeckInfo
    from flashtorch.paths import Paths
    from flashtorch.scheduling.moment import Moment
    from flashtorch.session.scope import Scope
    from flashtorch.session.study import Study
    from flashtorch.settings import Settings
    from flashtorch.tui.overview import Overview

    TrustQuestion: TypeAlias = Callable[[DeckInfo], bool]

_PAUSE_S = 0.05
"""By then a card is painted; the threads that order its cell would take turns with that."""
_BUSY_MS = 250
"""How long a key may wait for another program that holds the database; then it is said."""


@frozen
class Opening:
    """Calls, all for a thread."""

    open: Callable[[TrustQuestion], Study]
    """The sitting; asks whether a deck may run its code. Raises Trouble."""
    glimpse: Callable[[], Sight] = lambda: UNKNOWN
    """What there is to begin with, when that can be said at once."""
    overview: Callable[[Library | None], Overview] | None = None
    """What the home page shows, with the library of the sitting, once that stands. Raises Trouble."""
    deck: str | None = None
    """The only one that is asked at first."""
    rollover_hour: int = 4
    """When a study day begins."""
    home: str = ""
    """The folder of the learner's files, for people."""
    editor: Callable[[], Sequence[str]] = tuple
    """The command of the learner's own editor, in words; empty for none."""


def opening(
    paths: Paths,
    settings: Settings,
    given: Sequence[Path],
    now: Callable[[], Moment],
    *,
    entropy: Callable[[int], bytes],
    environment: Mapping[str, str],
    trust_all: bool,
    scope: Scope = WHOLE,
) -> Opening:
    """The sitting over the `given` decks, else over all that are known; `scope` says what of them is asked, and for how long."""

    def opens(asks: TrustQuestion) -> Study:
        # Loads the database and the schedule's engine, which takes longer than the first paint.
        from flashtorch.session.study import open_study

        return open_study(
            paths,
            settings,
            given,
            now(),
            entropy=entropy,
            trust_question=asks,
            trust_all=trust_all,
            scope=scope,
            environment=environment,
            busy_ms=_BUSY_MS,
            pause_s=_PAUSE_S,
        )

    def glimpses() -> Sight:
        if given or not scope.is_whole:
            return Sight(is_first_run=not paths.history.exists())
        return sight(paths, settings, scope.deck, now())

    def looks(library: Library | None) -> Overview:
        # The database's own module is all that this loads, but the first card does without it.
        from flashtorch.cards.library import open_library
        from flashtorch.tui.overview import overview

        if library is not None:
            return overview(library, paths, settings, now())
        with closing(open_library(paths, given, register=False)) as own:
            return overview(own, paths, settings, now())

    def edits() -> Sequence[str]:
        from flashtorch.tui.outside import editor_words

        return editor_words(environment)

    return Opening(opens, glimpses, looks, scope.deck, settings.rollover_hour, str(paths.home), edits)


def remarks(library: Library) -> tuple[str, ...]:
    """What a learner has to know of the decks before the first card, in sentences."""
    count = len(library.problems)
    if not count:
        return library.notices
    says = n_(
        "The decks have {count} problem; `c` on the home page names it.",
        "The decks have {count} problems; `c` on the home page names them.",
        count,
    )
    return (*library.notices, says.format(count=count))

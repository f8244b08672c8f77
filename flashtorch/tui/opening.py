"""How a sitting is opened: what the screen's thread calls, with everything it needs already given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from flashtorch.language import n_
from flashtorch.tui.glimpse import first_question

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from flashtorch.cards.library import Library
    from flashtorch.cards.model import DeckInfo
    from flashtorch.paths import Paths
    from flashtorch.scheduling.moment import Moment
    from flashtorch.session.phase import Asking
    from flashtorch.session.study import Study
    from flashtorch.settings import Settings

    TrustQuestion: TypeAlias = Callable[[DeckInfo], bool]

_BUSY_MS = 250
"""How long a key may wait for another program that holds the database; then it is said."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Two calls, both for a thread."""

    open: Callable[[TrustQuestion], Study]
    """The sitting; asks whether a deck may run its code. Raises Trouble."""
    glimpse: Callable[[], Asking | None] = lambda: None
    """The first question, when that can be said at once."""


def opening(
    paths: Paths,
    settings: Settings,
    given: Sequence[Path],
    now: Callable[[], Moment],
    *,
    entropy: Callable[[int], bytes],
    environment: Mapping[str, str],
    trust_all: bool,
    deck: str | None,
) -> Opening:
    """The sitting over the `given` decks, else over all that are known; `deck` narrows it to one."""

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
            deck=deck,
            environment=environment,
            busy_ms=_BUSY_MS,
        )

    def glimpses() -> Asking | None:
        return None if given else first_question(paths, settings, deck, now())

    return Opening(opens, glimpses)


def remarks(library: Library) -> tuple[str, ...]:
    """What a learner has to know of the decks before the first card, in sentences."""
    count = len(library.problems)
    if not count:
        return library.notices
    says = n_(
        "The decks have {count} problem; `flashtorch deck check` names it.",
        "The decks have {count} problems; `flashtorch deck check` names them.",
        count,
    )
    return (*library.notices, says.format(count=count))

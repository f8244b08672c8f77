"""The one place where a sitting is put together: library, history, schedule, judge."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from flashtorch.cards.library import open_library
from flashtorch.history.log import History
from flashtorch.scheduling.params import Params
from flashtorch.session.leaving import leave
from flashtorch.session.permission import Permission, Permitted
from flashtorch.session.proven import Proven
from flashtorch.session.queue import Queue
from flashtorch.session.record import Record
from flashtorch.session.runner import Runner
from flashtorch.session.scope import WHOLE, refuse_unknown
from flashtorch.session.session import StudySession

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from flashtorch.cards.library import Library
    from flashtorch.cards.model import DeckInfo
    from flashtorch.paths import Paths
    from flashtorch.scheduling.moment import Moment
    from flashtorch.session.scope import Scope
    from flashtorch.settings import Settings


@dataclass(frozen=True, slots=True)
class Study:
    """A sitting, not yet begun, and what it stands on."""

    library: Library
    history: History
    session: StudySession
    runner: Runner
    queue: Queue
    leave: Callable[[], None]
    """What the end of the sitting does for the history."""

    def narrow(self, deck: str | None) -> None:
        """Ask this deck alone, None for all; `session.begin` asks the first question of it."""
        self.queue.narrow(deck)

    def within(self, scope: Scope) -> None:
        """Ask what this scope holds, practice for instance; `session.begin` asks its first question and begins its time box.

        Raises:
            Trouble: no card has its note or tag.
        """
        refuse_unknown(scope, self.library.heads())
        self.queue.within(scope)

    def close(self) -> None:
        """End every process and give the databases back; what was answered is kept already.

        Raises:
            Trouble: something about the history has to be known; everything is closed.
        """
        with contextlib.closing(self.library), contextlib.closing(self.history), contextlib.closing(self.runner):
            self.leave()


def open_study(
    paths: Paths,
    settings: Settings,
    given: Sequence[Path],
    now: Moment,
    *,
    entropy: Callable[[int], bytes],
    trust_question: Callable[[DeckInfo], bool] | None = None,
    trust_all: bool = False,
    scope: Scope = WHOLE,
    environment: Mapping[str, str] = MappingProxyType({}),
    busy_ms: int = 5000,
    pause_s: float = 0.0,
) -> Study:
    """Put a sitting together over the `given` decks, else all that are known; `scope` says what of them is asked, and for how long.

    `trust_question` asks a person whether a deck may run code where nothing holds it back; None when nobody can be asked.

    Processes for a shown question are begun after `pause_s`. Of `environment`, only what finds libraries and chooses GPUs
    reaches a run.

    Raises:
        Trouble: a path or a deck is missing, no card has the scope's note or tag, the history cannot be opened, or a deck needs
            trust and nobody can be asked.
    """
    library = open_library(paths, given, register=True)
    studied = library.decks if scope.deck is None else (library.deck(scope.deck),)
    params = Params.from_settings(settings)
    runner = Runner(
        python=settings.grader_python,
        device=settings.grader_device,
        environment=environment,
        require=settings.required_level,
        pause_s=pause_s,
        proven=Proven.of(paths, settings, library.decks),
    )
    permission = Permission(library, paths.trust, runner)
    try:
        refuse_unknown(scope, library.heads())
        if not trust_all:
            permission.ask(studied, trust_question)
        history = History.open(paths.history, params, busy_ms=busy_ms, entropy=entropy, goes_on=True)
    except BaseException:
        runner.close()
        library.close()
        raise
    record = Record(history)
    queue = Queue(library.heads(), record.states, record.params, scope=scope)
    # Made here, so that the first question does not wait for it: a screen opens its study in a thread of its own.
    queue.counts(now)
    cards = library if trust_all else Permitted(library, permission.look)
    session = StudySession(cards, queue, record, runner)
    return Study(library, history, session, runner, queue, partial(leave, history, paths, now))


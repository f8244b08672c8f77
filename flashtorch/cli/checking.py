"""Runs a deck's code for `flashtorch deck check`."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING

from flashtorch.cli.progress import Progress
from flashtorch.errors import Trouble
from flashtorch.language import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from flashtorch.cards.model import Card, Problem
    from flashtorch.cli.surroundings import Surroundings
    from flashtorch.grading.checked import Checked
    from flashtorch.grading.grader import Grader


class Checking:
    """Checks the cards of the decks at one path, as often as it is asked. What is started is started once, and only for code."""

    def __init__(
        self, around: Surroundings, path: Path, *, trust_all: bool, mutants: bool = True, jobs: int | None = None, runs: bool = True
    ) -> None:
        """With `runs` off, nothing is run; by default as many cards are checked at a time as there are cores."""
        self._around = around
        self._path = path
        self._trust_all = trust_all
        self._mutants = mutants
        self._jobs = jobs or os.cpu_count() or 1
        self._runs = runs
        self._open = contextlib.ExitStack()
        self._started: tuple[Grader, Checked] | None = None

    def __enter__(self) -> Checking:
        return self

    def __exit__(self, *exception: object) -> None:
        self._open.close()

    def problems(self, cards: Sequence[Card]) -> Iterator[Problem]:
        """What running the cards finds.

        Raises:
            Trouble: no code can be run here, or the decks are not trusted where nothing holds them back.
        """
        cards = [card for card in cards if card.has_code] if self._runs else []
        if not cards:
            return
        from flashtorch.grading.cardcheck import Thorough
        from flashtorch.grading.deckcheck import check_cards
        from flashtorch.sandbox.cell import Unavailable

        grader, kept = self._start()
        with Progress(_("checking")) as progress:
            try:
                reports = check_cards(cards, grader, Thorough(mutants=self._mutants), jobs=self._jobs, kept=kept)
                for done, report in enumerate(reports, 1):
                    progress(done, len(cards))
                    yield from report.problems
            except Unavailable as error:
                raise Trouble(_("no code can be run here: {why}").format(why=error), advice=_("See --no-run")) from None

    def _start(self) -> tuple[Grader, Checked]:
        from flashtorch.cards.library import open_library
        from flashtorch.cli import permission
        from flashtorch.grading.checked import Checked
        from flashtorch.grading.grader import Grader
        from flashtorch.sandbox.sandbox import Sandbox

        settings = self._around.settings
        if self._started is None:
            python, least = settings.grader_python or sys.executable, settings.required_level
            sandbox = self._open.enter_context(Sandbox(python, environment=os.environ, require=least))
            grader = self._open.enter_context(contextlib.closing(Grader(sandbox, device=settings.grader_device, spare=False)))
            kept = self._open.enter_context(contextlib.closing(Checked(self._around.paths.checked)))
            self._started = grader, kept
        grader, kept = self._started
        if not self._trust_all:
            # Each time: a watched deck may hold other code by now.
            with contextlib.closing(open_library(self._around.paths, [self._path], register=False)) as library:
                permission.require(library.decks, self._around.paths.trust, grader.sandbox)
        return grader, kept

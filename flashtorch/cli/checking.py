"""Runs a deck's code for `flashtorch deck check`."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING

from flashtorch.errors import Trouble
from flashtorch.language import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from flashtorch.cards.model import Card, Problem
    from flashtorch.cli.surroundings import Surroundings


def running_problems(
    cards: Sequence[Card],
    path: Path,
    around: Surroundings,
    *,
    trust_all: bool,
    mutants: bool = True,
    jobs: int | None = None,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Iterator[Problem]:
    """What running the cards of the decks at a path finds; where none of them holds code, nothing is started.

    `progress` is told how many cards of how many are done. By default as many are checked at a time as there are cores.

    Raises:
        Trouble: no code can be run here, or the decks are not trusted where nothing holds them back.
    """
    cards = [card for card in cards if card.has_code]
    if not cards:
        return
    from flashtorch.cards.library import open_library
    from flashtorch.cli import permission
    from flashtorch.grading.cardcheck import Thorough
    from flashtorch.grading.checked import Checked
    from flashtorch.grading.deckcheck import check_cards
    from flashtorch.grading.grader import Grader
    from flashtorch.sandbox.cell import Unavailable
    from flashtorch.sandbox.sandbox import Sandbox

    settings = around.settings
    with Sandbox(settings.grader_python or sys.executable, environment=os.environ) as sandbox:
        if not trust_all:
            with contextlib.closing(open_library(around.paths, [path], register=False)) as library:
                permission.require(library.decks, around.paths.trust, sandbox)
        with (
            contextlib.closing(Grader(sandbox, device=settings.grader_device, spare=False)) as grader,
            contextlib.closing(Checked(around.paths.checked)) as kept,
        ):
            progress(0, len(cards))
            try:
                reports = check_cards(cards, grader, Thorough(mutants=mutants), jobs=jobs or os.cpu_count() or 1, kept=kept)
                for done, report in enumerate(reports, 1):
                    progress(done, len(cards))
                    yield from report.problems
            except Unavailable as error:
                raise Trouble(_("no code can be run here: {why}").format(why=error), advice=_("See --no-run")) from None

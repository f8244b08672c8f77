"""All the cards of a deck, checked by running them: several at a time, in their order, and none twice for the same code."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flashtorch.grading.cardcheck import check_card

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flashtorch.cards.model import Card, Problem
    from flashtorch.grading.cardcheck import Thorough
    from flashtorch.grading.checked import Checked
    from flashtorch.grading.grader import Grader


@dataclass(frozen=True, slots=True)
class Report:
    """What was found out about one card."""

    card: Card
    problems: tuple[Problem, ...]
    cached: bool = False


def check_cards(
    cards: Sequence[Card], grader: Grader, how: Thorough, *, jobs: int = 1, kept: Checked | None = None
) -> Iterator[Report]:
    """A report on each card that has code, in their order, each as soon as it and those before it are done.

    `kept` remembers cards that were checked before, with the same code, torch and judge.

    Raises:
        Unavailable: no code can be run here.
    """
    torch = grader.report().torch

    def work(card: Card) -> Report:
        if kept is not None and (known := kept.get(card, how, torch)) is not None:
            return Report(card, known, cached=True)
        return Report(card, tuple(check_card(card, grader, how)))

    pool = ThreadPoolExecutor(max(1, jobs), thread_name_prefix="check")
    try:
        for report in pool.map(work, [card for card in cards if card.has_code]):
            if kept is not None and not report.cached:
                kept.put(report.card, how, torch, report.problems)
            yield report
    finally:
        pool.shutdown(wait=True, cancel_futures=True)

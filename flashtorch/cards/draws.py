"""All the numbers that a generated card can draw, for whoever has to try each of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flashtorch.cards import picks
from flashtorch.cards.question import question_seed

if TYPE_CHECKING:
    from flashtorch.cards.model import Card

_TRIES = 40
"""Seeds that are looked at for each draw that is wanted; a draw is found after so many but once in 10^17."""


@dataclass(frozen=True, slots=True)
class Covering:
    """Seeds that draw different numbers each."""

    seeds: tuple[int, ...]
    of: int
    """How many different draws there are."""


def covering_seeds(card: Card, most: int) -> Covering:
    """One seed for each draw of the card's parts, its title and its texts, or for the first `most` that turn up."""
    texts = [card.title, card.front.source, card.back.source, *(part.source for part in card.parts)]
    texts += [option.text for option in card.options] + [hint.source for hint in card.hints]
    choices = {pick.text: len(set(pick.choices)) for text in texts for pick in picks.find(text) if pick.choices}
    of = math.prod(choices.values())
    wanted = min(of, most)
    found: dict[tuple[str, ...], int] = {}
    for turn in range(wanted * _TRIES):
        seed = question_seed(card.id, turn)
        found.setdefault(tuple(picks.draw(texts, seed)[name] for name in choices), seed)
        if len(found) >= wanted:
            break
    return Covering(tuple(found.values()), of)

"""A deck file and its translations -> one file whose cards know what they are called in other languages."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from flashtorch.cards.faults import Fault
from flashtorch.cards.model import Place, Problem, Role
from flashtorch.cards.parser import parse_file, unloaded
from flashtorch.cards.twins import Original
from flashtorch.language import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flashtorch.cards.model import Card
    from flashtorch.cards.parser import ParsedFile


def paired(original: ParsedFile, twins: Sequence[tuple[str, str, bytes | Fault]]) -> ParsedFile:
    """The file with its translations: the name of each, its language and its bytes, or why it cannot be read."""
    told: defaultdict[str, list[Card]] = defaultdict(list)
    problems = list(original.problems)
    languages, titles = [], []
    for name, lang, data in twins:
        read = unloaded(name, data) if isinstance(data, Fault) else _read(name, lang, data, original)
        problems += read.problems
        languages += [lang] if read.cards else []
        titles += [(lang, read.title)] if read.cards and read.title else []
        for card in read.cards:
            told[card.id.name].append(card)
    cards = tuple(_with_twins(card, told[card.id.name]) for card in original.cards)
    return replace(original, cards=cards, problems=tuple(problems), languages=tuple(languages), titles=tuple(titles))


def _with_twins(card: Card, twins: Sequence[Card]) -> Card:
    """The card with its translations; what is accepted in one language is right in every other."""
    answer = card.part(Role.ANSWER)
    if answer is None or not twins:
        return replace(card, translations=tuple(replace(twin, id=card.id) for twin in twins))
    added = (part.source.removeprefix(answer.source) for twin in twins for part in twin.parts_of(Role.ANSWER))
    accepted = replace(answer, source=answer.source + "".join(added))

    def accepting(each: Card) -> Card:
        parts = tuple(accepted if part.role is Role.ANSWER else part for part in each.parts)
        return replace(each, id=card.id, parts=parts)

    return replace(accepting(card), translations=tuple(map(accepting, twins)))


def _read(name: str, lang: str, data: bytes, original: ParsedFile) -> ParsedFile:
    if not original.is_card_file:
        return _without_original(parse_file(name, data), original)
    if original.deck is None:
        # What cannot be read says so itself; of its translation only the grammar can be told.
        return replace(parse_file(name, data), cards=())
    cards: defaultdict[str, tuple[Card, ...]] = defaultdict(tuple)
    for card in original.cards:
        cards[card.id.name] += (card,)
    ids = frozenset(card.partition("/")[2] for card, _place in original.ids)
    read = parse_file(name, data, Original(original.name, original.deck, original.lang, ids, dict(cards), lang))
    missing = _missing(read, original) if read.deck == original.deck and read.is_card_file else ()
    return replace(read, problems=(*missing, *read.problems))


def _without_original(read: ParsedFile, original: ParsedFile) -> ParsedFile:
    """Cards beside a file that holds none would vanish, were it not said."""
    if not read.is_card_file:
        return read
    message = _("by its name this translates {file}, which holds no cards: move the cards there, or rename one of the two")
    return unloaded(read.name, Fault(1, "translation-of-no-deck", message.format(file=original.name)))


def _missing(read: ParsedFile, original: ParsedFile) -> Iterator[Problem]:
    here = {card for card, _place in read.ids}
    for card in dict.fromkeys(f"{card.id.deck}/{card.id.name}" for card in original.cards):
        if card not in here:
            message = _("the card `{card}` of {file} is not translated here: it is shown in its own language")
            message = message.format(card=card, file=original.name)
            yield Problem(Place(read.name, 1), "warning", "translation-missing-card", message, card)

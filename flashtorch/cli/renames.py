"""A card that was answered and is gone, and a new one that is nearly the same: most likely the same card under another id."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flashtorch.cards.model import Card, CardId, Problem
from flashtorch.language import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flashtorch.cards.folder import ParsedPath
    from flashtorch.paths import Paths

_NEAR = 0.8
"""How alike two cards are, of 1, that are taken for one."""
_MOST_PAIRS = 20_000
"""More than these are not compared word by word."""
_GONE = """
SELECT card, (SELECT content_hash FROM events e WHERE e.card = s.card AND kind = 'review' ORDER BY at_us DESC, id DESC LIMIT 1)
FROM card_state s WHERE reps > 0
"""


@dataclass(frozen=True, slots=True)
class _Answered:
    card: CardId
    content_hash: str


def renames(parsed: ParsedPath, paths: Paths) -> Iterator[Problem]:
    """A warning at each new card that seems to be an answered one whose id is gone; nothing where nothing was answered.

    Raises:
        Trouble: the history is damaged, or that of a newer flashtorch.
    """
    if not paths.history.exists():
        return
    ids = {card for file in parsed.files for card, _place in file.ids}
    decks = {file.deck for file in parsed.files}
    answered = [each for each in _answered(paths) if each.card.deck in decks]
    known = {str(each.card) for each in answered}
    gone = [each for each in answered if f"{each.card.deck}/{each.card.name}" not in ids]
    new = [card for card in parsed.cards if str(card.id) not in known]
    if not gone or not new:
        return
    remembered = _remembered(paths, gone) if len(gone) * len(new) <= _MOST_PAIRS else {}
    told: set[str] = set()
    for card in new:
        before = _same(card, gone, remembered)
        if before is not None and card.id.name not in told:
            told.add(card.id.name)
            message = _("this seems to be `{old}`, which you have answered, under another id: its old one keeps the schedule")
            message = message.format(old=before)
            yield Problem(card.place, "warning", "renamed-card", message, f"{card.id.deck}/{card.id.name}")


def _answered(paths: Paths) -> Iterator[_Answered]:
    from flashtorch.history.readonly import looking

    with looking(paths.history) as db:
        rows = db.execute(_GONE).fetchall()
    for card, content_hash in rows:
        yield _Answered(CardId.parse(card), content_hash or "")


def _same(card: Card, gone: Sequence[_Answered], remembered: dict[str, Card]) -> CardId | None:
    """Which of those that are gone a card is: of the same words, else of nearly the same."""
    candidates = [each for each in gone if (each.card.deck, each.card.gap) == (card.id.deck, card.id.gap)]
    for each in candidates:
        if each.content_hash == card.content_hash:
            return each.card
    import difflib

    matcher = difflib.SequenceMatcher(None, "", _text(card), autojunk=False)
    best, likeness = None, _NEAR
    for each in candidates:
        before = remembered.get(str(each.card))
        if before is None or before.kind is not card.kind:
            continue
        matcher.set_seq1(_text(before))
        if matcher.quick_ratio() >= likeness and (found := matcher.ratio()) >= likeness:
            best, likeness = each.card, found
    return best


def _text(card: Card) -> str:
    """Enough of a card to know it by."""
    return "\n".join([card.title, card.front.source, card.back.source, *(option.text for option in card.options)])[:2000]


def _remembered(paths: Paths, gone: Sequence[_Answered]) -> dict[str, Card]:
    """What the cache of decks still holds of cards that are gone; it is only a cache."""
    from flashtorch.cards import codec

    found: dict[str, Card] = {}
    try:
        with closing(sqlite3.connect(f"{paths.library.absolute().as_uri()}?mode=ro", uri=True)) as db:
            for each in gone:
                for (body,) in db.execute("SELECT body FROM cards WHERE card = ?", (str(each.card),)):
                    card = codec.decode(body)
                    if isinstance(card, Card):
                        found[str(each.card)] = card
    except (sqlite3.Error, ValueError):
        pass
    return found

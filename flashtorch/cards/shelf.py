"""Which decks stand on the shelf: roots and what their files hold -> decks, cards, problems, notices. Pure.

A deck of an earlier root hides one of the same name in a later root, whole. An id that is met twice in one deck loads neither card.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from flashtorch.cards.model import DeckInfo, Head, Place, Problem, main_language
from flashtorch.cards.registered import shown_path
from flashtorch.frozen import frozen
from flashtorch.language import _, current

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from flashtorch.cards.entry import Entry

Origin = Literal["shipped", "registered", "given"]


@frozen
class Root:
    """A folder or file that decks are read from."""

    path: Path
    origin: Origin


@frozen
class Shelved:
    """One file of a root, in file order."""

    path: str
    shown: str
    """The path for people."""
    name: str
    """Within the root."""
    entry: Entry


@dataclass(slots=True)
class Shelf:
    """What a learner can study."""

    decks: list[DeckInfo] = field(default_factory=list)
    heads: list[tuple[Head, str]] = field(default_factory=list)
    """Each with the path of its file; decks in order, cards in deck order."""
    problems: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    others: list[DeckInfo] = field(default_factory=list)
    """What is known and not studied."""


def stock(roots: Iterable[tuple[Root, Sequence[Shelved], Sequence[Problem]]]) -> Shelf:
    """The shelf of these roots, each with its files and what is wrong beside them; earlier ones hide later ones."""
    shelf = Shelf()
    owner: dict[str, Root] = {}
    for root, files, beside in roots:
        names = list(dict.fromkeys(file.entry.deck for file in files if file.entry.deck))
        shown = [name for name in names if name not in owner]
        orphans = [*beside, *(problem for file in files if not file.entry.deck for problem in file.entry.problems)]
        shelf.problems += orphans
        for name in names:
            mine = [file for file in files if file.entry.deck == name]
            if name in shown:
                owner[name] = root
                _add(shelf, root, name, mine)
                shelf.problems += [problem for file in mine for problem in file.entry.problems]
                continue
            shelf.notices.append(hidden_notice(name, shown_path(owner[name].path), shown_path(root.path)))
            codes = [code for file in mine for code in file.entry.code_hashes]
            shelf.others.append(replace(_info(root, name, mine, codes), state="hidden"))
        if orphans:
            shelf.others.append(no_deck(root.path, root.origin, len(orphans)))
    return shelf


def no_deck(path: Path, origin: Origin, problems: int) -> DeckInfo:
    """A path that is gone, or has problems that are no deck's."""
    state: Literal["gone", "unread"] = "unread" if problems else "gone"
    return DeckInfo("", "", str(path), origin, "", 0, "", (), problems, state)


def hidden_notice(deck: str, shown: str, hidden: str) -> str:
    """That of two decks with one name the first is studied."""
    return _("the deck {deck} in {shown} hides the one in {hidden}").format(deck=deck, shown=shown, hidden=hidden)


def _add(shelf: Shelf, root: Root, name: str, files: Sequence[Shelved]) -> None:
    repeated = _repeated(files, shelf.problems)
    heads: list[tuple[Head, str]] = []
    codes: list[str] = []
    for file in files:
        for head, code in zip(file.entry.heads, file.entry.code_hashes, strict=True):
            if _whole(head.card) not in repeated:
                heads.append((replace(head, position=len(heads), file=file.name), file.path))
                codes.append(code)
    info = _info(root, name, files, codes)
    shelf.decks.append(replace(info, problems=info.problems + len(repeated)))
    shelf.heads += heads


def _info(root: Root, name: str, files: Sequence[Shelved], codes: Sequence[str]) -> DeckInfo:
    """The deck whose cards have these code hashes, one for each, empty where nothing is run."""
    lang = next((file.entry.lang for file in files if file.entry.lang), "")
    return DeckInfo(
        name=name,
        title=_title(files) or name,
        root=str(root.path),
        origin=root.origin,
        lang=lang,
        cards=len(codes),
        code_hash=deck_code(codes),
        languages=tuple(dict.fromkeys(filter(None, (lang, *(each for file in files for each in file.entry.languages))))),
        problems=sum(len(file.entry.problems) for file in files),
    )


def _title(files: Sequence[Shelved]) -> str:
    """In the language of the interface, where a file says it; else the first that is given."""
    told = (title for file in files for lang, title in file.entry.titles if main_language(lang) == current())
    return next(told, "") or next((file.entry.title for file in files if file.entry.title), "")


def deck_code(code_hashes: Iterable[str]) -> str:
    """One hash over the code of a deck's cards, whatever their order; empty when nothing of it is run."""
    codes = sorted(filter(None, code_hashes))
    return hashlib.sha256("\n".join(codes).encode()).hexdigest()[:16] if codes else ""


def _repeated(files: Sequence[Shelved], problems: list[Problem]) -> set[str]:
    """The ids that stand in two files of a deck, each said at the later place."""
    first: dict[str, Place] = {}
    repeated: set[str] = set()
    for file in files:
        for card, line in file.entry.ids:
            place = Place(file.shown, line)
            earlier = first.setdefault(card, place)
            # Twice in one file is the file's own problem and among its entry's.
            if earlier.file != place.file:
                repeated.add(card)
                # Imported here because it brings the Markdown parser.
                from flashtorch.cards.parser import duplicate

                problems.append(Problem(place, "error", "duplicate-id", duplicate(card, earlier), card))
    return repeated


def _whole(card: str) -> str:
    """`DECK/ID` of a card or of one of its gaps."""
    return card.partition(".")[0]

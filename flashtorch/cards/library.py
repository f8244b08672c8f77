"""All decks that can be studied, read once and kept in the index.

Opening it when nothing changed reads no deck: the files are compared by time and size alone. The standard library only, until a
file has to be read.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

from flashtorch.cards import codec
from flashtorch.cards.index import Index, Kept, Stamp, discard, is_damage
from flashtorch.cards.intake import entry_of, is_as_it_was, is_current, key_of, name_within, signature_of, stamp_of
from flashtorch.cards.registered import register as add_path
from flashtorch.cards.registered import registered, shown_path
from flashtorch.cards.shelf import Root, Shelf, Shelved, hidden_notice, no_deck, stock
from flashtorch.cards.shipped import shipped_decks
from flashtorch.errors import Trouble
from flashtorch.language import _, current

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import TypeVar

    from flashtorch.cards.folder import Found, FoundFile
    from flashtorch.cards.model import Card, DeckInfo, Head, Problem
    from flashtorch.paths import Paths

    T = TypeVar("T")


def open_library(paths: Paths, given: Sequence[Path] = (), *, register: bool, shipped: Path | None = None) -> Library:
    """The learner's decks: the given paths alone, else the registered ones and those that came with the program.

    With `register` a given path that holds a deck is added to the registered ones, which a notice says once.

    Raises:
        Trouble: a given path is missing, or holds no deck.
    """
    return Library(paths, given, register=register, shipped=shipped_decks() if shipped is None else shipped)


class Library:
    """The decks as they were at the last `refresh`. Any thread may ask it."""

    def __init__(self, paths: Paths, given: Sequence[Path], *, register: bool, shipped: Path) -> None:
        self._paths = paths
        self._given = tuple(Path(os.path.abspath(path)) for path in given)
        self._shipped = shipped
        self._lock = threading.RLock()
        self._index = Index.open(paths.library)
        self._heads: dict[str, tuple[Head, str]] | None = None
        """None while they are those of the index."""
        self._copied: Path | None = None
        self._stamps: dict[str, Stamp | None] = {}
        """Time and size of files as they were read, as far as somebody asked."""
        self.decks: tuple[DeckInfo, ...] = ()
        self.problems: tuple[Problem, ...] = ()
        self.notices: tuple[str, ...] = ()
        self.others: tuple[DeckInfo, ...] = ()
        """What is known and not studied: hidden, gone, or unreadable."""
        self.refresh()
        if register:
            self._register()

    def close(self) -> None:
        """Let go of the index."""
        self._index.close()

    # ---- reading

    def heads(self, deck: str | None = None) -> tuple[Head, ...]:
        """The cards of all decks or of one, in deck order."""
        if self._heads is not None:
            return tuple(head for head, _path in self._heads.values() if deck in (None, head.deck))
        return self._surely(lambda: self._index.heads(deck))

    def is_stale(self, card: str) -> bool:
        """Whether the card's file or a translation is another than the one that was read, or gone: a look at the disk for each."""
        path = self._surely(lambda: self._path_of(card))
        if path is None:
            return False
        if path not in self._stamps:
            kept = self._surely(lambda: self._index.kept([path]))
            self._stamps[path] = kept[path].stamp if path in kept else None
        stamp = self._stamps[path]
        return stamp is None or not is_as_it_was(path, stamp)

    def card(self, card: str) -> Card:
        """The card of this name.

        Raises:
            Trouble: no deck holds it; the nearest name is told.
        """
        found = self._surely(lambda: self._card(card))
        if found is None:
            raise Trouble(_("no card {card}").format(card=card), advice=_nearest(card, [head.card for head in self.heads()]))
        return found

    def _card(self, card: str) -> Card | None:
        path = self._path_of(card)
        return None if path is None else self._index.card(path, card)

    def _path_of(self, card: str) -> str | None:
        if self._heads is None:
            return self._index.path_of(card)
        return self._heads[card][1] if card in self._heads else None

    def deck(self, name: str) -> DeckInfo:
        """The deck of this name.

        Raises:
            Trouble: there is none; the nearest name is told.
        """
        for deck in self.decks:
            if deck.name == name:
                return deck
        raise Trouble(_("no deck {deck}").format(deck=name), advice=_nearest(name, [deck.name for deck in self.decks]))

    @property
    def index_path(self) -> Path:
        """A database whose table `heads` holds exactly the cards of this library."""
        if self._heads is None and not self._index.in_memory:
            return self._paths.library
        if self._copied is None:
            import tempfile

            folder = Path(tempfile.mkdtemp(prefix="flashtorch-"))
            self._copied = folder / "library.db"
            weakref.finalize(self, _remove, folder)
            copy = Index.open(self._copied)
            with contextlib.closing(copy), copy.writing():
                copy.activate("", "", [(head, "") for head in self.heads()])
        return self._copied

    # ---- looking again

    def refresh(self) -> None:
        """Look at the files again; only those that changed are read.

        Raises:
            Trouble: a given path is missing, or holds no deck.
        """
        self._surely(self._refresh)

    def _refresh(self) -> None:
        self._copied = None
        self._stamps.clear()
        found, gone = self._found()
        signature = signature_of(found, gone)
        if not self._given and self._index.active()[0] == signature:
            self._tell(*codec.decode(self._index.active()[1]))
            self._heads = None
            return
        shelf = self._read(found)
        shelf.notices[:0] = [_("the decks in {path} are gone").format(path=shown_path(path)) for path in gone]
        shelf.others += [no_deck(path, "registered", 0) for path in gone]
        if self._given:
            self._refuse_nothing(found, shelf)
            shelf.notices += self._hidden_by(shelf)
            self._heads = {head.card: (head, path) for head, path in shelf.heads}
        else:
            self._heads = None
            told = (tuple(shelf.decks), tuple(shelf.problems), tuple(shelf.notices), tuple(shelf.others))
            with self._index.writing():
                self._index.forget_others(key_of(file) for _root, each in found for file in each.files)
                self._index.activate(signature, codec.encode(told), shelf.heads)
        self._tell(shelf.decks, shelf.problems, shelf.notices, shelf.others)

    def _tell(
        self, decks: Iterable[DeckInfo], problems: Iterable[Problem], notices: Iterable[str], others: Iterable[DeckInfo]
    ) -> None:
        self.decks, self.problems, self.notices, self.others = tuple(decks), tuple(problems), tuple(notices), tuple(others)

    def _found(self) -> tuple[list[tuple[Root, Found]], list[Path]]:
        """The files of every root by a look at the folders alone, and the roots that are gone."""
        from flashtorch.cards.folder import found

        gone: list[Path] = []
        seen: list[tuple[Root, Found]] = []
        for root in self._roots():
            try:
                seen.append((root, found(root.path)))
            except Trouble:
                if self._given:
                    raise
                if root.origin == "registered":
                    gone.append(root.path)
        return seen, gone

    def _roots(self) -> Iterator[Root]:
        """Earlier ones hide later ones: what was added last counts first."""
        shipped = self._shipped.resolve()
        if self._given:
            for path in dict.fromkeys(self._given):
                yield Root(path, "shipped" if path.resolve().is_relative_to(shipped) else "given")
            return
        added = registered(self._paths.decks)
        for path in reversed(added):
            # A folder and something in it are both added: the folder has it already.
            if not any(path != other and path.is_relative_to(other) for other in added):
                yield Root(path, "registered")
        yield Root(self._shipped, "shipped")

    def _read(self, found: Sequence[tuple[Root, Found]]) -> Shelf:
        files = {key_of(file): file for _root, each in found for file in each.files}
        kept = self._index.kept(files)
        changed = [key for key, file in files.items() if not is_current(kept.get(key), file)]
        if changed:
            with self._index.writing():
                for key in changed:
                    kept[key] = self._read_file(files[key])
        roots = []
        for root, each in found:
            mine = [(key_of(file), file) for file in each.files]
            new = [(key, file) for key, file in mine if files.pop(key, None) is not None]
            shelved = [Shelved(key, file.name, name_within(root, file), kept[key].entry) for key, file in new]
            roots.append((root, shelved, each.problems))
        return stock(roots)

    def _read_file(self, file: FoundFile) -> Kept:
        # Imported here because it brings the Markdown parser, which an unchanged library never needs.
        from flashtorch.cards.folder import read_file

        parsed = read_file(file)
        kept = Kept(stamp_of(file), current(), entry_of(parsed))
        self._index.keep(key_of(file), kept, parsed.cards)
        return kept

    def _refuse_nothing(self, found: Sequence[tuple[Root, Found]], shelf: Shelf) -> None:
        holding = {deck.root for deck in shelf.decks}
        for root, each in found:
            if str(root.path) not in holding and not each.problems and not shelf.problems:
                advice = _("A deck is a Markdown file that begins with `deck: NAME` between two lines of `---`")
                raise Trouble(_("there is no deck"), where=shown_path(root.path), advice=advice)

    def _hidden_by(self, shelf: Shelf) -> list[str]:
        """A notice for each deck that is hidden by a given one for this time, as far as the index knows without reading."""
        known = self._index.active()[1]
        if not known:
            return []
        decks = codec.decode(known)[0]
        other = {deck.name: deck.root for deck in decks}
        return [
            hidden_notice(deck.name, deck.root, other[deck.name])
            for deck in shelf.decks
            if deck.name in other and not Path(deck.root).is_relative_to(other[deck.name])
        ]

    def _register(self) -> None:
        for path in self._given:
            mine = [deck for deck in self.decks if deck.root == str(path)]
            if not mine or mine[0].origin == "shipped":
                continue
            try:
                added = add_path(self._paths.decks, path)
            except Trouble as trouble:
                # It can be studied all the same.
                self.notices += (trouble.line(),)
                continue
            if added:
                notice = _("{path} is one of your decks from now on; they are listed in {file}")
                self.notices += (notice.format(path=shown_path(path), file=shown_path(self._paths.decks)),)

    def _surely(self, ask: Callable[[], T]) -> T:
        """What `ask` says, if need be after the index was made anew: it is only a cache, and may be damaged, gone or full."""
        with self._lock:
            try:
                return ask()
            except (sqlite3.Error, ValueError) as error:
                self._index.close()
                if is_damage(error) and not self._index.in_memory:
                    discard(self._paths.library)
                    self._index = Index.open(self._paths.library)
                else:
                    self._index = Index.memory()
                if ask != self._refresh:
                    self._refresh()
                return ask()


def _nearest(name: str, known: Sequence[str]) -> str:
    import difflib

    near = difflib.get_close_matches(name, known, n=1)
    return _("Did you mean {name}?").format(name=near[0]) if near else ""


def _remove(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()

"""A path -> the deck files in it, and what is wrong over several of them.

`found` looks without reading, `read_file` reads one file, `read_path` does both for all. The Markdown parser is imported only when
something is read.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from flashtorch.cards.faults import Fault
from flashtorch.cards.lines import LARGEST, too_large
from flashtorch.cards.model import Place, Problem
from flashtorch.errors import Trouble
from flashtorch.frozen import frozen
from flashtorch.language import _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from flashtorch.cards.model import Card
    from flashtorch.cards.parser import ParsedFile

_TRANSLATION = re.compile(r"(.+)\.([a-z]{2})\.md")
_LANGUAGES = """
aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et
eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl
km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj
om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to
tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
"""The two-letter codes of ISO 639-1: `notes.zh.md` beside `notes.md` is a translation, `notes.py.md` is another deck file."""


@frozen
class FoundFile:
    """A file that may hold cards."""

    name: str
    """The path as it is shown, below the path that was given."""
    path: Path
    mtime_ns: int
    size: int
    translations: tuple[FoundFile, ...] = ()
    """Those beside it: `notes.zh.md` of `notes.md`."""

    @property
    def named_language(self) -> str:
        """The language that its name says, as that of a translation does."""
        match = _TRANSLATION.fullmatch(self.path.name)
        return match[2] if match else ""


@frozen
class Found:
    """What a look at a path finds."""

    files: tuple[FoundFile, ...] = ()
    """By path."""
    problems: tuple[Problem, ...] = ()


@frozen
class ParsedPath:
    """The decks at a path."""

    files: tuple[ParsedFile, ...]
    cards: tuple[Card, ...]
    """Those that are loaded, by file and place."""
    problems: tuple[Problem, ...]


def read_path(path: Path) -> ParsedPath:
    """Read a file, or every deck file of a folder.

    Raises:
        Trouble: there is no such path.
    """
    seen = found(path)
    parsed = joined([read_file(file) for file in seen.files])
    problems = sorted([*seen.problems, *parsed.problems], key=lambda problem: (problem.place.file, problem.place.line))
    return ParsedPath(parsed.files, parsed.cards, tuple(problems))


def joined(files: Sequence[ParsedFile]) -> ParsedPath:
    """The files together: an id that stands in two of them loads neither card."""
    from flashtorch.cards.parser import duplicate

    first: dict[str, Place] = {}
    repeated: set[str] = set()
    problems = [problem for file in files for problem in file.problems]
    for file in files:
        for card, place in file.ids:
            earlier = first.setdefault(card, place)
            # Twice in one file is told by the file.
            if earlier.file != place.file and not any(p.code == "duplicate-id" and p.place == place for p in file.problems):
                repeated.add(card)
                problems.append(Problem(place, "error", "duplicate-id", duplicate(card, earlier), card))
    cards = [card for file in files for card in file.cards if f"{card.id.deck}/{card.id.name}" not in repeated]
    return ParsedPath(tuple(files), tuple(cards), tuple(problems))


def read_file(file: FoundFile) -> ParsedFile:
    """Read one file and its translations; what keeps one from being read is among the problems."""
    from flashtorch.cards.parser import parse_file, unloaded

    data = _bytes(file)
    parsed = unloaded(file.name, data) if isinstance(data, Fault) else parse_file(file.name, data)
    if not file.translations:
        return parsed
    from flashtorch.cards.pairs import paired

    return paired(parsed, [(twin.name, twin.named_language, _bytes(twin)) for twin in file.translations])


def _bytes(file: FoundFile) -> bytes | Fault:
    try:
        # A pipe that took the file's place since it was found must not keep us waiting.
        descriptor = os.open(file.path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with open(descriptor, "rb") as opened:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return _no_file()
            return opened.read(LARGEST + 1)
    except OSError as error:
        return _unreadable(error)


def found(path: Path) -> Found:
    """The deck files at a path, by a look alone: a folder is walked, hidden names are skipped, links that leave it refused.

    Raises:
        Trouble: there is no such path.
    """
    try:
        status = path.stat()
        # Fails for `.` in a working folder that has been removed.
        root = os.path.realpath(path)
    except (OSError, ValueError):
        raise Trouble(_("no such file or folder"), where=_shown(path)) from None
    walk = _Walk(root)
    if stat.S_ISDIR(status.st_mode):
        walk.folder(path)
        walk.follow_links()
        return walk.found()
    walk.file(path, status)
    walk.beside(path)
    return walk.found()


@dataclass(slots=True)
class _Walk:
    root: str
    files: list[FoundFile] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    links: list[Path] = field(default_factory=list)
    real: set[str] = field(default_factory=set)
    """The real path of each folder and file met."""
    refused: set[Path] = field(default_factory=set)

    def folder(self, path: Path) -> None:
        waiting = [path]
        while waiting:
            folder = waiting.pop()
            self.real.add(os.path.realpath(folder))
            try:
                with os.scandir(folder) as scan:
                    entries = sorted(scan, key=lambda entry: entry.name)
            except OSError as error:
                self._problem(folder, _unreadable(error))
                continue
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_symlink():
                    self.links.append(folder / entry.name)
                elif entry.is_dir(follow_symlinks=False):
                    waiting.append(folder / entry.name)
                elif entry.name.endswith(".md"):
                    self.file(folder / entry.name, entry.stat(follow_symlinks=False))

    def file(self, path: Path, status: os.stat_result) -> None:
        self.real.add(os.path.realpath(path))
        if not stat.S_ISREG(status.st_mode):
            self._problem(path, _no_file())
        elif status.st_size > LARGEST:
            self._problem(path, too_large())
        else:
            self.files.append(FoundFile(_shown(path), path, status.st_mtime_ns, status.st_size))

    def follow_links(self) -> None:
        """Take in what links lead to inside the folder; what was met already is read once."""
        while self.links:
            link = self.links.pop(0)
            is_deck = link.name.endswith(".md")
            try:
                real = os.path.realpath(link, strict=True)
                status = os.stat(real)
            except OSError:
                if is_deck:
                    self._problem(link, Fault(1, "broken-link", _("this link leads nowhere: remove it or mend it")))
                continue
            is_folder = stat.S_ISDIR(status.st_mode)
            if not (is_deck or is_folder) or real in self.real:
                continue
            if os.path.commonpath([self.root, real]) != self.root:
                message = _("this link leads out of the folder of the deck and is not followed: copy what it leads to")
                self._problem(link, Fault(1, "link-leaves-folder", message))
            elif is_folder:
                self.folder(link)
            else:
                self.file(link, status)
                self.real.add(real)

    def beside(self, path: Path) -> None:
        """Take in the translations of a file that was given by itself, or say that it is one."""
        original = _original(path)
        if original is not None and original.is_file():
            message = _("this is the translation of {file} beside it and holds no cards of its own: name that file instead")
            self._problem(path, Fault(1, "translation-alone", message.format(file=_shown(original))))
            self.files.clear()
        elif path.name.endswith(".md"):
            with contextlib.suppress(OSError), os.scandir(path.parent) as scan:
                for entry in scan:
                    twin = path.with_name(entry.name)
                    if _original(twin) == path and entry.is_file(follow_symlinks=False):
                        self.file(twin, entry.stat(follow_symlinks=False))

    def found(self) -> Found:
        files = sorted(self.files, key=lambda file: file.path.as_posix())
        # Also of an original that is refused, a translation is no deck of its own.
        names = {file.path for file in files} | self.refused
        twins: dict[Path, list[FoundFile]] = {}
        for file in files:
            if (original := _original(file.path)) in names:
                assert original is not None
                twins.setdefault(original, []).append(file)
        translations = {file.path for each in twins.values() for file in each}
        return Found(
            tuple(replace(file, translations=tuple(twins.get(file.path, ()))) for file in files if file.path not in translations),
            tuple(sorted(self.problems, key=lambda problem: problem.place.file)),
        )

    def _problem(self, path: Path, fault: Fault) -> None:
        self.refused.add(path)
        self.problems.append(Problem(Place(_shown(path), fault.line), "error", fault.code, fault.message))


def _original(path: Path) -> Path | None:
    """What a file beside it with this name would be a translation of."""
    match = _TRANSLATION.fullmatch(path.name)
    return path.with_name(f"{match[1]}.md") if match and match[2] in _LANGUAGES.split() else None


def _no_file() -> Fault:
    return Fault(1, "not-a-file", _("this is no regular file and is not read: remove it or rename it"))


def _unreadable(error: OSError) -> Fault:
    return Fault(1, "unreadable-file", _("this cannot be read: {reason}").format(reason=error.strerror))


def _shown(path: Path) -> str:
    """The path without signs that a terminal obeys or no file can hold."""
    text = os.fsencode(path).decode("utf-8", "replace")
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)

"""Stamping the files of a deck: ids that nothing else has, now or in the history, written file by file."""

from __future__ import annotations

import contextlib
import os
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from flashtorch.cards.parser import parse_file
from flashtorch.cards.stamp import Comments, comments_of, ids_of_original, new_ids, stamped
from flashtorch.errors import Trouble
from flashtorch.language import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from flashtorch.cards.folder import FoundFile


@dataclass(slots=True)
class _Read:
    file: FoundFile
    data: bytes
    deck: str
    comments: Comments


@dataclass(slots=True)
class Stamper:
    """Writes ids into the files of a path."""

    files: Sequence[FoundFile]
    history: Path
    left: list[tuple[str, str]] = field(default_factory=list)
    """Files that were not stamped, and why."""
    written: int = 0

    def run(self) -> Iterator[tuple[str, int, str]]:
        """Stamp each file; name, line and id of each as it is written.

        Raises:
            Trouble: a file cannot be read or written.
        """
        originals = [(read, file.translations) for file in self.files if (read := self._read(file)) is not None]
        taken: defaultdict[str, set[str]] = defaultdict(set)
        for deck in {read.deck for read, _twins in originals}:
            taken[deck] |= _answered(self.history, deck)
        for read, _twins in originals:
            taken[read.deck].update(name for _line, name in read.comments.ids if name is not None)
        for read, twins in originals:
            ids = new_ids(read.data, read.comments.missing, taken[read.deck])
            yield from self._write(read, ids)
            for twin in twins:
                yield from self._translation(twin, read, ids)

    def _translation(self, file: FoundFile, original: _Read, ids: Mapping[int, str]) -> Iterator[tuple[str, int, str]]:
        read = self._read(file)
        if read is None or not read.comments.missing:
            return
        same = ids_of_original(read.comments, original.comments, ids)
        if same is None:
            why = _("its cards do not stand in the order of {file}, which it translates: copy the ids by hand")
            self.left.append((file.name, why.format(file=original.file.name)))
            return
        yield from self._write(read, same)

    def _read(self, file: FoundFile) -> _Read | None:
        try:
            data = file.path.read_bytes()
        except OSError as error:
            raise Trouble(_("this cannot be read: {reason}").format(reason=error.strerror), where=file.name) from None
        parsed = parse_file(file.name, data)
        comments = comments_of(parsed)
        if parsed.deck is None:
            if comments.missing:
                self.left.append((file.name, _("its front matter names no deck, so its cards have no ids yet")))
            return None
        return _Read(file, data, parsed.deck, comments)

    def _write(self, read: _Read, ids: Mapping[int, str]) -> Iterator[tuple[str, int, str]]:
        if not ids:
            return
        path = Path(os.path.realpath(read.file.path))
        beside = path.with_name(f".{path.name}.{os.getpid()}.new")
        try:
            beside.write_bytes(stamped(read.data, ids))
            beside.chmod(path.stat().st_mode & 0o7777)
            # The whole file or the old one.
            beside.replace(path)
        except OSError as error:
            with contextlib.suppress(OSError):
                beside.unlink()
            raise Trouble(_("this cannot be written: {reason}").format(reason=error.strerror), where=read.file.name) from None
        self.written += len(ids)
        yield from ((read.file.name, line, name) for line, name in sorted(ids.items()))


def _answered(history: Path, deck: str) -> set[str]:
    """The ids that have a history, also of cards that are gone: a new card must not inherit it."""
    if not history.exists():
        return set()
    from flashtorch.history.readonly import looking

    with looking(history) as db:
        cards = [str(card) for (card,) in db.execute("SELECT card FROM card_state")]
    return {card.partition("/")[2].partition(".")[0] for card in cards if card.partition("/")[0] == deck}

"""Files as they are found -> what the index keeps of them."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from flashtorch.cards.entry import Entry
from flashtorch.cards.index import Stamp
from flashtorch.cards.model import Head
from flashtorch.cards.registered import shown_path
from flashtorch.language import current

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flashtorch.cards.folder import Found, FoundFile
    from flashtorch.cards.index import Kept
    from flashtorch.cards.parser import ParsedFile
    from flashtorch.cards.shelf import Root


def signature_of(found: Sequence[tuple[Root, Found]], gone: Sequence[Path]) -> str:
    """Equal as long as no file of any root changed, and none came back."""
    seen = [
        (str(root.path), root.origin, each.problems, [(str(file.path), stamp_of(file)) for file in each.files])
        for root, each in found
    ]
    return hashlib.sha256(repr((current(), seen, list(map(str, gone)))).encode("utf-8", "surrogateescape")).hexdigest()


def stamp_of(file: FoundFile) -> Stamp:
    twins = [(twin.path.name, twin.mtime_ns, twin.size) for twin in file.translations]
    return Stamp(file.mtime_ns, file.size, json.dumps(twins) if twins else "")


def is_as_it_was(path: str, stamp: Stamp) -> bool:
    """Whether a file and its translations are those that were read: a look at the disk for each."""
    twins = json.loads(stamp.twins or "[]")
    wanted = [(Path(path), stamp.mtime_ns, stamp.size), *((Path(path).with_name(name), at, size) for name, at, size in twins)]
    try:
        seen = [(file, os.stat(file)) for file, _at, _size in wanted]
    except OSError:
        return False
    return [(file, status.st_mtime_ns, status.st_size) for file, status in seen] == wanted


def is_current(kept: Kept | None, file: FoundFile) -> bool:
    if kept is None or kept.stamp != stamp_of(file):
        return False
    return kept.language == current() or not kept.entry.problems


def key_of(file: FoundFile) -> str:
    """The path as text that any database takes, also of a name that is no text."""
    return os.fsencode(file.path).decode("utf-8", "backslashreplace")


def name_within(root: Root, file: FoundFile) -> str:
    return shown_path(file.path.relative_to(root.path) if file.path != root.path else Path(root.path.name))


def entry_of(parsed: ParsedFile) -> Entry:
    heads = tuple(
        Head(
            *(str(card.id), card.id.deck, position, "", card.note, card.tags, card.siblings_key),
            *(card.rev, card.kind, card.content_hash),
        )
        for position, card in enumerate(parsed.cards)
    )
    return Entry(
        deck=parsed.deck or "",
        title=parsed.title,
        lang=parsed.lang,
        heads=heads,
        code_hashes=tuple(card.code_hash for card in parsed.cards),
        ids=tuple((card, place.line) for card, place in parsed.ids),
        problems=parsed.problems,
        languages=tuple(filter(None, (parsed.lang, *parsed.languages))),
        titles=tuple(filter(all, ((parsed.lang, parsed.title), *parsed.titles))),
    )

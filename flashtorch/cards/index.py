"""The cache of read decks: one SQLite file, keyed by path, time of change and size. The standard library only.

It is disposable. One that is damaged, or was made by another edition of the program, is made anew; where the disk cannot be
written it lives in memory.
"""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING

from flashtorch.cards import codec
from flashtorch.cards.model import Card, Head, Kind
from flashtorch.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from flashtorch.cards.entry import Entry

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE files (path TEXT PRIMARY KEY, mtime_ns INTEGER NOT NULL, size INTEGER NOT NULL, twins TEXT NOT NULL,
    language TEXT NOT NULL, entry TEXT NOT NULL);
CREATE TABLE cards (path TEXT NOT NULL, card TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (path, card)) WITHOUT ROWID;
CREATE TABLE heads (card TEXT PRIMARY KEY, deck TEXT NOT NULL, position INTEGER NOT NULL, file TEXT NOT NULL, note INTEGER,
    tags TEXT NOT NULL, siblings TEXT NOT NULL, rev INTEGER NOT NULL, kind TEXT NOT NULL, content_hash TEXT NOT NULL,
    path TEXT NOT NULL);
CREATE INDEX heads_by_file ON heads (deck, file, position);
"""
_HEAD = "card, deck, position, file, note, tags, siblings, rev, kind, content_hash"
PATIENCE_S = 5.0
"""How long to wait for another process that writes."""
_SPARE_FILES = 1000
_DAMAGE = frozenset({"SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_ERROR", "SQLITE_SCHEMA", "SQLITE_MISMATCH", "SQLITE_CONSTRAINT"})


@frozen
class Stamp:
    """What tells whether a file is as it was."""

    mtime_ns: int
    size: int
    twins: str = ""
    """The same of its translations."""


@frozen
class Kept:
    """A file's entry, and the state of the file it was made from."""

    stamp: Stamp
    language: str
    """Of the sentences in the problems."""
    entry: Entry


class Index:
    """An open cache. Not to be shared by threads without a lock."""

    def __init__(self, connection: sqlite3.Connection, edition: str, *, in_memory: bool) -> None:
        self._db = connection
        self.in_memory = in_memory
        if self._meta("edition") != edition:
            self._make(edition)

    @classmethod
    def open(cls, path: Path) -> Index:
        """The cache at `path`; made when missing, made anew when unusable, in memory when it cannot be written."""
        edition = codec.edition()
        for attempt in (1, 2):
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                return cls(_connected(path), edition, in_memory=False)
            except OSError:
                break
            except sqlite3.DatabaseError as error:
                if attempt == 2 or not is_damage(error):
                    break
                discard(path)
        return cls._copy(path, edition)

    @classmethod
    def _copy(cls, path: Path, edition: str) -> Index:
        """What is at `path`, in memory: a home that cannot be written is read all the same."""
        connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        with contextlib.suppress(sqlite3.Error, OSError, ValueError):
            source = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=0, isolation_level=None)
            with contextlib.closing(source):
                # A backup waits for ever for a writer to end; a reading transaction is refused at once, and holds writers off.
                source.execute("BEGIN")
                source.execute("SELECT count(*) FROM meta").fetchone()
                source.backup(connection)
            return cls(connection, edition, in_memory=True)
        connection.close()
        return cls.memory(edition)

    @classmethod
    def memory(cls, edition: str = "") -> Index:
        """A cache that nobody else sees."""
        connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        return cls(connection, edition or codec.edition(), in_memory=True)

    def close(self) -> None:
        self._db.close()

    def _make(self, edition: str) -> None:
        with self.writing():
            # Another process may have made it while this one waited to write.
            if self._meta("edition") == edition:
                return
            for (name,) in self._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                self._db.execute(f'DROP TABLE "{name}"')
            for statement in filter(str.strip, _TABLES.split(";")):
                self._db.execute(statement)
            self._db.execute("INSERT INTO meta VALUES ('edition', ?)", (edition,))

    def _meta(self, key: str) -> str:
        if not self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
            return ""
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else ""

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction: all of it or nothing."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def kept(self, paths: Iterable[str]) -> dict[str, Kept]:
        """What is known of the files at these paths.

        Raises:
            ValueError: an entry is damaged.
        """
        known = {}
        for path in paths:
            row = self._db.execute("SELECT mtime_ns, size, twins, language, entry FROM files WHERE path = ?", (path,)).fetchone()
            if row:
                known[path] = Kept(Stamp(*row[:3]), row[3], codec.decode(row[4]))
        return known

    def keep(self, path: str, kept: Kept, cards: Sequence[Card]) -> None:
        """Remember a file as it was read."""
        stamp = kept.stamp
        row = (path, stamp.mtime_ns, stamp.size, stamp.twins, kept.language, codec.encode(kept.entry))
        self._db.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?)", row)
        self._db.execute("DELETE FROM cards WHERE path = ?", (path,))
        bodies = ((path, str(card.id), codec.encode(card)) for card in cards)
        self._db.executemany("INSERT OR REPLACE INTO cards VALUES (?, ?, ?)", bodies)

    def forget_others(self, paths: Iterable[str]) -> None:
        """Drop every file but these, once they are so many that it is worth it: a deck that is given by path comes back."""
        keep = set(paths)
        known = [path for (path,) in self._db.execute("SELECT path FROM files")]
        if len(known) <= 2 * len(keep) + _SPARE_FILES:
            return
        for path in set(known) - keep:
            self._db.execute("DELETE FROM files WHERE path = ?", (path,))
            self._db.execute("DELETE FROM cards WHERE path = ?", (path,))

    def active(self) -> tuple[str, str]:
        """The signature of the files that the heads were made of, and what was said of them then; empty when there is none."""
        return self._meta("signature"), self._meta("active")

    def activate(self, signature: str, active: str, heads: Iterable[tuple[Head, str]]) -> None:
        """Let `heads`, each with the path of its file, be the cards of the library."""
        self._db.execute("DELETE FROM heads")
        rows = ((*_row(head), path) for head, path in heads)
        self._db.executemany(f"INSERT INTO heads VALUES ({', '.join('?' * 11)})", rows)
        for key, value in (("signature", signature), ("active", active)):
            self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def heads(self, deck: str | None = None) -> tuple[Head, ...]:
        """The cards of the library, of all decks or one, in deck order."""
        where, values = ("WHERE deck = ? ", (deck,)) if deck is not None else ("", ())
        rows = self._db.execute(f"SELECT {_HEAD} FROM heads {where}ORDER BY rowid", values)
        kinds = {kind.value: kind for kind in Kind}
        return tuple(
            Head(card, own_deck, position, file, note, tuple(tags.split(",")) if tags else (), siblings, rev, kinds[kind], hash_)
            for card, own_deck, position, file, note, tags, siblings, rev, kind, hash_ in rows
        )

    def path_of(self, card: str) -> str | None:
        """The path of the file that a card of the library stands in."""
        row = self._db.execute("SELECT path FROM heads WHERE card = ?", (card,)).fetchone()
        return str(row[0]) if row else None

    def card(self, path: str, name: str) -> Card | None:
        """A card of the file at `path`.

        Raises:
            ValueError: it is damaged.
        """
        row = self._db.execute("SELECT body FROM cards WHERE path = ? AND card = ?", (path, name)).fetchone()
        return _card(row[0]) if row else None


def _card(body: str) -> Card:
    card = codec.decode(body)
    if not isinstance(card, Card):
        raise ValueError("the index keeps something else under this name")
    return card


def _row(head: Head) -> tuple[str | int | None, ...]:
    tags = ",".join(head.tags)
    return (
        *(head.card, head.deck, head.position, head.file, head.note, tags, head.siblings),
        *(head.rev, head.kind.value, head.content_hash),
    )


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=PATIENCE_S, isolation_level=None, check_same_thread=False)
    try:
        # What a power cut destroys is read again from the decks.
        connection.execute("PRAGMA synchronous = OFF")
        # Opening is lazy: this reads the first page, and finds out whether the file may be written.
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection


def is_damage(error: Exception) -> bool:
    """Whether the file itself is unusable, rather than in use, full or read-only."""
    name = getattr(error, "sqlite_errorname", "")
    return isinstance(error, ValueError) or any(name.startswith(kind) for kind in _DAMAGE)


def discard(path: Path) -> None:
    """Delete the cache, so that the next opening makes it."""
    for suffix in ("", "-journal", "-wal", "-shm"):
        with contextlib.suppress(OSError):
            path.with_name(path.name + suffix).unlink()

"""The cache of read decks: what is kept comes back, and nothing that happens to its file matters."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from flashtorch.cards import codec
from flashtorch.cards.entry import Entry
from flashtorch.cards.index import Index, Kept, Stamp
from flashtorch.cards.model import Card, Head, Kind, Place, Problem
from tests.cards.making import make_card

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RICH = """# H

> quote `code` $m$ *e **s*** [l](u) ![i](p.png) ==2::gap==
> next

1. a

   - [x] done
   - [ ] not

| a | b |
|:--|:-:|
| 1 | ==x== |

---

```python
pick(1, 2)
```

$$
y
$$
"""


def rich_card() -> Card:
    return make_card(
        RICH,
        RICH,
        Kind.CHOICE,
        gap=3,
        parts={"solution": "x = 1\n", "wrong": "# 形\nx = 2\n"},
        options={"a": True, "==b==": False},
        hints=[RICH],
        tags=("shape", "conv"),
        note=14,
    )


def head(card: str, position: int = 0, tags: tuple[str, ...] = ()) -> Head:
    return Head(card, card.split("/")[0], position, "f.md", 3, tags, card, 1, Kind.CODE, "ab")


PROBLEM = Problem(Place("/d/f.md", 3), "error", "duplicate-id", "形 stands twice", "d/c")
ENTRY = Entry("d", "Title", "zh", (head("d/c", tags=("a", "b")),), ("",), (("d/c", 3),), (PROBLEM,))


def test_a_card_comes_back_as_it_was() -> None:
    assert codec.decode(codec.encode(rich_card())) == rich_card()
    assert codec.decode(codec.encode((ENTRY, ()))) == (ENTRY, ())


@pytest.mark.parametrize("text", ["{", '{"Card": [1]}', '{"Path": ["/"]}', '{"Text": ["a"], "Code": ["b"]}', '{"Kind": ["nonsense"]}'])
def test_what_is_no_card_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        codec.decode(text)


def test_only_the_model_is_kept() -> None:
    with pytest.raises(TypeError):
        codec.encode((object(),))


@pytest.fixture(autouse=True)
def closing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every index of a test is closed behind it."""
    made: list[Index] = []
    begin = Index.__init__

    def noted(self: Index, *given: Any, **named: Any) -> None:
        made.append(self)
        begin(self, *given, **named)

    monkeypatch.setattr(Index, "__init__", noted)
    yield
    for index in made:
        index.close()


def filled(path: Path) -> Index:
    index = Index.open(path)
    with index.writing():
        index.keep("/d/f.md", Kept(Stamp(5, 7), "en", ENTRY), [rich_card()])
        index.activate("signature", "told", [(head("d/c.3", 1, ("a", "b")), "/d/f.md"), (head("e/x", 0), "/e")])
    return index


def test_what_is_kept_is_there_after_opening_again(tmp_path: Path) -> None:
    filled(tmp_path / "library.db").close()
    index = Index.open(tmp_path / "library.db")
    assert not index.in_memory
    assert index.kept(["/d/f.md", "/other"]) == {"/d/f.md": Kept(Stamp(5, 7), "en", ENTRY)}
    assert index.active() == ("signature", "told")
    assert index.heads() == (head("d/c.3", 1, ("a", "b")), head("e/x", 0))
    assert index.heads("e") == (head("e/x", 0),)
    assert index.path_of("d/c.3") == "/d/f.md"
    assert index.card("/d/f.md", "d/c.3") == rich_card()
    assert index.card("/d/f.md", "d/c.4") is None


def test_a_file_that_is_read_again_replaces_its_cards(tmp_path: Path) -> None:
    index = filled(tmp_path / "library.db")
    with index.writing():
        index.keep("/d/f.md", Kept(Stamp(6, 7), "en", ENTRY), [])
    assert index.card("/d/f.md", "d/c.3") is None
    assert index.kept(["/d/f.md"])["/d/f.md"].stamp == Stamp(6, 7)


def test_what_fails_half_way_changes_nothing(tmp_path: Path) -> None:
    index = filled(tmp_path / "library.db")

    def fails() -> None:
        with index.writing():
            index.activate("other", "other", [])
            raise TypeError

    with pytest.raises(TypeError):
        fails()
    assert index.active() == ("signature", "told")
    assert len(index.heads()) == 2


def test_the_table_of_heads_is_plain_for_other_readers(tmp_path: Path) -> None:
    filled(tmp_path / "library.db").close()
    with sqlite3.connect(tmp_path / "library.db") as connection:
        rows = connection.execute(
            "SELECT card, deck, position, file, note, tags, siblings, rev, kind, content_hash FROM heads WHERE deck = 'd'"
        ).fetchall()
    connection.close()
    assert rows == [("d/c.3", "d", 1, "f.md", 3, "a,b", "d/c.3", 1, "code", "ab")]


@pytest.mark.parametrize("damage", [b"this is no database" * 100, b"SQLite format 3\x00" + b"\xff" * 5000, b""])
def test_a_damaged_file_is_made_anew(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "library.db"
    path.write_bytes(damage)
    index = filled(path)
    assert not index.in_memory
    assert len(index.heads()) == 2


def test_another_edition_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(tmp_path / "library.db").close()
    monkeypatch.setattr(codec, "edition", lambda: "newer")
    index = Index.open(tmp_path / "library.db")
    assert index.heads() == ()
    assert index.kept(["/d/f.md"]) == {}


def test_a_foreign_database_is_made_anew(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "library.db") as connection:
        connection.execute("CREATE TABLE meta (a)")
        connection.execute("CREATE TABLE heads (b)")
    connection.close()
    assert len(filled(tmp_path / "library.db").heads()) == 2


def test_without_a_place_to_write_it_lives_in_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    index = filled(tmp_path / "file" / "library.db")
    assert index.in_memory
    assert index.card("/d/f.md", "d/c.3") == rich_card()


def test_a_home_that_cannot_be_written_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "library.db"
    filled(path).close()

    def refuses(path: Path) -> sqlite3.Connection:
        raise sqlite3.OperationalError("attempt to write a readonly database")

    # A test that runs as root can write everywhere.
    monkeypatch.setattr("flashtorch.cards.index._connected", refuses)
    index = Index.open(path)
    assert index.in_memory
    assert index.card("/d/f.md", "d/c.3") == rich_card()
    with index.writing():
        index.activate("other", "told", [])
    monkeypatch.undo()
    kept = Index.open(path)
    assert kept.active()[0] == "signature"
    kept.close()


def test_a_database_in_use_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "library.db"
    filled(path).close()
    monkeypatch.setattr("flashtorch.cards.index.PATIENCE_S", 0.01)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    assert Index.open(path).in_memory
    other.execute("ROLLBACK")
    other.close()
    assert len(Index.open(path).heads()) == 2


def test_files_are_forgotten_only_when_there_are_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = filled(tmp_path / "library.db")
    with index.writing():
        index.forget_others(["/other"])
    assert index.kept(["/d/f.md"])
    monkeypatch.setattr("flashtorch.cards.index._SPARE_FILES", 0)
    with index.writing():
        index.forget_others([])
    assert not index.kept(["/d/f.md"])
    assert index.card("/d/f.md", "d/c.3") is None

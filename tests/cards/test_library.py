"""The library: what is read, what is kept, which deck hides which, and that nothing is read twice."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flashtorch import language
from flashtorch.cards import pairs, parser
from flashtorch.cards.index import Index
from flashtorch.cards.library import Library, open_library
from flashtorch.cards.registered import register, registered
from flashtorch.errors import Trouble
from flashtorch.paths import Paths
from tests.cards.making import write_deck

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flashtorch.cards.twins import Original

    Opener = Callable[..., Library]


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "home")


@pytest.fixture
def opened(tmp_path: Path, paths: Paths) -> Iterator[Opener]:
    """Opens libraries whose shipped decks lie in `tmp_path/shipped`, and closes them."""
    libraries = []

    def opens(*given: Path, register: bool = False) -> Library:
        library = open_library(paths, given, register=register, shipped=tmp_path / "shipped")
        libraries.append(library)
        return library

    yield opens
    for library in libraries:
        library.close()


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are read."""
    names: list[str] = []
    parse = parser.parse_file

    def noted(name: str, data: bytes, original: Original | None = None) -> parser.ParsedFile:
        names.append(Path(name).name)
        return parse(name, data, original)

    for reader in (parser, pairs):
        monkeypatch.setattr(reader, "parse_file", noted)
    return names


def names(library: Library) -> list[str]:
    return [head.card for head in library.heads()]


def backs(library: Library) -> dict[str, str]:
    return {name: library.card(name).back.source for name in names(library)}


def test_shipped_and_registered_decks_are_the_library(tmp_path: Path, paths: Paths, opened: Opener) -> None:
    write_deck(tmp_path / "shipped" / "notes" / "b.md", "notes", {"two": "2"}, title="The notes", lang="en")
    write_deck(tmp_path / "shipped" / "notes" / "a.md", "notes", {"one": "1"})
    write_deck(tmp_path / "mine.md", "mine", {"x": "y"})
    register(paths.decks, tmp_path / "mine.md")
    library = opened()
    assert [(deck.name, deck.title, deck.origin, deck.lang, deck.cards) for deck in library.decks] == [
        ("mine", "mine", "registered", "", 1),
        ("notes", "The notes", "shipped", "en", 2),
    ]
    assert [(head.card, head.position, head.file) for head in library.heads()] == [
        ("mine/x", 0, "mine.md"),
        ("notes/one", 0, "notes/a.md"),
        ("notes/two", 1, "notes/b.md"),
    ]
    assert [head.card for head in library.heads("notes")] == ["notes/one", "notes/two"]
    assert library.card("notes/two").back.source == "2"
    assert library.card("notes/two").place.line == 7
    assert library.deck("mine").root == str(tmp_path / "mine.md")
    assert library.problems == ()
    assert library.notices == ()
    assert library.index_path == paths.library


def test_an_unchanged_library_reads_nothing(tmp_path: Path, opened: Opener, parsed: list[str]) -> None:
    for name in "abc":
        write_deck(tmp_path / "shipped" / f"{name}.md", "d", {name: name})
    first = opened()
    assert parsed == ["a.md", "b.md", "c.md"]
    parsed.clear()
    second = opened()
    assert parsed == []
    assert (second.decks, second.heads(), backs(second)) == (first.decks, first.heads(), backs(first))


def test_only_what_changed_is_read_again(tmp_path: Path, opened: Opener, parsed: list[str]) -> None:
    for name in "abc":
        write_deck(tmp_path / "shipped" / f"{name}.md", "d", {name: name})
    library = opened()
    parsed.clear()
    write_deck(tmp_path / "shipped" / "b.md", "d", {"b": "changed", "new": "n"})
    (tmp_path / "shipped" / "c.md").unlink()
    library.refresh()
    assert parsed == ["b.md"]
    assert backs(library) == {"d/a": "a", "d/b": "changed", "d/new": "n"}
    assert [head.position for head in library.heads()] == [0, 1, 2]


def test_a_file_of_equal_size_and_another_time_is_read_again(tmp_path: Path, opened: Opener) -> None:
    file = write_deck(tmp_path / "shipped" / "a.md", "d", {"a": "old"})
    library = opened()
    write_deck(file, "d", {"a": "new"})
    os.utime(file, ns=(1, 1))
    library.refresh()
    assert backs(library) == {"d/a": "new"}


@pytest.mark.parametrize("given", [True, False])
def test_a_card_is_stale_once_its_file_is_another_or_gone(tmp_path: Path, opened: Opener, given: bool) -> None:
    kept, gone = (write_deck(tmp_path / "shipped" / f"{name}.md", name, {"x": "1"}) for name in ("kept", "gone"))
    library = opened(*((kept, gone) if given else ()))
    assert not any(map(library.is_stale, ("kept/x", "gone/x", "kept/no-such-card")))
    os.utime(kept, ns=(1, 1))
    gone.unlink()
    assert library.is_stale("kept/x")
    assert library.is_stale("gone/x")
    if not given:
        library.refresh()
        assert not library.is_stale("kept/x")


def test_a_given_deck_is_studied_alone(tmp_path: Path, paths: Paths, opened: Opener) -> None:
    write_deck(tmp_path / "shipped" / "a.md", "shipped", {"a": "1"})
    write_deck(tmp_path / "given" / "b.md", "given", {"b": "2"})
    before = names(opened())
    library = opened(tmp_path / "given")
    assert [(deck.name, deck.origin) for deck in library.decks] == [("given", "given")]
    assert backs(library) == {"given/b": "2"}
    assert registered(paths.decks) == ()
    # What is due without a path is not touched by it.
    assert names(opened()) == before == ["shipped/a"]


def test_the_index_of_a_given_deck_holds_its_heads_alone(tmp_path: Path, paths: Paths, opened: Opener) -> None:
    write_deck(tmp_path / "shipped" / "a.md", "shipped", {"a": "1"})
    write_deck(tmp_path / "given.md", "given", {"b": "2"})
    opened()
    library = opened(tmp_path / "given.md")
    assert library.index_path != paths.library
    connection = sqlite3.connect(library.index_path)
    assert connection.execute("SELECT card FROM heads").fetchall() == [("given/b",)]
    connection.close()
    copied = library.index_path
    del library
    assert copied.exists()


def test_studying_a_path_registers_it_and_says_so_once(tmp_path: Path, paths: Paths, opened: Opener) -> None:
    write_deck(tmp_path / "folder" / "a.md", "d", {"a": "1"})
    (notice,) = opened(tmp_path / "folder", register=True).notices
    assert str(tmp_path / "folder") in notice
    assert opened(tmp_path / "folder", register=True).notices == ()
    assert opened(tmp_path / "folder" / "a.md", register=True).notices == ()
    assert registered(paths.decks) == (tmp_path / "folder",)
    assert names(opened()) == ["d/a"]


def test_a_relative_path_is_registered_as_the_place_it_is(tmp_path: Path, paths: Paths, opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    write_deck(tmp_path / "folder" / "a.md", "d", {"a": "1"})
    monkeypatch.chdir(tmp_path)
    opened(Path("folder"), register=True)
    monkeypatch.chdir("/")
    assert names(opened()) == ["d/a"]


def test_shipped_decks_given_by_path_stay_shipped(tmp_path: Path, paths: Paths, opened: Opener) -> None:
    write_deck(tmp_path / "shipped" / "notes" / "a.md", "notes", {"a": "1"})
    library = opened(tmp_path / "shipped" / "notes", register=True)
    assert library.deck("notes").origin == "shipped"
    assert registered(paths.decks) == ()


def test_a_deck_hides_another_of_its_name_whole(tmp_path: Path, paths: Paths, opened: Opener) -> None:
    write_deck(tmp_path / "shipped" / "a.md", "notes", {"a": "shipped", "only-shipped": "s"})
    write_deck(tmp_path / "shipped" / "z.md", "other", {"o": "1"})
    write_deck(tmp_path / "older.md", "notes", {"a": "older"})
    write_deck(tmp_path / "newer.md", "notes", {"a": "newer"})
    register(paths.decks, tmp_path / "older.md")
    register(paths.decks, tmp_path / "newer.md")
    library = opened()
    assert backs(library) == {"notes/a": "newer", "other/o": "1"}
    assert [("older.md" in notice, "shipped" in notice) for notice in library.notices] == [(True, False), (False, True)]
    given = write_deck(tmp_path / "given.md", "notes", {"a": "given"})
    library = opened(given)
    assert backs(library) == {"notes/a": "given"}
    (notice,) = library.notices
    assert notice.index("given.md") < notice.index("newer.md")


def test_a_folder_and_something_in_it_are_no_two_decks(tmp_path: Path, paths: Paths, opened: Opener) -> None:
    write_deck(tmp_path / "all" / "a.md", "d", {"a": "1"})
    write_deck(tmp_path / "all" / "b.md", "d", {"b": "2"})
    register(paths.decks, tmp_path / "all" / "a.md")
    register(paths.decks, tmp_path / "all")
    library = opened()
    assert names(library) == ["d/a", "d/b"]
    assert library.notices == ()
    assert names(opened(tmp_path / "all" / "a.md", tmp_path / "all" / "a.md")) == ["d/a"]


def test_an_id_in_two_files_of_a_deck_loads_neither(tmp_path: Path, opened: Opener) -> None:
    write_deck(tmp_path / "shipped" / "a.md", "d", {"a": "1", "twin": "x"})
    write_deck(tmp_path / "shipped" / "b.md", "d", {"twin": "y", "b": "2"})
    write_deck(tmp_path / "shipped" / "c.md", "e", {"twin": "z"})
    library = opened()
    assert names(library) == ["d/a", "d/b", "e/twin"]
    (problem,) = library.problems
    assert (problem.code, Path(problem.place.file).name, problem.place.line) == ("duplicate-id", "b.md", 6)
    assert f"{tmp_path / 'shipped' / 'a.md'}:15" in problem.message
    assert library.deck("d").cards == 2


def test_good_cards_load_past_bad_ones(tmp_path: Path, opened: Opener) -> None:
    file = write_deck(tmp_path / "shipped" / "a.md", "d", {"good": "1"})
    file.write_text(file.read_text() + "\n## No answer\n<!-- card: bad -->\n\nx\n")
    library = opened()
    assert names(library) == ["d/good"]
    assert [problem.card for problem in library.problems] == ["d/bad"]
    # From the index they are the same.
    assert opened().problems == library.problems


def test_problems_are_told_in_the_language_in_use(tmp_path: Path, opened: Opener, parsed: list[str]) -> None:
    write_deck(tmp_path / "shipped" / "a.md", "d", {"good": "1"})
    (tmp_path / "shipped" / "b.md").write_text("## No deck\n<!-- card: bad -->\n\nx\n")
    opened()
    parsed.clear()
    try:
        language.use("zh")
        opened()
    finally:
        language.use("en")
    assert parsed == ["b.md"]


def test_a_registered_path_that_vanished_is_told_and_no_error(tmp_path: Path, paths: Paths, opened: Opener) -> None:
    file = write_deck(tmp_path / "mine.md", "mine", {"x": "y"})
    register(paths.decks, file)
    library = opened()
    file.rename(tmp_path / "elsewhere.md")
    library.refresh()
    assert library.heads() == ()
    (notice,) = library.notices
    assert str(file) in notice
    (tmp_path / "elsewhere.md").rename(file)
    assert names(opened()) == ["mine/x"]


def test_a_given_path_that_is_missing_or_holds_no_deck_is_refused(tmp_path: Path, paths: Paths, opened: Opener) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "README.md").write_text("# Nothing here\n")
    for path in (tmp_path / "missing", tmp_path / "empty"):
        with pytest.raises(Trouble) as trouble:
            opened(path, register=True)
        assert str(path) in trouble.value.line()
    assert registered(paths.decks) == ()


def test_a_given_deck_with_errors_alone_says_them(tmp_path: Path, opened: Opener) -> None:
    (tmp_path / "bad.md").write_text("---\ndeck: d\n---\n\n## No answer\n<!-- card: bad -->\n\nx\n")
    library = opened(tmp_path / "bad.md")
    assert library.heads() == ()
    assert len(library.problems) == 1


def test_an_unknown_card_or_deck_names_the_nearest(tmp_path: Path, opened: Opener) -> None:
    write_deck(tmp_path / "shipped" / "a.md", "notes", {"conv-out": "1", "other": "2"})
    library = opened()
    with pytest.raises(Trouble, match="notes/conv-out"):
        library.card("notes/conv-uot")
    with pytest.raises(Trouble, match="notes"):
        library.deck("note")


def test_the_code_of_a_deck_has_one_hash(tmp_path: Path, opened: Opener) -> None:
    code = '---\ndeck: d\n---\n\n## One\n<!-- card: one -->\n\nHow?\n\n```python solution\nx = {}\n```\n\n```python check\nx\n```\n'
    file = tmp_path / "shipped" / "a.md"
    write_deck(file, "d", {"one": "1"})
    library = opened()
    assert library.deck("d").code_hash == ""
    hashes = []
    for text in (code.format(1), code.format(1).replace("How?", "How is it written?"), code.format(2)):
        file.write_text(text)
        library.refresh()
        hashes.append(library.deck("d").code_hash)
    # What a learner trusted stays trusted while only prose changes.
    assert hashes[0] == hashes[1] != hashes[2]
    assert all(hashes)


def test_a_damaged_index_is_made_anew_in_the_midst(tmp_path: Path, paths: Paths, opened: Opener) -> None:
    for number in range(30):
        write_deck(tmp_path / "shipped" / f"{number}.md", "d", {f"c{number}": "x" * 2000})
    library = opened()
    size = paths.library.stat().st_size
    with paths.library.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (size - 4096))
    assert library.card("d/c7").back.source == "x" * 2000
    assert len(library.heads()) == 30
    assert len(opened().heads()) == 30


def test_an_index_that_is_taken_away_is_made_anew(tmp_path: Path, paths: Paths, opened: Opener) -> None:
    write_deck(tmp_path / "shipped" / "a.md", "d", {"a": "1"})
    opened()
    paths.library.unlink()
    assert backs(opened()) == {"d/a": "1"}


def test_kept_nonsense_is_read_again(tmp_path: Path, paths: Paths, opened: Opener) -> None:
    write_deck(tmp_path / "shipped" / "a.md", "d", {"a": "1"})
    opened()
    with sqlite3.connect(paths.library) as connection:
        connection.execute("UPDATE cards SET body = '{}'")
    connection.close()
    assert backs(opened()) == {"d/a": "1"}


def test_without_a_writable_home_everything_works(tmp_path: Path) -> None:
    write_deck(tmp_path / "shipped" / "a.md", "d", {"a": "1"})
    (tmp_path / "home").write_text("in the way")
    library = open_library(Paths(tmp_path / "home"), register=False, shipped=tmp_path / "shipped")
    assert backs(library) == {"d/a": "1"}
    with sqlite3.connect(library.index_path) as connection:
        assert connection.execute("SELECT card FROM heads").fetchall() == [("d/a",)]
    connection.close()
    library.close()


def test_nothing_is_registered_where_nothing_can_be_written(tmp_path: Path) -> None:
    file = write_deck(tmp_path / "a.md", "d", {"a": "1"})
    (tmp_path / "home").write_text("in the way")
    library = open_library(Paths(tmp_path / "home"), [file], register=True, shipped=tmp_path / "shipped")
    assert names(library) == ["d/a"]
    assert any("home" in notice for notice in library.notices)
    library.close()


def test_names_that_are_no_text_are_no_obstacle(tmp_path: Path, paths: Paths, opened: Opener) -> None:
    folder = os.fsdecode(os.fsencode(tmp_path) + b"/sh\xffpped")
    write_deck(Path(folder) / os.fsdecode(b"\xe9.md"), "d", {"a": "1"})
    assert backs(opened(Path(folder), register=True)) == {"d/a": "1"}
    library = opened()
    assert backs(library) == {"d/a": "1"}
    assert library.decks[0].root == folder
    assert library.heads()[0].file == "\ufffd.md"


def test_two_processes_may_open_it_at_once(tmp_path: Path, paths: Paths) -> None:
    for number in range(20):
        write_deck(tmp_path / "shipped" / f"{number}.md", "d", {f"c{number}": "x"})
    code = (
        "import sys; from pathlib import Path; from flashtorch.cards.library import open_library; from flashtorch.paths import Paths;"
        "l = open_library(Paths(Path(sys.argv[1])), register=False, shipped=Path(sys.argv[2]));"
        "print(len([l.card(h.card) for h in l.heads()])); l.close()"
    )
    arguments = [sys.executable, "-W", "error", "-c", code, str(paths.home), str(tmp_path / "shipped")]
    both = [subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    assert [process.communicate(timeout=60) for process in both] == [("20\n", "")] * 2


HEAVY = ("markdown_it", "mdit_py_plugins", "pydantic", "sqlalchemy", "numpy", "torch", "click")


def test_the_unchanged_way_loads_no_parser(tmp_path: Path, paths: Paths, opened: Opener) -> None:
    write_deck(tmp_path / "shipped" / "a.md", "d", {"a": "`pick(1, 2)` rows"})
    opened()
    code = """
import json, sys
from pathlib import Path
from flashtorch.cards.library import open_library
from flashtorch.cards.question import ask, question_seed, reveal
from flashtorch.paths import Paths
library = open_library(Paths(Path(sys.argv[1])), register=False, shipped=Path(sys.argv[2]))
card = library.card(library.heads()[0].card)
back = reveal(ask(card, question_seed(card.id, 0))).back
library.close()
print(json.dumps([back, sorted(sys.modules)]))
"""
    arguments = [sys.executable, "-c", code, str(paths.home), str(tmp_path / "shipped")]
    ran = subprocess.run(arguments, capture_output=True, text=True, check=True)
    back, modules = json.loads(ran.stdout)
    assert back in ("`1` rows", "`2` rows")
    assert [module for module in modules if module.partition(".")[0] in HEAVY] == []


def test_the_index_is_not_opened_twice_for_nothing(tmp_path: Path, opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    write_deck(tmp_path / "shipped" / "a.md", "d", {"a": "1"})
    opened()
    kept = []
    monkeypatch.setattr(Index, "keep", lambda *given: kept.append(given))
    monkeypatch.setattr(Index, "activate", lambda *given: kept.append(given))
    opened()
    assert kept == []


def test_a_translation_is_kept_with_its_original(tmp_path: Path, opened: Opener, parsed: list[str]) -> None:
    write_deck(tmp_path / "shipped" / "notes.md", "notes", {"x": "one"}, lang="en", title="The notes")
    twin = write_deck(tmp_path / "shipped" / "notes.zh.md", "notes", {"x": "一"}, lang="zh", title="笔记")
    library = opened()
    assert library.decks[0].languages == ("en", "zh")
    assert library.decks[0].title == "The notes"
    assert (library.decks[0].lang, names(library)) == ("en", ["notes/x"])
    assert library.card("notes/x").in_language("zh").back.source == "一"
    assert parsed == ["notes.md", "notes.zh.md"]
    parsed.clear()
    assert opened().card("notes/x").in_language("zh").back.source == "一"
    assert parsed == []
    # A change of the translation alone is a change.
    assert not library.is_stale("notes/x")
    write_deck(twin, "notes", {"x": "壹壹"}, lang="zh")
    assert library.is_stale("notes/x")
    library.refresh()
    assert not library.is_stale("notes/x")
    assert library.card("notes/x").in_language("zh").back.source == "壹壹"
    twin.unlink()
    assert library.is_stale("notes/x")
    library.refresh()
    assert library.card("notes/x").translations == ()
    assert [*library.decks[0].languages] == ["en"]


def test_the_problems_of_a_translation_are_those_of_the_library(tmp_path: Path, opened: Opener) -> None:
    write_deck(tmp_path / "shipped" / "notes.md", "notes", {"x": "one", "y": "two"}, lang="en")
    write_deck(tmp_path / "shipped" / "notes.zh.md", "notes", {"x": "一", "z": "三"}, lang="zh")
    library = opened()
    assert sorted(problem.code for problem in library.problems) == ["translation-extra-card", "translation-missing-card"]
    assert (library.decks[0].problems, names(library)) == (2, ["notes/x", "notes/y"])


def test_a_deck_is_called_in_the_language_of_the_interface(tmp_path: Path, opened: Opener) -> None:
    write_deck(tmp_path / "shipped" / "a.md", "a", {"x": "one"}, lang="en", title="The notes")
    write_deck(tmp_path / "shipped" / "a.zh.md", "a", {"x": "一"}, lang="zh", title="笔记")
    write_deck(tmp_path / "shipped" / "b.md", "b", {"x": "one"}, lang="en", title="Others")
    assert [deck.title for deck in opened().decks] == ["The notes", "Others"]
    language.use("zh")
    try:
        assert [deck.title for deck in opened().decks] == ["笔记", "Others"]
    finally:
        language.use("en")

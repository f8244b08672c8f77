"""Folders of decks: what is read, what is refused, ids over several files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from flashtorch.cards.folder import ParsedPath, found, read_file, read_path
from flashtorch.cards.lines import LARGEST
from flashtorch.errors import ExitCode, Trouble

if TYPE_CHECKING:
    from pathlib import Path


def deck(*ids: str, name: str = "d", lang: str = "en") -> str:
    return f"---\ndeck: {name}\nlang: {lang}\n---\n\n" + "".join(f"## Q\n<!-- card: {card} -->\n\n==a==\n\n" for card in ids)


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".md").write_text(text, encoding="utf-8")


def names(parsed: ParsedPath) -> list[str]:
    return [str(card.id) for card in parsed.cards]


def told(parsed: ParsedPath, root: Path) -> list[str]:
    return [f"{os.path.relpath(p.place.file, root)}:{p.place.line}: {p.code}" for p in parsed.problems]


def test_a_folder_is_read_recursively_by_path(tmp_path: Path) -> None:
    write(tmp_path, b=deck("b"), a=deck("a1", "a2"), deep__er__c=deck("c"), README="# words")
    (tmp_path / "notes.txt").write_text(deck("no"))
    write(tmp_path / ".hidden", x=deck("no"))
    (tmp_path / ".x.md").write_text(deck("no"))
    parsed = read_path(tmp_path)
    assert names(parsed) == ["d/a1", "d/a2", "d/b", "d/c"]
    assert parsed.problems == ()
    assert [file.is_card_file for file in parsed.files] == [False, True, True, True]


def test_one_file_is_read_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "deck.txt").write_text(deck("a"))
    assert names(read_path(tmp_path / "deck.txt")) == ["d/a"]
    assert names(read_path(tmp_path)) == []


def test_a_missing_path_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "gone").symlink_to("nowhere")
    for path in (tmp_path / "no", tmp_path / "gone", tmp_path / "\0"):
        with pytest.raises(Trouble) as trouble:
            read_path(path)
        assert trouble.value.exit_code is ExitCode.CANNOT


def test_a_repeated_id_costs_both_cards_and_is_told_at_the_later_place(tmp_path: Path) -> None:
    write(tmp_path, a=deck("one", "twin"), b=deck("twin", "two"), c=deck("twin"), other=deck("twin", name="other"))
    parsed = read_path(tmp_path)
    assert names(parsed) == ["d/one", "d/two", "other/twin"]
    assert told(parsed, tmp_path) == ["b.md:7: duplicate-id", "c.md:7: duplicate-id"]
    assert "a.md:12" in parsed.problems[0].message
    assert parsed.problems[0].card == "d/twin"


def test_a_repeated_id_counts_also_where_a_card_is_bad(tmp_path: Path) -> None:
    write(tmp_path, a=deck("twin colour=red"), b=deck("twin"))
    parsed = read_path(tmp_path)
    assert names(parsed) == []
    assert told(parsed, tmp_path) == ["a.md:7: unknown-key", "b.md:7: duplicate-id"]


def test_twice_in_one_file_and_once_in_another(tmp_path: Path) -> None:
    write(tmp_path, a=deck("twin"), b=deck("twin", "twin"))
    parsed = read_path(tmp_path)
    assert names(parsed) == []
    assert told(parsed, tmp_path) == ["b.md:7: duplicate-id", "b.md:12: duplicate-id"]


def test_a_translation_beside_its_original_gives_no_cards(tmp_path: Path) -> None:
    write(tmp_path, notes=deck("a"))
    (tmp_path / "notes.zh.md").write_text(deck("a", lang="zh"))
    (tmp_path / "notes.py.md").write_text(deck("b"))
    (tmp_path / "alone.zh.md").write_text(deck("c", lang="zh"))
    parsed = read_path(tmp_path)
    assert names(parsed) == ["d/c", "d/a", "d/b"]
    assert parsed.problems == ()


def test_links_inside_the_folder_are_read_once_and_those_that_leave_it_refused(tmp_path: Path) -> None:
    root = tmp_path / "deck"
    write(root, a=deck("a"), sub__b=deck("b"), **{".store__c": deck("c")})
    write(tmp_path, outside=deck("no"))
    (root / "again.md").symlink_to("a.md")
    (root / "loop").symlink_to(".")
    (root / "sub" / "up").symlink_to("..")
    (root / "store").symlink_to(".store")
    (root / "out.md").symlink_to("../outside.md")
    (root / "parent").symlink_to("..")
    (root / "gone.md").symlink_to("nowhere.md")
    (root / "self.md").symlink_to("self.md")
    (root / "gone.txt").symlink_to("nowhere.txt")
    parsed = read_path(root)
    assert names(parsed) == ["d/a", "d/c", "d/b"]
    assert told(parsed, root) == ["gone.md:1: broken-link", "out.md:1: link-leaves-folder", "parent:1: link-leaves-folder", "self.md:1: broken-link"]


def test_the_given_path_may_itself_be_a_link(tmp_path: Path) -> None:
    write(tmp_path / "real", a=deck("a"))
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "link.md").symlink_to("real/a.md")
    assert names(read_path(tmp_path / "link")) == ["d/a"]
    assert names(read_path(tmp_path / "link.md")) == ["d/a"]


def test_pipes_folders_and_devices(tmp_path: Path) -> None:
    write(tmp_path, a=deck("a"), **{"folder.md/b": deck("b")})
    os.mkfifo(tmp_path / "pipe.md")
    os.mkfifo(tmp_path / "pipe.txt")
    parsed = read_path(tmp_path)
    assert names(parsed) == ["d/a", "d/b"]
    assert told(parsed, tmp_path) == ["pipe.md:1: not-a-file"]
    assert told(read_path(tmp_path / "pipe.txt"), tmp_path) == ["pipe.txt:1: not-a-file"]


def test_a_file_that_became_a_pipe_keeps_nobody_waiting(tmp_path: Path) -> None:
    write(tmp_path, a=deck("a"))
    (file,) = found(tmp_path).files
    (tmp_path / "a.md").unlink()
    assert [problem.code for problem in read_file(file).problems] == ["unreadable-file"]
    os.mkfifo(tmp_path / "a.md")
    assert [problem.code for problem in read_file(file).problems] == ["not-a-file"]


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_what_may_not_be_read(tmp_path: Path) -> None:
    write(tmp_path, a=deck("a"), sub__b=deck("b"))
    (tmp_path / "a.md").chmod(0)
    (tmp_path / "sub").chmod(0)
    parsed = read_path(tmp_path)
    (tmp_path / "sub").chmod(0o700)
    assert told(parsed, tmp_path) == ["a.md:1: unreadable-file", "sub:1: unreadable-file"]


def test_a_file_over_4_mib_is_one_problem(tmp_path: Path) -> None:
    write(tmp_path, big=deck("big") + "word " * (LARGEST // 5), a=deck("a"))
    parsed = read_path(tmp_path)
    assert names(parsed) == ["d/a"]
    assert told(parsed, tmp_path) == ["big.md:1: file-too-large"]


def test_names_that_a_terminal_would_obey_are_shown_harmless(tmp_path: Path) -> None:
    (tmp_path / "a\x1b[31m\n.md").write_text(deck("a x"))
    (tmp_path / os.fsdecode(b"b\xff.md")).write_text(deck("b"))
    parsed = read_path(tmp_path)
    assert names(parsed) == ["d/b"]
    assert all(file.name.isprintable() for file in parsed.files)
    assert parsed.problems[0].place.file.isprintable()


def test_what_is_found_says_when_it_changed(tmp_path: Path) -> None:
    write(tmp_path, a=deck("a"))
    (file,) = found(tmp_path).files
    status = (tmp_path / "a.md").stat()
    assert (file.name, file.path, file.mtime_ns, file.size) == (str(tmp_path / "a.md"), tmp_path / "a.md", status.st_mtime_ns, status.st_size)

"""`flashtorch deck new|stamp|from-notes`: what writes deck files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from flashtorch.cards.folder import read_path
from flashtorch.cards.model import Kind, Role
from flashtorch.cards.question import ask
from flashtorch.paths import Paths
from flashtorch.scheduling.state import Rating
from flashtorch.session.study import open_study
from flashtorch.settings import Settings
from flashtorch.trust import Trust
from tests.cards.making import write_deck
from tests.session.desk import MORNING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run


@pytest.mark.parametrize(("language", "sign"), [("en", "the"), ("zh", "卡片")])
def test_a_new_deck_holds_every_kind(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, sign: str) -> None:
    monkeypatch.setenv("LANGUAGE", language)
    code, out, err = run("new", "my-deck", "--dir", "sub")
    assert (code, err) == (0, "")
    assert os.path.join("sub", "my-deck", "my-deck.md") in out
    parsed = read_path(tmp_path / "sub" / "my-deck")
    assert parsed.problems == ()
    [file] = parsed.files
    assert (file.deck, file.title, file.lang) == ("my-deck", "my-deck", language)
    cards = parsed.cards
    assert len(cards) <= 12
    assert {card.kind for card in cards} == set(Kind)
    assert any(card.generated for card in cards)
    assert any(ask(card, 1).is_fix for card in cards)
    assert any(card.hints for card in cards)
    assert any(card.parts_of(Role.WRONG) for card in cards)
    text = (tmp_path / "sub" / "my-deck" / "my-deck.md").read_text("utf-8")
    assert text.count("<!--\n") + text.count("<!-- ") - text.count("<!-- card:") >= 9
    assert sign in text


def test_a_new_deck_proves_and_is_trusted_where_it_was_written(run: Run, tmp_path: Path) -> None:
    assert run("new", "d")[0] == 0
    code, out, err = run("check", "d")
    assert (code, err) == (0, ""), out
    assert ": 0 errors" in out
    trust = Trust.load(tmp_path / "home" / "trust.json")
    for root in (tmp_path / "d", tmp_path / "d" / "d.md"):
        assert trust.allows(origin="given", root=str(root), code_hash="any")
    assert not trust.allows(origin="given", root=str(tmp_path), code_hash="any")


def test_nothing_is_overwritten(run: Run, tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "kept.txt").write_text("x")
    code, out, err = run("new", "d")
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert [entry.name for entry in (tmp_path / "d").iterdir()] == ["kept.txt"]


@pytest.mark.parametrize("name", ["", "My Deck", "../up", "a" * 65, "-x-"])
def test_a_name_that_is_none_is_refused(run: Run, tmp_path: Path, name: str) -> None:
    code, out, err = run("new", "--", name)
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert {entry.name for entry in tmp_path.iterdir()} <= {"home"}


UNNAMED = "---\ndeck: d\nlang: {lang}\n---\n\n## {title}\n<!-- card: -->\n\n==x==\n"


def test_ids_are_stamped_once_in_all_files_and_their_translations(run: Run, tmp_path: Path) -> None:
    write_deck(tmp_path / "deck" / "a.md", "d", {"views": "1"})
    (tmp_path / "deck" / "b.md").write_text(UNNAMED.format(lang="en", title="Views"), encoding="utf-8")
    (tmp_path / "deck" / "b.zh.md").write_text(UNNAMED.format(lang="zh", title="视图"), encoding="utf-8")
    (tmp_path / "deck" / "b.md").chmod(0o640)
    code, out, err = run("stamp", "deck")
    assert (code, err) == (0, "")
    assert out == f"deck{os.sep}b.md:7: views-2\ndeck{os.sep}b.zh.md:7: views-2\n"
    assert (tmp_path / "deck" / "b.md").stat().st_mode & 0o777 == 0o640
    assert sorted(entry.name for entry in (tmp_path / "deck").iterdir()) == ["a.md", "b.md", "b.zh.md"]
    assert run("check", "deck", "--no-run")[:2] == (0, "2 cards in 1 deck: 0 errors\n")
    assert "nothing was written" in run("stamp", "deck")[1]


def test_an_id_with_a_history_is_not_given_again(run: Run, tmp_path: Path) -> None:
    paths = Paths(tmp_path / "home")
    deck = write_deck(tmp_path / "d.md", "d", {"views": "1"})
    study = open_study(paths, Settings(), [deck], MORNING, entropy=bytes)
    study.session.begin(MORNING)
    study.session.reveal(MORNING)
    study.session.rate(Rating.GOOD, MORNING)
    study.close()
    deck.write_text(UNNAMED.format(lang="en", title="Views"), encoding="utf-8")
    assert run("stamp", "d.md") == (0, "d.md:7: views-2\n", "")


def test_what_cannot_be_stamped_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(UNNAMED.format(lang="en", title="A").replace("deck: d\n", ""), encoding="utf-8")
    (tmp_path / "b.md").write_text(UNNAMED.format(lang="en", title="B"), encoding="utf-8")
    (tmp_path / "b.zh.md").write_text(UNNAMED.format(lang="zh", title="B") + "\n## C\n<!-- card: -->\n\n==x==\n", encoding="utf-8")
    before = [(tmp_path / name).read_bytes() for name in ("a.md", "b.zh.md")]
    code, out, err = run("stamp", ".")
    assert (code, out) == (1, "b.md:7: b\n")
    assert [line.partition(":")[0] for line in err.splitlines()] == ["a.md", "b.zh.md"]
    assert [(tmp_path / name).read_bytes() for name in ("a.md", "b.zh.md")] == before


def test_notes_become_a_deck_of_drafts(run: Run, tmp_path: Path) -> None:
    (tmp_path / "My notes.zh.md").write_text("1. 形状\n2. 视图\n", encoding="utf-8")
    code, out, err = run("from-notes", "My notes.zh.md")
    assert (code, err) == (0, "")
    assert "deck: my-notes\n" in out
    assert run("from-notes", "My notes.zh.md", "--deck", "d", "-o", "d.md")[0] == 0
    assert [str(card.id) for card in read_path(tmp_path / "d.md").cards] == ["d/note-1", "d/note-2"]
    assert read_path(tmp_path / "d.md").files[0].lang == "zh"
    assert run("from-notes", "My notes.zh.md", "-o", "d.md")[0] == 2
    for arguments in (("none.md",), ("My notes.zh.md", "--deck", "No Name"), ("d.md",)):
        code, out, err = run("from-notes", *arguments)
        assert (code, out, len(err.splitlines())) == (2, "", 1)

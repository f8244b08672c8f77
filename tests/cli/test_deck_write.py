"""`flashtorch deck new`: a deck to begin with."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from flashtorch.cards.folder import read_path
from flashtorch.cards.model import Kind, Role
from flashtorch.cards.question import ask
from flashtorch.trust import Trust

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

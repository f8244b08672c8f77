"""`flashtorch deck list|add|remove`: which decks are known, and where."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.cards.making import write_deck

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run


def listed(run: Run) -> dict[str, dict[str, Any]]:
    """The decks of the list that did not come with the program, by path."""
    code, out, err = run("list", "--json")
    assert (code, err) == (0, "")
    return {row["path"]: row for row in json.loads(out) if row["origin"] != "shipped"}


def test_the_decks_that_came_along_are_listed_each_with_its_folder(run: Run) -> None:
    rows = {row["deck"]: row for row in json.loads(run("list", "--json")[1])}
    assert set(rows) == {"first-steps", "pytorch-notes"}
    for name, row in rows.items():
        assert (row["path"].rpartition("/")[2], row["origin"], row["state"]) == (name, "shipped", "studied")
        assert row["cards"] > 5
    assert "came with flashtorch" in run("list")[1]


def test_a_deck_is_added_once_and_removed_again(run: Run, tmp_path: Path) -> None:
    deck = write_deck(tmp_path / "mine.md", "mine", {"x": "1", "y": "2"}, title="My own", lang="en")
    assert run("add", "mine.md")[0] == 0
    code, out, err = run("add", "mine.md")
    assert (code, err) == (0, "")
    assert "already" in out
    assert listed(run) == {
        str(deck): {
            "deck": "mine", "title": "My own", "path": str(deck), "cards": 2, "problems": 0, "languages": ["en"],
            "origin": "registered", "state": "studied",
        }
    }  # fmt: skip
    assert "mine (My own): 2 cards, en\n" in run("list")[1]
    assert run("remove", "mine.md")[0] == 0
    assert (listed(run), deck.exists()) == ({}, True)
    code, out, err = run("remove", "mine.md")
    assert (code, out, len(err.splitlines())) == (2, "", 1)


def test_what_is_shadowed_gone_or_unreadable_is_said(run: Run, tmp_path: Path) -> None:
    for name in ("old", "new", "lost"):
        write_deck(tmp_path / name / "a.md", "lost" if name == "lost" else "same", {"x": "1"})
        assert run("add", name)[0] == 0
    (tmp_path / "lost" / "a.md").unlink()
    (tmp_path / "lost").rmdir()
    (tmp_path / "new" / "bad.md").write_text("---\ndeck: Wrong Name\n---\n", encoding="utf-8")
    found = listed(run)
    assert found[str(tmp_path / "old")]["state"] == "hidden"
    assert (found[str(tmp_path / "lost")]["state"], found[str(tmp_path / "lost")]["deck"]) == ("gone", None)
    rows = [row for row in json.loads(run("list", "--json")[1]) if row["path"] == str(tmp_path / "new")]
    assert [(row["deck"], row["state"], row["problems"]) for row in rows] == [("same", "studied", 0), (None, "unread", 1)]
    out = run("list")[1]
    assert "hidden by another deck" in out
    assert "(gone:" in out
    assert "(no deck: 1 problem)" in out
    # What is gone can still be taken off the list.
    assert run("remove", "lost")[0] == 0
    assert str(tmp_path / "lost") not in listed(run)


def test_the_problems_of_a_deck_are_counted(run: Run, tmp_path: Path) -> None:
    deck = write_deck(tmp_path / "d.md", "d", {"x": "1"})
    deck.write_text(deck.read_text("utf-8") + "\n## Nothing\n<!-- card: nothing -->\n\n?\n", encoding="utf-8")
    code, _out, err = run("add", "d.md")
    assert (code, err.count("error:")) == (0, 1)
    assert (listed(run)[str(deck)]["cards"], listed(run)[str(deck)]["problems"]) == (1, 1)


def test_only_a_deck_can_be_added(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for path in ("empty", "missing"):
        code, out, err = run("add", path)
        assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert not (tmp_path / "home" / "decks.txt").exists()


def test_a_list_that_cannot_be_written_is_no_success(run: Run, tmp_path: Path) -> None:
    write_deck(tmp_path / "mine.md", "mine", {"x": "1"})
    (tmp_path / "home" / "decks.txt").mkdir(parents=True)
    code, out, err = run("add", "mine.md")
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert "decks.txt: the list of your decks cannot be written" in err

"""`flashtorch deck`: what authors and their scripts read."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from flashtorch.cli.shown import safe
from flashtorch.trust import Trust
from tests.cards.making import write_deck

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., tuple[int, str, str]]

DECK = """---
deck: d
title: A deck
---

# Notes

## Shape of a stack
<!-- card: stack note=3 tags=shape,stack rev=2 -->

Which shapes have `pick(2, 3)` rows? See [the page][docs].

- [ ] `(4, 5)`
- [x] `(pick(2, 3), 5)`
- [ ] neither

<details><summary>Hint</summary>

Count.

</details>

<details><summary>Answer</summary>

The **second**.

</details>

## A leaf
<!-- card: leaf -->

A tensor of the user is a ==1::leaf==, and has a ==2::grad==.

## Double it
<!-- card: double -->

```python starter
def double(x):
    return x
```

```python solution
def double(x):
    return 2 * x
```

```python check
double(torch.ones(pick(2, 3)))
```

# Links

[docs]: https://example.org/docs
"""

BROKEN = DECK + "\n## Nothing\n<!-- card: nothing -->\n\nx\n\n## Twice\n<!-- card: leaf -->\n\n==y==\n"


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    (tmp_path / "deck.md").write_text(DECK, encoding="utf-8")
    return tmp_path / "deck.md"


def shown(run: Run, *arguments: str) -> list[dict[str, Any]]:
    code, out, err = run("show", *arguments, "--json")
    assert (code, err) == (0, "")
    cards = json.loads(out)
    assert isinstance(cards, list)
    return cards


def test_a_good_deck_is_checked(run: Run, deck: Path) -> None:
    assert run("check", "deck.md", "--no-run") == (0, "4 cards in 1 deck: 0 errors\n", "")
    code, out, err = run("check", "deck.md", "--no-run", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out) == {"ok": True, "cards": 4, "decks": 1, "problems": []}


def test_everything_wrong_is_told_at_its_line(run: Run, deck: Path) -> None:
    deck.write_text(BROKEN, encoding="utf-8")
    lines = ["", *BROKEN.split("\n")]
    code, out, err = run("check", "deck.md", "--no-run")
    assert (code, err) == (1, "")
    said = re.findall(r"^deck\.md:(\d+): error: .+$", out, re.MULTILINE)
    assert [lines[int(number)] for number in said] == ["<!-- card: nothing -->", "<!-- card: leaf -->"]
    assert out.endswith("2 cards in 1 deck: 2 errors\n")
    code, out, _err = run("check", "deck.md", "--no-run", "--json")
    told = json.loads(out)
    assert (code, told["ok"], told["cards"]) == (1, False, 2)
    assert [(problem["file"], str(problem["line"]), problem["severity"], problem["card"]) for problem in told["problems"]] == [
        ("deck.md", said[0], "error", "d/nothing"),
        ("deck.md", said[1], "error", "d/leaf"),
    ]
    assert told["problems"][1]["code"] == "duplicate-id"
    assert all(problem["message"] for problem in told["problems"])


def test_a_folder_is_checked_as_one(run: Run, tmp_path: Path) -> None:
    write_deck(tmp_path / "all" / "a.md", "one", {"x": "1"})
    write_deck(tmp_path / "all" / "sub" / "b.md", "two", {"x": "1", "y": "2"})
    (tmp_path / "all" / "README.md").write_text("# Not a deck\n")
    assert run("check", "all", "--no-run")[:2] == (0, "3 cards in 2 decks: 0 errors\n")


def test_a_deck_without_code_starts_nothing(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flashtorch.sandbox.sandbox.Sandbox", None)
    write_deck(tmp_path / "deck.md", "one", {"x": "1"})
    assert run("check", "deck.md") == (0, "1 card in 1 deck: 0 errors\n", "")


@pytest.mark.parametrize("command", ["check", "show", "trust"])
def test_a_missing_path_cannot_be_tried(run: Run, command: str) -> None:
    code, out, err = run(command, "missing.md")
    assert (code, out) == (2, "")
    assert "missing.md" in err
    assert "\n" not in err.strip()


def test_each_card_is_shown_as_a_learner_meets_it(run: Run, deck: Path) -> None:
    stack, leaf1, leaf2, double = shown(run, "deck.md", "--seed", "7")
    number = stack["options"][1][2]
    assert number in "23"
    assert stack == {
        "card": "d/stack",
        "kind": "choice",
        "title": "Shape of a stack",
        "note": 3,
        "tags": ["shape", "stack"],
        "rev": 2,
        "hash": stack["hash"],
        "lang": "",
        "file": "deck.md",
        "line": 8,
        "front": f"Which shapes have `{number}` rows? See [the page][docs].\n\n[docs]: <https://example.org/docs>",
        "back": "The **second**.",
        "hints": ["Count."],
        "options": ["`(4, 5)`", f"`({number}, 5)`", "neither"],
        "seed": 7,
    }
    assert re.fullmatch("[0-9a-f]{16}", stack["hash"])
    assert [leaf1["card"], leaf2["card"]] == ["d/leaf.1", "d/leaf.2"]
    assert leaf1["front"] == "A tensor of the user is a […], and has a grad."
    assert leaf2["front"] == "A tensor of the user is a leaf, and has a […]."
    assert leaf1["back"] == "A tensor of the user is a ==leaf==, and has a grad."
    assert (leaf1["note"], leaf1["tags"], leaf1["rev"]) == (None, [], 1)
    assert "options" not in leaf1
    assert "starter" not in leaf1
    assert "seed" not in leaf1
    assert double["front"] == ""
    assert double["starter"] == "def double(x):\n    return x\n"
    assert "return 2 * x" in double["back"]
    assert "pick(" not in double["back"]


def test_a_seed_is_a_draw(run: Run, deck: Path) -> None:
    drawn = {shown(run, "deck.md", "--seed", str(seed))[0]["options"][1] for seed in range(12)}
    assert drawn == {"`(2, 5)`", "`(3, 5)`"}
    assert shown(run, "deck.md", "--seed", "3") == shown(run, "deck.md", "--seed", "3")
    # Without one it is the draw that a learner meets first.
    assert shown(run, "deck.md") == shown(run, "deck.md")
    assert len({card["seed"] for card in shown(run, "deck.md") if "seed" in card}) == 2


def test_a_broken_deck_shows_its_good_cards(run: Run, deck: Path) -> None:
    deck.write_text(BROKEN, encoding="utf-8")
    code, out, err = run("show", "deck.md", "--json")
    assert code == 1
    assert [card["card"] for card in json.loads(out)] == ["d/stack", "d/double"]
    assert len(err.splitlines()) == 2


def test_a_card_is_shown_by_its_name(run: Run, tmp_path: Path, deck: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "decks.txt").write_text(f"{deck}\n")
    assert [card["card"] for card in shown(run, "d/stack")] == ["d/stack"]
    assert shown(run, "d/stack")[0]["file"] == str(deck)
    assert [card["card"] for card in shown(run, "d/leaf.2")] == ["d/leaf.2"]
    assert [card["card"] for card in shown(run, "d/leaf")] == ["d/leaf.1", "d/leaf.2"]
    code, out, err = run("show", "d/stakc")
    assert (code, out) == (2, "")
    assert "d/stack" in err
    # A path of that name is the path.
    write_deck(tmp_path / "d" / "stack", "other", {"x": "1"})
    assert [card["card"] for card in shown(run, "d/stack")] == ["other/x"]


def test_showing_and_checking_register_nothing(run: Run, tmp_path: Path, deck: Path) -> None:
    shown(run, "deck.md")
    run("check", "deck.md", "--no-run")
    run("trust", "deck.md")
    assert not (tmp_path / "home" / "decks.txt").exists()


def test_people_see_the_page(run: Run, deck: Path) -> None:
    code, out, err = run("show", "deck.md", "--seed", "7")
    assert (code, err) == (0, "")
    assert "d/stack (choice)" in out
    assert "3. neither" in out
    assert "Hint: Count." in out
    assert out.index("A tensor of the user is a […]") < out.index("A tensor of the user is a ==leaf==")


def test_no_sign_of_a_deck_steers_the_terminal(run: Run, deck: Path) -> None:
    deck.write_text(DECK + "\n## Bad \x1b[31m\n<!-- card: \x1b]0;owned\x07 -->\n\n\x9b2J ==x==\n", encoding="utf-8")
    for arguments in (("check", "deck.md", "--no-run"), ("show", "deck.md"), ("check", "deck.md", "--no-run", "--json"), ("show", "deck.md", "--json")):
        code, out, err = run(*arguments)
        assert code == 1
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", out + err)
    assert safe("a\tb\nc\r\x1b\u202e\udc80形") == "a\tb\nc\ufffd\ufffd\ufffd\ufffd形"


def test_code_is_trusted_as_it_is(run: Run, tmp_path: Path, deck: Path) -> None:
    code, out, err = run("trust", "deck.md")
    assert (code, err) == (0, "")
    assert str(deck) in out
    trusted = Trust.load(tmp_path / "home" / "trust.json").code_hashes
    assert len(trusted) == 1
    deck.write_text(DECK.replace("Count.", "Look."), encoding="utf-8")
    run("trust", "deck.md")
    assert Trust.load(tmp_path / "home" / "trust.json").code_hashes == trusted
    deck.write_text(DECK.replace("2 * x", "x + x"), encoding="utf-8")
    run("trust", "deck.md")
    assert len(Trust.load(tmp_path / "home" / "trust.json").code_hashes) == 2


def test_there_is_nothing_to_trust_in_prose(run: Run, tmp_path: Path) -> None:
    write_deck(tmp_path / "prose.md", "prose", {"x": "1"})
    code, out, _err = run("trust", "prose.md")
    assert code == 0
    assert "no code" in out
    assert not (tmp_path / "home" / "trust.json").exists()


def test_json_is_utf8_whatever_the_locale(tmp_path: Path) -> None:
    write_deck(tmp_path / "deck.md", "d", {"x": "形状"})
    environment = {**os.environ, "FLASHTORCH_HOME": str(tmp_path / "home"), "PYTHONIOENCODING": "latin-1"}
    command = [sys.executable, "-W", "error", "-m", "flashtorch", "deck", "show", "deck.md", "--json"]
    ran = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, check=True)
    assert json.loads(ran.stdout.decode("utf-8"))[0]["back"] == "形状"
    assert "形状" in ran.stdout.decode("utf-8")
    plain = subprocess.run(command[:-1], env=environment, cwd=tmp_path, capture_output=True, check=True)
    assert "What is x?" in plain.stdout.decode("latin-1")


def test_output_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("this system has no /dev/full")
    deck = tmp_path / "deck.md"
    deck.write_text("---\ndeck: d\n---\n", encoding="utf-8")
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "flashtorch", "deck", "check", deck, "--no-run", "--json"],
            env={**os.environ, "FLASHTORCH_HOME": str(tmp_path / "home")}, stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "cannot be written" in done.stderr


def test_a_translation_is_shown_on_request(run: Run, tmp_path: Path, deck: Path) -> None:
    (tmp_path / "deck.zh.md").write_text(
        "---\ndeck: d\nlang: zh\n---\n\n## 叶子\n<!-- card: leaf -->\n\n用户的张量是==1::叶子==，有==2::梯度==。\n", encoding="utf-8"
    )
    stack, leaf, _two, double = shown(run, "deck.md", "--lang", "zh")
    assert (leaf["title"], leaf["front"], leaf["lang"]) == ("叶子", "用户的张量是[…]，有梯度。", "zh")
    assert (leaf["file"], leaf["line"]) == ("deck.zh.md", 6)
    assert (stack["title"], double["title"]) == ("Shape of a stack", "Double it")
    assert shown(run, "deck.md")[1]["title"] == "A leaf"
    code, out, err = run("show", "deck.md", "--lang", "fr")
    assert code == 0
    assert "A leaf" in out
    assert "`fr`" in err
    code, out, err = run("check", "deck.md", "--no-run")
    assert (code, err) == (0, "")
    assert re.findall(r"^deck\.zh\.md:1: warning: the card `(.+?)`", out, re.MULTILINE) == ["d/stack", "d/double"]
    assert out.endswith("4 cards in 1 deck: 2 warnings\n")

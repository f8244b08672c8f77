"""What the README promises can be copied from it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.house.sources import ROOT

if TYPE_CHECKING:
    from pathlib import Path

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_ci_runs_the_test_command_of_the_readme() -> None:
    _study, test = re.findall(r"```sh\n(.+)\n```", README)
    assert test in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def example_deck() -> str:
    """What an author writes who copies every example, one after the other."""
    return "\n".join(re.findall(r"````markdown\n(.+?)````", README, re.DOTALL))


def test_the_examples_are_a_deck_of_every_kind() -> None:
    from flashtorch.cards.model import Kind
    from flashtorch.cards.parser import parse_file
    from flashtorch.cards.question import ask

    parsed = parse_file("README.md", example_deck().encode())
    assert parsed.problems == ()
    assert {card.kind for card in parsed.cards} == set(Kind)
    assert any(card.generated for card in parsed.cards)
    assert any(ask(card, 1).is_fix for card in parsed.cards)


def test_the_examples_hold_when_torch_runs_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from flashtorch.cli.main import main

    monkeypatch.setenv("FLASHTORCH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LANGUAGE", "en")
    (tmp_path / "my-deck.md").write_text(example_deck(), encoding="utf-8")
    with pytest.raises(SystemExit) as left:
        main(["deck", "check", str(tmp_path), "--trust"])
    said = capsys.readouterr().out
    assert (left.value.code, said) == (0, "10 cards in 1 deck: 0 errors\n")


def test_every_key_of_a_card_is_told() -> None:
    from flashtorch.cards.comment import KEYS
    from flashtorch.cards.frontmatter import KEYS as HEAD_KEYS

    section = README[README.index("## Write your own deck") : README.index("## What runs strangers' code")]
    assert [key for key in KEYS if f"`{key}=" not in section] == []
    assert [key for key in HEAD_KEYS if f"`{key}`" not in section] == []

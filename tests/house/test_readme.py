"""What the README promises can be copied from it."""

from __future__ import annotations

import re

from tests.house.sources import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_ci_runs_the_test_command_of_the_readme() -> None:
    _study, test = re.findall(r"```sh\n(.+)\n```", README)
    assert test in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_the_example_deck_reads_without_a_problem() -> None:
    from flashtorch.cards.parser import parse_file

    [deck] = re.findall(r"````markdown\n(.+?)````", README, re.DOTALL)
    parsed = parse_file("README.md", deck.encode())
    assert parsed.problems == ()
    assert [str(card.id) for card in parsed.cards] == ["my-deck/sum-last"]

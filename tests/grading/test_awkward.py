"""The table of awkward answers, headless and in a sitting: every driver says the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flashtorch.cards.parser import parse_file
from flashtorch.cards.question import ask, question_seed
from flashtorch.grading.instant import judge_instant
from tests.grading.awkward import ANSWERS, DECK

if TYPE_CHECKING:
    from flashtorch.grading.grader import Grader

ROOT = Path(__file__).parents[2]
CARDS = {card.id.name: card for card in parse_file("awkward.md", DECK.encode()).cards}
IN_FILE_ORDER = "which"
"""A sitting shuffles the options of this card, so that their numbers mean others there."""


def verdict_of(expected: str) -> str:
    return "syntax" if expected == "outside" else expected


@pytest.mark.parametrize(("name", "answer", "expected"), ANSWERS)
def test_headless(name: str, answer: str, expected: str, grader: Grader) -> None:
    card = CARDS[name]
    question = ask(card, question_seed(card.id, 0))
    verdict = grader.ticket(question, answer).run() if card.kind.is_run else judge_instant(question, answer)
    assert verdict is not None
    assert str(verdict.name) == verdict_of(expected)


def test_in_a_sitting(tmp_path: Path) -> None:
    (tmp_path / "awkward.md").write_text(DECK, encoding="utf-8")
    for name in CARDS:
        if name == IN_FILE_ORDER:
            continue
        rows = [(answer, expected) for card, answer, expected in ANSWERS if card == name]
        told = sat(tmp_path, name, [answer for answer, _expected in rows])
        assert told == [verdict_of(expected) for _answer, expected in rows], name


def sat(folder: Path, name: str, answers: list[str]) -> list[str]:
    """The verdicts on answers to one card; what ends the question is taken back, so that the next one is an answer to it again."""
    text = DECK.split("\n# ")
    one = "\n# ".join([text[0], *(part for part in text[1:] if f"card: {name} " in part)])
    (folder / "one.md").write_text(one, encoding="utf-8")
    moves = []
    for answer in answers:
        moves += [{"do": "answer", "answer": answer}, {"do": "rate", "rating": 3}, {"do": "undo"}]
    env = {**os.environ, "FLASHTORCH_HOME": str(folder / f"home-{name}"), "LANGUAGE": "en", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "flashtorch", "--jsonl", "--trust", "one.md"],
        cwd=folder, env=env, input="".join(json.dumps(move) + "\n" for move in moves), capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    return [event["verdict"] for event in events if event["event"] == "verdict"]

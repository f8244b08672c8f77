"""The table of awkward answers, headless and in a sitting: every driver says the same."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from flashtorch.cards.parser import parse_file
from flashtorch.cards.question import ask, question_seed
from flashtorch.grading.instant import judge_instant
from tests.grading.awkward import ANSWERS, DECK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
    rows: dict[str, list[tuple[str, str]]] = {name: [] for name in CARDS if name != IN_FILE_ORDER}
    for name, answer, expected in ANSWERS:
        if name in rows:
            rows[name].append((answer, expected))
    with sat(tmp_path) as say:
        while rows:
            [open_card] = [event["card"] for event in say({"do": "info"}) if event["event"] == "info"]
            for answer, expected in rows.pop(open_card.partition("/")[2], []):
                told = [event["verdict"] for event in say({"do": "answer", "answer": answer}) if event["event"] == "verdict"]
                assert told == [verdict_of(expected)], (open_card, answer)
                # What ends the question is taken back, so that the next one is an answer to it again.
                say({"do": "rate", "rating": 3})
                say({"do": "undo"})
            say({"do": "skip"})


@contextlib.contextmanager
def sat(folder: Path) -> Iterator[Callable[[dict[str, Any]], list[dict[str, Any]]]]:
    """A sitting over the deck: makes a move and gives all that is said about it."""
    env = {**os.environ, "FLASHTORCH_HOME": str(folder / "home"), "LANGUAGE": "en", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "flashtorch", "--jsonl", "--trust", "awkward.md"]
    with subprocess.Popen(command, cwd=folder, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as talk:
        assert talk.stdin is not None
        assert talk.stdout is not None

        def say(move: dict[str, Any]) -> list[dict[str, Any]]:
            # A line that is not understood gets one reply: by then everything about the move has been said.
            print(json.dumps(move), "no line", sep="\n", file=talk.stdin, flush=True)
            events: list[dict[str, Any]] = []
            while True:
                event = json.loads(talk.stdout.readline())  # type: ignore[union-attr]
                if event["event"] == "error" and "not understood" in event["message"]:
                    return events
                events.append(event)

        say({"do": "hint"})
        yield say
        talk.stdin.close()
        assert talk.wait(60) == 0

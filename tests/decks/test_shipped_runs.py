"""The deck that comes with the program keeps its word when real torch runs it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flashtorch.cards import folder
from flashtorch.cards.model import Card, Role
from flashtorch.cards.question import ask, drawn_parts, question_seed
from flashtorch.grading import cardcheck, frames, plan
from flashtorch.grading.grader import Grader
from flashtorch.grading.observation import Reply
from flashtorch.sandbox.cell import Ending, Limits
from flashtorch.sandbox.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

DECK = Path(__file__).parents[2] / "decks" / "pytorch-notes"
CARDS = folder.read_path(DECK).cards


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as opened:
        yield opened


@pytest.fixture(scope="module")
def grader(sandbox: Sandbox) -> Iterator[Grader]:
    opened = Grader(sandbox)
    yield opened
    opened.close()


@pytest.mark.parametrize("card", [card for card in CARDS if card.kind.is_run], ids=lambda card: card.id.name)
def test_solutions_pass_and_mistakes_fail(card: Card, grader: Grader) -> None:
    assert [str(problem) for problem in cardcheck.check_card(card, grader)] == []


@pytest.mark.parametrize("card", [card for card in CARDS if card.part(Role.CHECK)], ids=lambda card: card.id.name)
def test_a_mistake_is_told_by_its_own_note(card: Card, grader: Grader) -> None:
    question = ask(card, question_seed(card.id, 0))
    for part in drawn_parts(card, question.seed):
        if part.role is Role.WRONG:
            verdict = grader.judge_program(question, part.source)
            assert verdict.name.is_free or verdict.note == part.note, part.source


@pytest.mark.parametrize("card", [card for card in CARDS if card.part(Role.PROOF)], ids=lambda card: card.id.name)
def test_what_a_card_states_is_so(card: Card, sandbox: Sandbox) -> None:
    for proof in card.parts_of(Role.PROOF):
        job = plan.Job("", proof.source, "", "check", (), (0,), "cpu", "")
        cell = sandbox.prepare(plan.ENTRY, Limits(), rehearse=False)
        outcome = cell.run(job.payload())
        cell.close()
        assert outcome.ending is Ending.REPLIED
        reply = frames.read(outcome.reply)
        assert isinstance(reply, Reply)
        assert [run.failed for run in reply.runs] == [None]

"""Golden cases: a card, answers to it, and what is said of each.

A case file is a deck file (its front matter may be left out), then for each answer

    .
    the answer
    .
    verdict passed/total
    the sentence, and the lines below it

`python -m tests.grading.golden` writes what is said now into every file; read the diff.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flashtorch.cards.parser import parse_file
from flashtorch.cards.question import ask
from flashtorch.grading import wording
from flashtorch.grading.instant import judge_instant

if TYPE_CHECKING:
    from flashtorch.cards.model import Card
    from flashtorch.grading.grader import Grader
    from flashtorch.grading.verdict import Verdict

CASES = Path(__file__).parent / "cases"
SEED = 7


@dataclass(frozen=True, slots=True)
class Case:
    """One answer."""

    file: Path
    number: int
    card: Card
    answer: str
    expected: str

    @property
    def name(self) -> str:
        return f"{self.file.stem}-{self.number}"


def read(file: Path) -> list[Case]:
    """The cases of a file."""
    deck, *rest = file.read_text(encoding="utf-8").split("\n.\n")
    assert len(rest) % 2 == 0, f"{file}: an answer and what is said of it belong together"
    text = deck if deck.startswith("---\n") else f"---\ndeck: case\n---\n{deck}"
    parsed = parse_file(file.name, f"{text}\n".encode())
    assert not parsed.problems, [str(problem) for problem in parsed.problems]
    [card] = parsed.cards
    return [Case(file, at // 2 + 1, card, rest[at], rest[at + 1].rstrip("\n")) for at in range(0, len(rest), 2)]


def all_cases() -> list[Case]:
    return [case for file in sorted(CASES.glob("*.md")) for case in read(file)]


def judged(case: Case, grader: Grader) -> Verdict:
    question = ask(case.card, SEED)
    if not case.card.kind.is_run:
        return judge_instant(question, case.answer)
    verdict = grader.ticket(question, case.answer).run()
    assert verdict is not None
    return verdict


def said(verdict: Verdict) -> str:
    """What a golden case holds of a verdict."""
    output = f"printed: {verdict.output.rstrip()}" if verdict.output.strip() else ""
    lines = [f"{verdict.name.value} {verdict.passed}/{verdict.total}", wording.sentence(verdict), *wording.lines(verdict), output]
    return "\n".join(filter(None, lines))


def _rewrite(grader: Grader) -> None:
    for file in sorted(CASES.glob("*.md")):
        deck = file.read_text(encoding="utf-8").split("\n.\n")[0]
        pieces = [piece for case in read(file) for piece in (case.answer, said(judged(case, grader)))]
        file.write_text("\n.\n".join([deck, *pieces]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    import contextlib

    from flashtorch.grading.grader import Grader
    from flashtorch.sandbox.sandbox import Sandbox

    with Sandbox() as sandbox, contextlib.closing(Grader(sandbox, spare=False)) as grader:
        _rewrite(grader)

from __future__ import annotations

import ast
from pathlib import Path

import flashtorch.grading
from flashtorch.grading import wording
from flashtorch.grading.verdict import Finding, Verdict, VerdictName

ROOM = Path(flashtorch.grading.__file__).parent


def codes(function: str, place: int) -> set[str]:
    """The literal codes that the room gives to this call."""
    found: set[str] = set()
    for path in ROOM.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function and len(node.args) > place:
                argument = node.args[place]
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    found.add(argument.value)
    return found


def test_every_code_has_its_sentence() -> None:
    used = codes("Finding", 0) | codes("Difference", 1) | codes("NotFilled", 0)
    assert len(used) > 40
    assert used <= wording._SENTENCES.keys()


def test_long_expressions_and_texts_are_cut() -> None:
    finding = Finding("raised", {"type": "ValueError", "text": "x" * 5000, "line": 0}, "f(" + "1, " * 500 + ")")
    assert len(wording.sentence(Verdict(VerdictName.RAISED, finding=finding))) < 450


def test_a_sentence_is_one_line() -> None:
    finding = Finding("raised", {"type": "ValueError", "text": "first\nsecond\n", "line": 2}, "f()")
    assert wording.sentence(Verdict(VerdictName.RAISED, finding=finding)) == "`f()`: ValueError: first second (your line 2)"


def test_the_note_and_the_trace_are_told_below() -> None:
    finding = Finding("values", {"guess": {"factor": 2.0}}, guess="factor", trace=("3: y = x",))
    assert wording.lines(Verdict(VerdictName.VALUE, finding=finding, note="A note\nof two lines")) == (
        "Every value is 2 times the expected one.",
        "3: y = x",
        "A note",
        "of two lines",
    )

from __future__ import annotations

import pytest

from flashtorch.cards.model import Part, Role
from flashtorch.grading.typed import judge_typed
from flashtorch.grading.verdict import VerdictName


def verdict(source: str, answer: str, tolerance: float | None = None) -> VerdictName:
    return judge_typed(Part(Role.ANSWER, source, 1, tolerance), answer).name


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        ("detach\n", "DETACH"),
        ("detach()\n", " detach（） "),
        ("no grad\n", "no   grad\n"),
        ("no grad\n", "no　grad"),
        ("ｎｃｈｗ\n", "NCHW"),
        ("x\n\nNCHW\n", "nchw"),
        ("转置\n", "转置"),
        ("`x.T`\n", "x.t"),
        ("42\n", "42.0"),
        ("42\n", "４２"),
        ("1000000\n", "1_000_000"),
        ("0.001\n", "1e-3"),
        ("-1\n", "−1"),
        ("inf\n", "Infinity"),
    ],
)
def test_spelling_is_set_aside(source: str, answer: str) -> None:
    assert verdict(source, answer) is VerdictName.PASS


@pytest.mark.parametrize(("source", "answer"), [("42\n", "42.1"), ("detach\n", "detached"), ("x\ny\n", "x y"), ("3\n", "three"), ("nan\n", "0")])
def test_what_is_wrong(source: str, answer: str) -> None:
    assert verdict(source, answer) is VerdictName.VALUE


@pytest.mark.parametrize(("answer", "right"), [("3.1", True), ("2.9", True), ("3.11", False), ("3.1000001", False), ("about 3", False)])
def test_a_tolerance_is_the_largest_difference(answer: str, right: bool) -> None:
    assert (verdict("3\n", answer, 0.1) is VerdictName.PASS) is right


def test_nothing_typed_is_a_free_retry() -> None:
    assert verdict("x\n", " \n") is VerdictName.SYNTAX


@pytest.mark.parametrize("answer", ["9" * 100_000, "1e999999999", "sNaN", "-Infinity", "\x00", "é" * 9999, "1e-999999999"])
def test_strange_numbers_are_only_wrong(answer: str) -> None:
    assert verdict("3\n", answer, 0.1) is VerdictName.VALUE
    assert verdict("3\n", answer) is VerdictName.VALUE

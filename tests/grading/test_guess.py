from __future__ import annotations

from typing import Any

import numpy
import pytest

from flashtorch.grading import compare
from flashtorch.grading.guess import guess, uncalled
from flashtorch.grading.observation import Plain
from flashtorch.grading.tolerance import Tolerance
from tests.grading.test_compare import tensor

SOME = numpy.random.default_rng(1).normal(size=(4, 3)).astype("<f4")
SQUARE = SOME[:3]


def guessed(expected: Any, got: Any, answer: str = "", function: str = "f") -> str:
    found = compare.node_difference(expected, got, Tolerance())
    assert found is not None
    return guess(found, answer, function)[0]


@pytest.mark.parametrize(
    ("expected", "got", "word"),
    [
        (SQUARE, SQUARE.T, "transposed"),
        (SOME, SOME.T, "transposed"),
        (SOME[None], SOME[None].swapaxes(1, 2), "transposed"),
        (SOME, -SOME, "negated"),
        (SOME, SOME * 3, "factor"),
        (SOME, SOME / 12, "factor"),
        (SOME, SOME + 1, ""),
        (SOME, SOME * 0, ""),
        (SOME, SOME[:, :2], ""),
        (SOME[0, :2], SOME[0, :2] * 2, ""),
        (numpy.ones(5), numpy.full(5, 2), ""),
        (numpy.array([1.0, 2, 3]), numpy.array([2.0, 4, 7]), ""),
    ],
)
def test_guesses_about_values(expected: Any, got: Any, word: str) -> None:
    assert guessed(tensor(expected), tensor(got)) == word


def test_nothing_is_guessed_across_dtypes_and_kinds() -> None:
    assert guessed(tensor(SOME), tensor(SOME.T, "float64")) == ""
    assert guessed(tensor(SOME), tensor(SOME, kind="ndarray")) == ""


NONE, FUNCTION = Plain("NoneType", "None"), Plain("function", "Tensor.sum")


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        ("def f(x):\n    y = x", "no-return"),
        ("def f(x):\n    return", "no-return"),
        ("def f(x):\n    if x: return 1", ""),
        ("f = lambda x: None", ""),
        ("def f(x):\n    yield 1", ""),
        ("def f(", ""),
    ],
)
def test_a_forgotten_return(answer: str, word: str) -> None:
    assert guessed(tensor(SOME), NONE, answer) == word


def test_forgotten_parentheses() -> None:
    assert guessed(tensor(SOME), FUNCTION) == "not-called"
    assert uncalled("opt.zero_grad()\nloss.backward\nopt.step()") == "loss.backward"
    assert uncalled("x = a.b\nf(a.b)") == ""

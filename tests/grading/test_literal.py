from __future__ import annotations

from typing import TYPE_CHECKING

import numpy
import pytest

from flashtorch.grading import literal
from flashtorch.grading.observation import Error, Items, Plain, Seen
from flashtorch.grading.predict import judge_predict
from flashtorch.grading.tolerance import Tolerance
from flashtorch.grading.verdict import VerdictName
from tests.grading.test_compare import tensor

if TYPE_CHECKING:
    from flashtorch.grading.observation import Node

SHAPE = Items("tuple", (Plain("int", "2"), Plain("int", "3")))


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("3", Plain("int", "3")),
        ("  3 ", Plain("int", "3")),
        ("3", Plain("float", "0x1.8p+1")),
        ("3.0", Plain("int", "3")),
        ("-0.5", Plain("float", "-0x1p-1")),
        ("1e-3", Plain("float", (1e-3).hex())),
        ("nan", Plain("float", "nan")),
        ("NaN", Plain("float", "nan")),
        ("inf", Plain("float", "inf")),
        ("-inf", Plain("float", "-inf")),
        ("torch.nan", Plain("float", "nan")),
        ("True", Plain("bool", "True")),
        ("false", Plain("bool", "False")),
        ("none", Plain("NoneType", "None")),
        ("“abc”", Plain("str", "abc")),
        ("None", Plain("NoneType", "None")),
        ("1+2j", Plain("complex", "0x1p+0 0x1p+1")),
        ("'abc'", Plain("str", "abc")),
        ('"中文，（）"', Plain("str", "中文，（）")),
        ("(2, 3)", SHAPE),
        ("[2, 3]", SHAPE),
        ("2, 3", SHAPE),
        ("2, 3", Items("list", SHAPE.items)),
        ("(2, 3), 4", Items("list", (SHAPE, Plain("int", "4")))),
        ("int64", Plain("dtype", "torch.int64")),
        ("half", Plain("dtype", "torch.float16")),
        ("-4/9", Plain("float", (-4 / 9).hex())),
        ("1, 2", tensor([1.0, 2.0])),
        ("torch.Size([2, 3])", SHAPE),
        ("Size([2, 3])", SHAPE),
        ("（２，３）", SHAPE),
        ("()", Items("tuple", ())),
        ("torch.Size([])", Items("tuple", ())),
        ("torch.float32", Plain("dtype", "torch.float32")),
        ("torch.half", Plain("dtype", "torch.float16")),
        ("torch.long", Plain("dtype", "torch.int64")),
        ("torch.bool", Plain("dtype", "torch.bool")),
        ("device('cpu')", Plain("device", "cpu")),
        ("device(type='cpu')", Plain("device", "cpu")),
        ("'cpu'", Plain("device", "cpu")),
        ("int", Plain("class", "int")),
        ("torch.Tensor", Plain("class", "torch.Tensor")),
        ("tensor([1., 2.])", tensor([1.0, 2.0])),
        ("torch.tensor([1, 2])", tensor([1, 2], "int64")),
        ("tensor([True, False])", tensor([True, False], "bool")),
        ("tensor([1, 2], dtype=torch.int32)", tensor([1, 2], "int32")),
        ("tensor([[nan, -inf]])", tensor([[float("nan"), float("-inf")]])),
        ("tensor(3.)", tensor(3.0)),
        ("3", tensor(3.0)),
        ("3", tensor(3, "int64")),
        ("3.0", tensor(3, "int64")),
        ("True", tensor(True, "bool")),
        ("[1, 2]", tensor([1.0, 2.0])),
        ("tensor([])", tensor([])),
        ("tensor([], size=(0, 3))", tensor(numpy.zeros((0, 3)))),
        ("tensor(3., grad_fn=<AddBackward0>)", tensor(3.0, requires_grad=True)),
        ("tensor([1.5], dtype=torch.bfloat16)", tensor([1.5], "bfloat16")),
    ],
)
def test_what_is_right(typed: str, value: Node) -> None:
    name, finding = judge_predict(Seen(0, value=value), typed, Tolerance())
    assert (name, finding) == (VerdictName.PASS, None)


@pytest.mark.parametrize(
    ("typed", "value", "name"),
    [
        ("4", Plain("int", "3"), VerdictName.VALUE),
        ("3.5", Plain("int", "3"), VerdictName.VALUE),
        ("1", Plain("bool", "True"), VerdictName.KIND),
        ("True", Plain("int", "1"), VerdictName.KIND),
        ("True", tensor(1.0), VerdictName.KIND),
        ("(3, 2)", SHAPE, VerdictName.VALUE),
        ("(2, 3, 1)", SHAPE, VerdictName.VALUE),
        ("6", SHAPE, VerdictName.KIND),
        ("(2, 3)", Items("list", (Plain("int", "2"), Plain("int", "3"))), VerdictName.KIND),
        ("(2, 3)", tensor([2.0, 3.0]), VerdictName.KIND),
        ("error", SHAPE, VerdictName.VALUE),
        ("torch.float64", Plain("dtype", "torch.float32"), VerdictName.VALUE),
        ("tensor([1, 2])", tensor([1.0, 2.0]), VerdictName.DTYPE),
        ("tensor([1., 3.])", tensor([1.0, 2.0]), VerdictName.VALUE),
        ("tensor([1.])", tensor([1.0, 2.0]), VerdictName.SHAPE),
        ("[1, 2, 3]", tensor([1.0, 2.0]), VerdictName.SHAPE),
        ("1.5", tensor(1, "int64"), VerdictName.KIND),
        ("nan", Plain("float", "0x0p+0"), VerdictName.VALUE),
        ("tensor(3., requires_grad=True)", tensor(3.0), VerdictName.REQUIRES_GRAD),
        ("tensor(3., device='cuda:0')", tensor(3.0), VerdictName.DEVICE),
    ],
)
def test_what_is_wrong(typed: str, value: Node, name: VerdictName) -> None:
    assert judge_predict(Seen(0, value=value), typed, Tolerance())[0] is name


NOT_UNDERSTOOD = (
    "", "?", "maybe 3", "3 * 4", "x", "print(1)", "__import__('os').system('true')", "[x for x in (1,)]", "lambda: 1", "2 + 3",
    "tensor(x)", "tensor()", "tensor([1, [2]])", "tensor([1], foo=2)", "torch.zeros(3)", "(1, 2", "f'{1}'", "1 if 1 else 2", "torch.Size(3)",
    "(" * 300 + ")" * 300, "-" * 5000 + "1", "9" * 20000, "tensor([1], dtype=float)", "tensor(['a'])", "tensor([1], size=(2,))", "torch.foo",
    "tensor([" + "1," * 9000 + "])", "**", "*(1, 2)", "{**{}}", "{1: x}", "'a' 'b' + 'c'", "-True", "torch", "…", "\x00",
)  # fmt: skip


@pytest.mark.parametrize("typed", NOT_UNDERSTOOD, ids=lambda typed: typed[:20])
def test_what_is_not_understood_is_a_free_retry(typed: str) -> None:
    assert judge_predict(Seen(0, value=SHAPE), typed, Tolerance())[0] is VerdictName.SYNTAX


RAISED = Seen(0, raised=Error("IndexError", ("IndexError", "LookupError", "Exception"), "out of range"))


@pytest.mark.parametrize("typed", ["error", "Error", "IndexError", "LookupError", "Exception", "raises", "IndexError('x')", "报错"])
def test_a_raise_by_its_name_or_as_an_error(typed: str) -> None:
    assert judge_predict(RAISED, typed, Tolerance())[0] is VerdictName.PASS


@pytest.mark.parametrize("typed", ["RuntimeError", "3", "(2, 3)", "KeyError", "torch.OutOfMemoryError"])
def test_another_raise_or_a_value_is_wrong(typed: str) -> None:
    assert judge_predict(RAISED, typed, Tolerance())[0] is VerdictName.VALUE


def test_a_given_tolerance_lets_a_rounded_value_pass() -> None:
    third = Plain("float", (1 / 3).hex())
    assert judge_predict(Seen(0, value=third), "0.333", Tolerance())[0] is VerdictName.VALUE
    assert judge_predict(Seen(0, value=third), "0.333", Tolerance(1e-3))[0] is VerdictName.PASS


def test_nothing_typed_is_run() -> None:
    with pytest.raises(literal.NoLiteral):
        literal.parse("exit()")

from __future__ import annotations

from typing import Any

import numpy
import pytest

from flashtorch.grading import arrays, compare
from flashtorch.grading.frames import STORED
from flashtorch.grading.observation import Array, Items, Opaque, Plain, Seen, Tree
from flashtorch.grading.tolerance import Tolerance
from flashtorch.grading.verdict import VerdictName

TORCHS = Tolerance()


def tensor(values: Any, dtype: str = "float32", *, device: str = "cpu", requires_grad: bool = False, kind: str = "tensor") -> Array:
    data = numpy.array(values).astype("<f4" if dtype == "bfloat16" else STORED.get(dtype, "<f8"))
    return Array(kind, dtype, data.shape, device, requires_grad, data)


def verdict(expected: Any, got: Any, tolerance: Tolerance = TORCHS) -> VerdictName | None:
    found = compare.node_difference(expected, got, tolerance)
    return None if found is None else found.verdict


@pytest.mark.parametrize(
    ("dtype", "near", "far"),
    [
        ("float16", 1 + 9e-4, 1 + 1.2e-2),
        ("bfloat16", 1 + 1.5e-2, 1 + 2e-2),
        ("float32", 1 + 1e-5, 1 + 2e-5),
        ("float64", 1 + 1.9e-7, 1 + 2.1e-7),
        ("complex64", 1 + 1e-5, 1 + 2e-5),
        ("complex128", 1 + 1.9e-7, 1 + 2.1e-7),
        ("int64", 1, 2),
        ("bool", 1, 0),
        ("uint8", 1, 255),
    ],
)
def test_tolerance_by_dtype(dtype: str, near: float, far: float) -> None:
    assert verdict(tensor([1], dtype), tensor([near], dtype)) is None
    assert verdict(tensor([1], dtype), tensor([far], dtype)) is VerdictName.VALUE


@pytest.mark.parametrize("scale", [1e-3, 1e-8, 1e-30])
def test_no_tolerance_hides_a_wrong_formula_on_small_numbers(scale: float) -> None:
    assert verdict(tensor([scale, 2 * scale]), tensor([scale, 2 * scale * (1 + 1e-6)])) is None
    assert verdict(tensor([scale, 2 * scale]), tensor([scale, 2.001 * scale])) is VerdictName.VALUE
    assert verdict(tensor([scale, 2 * scale]), tensor([0, 0])) is VerdictName.VALUE


def test_the_absolute_part_is_that_of_the_largest_value() -> None:
    assert verdict(tensor([1.0, 1e-7]), tensor([1.0, 2e-7])) is None
    assert verdict(tensor([1e-6, 1e-7]), tensor([1e-6, 2e-7])) is VerdictName.VALUE


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("nan", "nan", True),
        ("inf", "inf", True),
        ("inf", "-inf", False),
        ("inf", "1e38", False),
        ("1", "inf", False),
        ("nan", "0", False),
        ("0.0", "-0.0", True),
    ],
)
@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64"])
def test_special_values(one: str, other: str, equal: bool, dtype: str) -> None:
    expected, got = tensor([1.0, float(one)], dtype), tensor([1.0, float(other)], dtype)
    assert (verdict(expected, got) is None) is equal


def test_complex_parts_count_each() -> None:
    assert verdict(tensor([1 + 2j], "complex64"), tensor([1 + 3j], "complex64")) is VerdictName.VALUE
    both = complex(float("nan"), 1), complex(float("nan"), 2)
    assert verdict(tensor([both[0]], "complex128"), tensor([both[0]], "complex128")) is None
    assert verdict(tensor([both[0]], "complex128"), tensor([both[1]], "complex128")) is VerdictName.VALUE


def test_a_python_float_counts_as_float32() -> None:
    assert verdict(Plain("float", (0.1).hex()), Plain("float", (0.1 * (1 + 1e-6)).hex())) is None
    assert verdict(Plain("float", (0.1).hex()), Plain("float", (0.1 * (1 + 1e-4)).hex())) is VerdictName.VALUE
    assert verdict(Plain("float", (1e-9).hex()), Plain("float", (2e-9).hex())) is VerdictName.VALUE


def test_a_given_tolerance_is_the_largest_difference() -> None:
    assert verdict(tensor([100.0]), tensor([100.4]), Tolerance(0.5)) is None
    assert verdict(tensor([100.0]), tensor([100.6]), Tolerance(0.5)) is VerdictName.VALUE
    assert verdict(tensor([5], "int64"), tensor([6], "int64"), Tolerance(1)) is None
    assert verdict(Plain("int", "5"), Plain("int", "7"), Tolerance(1)) is VerdictName.VALUE
    assert verdict(tensor([True], "bool"), tensor([False], "bool"), Tolerance(1)) is VerdictName.VALUE


def test_large_integers_are_compared_exactly() -> None:
    assert verdict(tensor([2**62], "int64"), tensor([2**62 + 1], "int64")) is VerdictName.VALUE
    assert verdict(Plain("int", str(2**80)), Plain("int", str(2**80 + 1))) is VerdictName.VALUE


def test_the_first_difference_is_told_with_count_and_largest() -> None:
    size = arrays.SLICE + 10
    expected, got = numpy.ones(size, "<f4"), numpy.ones(size, "<f4")
    got[arrays.SLICE + 3], got[arrays.SLICE + 5] = 2, 5
    found = compare.node_difference(tensor(expected), tensor(got), TORCHS)
    assert found is not None
    told = found.params
    assert (told["index"], told["got"], told["expected"], told["count"], told["total"]) == ((arrays.SLICE + 3,), 2, 1, 2, size)
    assert told["largest"] == 4


def test_empty_tensors_are_equal_when_their_shapes_are() -> None:
    assert verdict(tensor(numpy.zeros((0, 3))), tensor(numpy.zeros((0, 3)))) is None
    assert verdict(tensor(numpy.zeros((0, 3))), tensor(numpy.zeros((0, 4)))) is VerdictName.SHAPE


@pytest.mark.parametrize(
    ("got", "expected_verdict"),
    [
        (tensor([[1.0, 2.0]]), VerdictName.SHAPE),
        (tensor([1.0, 2.0], "float64"), VerdictName.DTYPE),
        (tensor([1.0, 2.0], device="cuda"), VerdictName.DEVICE),
        (tensor([1.0, 3.0], requires_grad=True), VerdictName.VALUE),
        (tensor([1.0, 2.0], requires_grad=True), VerdictName.REQUIRES_GRAD),
        (tensor([1.0, 2.0], kind="ndarray"), VerdictName.KIND),
        (Plain("float", "0x1p+0"), VerdictName.KIND),
        (Opaque("generator", "object"), VerdictName.KIND),
    ],
)
def test_the_order_of_properties(got: Any, expected_verdict: VerdictName) -> None:
    assert verdict(tensor([1.0, 2.0]), got) is expected_verdict


def test_a_shape_in_the_last_element_comes_before_a_value_in_the_first() -> None:
    expected = Items("tuple", (tensor([1.0]), tensor([1.0])))
    got = Items("tuple", (tensor([2.0]), tensor([[1.0]])))
    found = compare.node_difference(expected, got, TORCHS)
    assert found is not None
    assert (found.verdict, found.params["at"]) == (VerdictName.SHAPE, "[1]")


def test_lists_of_numbers_are_equal_however_they_travelled() -> None:
    packed = Array("list", "float", (2,), "", False, numpy.array([1.0, 2.0]))
    loose = Items("list", (Plain("float", "0x1p+0"), Plain("float", "0x1p+1")))
    mixed = Items("list", (Plain("float", "0x1p+0"), Plain("int", "2")))
    assert verdict(packed, loose) is None
    assert verdict(loose, packed) is None
    assert verdict(packed, mixed) is VerdictName.KIND
    assert verdict(packed, Items("list", ())) is VerdictName.SHAPE
    assert verdict(packed, Array("tuple", "float", (2,), "", False, packed.data)) is VerdictName.KIND


def test_a_dataclass_named_like_a_container_is_none() -> None:
    inner = Tree("dict", (("''", Plain("str", "Linear()")),))
    other = Tree("dict", (("''", Plain("str", "Conv()")),))
    assert verdict(Tree("dataclass module", (("layers", inner),)), Tree("dataclass module", (("layers", other),))) is VerdictName.VALUE


def seen(**facts: Any) -> Seen:
    return Seen(0, value=Plain("NoneType", "None"), **facts)


@pytest.mark.parametrize(
    ("expected", "got", "code"),
    [
        (seen(gradients=(("0", tensor([1.0])),)), seen(), "no-gradient"),
        (seen(gradients=(("0", tensor([1.0])),)), seen(gradients=(("0", tensor([2.0])),)), "gradient"),
        (seen(gradients=(("0", Plain("NoneType", "None")),)), seen(gradients=(("0", tensor([2.0])),)), "stray-gradient"),
        (seen(), seen(changed=(("0", tensor([2.0])),)), "changed"),
        (seen(changed=(("0", tensor([2.0])),)), seen(), "not-changed"),
        (seen(changed=(("0", tensor([2.0])),)), seen(changed=(("0", tensor([3.0])),)), "changed-otherwise"),
        (seen(), seen(state=("False", "torch.float32", "cpu")), "grad-mode"),
        (seen(state=("True", "torch.float64", "cpu")), seen(), "default-dtype"),
        (seen(), seen(state=("True", "torch.float32", "meta")), "default-device"),
    ],
)
def test_what_a_call_does_beside_its_value(expected: Seen, got: Seen, code: str) -> None:
    found = compare.difference(expected, got, TORCHS)
    assert found is not None
    assert found.code == code


def test_gradients_of_one_call_share_their_scale() -> None:
    """Where a gradient is zero but for rounding, its neighbours say how much rounding there may be."""
    expected = seen(gradients=(("0", tensor([1.0])), ("1", tensor([3e-9]))))
    assert compare.difference(expected, seen(gradients=(("0", tensor([1.0])), ("1", tensor([-2e-9])))), TORCHS) is None
    assert compare.difference(expected, seen(gradients=(("0", tensor([1.0])), ("1", tensor([-2e-4])))), TORCHS) is not None

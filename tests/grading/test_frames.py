from __future__ import annotations

import json
import random
import struct
import tracemalloc

import numpy
import pytest

from flashtorch.grading import frames, judge, plan, wording
from flashtorch.grading.inside import codec
from flashtorch.grading.observation import Array, Items, Opaque, Plain, Reply, Run, Tree
from flashtorch.grading.verdict import VerdictName
from tests.grading.decks import code
from tests.grading.framing import frame, one

FLOATS = numpy.arange(6, dtype="<f4")
TENSOR = ["array", "tensor", "float32", [2, 3], "cpu", False, True]


def node_of(reply: Reply) -> object:
    return reply.runs[0].seen[0].value


def test_both_sides_agree_on_the_layout() -> None:
    assert (frames.HEAD.format, frames.MAX_TREE, frames.MAX_BLOCKS) == (codec.HEAD.format, codec.MAX_TREE, codec.MAX_BLOCKS)
    for dtype, size in codec.ITEM_SIZES.items():
        assert numpy.dtype(frames.STORED[dtype]).itemsize == size


def test_a_tensor_comes_back() -> None:
    found = node_of(frames.read(one(TENSOR, FLOATS.tobytes())))
    assert isinstance(found, Array)
    assert (found.dtype, found.shape, found.device, found.requires_grad) == ("float32", (2, 3), "cpu", False)
    assert found.data is not None
    assert found.data.tolist() == [[0, 1, 2], [3, 4, 5]]


def test_bfloat16_is_widened() -> None:
    bits = numpy.array([0x3F80, 0xBF00, 0x7F80], "<u2")
    found = node_of(frames.read(one(["array", "tensor", "bfloat16", [3], "cpu", False, True], bits.tobytes())))
    assert isinstance(found, Array)
    assert found.data is not None
    assert found.data.tolist() == [1.0, -0.5, float("inf")]


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (["plain", "int", "3"], Plain("int", "3")),
        (["plain", "float", "nan"], Plain("float", "nan")),
        (["opaque", "generator", "object"], Opaque("generator", "object")),
    ],
)
def test_plain_nodes_come_back(node: list[str], expected: object) -> None:
    assert node_of(frames.read(one(node))) == expected


def test_containers_come_back() -> None:
    found = node_of(frames.read(one(["tree", "dict", [["'a'", ["items", "list", [["plain", "int", "1"]]]]]])))
    assert isinstance(found, Tree)
    inner = found.items[0][1]
    assert isinstance(inner, Items)
    assert inner.items == (Plain("int", "1"),)


BAD = {
    "empty": b"",
    "short": b"\1\0\0",
    "half": one(TENSOR, FLOATS.tobytes())[:-1],
    "left over": one(TENSOR, FLOATS.tobytes() + b"\0\0\0\0"),
    "more behind": one(TENSOR, FLOATS.tobytes()) + b"\0",
    "too few bytes": one(["array", "tensor", "float32", [2, 4], "cpu", False, True], FLOATS.tobytes()),
    "negative size": one(["array", "tensor", "float32", [-2, -3], "cpu", False, True], FLOATS.tobytes()),
    "boolean size": one(["array", "tensor", "float32", [True, 6], "cpu", False, True], FLOATS.tobytes()),
    "overflowing shape": one(["array", "tensor", "float32", [2**40, 2**40, 0], "cpu", False, True]),
    "many dimensions": one(["array", "tensor", "float32", [1] * 100, "cpu", False, True], b"\0" * 4),
    "unknown dtype": one(["array", "tensor", "object", [6], "cpu", False, True], FLOATS.tobytes() * 2),
    "python dtype": one(["array", "tensor", "O", [3], "cpu", False, True], FLOATS.tobytes()),
    "no data": one(["array", "tensor", "float32", [2, 3], "cpu", False, False]),
    "unknown node": one(["pickle", "x"]),
    "no node": one("x"),
    "no float": one(["plain", "float", "0x"]),
    "no complex": one(["plain", "complex", "0x1p+0"]),
    "no int": one(["plain", "int", "zz"]),
    "no bytes": one(["plain", "bytes", "zz"]),
    "a tensor in pieces": one(["items", "tensor", [["plain", "int", "1"]]]),
    "number as text": one(["plain", "int", 3]),
    "packed of nothing": one(["packed", "list", "float", 0]),
    "packed negative": one(["packed", "list", "float", -1]),
    "packed beyond": one(["packed", "list", "float", 2**62]),
    "value and raised": frame({"runs": [{"device": "cpu", "seen": [[0, {"value": ["plain", "int", "1"], "raised": {}}]]}]}),
    "no facts": frame({"runs": [{"device": "cpu", "seen": [[0, {}]]}]}),
    "strange facts": frame({"runs": [{"device": "cpu", "seen": [[0, {"value": ["plain", "int", "1"], "pass": True}]]}]}),
    "place is no number": frame({"runs": [{"device": "cpu", "seen": [["0", {"value": ["plain", "int", "1"]}]]}]}),
    "no runs": frame({"runs": None}),
    "two answers": frame({"runs": [], "too_large": 1}),
    "a verdict": frame({"verdict": "pass"}),
    "a list": frame([]),
    "no json": struct.pack("<II", 3, 0) + b"{]}",
    "no text": struct.pack("<II", 3, 0) + b"\xff\xfe\0",
    "infinity": struct.pack("<II", 22, 0) + b'{"too_large": Infinity}',
    "deep": struct.pack("<II", 200_000, 0) + b"[" * 100_000 + b"]" * 100_000,
    "deep node": one(json.loads('["items","list",[' * 80 + '["plain","int","1"]' + "]]" * 80)),
    "huge claim": struct.pack("<II", 2**31, 2**31),
    "tree over its cap": frame({"runs": [{"device": "x" * (300 << 10), "seen": []}]}),
}


@pytest.mark.parametrize("name", BAD)
def test_what_does_not_fit_is_a_bad_frame(name: str) -> None:
    with pytest.raises(frames.BadFrame):
        frames.read(BAD[name])


CARD = code("def f(x):\n    return x", "f(1)\nf(2)")


def sound() -> bytes:
    """A reply with most of what one can hold."""
    tensor = ["array", "tensor", "float32", [2, 3], "cpu", True, True]
    facts = {"value": tensor, "changed": [["0", ["plain", "int", "2"]]], "gradients": [["0", tensor]], "state": [False, "torch.float32", "cpu"]}
    other = ["tree", "dict", [["'a'", ["packed", "list", "float", 2]], ["'b'", ["items", "tuple", [["plain", "str", "x"], ["plain", "float", "0x1p+0"]]]]]]
    run = {"device": "cpu", "seen": [[0, facts], [1, {"value": other}]]}
    blocks = FLOATS.tobytes() + FLOATS.tobytes() + numpy.array([0.5, 1.5]).tobytes()
    return frame({"runs": [run, run]}, blocks * 2)


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The frame with a few changes, lengths kept true more often than not so that the changes reach deep."""
    size, blocks = struct.unpack_from("<II", data)
    text, rest = bytearray(data[8 : 8 + size]), bytearray(data[8 + size :])
    for _ in range(chance.randint(1, 4)):
        part = text if chance.random() < 0.8 else rest
        at = chance.randrange(len(part))
        kind = chance.randrange(5)
        if kind == 0:
            part[at] = chance.randrange(256)
        elif kind == 1:
            del part[at : at + chance.randint(1, 8)]
        elif kind == 2:
            part[at:at] = chance.choice([b"0", b"9", b"[", b"]", b'"', b",", b"null", b"true", b"{}", b"1e999", b"-", b'"x"'])
        elif kind == 3:
            word = chance.choice([b"float32", b"int64", b"tensor", b"plain", b"items", b"tree", b"packed", b"true", b"cpu"])
            found = text.find(word)
            if found >= 0:
                text[found : found + len(word)] = chance.choice([b"bool", b"float64", b"list", b"false", b"opaque", b"0", b"meta"])
        else:
            other = chance.randrange(len(part))
            part[at], part[other] = part[other], part[at]
    if chance.random() < 0.9:
        size, blocks = len(text), len(rest)
    return struct.pack("<II", size, blocks) + bytes(text) + bytes(rest)


def same_meaning(one: Reply, other: Reply) -> bool:
    """Whether two replies say the same to a reader who knows nothing of judging."""
    return _spelt(one) == _spelt(other)


def _spelt(value: object) -> object:
    if isinstance(value, numpy.ndarray):
        return (value.dtype.str, value.shape, [round(float(item), 3) + 0.0 for item in value.reshape(-1)])
    if isinstance(value, Plain) and value.kind == "float":
        return ("float", round(float.fromhex(value.text), 3))
    if isinstance(value, Tree) and value.kind == "dict":
        return ("dict", sorted((key, str(_spelt(item))) for key, item in value.items))
    if hasattr(value, "__dataclass_fields__"):
        # The device of a run is told and not compared; that of each tensor is.
        names = [name for name in value.__dataclass_fields__ if not (isinstance(value, Run) and name == "device")]
        return (type(value).__name__, [_spelt(getattr(value, name)) for name in names])
    if isinstance(value, tuple | list):
        return [_spelt(item) for item in value]
    return value


def test_mutated_frames_never_crash_and_never_pass() -> None:
    data, exercise = sound(), plan.exercise(CARD, 1)
    expected = frames.read(data)
    assert judge.judge(exercise, "", expected, frames.read(data)).verdict is VerdictName.PASS
    chance, read = random.Random(5), 0
    for _ in range(4000):
        changed = mutated(data, chance)
        try:
            got = frames.read(changed)
        except frames.BadFrame:
            continue
        read += 1
        found = judge.judge(exercise, "", expected, got)
        if found.verdict is VerdictName.PASS:
            assert same_meaning(expected, got), changed
    # Many are still frames: what is judged here is not only what the reader refuses.
    assert read > 100


def test_a_list_of_another_length_is_not_taken_apart() -> None:
    """There may be hundreds of thousands of numbers in it, and the screen waits."""
    exercise = plan.exercise(CARD, 3)
    floats = one(["packed", "list", "float", 2], bytes(16))
    ints = one(["packed", "list", "int", 2_000_000], bytes(16_000_000))
    tracemalloc.start()
    found = judge.judge(exercise, "", frames.read(floats), frames.read(ints))
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (found.verdict, found.finding and found.finding.params["got"]) == (VerdictName.SHAPE, 2_000_000)
    assert most < 40_000_000


def test_gradients_that_raise_otherwise_are_told_as_values() -> None:
    want, have = (one(["plain", "int", "1"], gradients=[["0", ["plain", "raises", name]]]) for name in ("ValueError", "KeyError"))
    found = judge.judge(plan.exercise(CARD, 3), "", frames.read(want), frames.read(have))
    assert found.finding is not None
    assert "KeyError" in wording.finding(found.finding)

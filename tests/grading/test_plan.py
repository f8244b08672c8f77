from __future__ import annotations

import ast
import json

import pytest

from flashtorch.grading import plan
from flashtorch.grading.inside.check import Rewriter
from flashtorch.grading.names import nearest_defined
from flashtorch.grading.versions import lies_within
from tests.grading.decks import code, fill, predict

CHECK = """
x = torch.randn(3)
f(x, 2)
with torch.no_grad():
    f(x)
    for n in (1, 2):
        f(n)
if True:
    x
else:
    None
try:
    f(*x)
except ValueError as error:
    error.args
finally:
    x.shape

def helper():
    f(9)

class A:
    f(9)

g(1)[0]
Net(2)(x)
""".strip()


def test_bare_expressions_at_top_level_and_in_its_blocks_are_observed() -> None:
    found = list(plan.expressions(CHECK, frozenset({"f", "Net"})))
    assert [each.text for each in found] == ["f(x, 2)", "f(x)", "f(n)", "x", "None", "f(*x)", "error.args", "x.shape", "g(1)[0]", "Net(2)(x)"]
    assert [each.own for each in found] == [True, True, True, False, False, True, False, False, False, True]
    assert found[0].arguments == ("x", "2")
    assert found[5].arguments == ()


def test_both_sides_observe_the_same_expressions() -> None:
    found = list(plan.expressions(CHECK, frozenset({"f"})))
    spots = {(each.line, each.column): place for place, each in enumerate(found)}
    rewriter = Rewriter(spots, dict.fromkeys(range(len(found)), False))
    text = ast.unparse(ast.fix_missing_locations(rewriter.visit(ast.parse(CHECK))))
    for place in range(len(found)):
        assert text.count(f".watching({place}, ") == 1


def test_the_payload_holds_nothing_of_the_solution() -> None:
    made = code("def secret_name(x):\n    return 4711", "secret_name(1)", more="```python wrong\n# a note\ndef secret_name(x):\n    return 815\n```")
    exercise = plan.exercise(made, 1)
    payload = exercise.job("pass").payload()
    assert b"4711" not in payload
    assert b"815" not in payload
    assert b"a note" not in payload
    told = json.loads(payload)
    assert told["answer"] == "pass"
    assert told["seeds"] == [1, 2, 3]
    assert told["expressions"] == [[1, 0, True]]


def test_names_that_the_solution_imports_are_not_its_own() -> None:
    made = code("from torch import relu\ng = relu\nif True:\n    h = relu", "relu(1)\ng(1)\nh(1)")
    assert [each.own for each in plan.exercise(made, 1).expressions] == [False, True, True]


def test_seeds_stay_within_63_bits() -> None:
    assert plan.exercise(code("x = 1", "x"), 2**63 - 1).seeds == (2**63 - 1, 0, 1)


@pytest.mark.parametrize(
    ("keys", "wall", "memory"), [("", 10, 2048), ("limit=2", 2, 2048), ("limit=30 memory=512", 30, 512), ("limit=60", 60, 2048)]
)
def test_a_card_has_its_own_limits(keys: str, wall: float, memory: int) -> None:
    found = plan.exercise(code("x = 1", "x", keys=keys), 1).limits
    assert (found.wall_s, found.memory_mb) == (wall, memory)
    assert found.cpu_s > found.wall_s


def test_limits_stay_sane() -> None:
    from flashtorch.cards.model import CardLimits

    found = plan.limits(CardLimits(wall_s=1e9, memory_mb=10**9), "cpu")
    assert (found.wall_s, found.memory_mb) == (plan.MAX_WALL_S, plan.MAX_MEMORY_MB)
    assert plan.limits(CardLimits(wall_s=0.0001), "cpu").wall_s == plan.MIN_WALL_S


def test_devices() -> None:
    assert plan.exercise(code("x = 1", "x", keys='devices="cpu,meta"'), 1).second == "meta"
    assert plan.exercise(code("x = 1", "x", keys="devices=cuda"), 1).limits.device == "cuda"
    assert plan.exercise(code("x = 1", "x"), 1, "cuda").limits.device == "cuda"
    assert plan.exercise(code("x = 1", "x", keys='devices="cpu,cuda"'), 1, "cuda").limits.device == "cuda"


def test_a_fill_card_is_its_whole_program() -> None:
    assert plan.exercise(fill("x = {{1}}", "x"), 1).solutions == ("x = 1\n",)


def test_a_predict_card_runs_once() -> None:
    exercise = plan.exercise(predict("x = 1\nx + 1"), 5)
    assert (exercise.seeds, exercise.reference.mode, exercise.expressions[0].text) == ((5,), "predict", "x + 1")


@pytest.mark.parametrize(
    ("version", "wanted", "within"),
    [
        ("2.13.0+cpu", "", True),
        ("2.13.0+cpu", ">=2.6", True),
        ("2.13.0+cpu", ">=2.6,<2.13", False),
        ("2.13.0+cpu", "<=2.13", True),
        ("2.9.1", ">=2.10", False),
        ("2.10.0a0+git", "==2.10", True),
        ("2.6", "!=2.6.0", False),
        ("2.6", "nonsense", True),
    ],
)
def test_versions(version: str, wanted: str, within: bool) -> None:
    assert lies_within(version, wanted) is within


@pytest.mark.parametrize(
    ("name", "answer", "near"),
    [
        ("softmax", "def softmx(x): pass\ndef other(): pass", "softmx"),
        ("softmax", "def SoftMax(x): pass", "SoftMax"),
        ("softmax", "def g(x): pass", "g"),
        ("softmax", "def g(x): pass\ndef h(x): pass", ""),
        ("softmax", "softmx = 3", "softmx"),
        ("softmax", "def (", ""),
    ],
)
def test_the_nearest_name(name: str, answer: str, near: str) -> None:
    assert nearest_defined(name, answer) == near

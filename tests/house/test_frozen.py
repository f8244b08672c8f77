"""Frozen values are what dataclasses make of the same lines."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from dataclasses import FrozenInstanceError, dataclass, field, fields, is_dataclass, replace
from typing import Any, ClassVar

import pytest

from flashtorch.frozen import frozen


class Lines:
    """A value."""

    KIND: ClassVar[str] = "lines"
    name: str
    count: int = 3
    seen: list[int] = field(default_factory=list)
    low: float = field(default=0.5, metadata={"unit": "s"})

    @property
    def twice(self) -> int:
        return 2 * self.count


def fresh() -> Any:
    return type("Lines", (), {**{k: v for k, v in vars(Lines).items() if k not in ("__dict__", "__weakref__")}})


OURS: Any = frozen(order=True)(fresh())
THEIRS: Any = dataclass(frozen=True, slots=True, order=True)(fresh())


@frozen
class Empty:
    """Nothing."""


@frozen
class Checked:
    """Refuses what is negative."""

    number: int

    def __post_init__(self) -> None:
        if self.number < 0:
            raise ValueError("negative")


@pytest.mark.parametrize("given", [(("a",), {}), (("a", 4), {"low": 2}), ((), {"name": "b", "seen": [1]})])
def test_it_is_made_shown_compared_and_hashed_like_a_dataclass(given: tuple[tuple[Any, ...], dict[str, Any]]) -> None:
    ours, theirs = OURS(*given[0], **given[1]), THEIRS(*given[0], **given[1])
    assert repr(ours) == repr(theirs).replace("Lines", OURS.__qualname__)
    assert [getattr(ours, name) for name in ours.__match_args__] == [getattr(theirs, name) for name in theirs.__match_args__]
    assert ours == OURS(*given[0], **given[1])
    assert ours != OURS("else")
    assert ours != theirs
    assert ours.twice == theirs.twice
    assert (ours < OURS("z")) == (theirs < THEIRS("z"))
    assert (ours >= OURS("aa")) == (theirs >= THEIRS("aa"))
    assert ours.KIND == "lines"
    assert OURS("x").seen is not OURS("x").seen


def test_wrong_arguments_are_refused() -> None:
    for wrong in ({}, {"name": "a", "else": 1}):
        with pytest.raises(TypeError):
            OURS(**wrong)
    with pytest.raises(TypeError):
        OURS("a", 1, [], 0.1, "more")


def test_it_never_changes() -> None:
    made = OURS("a")
    with pytest.raises(FrozenInstanceError):
        made.name = "b"
    with pytest.raises(FrozenInstanceError):
        del made.name
    with pytest.raises((AttributeError, TypeError)):
        made.other = 1
    assert not hasattr(made, "__dict__")


def test_dataclasses_know_it() -> None:
    assert [(f.name, f.type, f.metadata) for f in fields(OURS)] == [(f.name, f.type, f.metadata) for f in fields(THEIRS)]
    assert replace(OURS("a"), count=9) == OURS("a", 9)
    assert dataclasses.asdict(OURS("a")) == dataclasses.asdict(THEIRS("a"))
    assert OURS.__match_args__ == THEIRS.__match_args__
    assert list(inspect.signature(OURS("a").__init__).parameters) == ["name", "count", "seen", "low"]


def test_it_is_a_dataclass() -> None:
    assert is_dataclass(OURS)
    assert is_dataclass(Empty())


def test_it_hashes_by_its_fields() -> None:
    assert hash(Checked(3)) == hash(Checked(3))
    assert len({Checked(3), Checked(3), Checked(4)}) == 2
    with pytest.raises(TypeError):
        hash(OURS("a"))


def test_a_value_without_fields_is_like_another() -> None:
    assert Empty() == Empty()
    assert hash(Empty()) == hash(Empty())
    assert repr(Empty()) == "Empty()"


def test_what_a_class_checks_is_checked() -> None:
    assert Checked(1).number == 1
    with pytest.raises(ValueError, match="negative"):
        Checked(-1)
    with pytest.raises(ValueError, match="negative"):
        replace(Checked(1), number=-1)


def test_it_is_copied_and_pickled() -> None:
    made = Checked(7)
    assert pickle.loads(pickle.dumps(made)) == made
    assert copy.deepcopy(made) == made


def test_it_can_be_matched() -> None:
    match Checked(5):
        case Checked(number):
            assert number == 5
        case _:
            pytest.fail("no match")

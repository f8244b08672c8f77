"""The arithmetic of the bench."""

from __future__ import annotations

from itertools import cycle

from tests.bench.measuring import Result, Row, environment, measure, percentile


def row(budget: float, percentile: int = 50) -> Row:
    return Row("r", budget, "b", lambda: 1.0, lambda: 1.0, percentile=percentile)


def test_words() -> None:
    steady = tuple([10.0] * 9)
    assert Result(row(0.5), (4.0,) * 9, steady).word == "within"
    assert Result(row(0.5), (9.0,) * 9, steady).word == "over"
    assert Result(row(0.5), (2.0, 2.0, 5.5, 5.5, 5.5, 5.5, 9.0, 9.0, 9.0), steady).word == "over, noisy"


def test_sides_take_turns_and_the_first_of_each_is_dropped() -> None:
    order: list[str] = []
    ours, theirs = cycle([7.0]), iter([100.0, 1.0, 2.0, 3.0])

    def us() -> float:
        order.append("us")
        return next(ours)

    def them() -> float:
        order.append("them")
        return next(theirs)

    result = measure(Row("r", 1.0, "b", us, them, rounds=3, ours_per_round=2))
    assert order == ["us", "them", *["them", "us", "us"] * 3]
    assert result.theirs == (1.0, 2.0, 3.0)
    assert result.theirs_ms == 2.0
    assert result.ratio == 3.5


def test_percentiles() -> None:
    values = [float(n) for n in range(1, 101)]
    assert percentile(values, 50) == 50.5
    assert percentile(values, 95) == 95.0


def test_children_may_write_bytecode() -> None:
    assert "PYTHONDONTWRITEBYTECODE" not in environment()
    assert environment(A="b")["A"] == "b"

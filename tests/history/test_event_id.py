"""Ids of events."""

from __future__ import annotations

import uuid

from hypothesis import given
from hypothesis import strategies as st

from flashtorch.history.event_id import new_id

INSTANTS = st.integers(0, 2**48 * 1000 - 1)
RANDOMNESS = st.binary(min_size=8, max_size=8)


@given(INSTANTS, RANDOMNESS)
def test_an_id_is_a_uuid_of_version_7_with_its_time(at_us: int, randomness: bytes) -> None:
    name = new_id(at_us, randomness)
    value = uuid.UUID(name)
    assert (str(value), value.version, value.variant) == (name, 7, uuid.RFC_4122)
    assert value.int >> 80 == at_us // 1000


@given(INSTANTS, INSTANTS, RANDOMNESS, RANDOMNESS)
def test_ids_sort_by_microsecond(one: int, other: int, first: bytes, second: bytes) -> None:
    if one < other:
        assert new_id(one, first) < new_id(other, second)


@given(st.lists(st.tuples(st.integers(-5, 2000), RANDOMNESS), min_size=2, max_size=30))
def test_ids_of_a_device_only_grow_whatever_its_clock_does(drawn: list[tuple[int, bytes]]) -> None:
    newest, made = None, list[str]()
    for at_us, randomness in drawn:
        newest = new_id(at_us, randomness, newest)
        made.append(newest)
    assert made == sorted(set(made))
    assert all(uuid.UUID(name).version == 7 and uuid.UUID(name).variant == uuid.RFC_4122 for name in made)


def test_many_in_one_microsecond_differ() -> None:
    made = [new_id(1_767_258_000_000_000, b"\xff" * 8)]
    for _ in range(1000):
        made.append(new_id(1_767_258_000_000_000, b"\xff" * 8, made[-1]))
    assert made == sorted(set(made))

"""Writing missing ids into card comments."""

from __future__ import annotations

import pytest

from flashtorch.cards.parser import parse_file
from flashtorch.cards.stamp import comments_of, ids_of_original, new_ids, stamped

HEAD = "---\ndeck: d\n---\n\n"


def stamp(text: str, taken: set[str] | None = None) -> str:
    data = text.encode()
    lines = comments_of(parse_file("d.md", data)).missing
    return stamped(data, new_ids(data, lines, set() if taken is None else taken)).decode()


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("## Sum over the last dimension, kept", "sum-over-the-last-dimension"),
        ("# `x.sum(-1)` & ==more== #", "x-sum-1-more"),
        ("### 形状", "card-1"),
        ("## 形状 of a view", "of-a-view"),
        ("## " + "long" * 40, "long" * 14),
        ("## Add pick(2, 3)", "add"),
    ],
)
def test_an_id_comes_from_the_heading(heading: str, name: str) -> None:
    assert stamp(f"{HEAD}{heading}\n<!-- card: -->\n\n==x==\n") == f"{HEAD}{heading}\n<!-- card: {name} -->\n\n==x==\n"


def test_an_id_that_is_taken_gets_a_number() -> None:
    text = "".join(f"{HEAD if not at else ''}## One\n\n<!-- card: -->\n\n==x==\n\n" for at in range(3))
    assert stamp(text, {"one"}).count("<!-- card: one-") == 3
    assert [str(card.id) for card in parse_file("d.md", stamp(text, {"one"}).encode()).cards] == ["d/one-2", "d/one-3", "d/one-4"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_every_other_byte_stays(end: str, mark: str) -> None:
    text = f"{HEAD}## A  \n  <!-- card:\tnote=3   tags=x -->  \n\n==x==\t\n\n```text\n<!-- card: -->\n```\n\n## B\n<!-- card: -->\n==y==".replace("\n", end)
    after = stamp(mark + text)
    assert after.replace("card: a\t", "card:\t").replace("card: b ", "card: ") == mark + text
    assert [str(card.id) for card in parse_file("d.md", after.encode()).cards] == ["d/a", "d/b"]


def test_a_translation_takes_the_ids_that_stand_at_its_places() -> None:
    def comments(*names: str) -> bytes:
        return (HEAD + "".join(f"## {at}\n<!-- card:{name} -->\n\n==x==\n\n" for at, name in enumerate(names))).encode()

    def of(data: bytes) -> dict[int, str] | None:
        return ids_of_original(comments_of(parse_file("d.zh.md", data)), original, {11: "new"})

    original = comments_of(parse_file("d.md", comments(" a", "", " c")))
    assert of(comments(" a", "", "")) == {11: "new", 16: "c"}
    assert of(comments(" a", "")) is None
    assert of(comments(" c", "", " a")) is None
    assert of(comments(" a", " new", " c")) == {}

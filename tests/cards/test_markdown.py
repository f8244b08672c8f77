"""Markdown -> the tree: what each construct becomes, and that nothing a deck holds can hurt."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flashtorch.cards.markdown import to_prose
from flashtorch.cards.prose import (
    Break,
    Code,
    Emphasis,
    Fence,
    Heading,
    Image,
    Item,
    Link,
    List,
    Mark,
    Maths,
    MathsBlock,
    Paragraph,
    Quote,
    Rule,
    Strong,
    Table,
    Text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flashtorch.cards.prose import Prose, Spans


def spans(source: str) -> Spans:
    (paragraph,) = to_prose(source)
    assert isinstance(paragraph, Paragraph)
    return paragraph.spans


def nodes(tree: Any) -> Iterator[Any]:
    if isinstance(tree, tuple):
        for part in tree:
            yield from nodes(part)
    elif dataclasses.is_dataclass(tree):
        yield tree
        for field in dataclasses.fields(tree):
            yield from nodes(getattr(tree, field.name))


def marks(source: str) -> list[Mark]:
    return [node for node in nodes(to_prose(source)) if isinstance(node, Mark)]


def depth(tree: Any) -> int:
    if isinstance(tree, tuple):
        return max(map(depth, tree), default=0)
    if dataclasses.is_dataclass(tree):
        return 1 + max((depth(getattr(tree, field.name)) for field in dataclasses.fields(tree)), default=0)
    return 0


def test_spans() -> None:
    assert spans("a **b *c*** `d` [e](u) ![f *g*](p.png) $x^2$") == (
        *(Text("a "), Strong((Text("b "), Emphasis((Text("c"),)))), Text(" "), Code("d"), Text(" ")),
        *(Link((Text("e"),), "u"), Text(" "), Image("f g", "p.png"), Text(" "), Maths("x^2")),
    )


def test_line_breaks() -> None:
    assert spans("形状\n是  \n什么") == (Text("形状"), Break(hard=False), Text("是"), Break(hard=True), Text("什么"))


def test_blocks() -> None:
    source = "# H\n\n> q\n\n---\n\n```python setup\nx = 1\n```\n\n    indented\n\n$$\nE = mc^2\n$$\n"
    assert to_prose(source) == (
        *(Heading(1, (Text("H"),)), Quote((Paragraph((Text("q"),)),)), Rule()),
        *(Fence("python", "x = 1\n"), Fence("", "indented\n"), MathsBlock("E = mc^2")),
    )


def test_lists_and_tasks() -> None:
    assert to_prose("3. a\n4. b\n") == (
        List(True, 3, (Item((Paragraph((Text("a"),)),)), Item((Paragraph((Text("b"),)),)))),
    )
    (tasks,) = to_prose("- [ ] no\n- [x] `yes`\n- [X] YES\n- [y] none\n\n[x]: https://example.org\n")
    assert isinstance(tasks, List)
    assert [item.checked for item in tasks.items] == [False, True, True, None]
    assert tasks.items[1].blocks == (Paragraph((Code("yes"),)),)


def test_table() -> None:
    assert to_prose("| a | b | c |\n|---|:-:|--:|\n| `x\\|y` | ==z== |\n") == (
        Table(
            ((Text("a"),), (Text("b"),), (Text("c"),)),
            (((Code("x|y"),), (Mark((Text("z"),), None, (39, 44)),), ()),),
            ("", "center", "right"),
        ),
    )


def test_references_of_the_text_are_resolved() -> None:
    assert spans("see [the page][docs]\n\n[docs]: https://example.org/a") == (
        Text("see "),
        Link((Text("the page"),), "https://example.org/a"),
    )


def test_a_price_is_no_formula() -> None:
    assert spans("costs 5$ or 6$, $ a $") == (Text("costs 5$ or 6$, $ a $"),)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("a <b>c</b>", (Text("a <b>c</b>"),)),
        ("a<!-- hidden -->b", (Text("ab"),)),
        ("<!-- c --> a", (Text("a"),)),
        ("<div>\n<!-- x -->\nhi\n</div>", (Text("<div>"), Break(hard=True), Text("hi"), Break(hard=True), Text("</div>"))),
        ("<!-- never closed", (Text("<!-- never closed"),)),
    ],
)
def test_html_is_text_and_comments_vanish(source: str, shown: Spans) -> None:
    assert spans(source) == shown


def test_a_text_of_comments_alone_is_empty() -> None:
    assert to_prose("<!-- a -->\n\n<!-- b\n\nc -->\n") == ()


@pytest.mark.parametrize("source", ["a\x1b[31mb", "a\x00b", "a\u202eb", "a&#12;b &#8238;", "`a\x9bb`", "[a](<b\x07>)", "```\n\x1b]0;\n```"])
def test_no_control_character_comes_through(source: str) -> None:
    texts = [getattr(node, field.name) for node in nodes(to_prose(source)) for field in dataclasses.fields(node)]
    assert not [text for text in texts if isinstance(text, str) and re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text)]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("a ==b== c", ["==b=="]),
        ("==1::leaf== is ==2::`x==y` z==", ["==1::leaf==", "==2::`x==y` z=="]),
        ("==a====b==", ["==a==", "==b=="]),
        ("==a $x==y$ b==", ["==a $x==y$ b=="]),
        ("==a [l==](u) b==", ["==a [l==](u) b=="]),
        ("> q ==a\n> b== c", ["==a\n> b=="]),
        ("- one\n\n  two ==c\n  d==", ["==c\n  d=="]),
        ("1. 1 ==1== 1", ["==1=="]),
        ("- [ ] no ==gap==", ["==gap=="]),
        ("## H ==x== ##", ["==x=="]),
        ("| ==a== | ==a== |\n|---|---|\n| `\\|` ==p\\|q== | ==a==", ["==a==", "==a==", "==p\\|q==", "==a=="]),
        ("`==a==` ==a==", ["==a=="]),
        (r"\==a== ==a\== b==", [r"==a\== b=="]),
        ("a == b == c", []),
        ("== a==", []),
        ("==a ==", []),
        ("a ===b===", []),
        ("==a\n\nb==", []),
        ("====", []),
        ("```\n==a==\n```", []),
        ("![==a==](p.png)", []),
        ("<div>==a==</div>", []),
    ],
)
def test_marks_know_where_they_stand(source: str, found: list[str]) -> None:
    places = [mark.at for mark in marks(source)]
    assert [source[place[0] : place[1]] for place in places if place] == found
    assert None not in places


def test_only_digits_are_a_gap_number() -> None:
    numbers = [mark.gap for mark in marks("==12::a== ==std::vector== ==٣::x== ==1:a== ==1234567::a== ==a 1::b==")]
    assert numbers == [12, None, None, None, 1234567, None]
    assert marks("==12::a==")[0].spans == (Text("a"),)


def test_marks_bind_tighter_than_emphasis() -> None:
    assert spans("==a **b**==") == (Mark((Text("a "), Strong((Text("b"),))), None, (0, 11)),)
    assert spans("**==a** b==") == (Text("**"), Mark((Text("a** b"),), None, (2, 11)))


HEAVY = {
    "brackets": "[" * 8000,
    "images": "![" * 8000,
    "quotes": "> " * 5000 + "x",
    "lists": "".join("  " * level + "- x\n" for level in range(300)),
    "dollars": "$a" * 20_000 + "\n\n" + "$" * 20_001,
    "equals": "==a " * 20_000 + "b==",
    "comments": "<!--" * 20_000,
    "line": "a" * 1_000_000,
    "stars": "**a *b " * 5000 + "c* d** " * 5000,
    "crowd": "[" * 1_000_000,
}


@pytest.mark.parametrize("source", HEAVY.values(), ids=HEAVY)
def test_heavy_texts_end_as_shallow_trees(source: str) -> None:
    tree = to_prose(source)
    assert tree
    assert depth(tree) < 70


def test_what_lies_too_deep_is_text() -> None:
    texts = [node.text for node in nodes(to_prose("> " * 100 + "needle")) if isinstance(node, Text)]
    assert any("needle" in text for text in texts)


def test_a_mistake_of_the_parser_shows_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> None:
        raise IndexError

    monkeypatch.setattr("flashtorch.cards.markdown._parser", fails)
    expected: Prose = (Paragraph((Text("a *b*"), Break(hard=True), Text("c"))), Paragraph((Text("d"),)))
    assert to_prose("a *b*\nc\n\n\nd") == expected


PIECES = ["==", "=", "1::", "`", "$", "*", "_", "[", "](u)", "![", ">", "- ", "\n", "\n\n", "a", "b ", "|", "|-|", "\\", "    ", "<!--", "-->", "<b>", "#", "&#9;", "形"]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_any_mixture_is_read_and_every_mark_is_placed(source: str) -> None:
    for mark in marks(source):
        if mark.at is not None:
            written = source[mark.at[0] : mark.at[1]]
            assert written.startswith("==")
            assert written.endswith("==")
            assert len(written) > 4

"""Questions: numbers drawn, gaps hidden, options shuffled, and nothing of the answer in them."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any

import pytest

from flashtorch.cards.markdown import to_prose
from flashtorch.cards.model import CardId, Kind
from flashtorch.cards.prose import Code, Fence, Gap, Mark, Paragraph, Text
from flashtorch.cards.question import ask, drawn_parts, question_seed, reveal
from tests.cards.making import make_card

if TYPE_CHECKING:
    from flashtorch.cards.prose import Prose


def texts(tree: Any) -> str:
    """All words of a tree."""
    if isinstance(tree, str):
        return tree + " "
    if isinstance(tree, tuple):
        return "".join(map(texts, tree))
    if isinstance(tree, Gap):
        return "[…] "
    return "".join(texts(getattr(tree, field.name)) for field in dataclasses.fields(tree)) if dataclasses.is_dataclass(tree) else ""


def bare(prose: Prose) -> str:
    return re.sub(r"\s+", "", texts(prose))


def test_the_seed_is_the_same_on_every_machine() -> None:
    card = CardId("pytorch-notes", "conv-out")
    assert question_seed(card, 0) == 4698739416405963756
    assert question_seed(card, 1) != question_seed(card, 0)
    assert all(0 <= question_seed(CardId("d", "c", gap), 3) < 2**63 for gap in range(1, 200))


NUMBERED = "A ==1::leaf== calls **==2::back`ward`==**, so ==1::$x==y$==."


@pytest.mark.parametrize(
    ("gap", "front", "shown"),
    [
        (1, "A […] calls **back`ward`**, so […].", "A ==leaf== calls **back`ward`**, so ==$x==y$==."),
        (2, "A leaf calls **[…]**, so $x==y$.", "A leaf calls **==back`ward`==**, so $x==y$."),
    ],
)
def test_a_numbered_gap_is_hidden_and_the_others_are_plain(gap: int, front: str, shown: str) -> None:
    question = ask(make_card(NUMBERED, "Because.", Kind.CLOZE, gap=gap), 1)
    assert question.front == front
    answer = reveal(question)
    assert answer.back == f"{shown}\n\nBecause."
    # The tree says the same as the text.
    assert bare(question.prose) == bare(to_prose(front))
    assert bare(answer.prose) == bare(to_prose(answer.back))


def test_gaps_without_numbers_are_hidden_together() -> None:
    question = ask(make_card("==a b== and ==c==\n\n| ==d== |\n|---|\n| x |", kind=Kind.CLOZE), 1)
    assert question.front == "[…] and […]\n\n| […] |\n|---|\n| x |"
    assert question.prose[0] == Paragraph((Gap(), Text(" and "), Gap()))
    assert reveal(question).back == "==a b== and ==c==\n\n| ==d== |\n|---|\n| x |"


def test_a_gap_over_lines_of_a_quote_is_hidden_in_one_piece() -> None:
    assert ask(make_card("> a ==b\n> c== d", kind=Kind.CLOZE), 1).front == "> a […] d"


def test_a_tree_of_another_text_hides_too_much_rather_than_too_little() -> None:
    card = make_card("==1::a== ==2::b==", kind=Kind.CLOZE, gap=1)
    moved = dataclasses.replace(card, front=dataclasses.replace(card.front, source="moved: ==1::a== ==2::b=="))
    assert ask(moved, 1).front == "moved: […] […]"


def test_a_mark_is_only_a_highlight_where_no_gap_is_asked() -> None:
    question = ask(make_card("a ==b==", "c"), 1)
    assert question.front == "a ==b=="
    assert question.prose == (Paragraph((Text("a "), Mark((Text("b"),), None, (2, 7)))),)


def test_drawn_numbers_are_one_everywhere() -> None:
    card = make_card(
        "Of `pick(h=(3, 5, 7))` rows:\n\n```python\nx = torch.zeros(pick(h=(3, 5, 7)), pick(2, 4))\n```",
        "$pick(h=(3, 5, 7))$ rows",
        Kind.CODE,
        title="pick(2, 4) columns",
        parts={"solution": "y = pick(h=(3, 5, 7))\n", "starter": "n = pick(2, 4)\n"},
        hints=["not pick(2, 4)"],
    )
    drawn = set()
    for seed in range(40):
        question = ask(card, seed)
        height, width = re.findall(r"`(\d)` rows:.*, (\d)\)", question.front, re.DOTALL)[0]
        drawn.add((height, width))
        assert question.title == f"{width} columns"
        assert question.hints == (f"not {width}",)
        assert question.starter == f"n = {width}\n"
        assert [part.source for part in drawn_parts(card, seed)] == [f"y = {height}\n", f"n = {width}\n"]
        assert question.prose == to_prose(question.front)
        assert reveal(question).back == f"${height}$ rows"
        assert reveal(question).prose == to_prose(f"${height}$ rows")
        assert reveal(question).solutions == (f"y = {height}\n",)
        assert ask(card, seed) == question
    assert drawn == {(height, width) for height in "357" for width in "24"}


def test_a_pick_that_markdown_takes_apart_is_still_drawn_in_the_tree() -> None:
    question = ask(make_card('say pick("*a*", "*b*") [x](pick(1, 2))', "y"), 2)
    assert "pick(" not in question.front
    assert question.prose == to_prose(question.front)


def test_a_pick_in_a_hidden_gap_is_hidden() -> None:
    question = ask(make_card("It has ==pick(3, 5)== rows", kind=Kind.CLOZE), 1)
    assert question.front == "It has […] rows"
    assert reveal(question).back in ("It has ==3== rows", "It has ==5== rows")


def test_options_are_shuffled_without_their_marks() -> None:
    card = make_card("Which?", "b", Kind.CHOICE, options={"a": False, "`b`": True, "c": False, "d": True})
    orders = set()
    for seed in range(60):
        question = ask(card, seed)
        orders.add(question.order)
        assert [option.text for option in question.options] == [card.options[at].text for at in question.order]
        assert not hasattr(question.options[0], "right")
        assert question.options[question.order.index(1)].prose == (Paragraph((Code("b"),)),)
        right = reveal(question).right_options
        assert {card.options[question.order[place - 1]].text for place in right} == {"`b`", "d"}
        assert list(right) == sorted(right)
    assert len(orders) > 15


@pytest.mark.parametrize(
    ("starter", "is_fix"),
    [
        ("def f(x):\n    return x + 1\n", True),
        ("x = 1\n", True),
        ("class A:\n    def f(self):\n        if 1: pass\n", True),
        ("import torch\n\n\ndef f(x):\n    '''Says.'''\n    # here\n    ...\n", False),
        ("class A:\n    def f(self):\n        pass\n", False),
        ("def f(x):\n    return \\\n", False),
        ("# nothing\n", False),
    ],
)
def test_a_starter_that_does_something_is_a_bug_to_fix(starter: str, is_fix: bool) -> None:
    question = ask(make_card("Mend.", "", Kind.CODE, parts={"solution": "f = abs\n", "starter": starter}), 1)
    assert question.is_fix is is_fix
    assert question.starter == starter


def test_blanks_are_counted_and_the_solution_is_whole() -> None:
    fill = "y = {{torch.ones}}(2)\nz = {{y}} + 1\n"
    card = make_card("```python\ny = ____(2)\nz = ____ + 1\n```", "done", Kind.FILL, parts={"fill": fill, "check": "z\n"})
    question = ask(card, 1)
    assert question.blanks == 2
    assert question.prose == (Fence("python", "y = ____(2)\nz = ____ + 1\n"),)
    assert reveal(question).solutions == ("y = torch.ones(2)\nz = y + 1\n",)


def test_accepted_texts_are_told_one_by_one() -> None:
    question = ask(make_card("Who?", "```text\nwombat\nbilby\n```", Kind.TYPED, parts={"answer": "wombat\n\n bilby \n"}), 1)
    assert reveal(question).solutions == ("wombat", "bilby")
    assert question.starter is None

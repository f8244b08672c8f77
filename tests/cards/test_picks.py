"""Numbers drawn anew, blanks, and the order of options."""

from __future__ import annotations

import ast

import pytest

from flashtorch.cards import blanks, choices, picks


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("pick(3, 5)", ("3", "5")),
        ("pick(3)", ("3",)),
        ("pick(-1, +2, 1e-3, 0x10, 1j)", ("-1", "+2", "1e-3", "0x10", "1j")),
        ("pick('mean', \"sum\")", ("'mean'", '"sum"')),
        ("pick(True, None, False)", ("True", "None", "False")),
        ("pick((1, 2), (3, (4,)), ())", ("(1, 2)", "(3, (4,))", "()")),
        ("pick(torch.float32, torch.half)", ("torch.float32", "torch.half")),
        ("pick(h=(3, 5))", ("3", "5")),
        ("pick( h = ('a', (1, 2)) )", ("'a'", "(1, 2)")),
        ("pick(')', '(')", ("')'", "'('")),
        ("pick(3,\n     5,\n)", ("3", "5")),
    ],
)
def test_a_pick_holds_literals(text: str, values: tuple[str, ...]) -> None:
    assert picks.read(text) == values


@pytest.mark.parametrize(
    "text",
    [
        "pick()", "pick(n)", "pick(n, n + 1)", "pick(1 + 2)", "pick([1, 2])", "pick({1})", "pick(*x)", "pick(**x)", "pick(h=3)", "pick(h=())",
        "pick(h=(1, n))", "pick(h=(1,), w=(2,))", "pick(1, h=(2, 3))", "pick(f'a')", "pick(b'a')", "pick(...)", "pick(torch.foo)", "pick(torch.nn.ReLU)",
        "pick(float('inf'))", "pick(-True)", "pick(not 1)", "pick(lambda: 1)", "pick(", "pick(3 5)", "pick(x := 3)",
    ],
)  # fmt: skip
def test_anything_else_is_no_pick(text: str) -> None:
    assert picks.read(text) == ()


def test_the_same_text_is_one_draw_in_every_part() -> None:
    code, prose = "conv(pick(3, 5), pick(h=(7, 9)))", "Size pick(3, 5), height pick(h=(7, 9)); pick(3,5) is another."
    drawn = picks.draw([code, prose], 1)
    assert set(drawn) == {"pick(3, 5)", "pick(h=(7, 9))", "pick(3,5)"}
    assert picks.substitute(code, drawn) == f"conv({drawn['pick(3, 5)']}, {drawn['pick(h=(7, 9))']})"
    assert picks.draw([prose, code], 1) == drawn


def test_a_draw_is_the_same_everywhere_and_reaches_every_choice() -> None:
    text = "pick(0, 1, 2, 3)"
    assert [picks.draw([text], seed)[text] for seed in range(8)] == list("02133001")
    assert {picks.draw([text], seed)[text] for seed in range(100)} == {"0", "1", "2", "3"}


@pytest.mark.parametrize("code", ["pick(-1,) ** 2", "pick(-2,)**2", "pick(3,).real", "1 if pick(3,)else 2", "x - pick(-1,)", "[pick((1, 2),)][0]", "pick('a',).upper()"])
def test_a_literal_means_what_the_call_meant(code: str) -> None:
    shown = picks.substitute(code, picks.draw([code], 0))
    assert "pick" not in shown
    scope = {"pick": lambda value: value, "x": 5}
    assert eval(compile(ast.parse(shown, mode="eval"), "", "eval"), dict(scope)) == eval(code, dict(scope))


def test_words_that_only_look_like_picks_stay() -> None:
    text = "toothpick(3), self.pick(3), a pick (3) and pick"
    assert list(picks.find(text)) == []
    assert picks.substitute(text, picks.draw([text], 0)) == text


def test_comments_and_strings_call_nothing() -> None:
    source = "k = pick(3, 5)  # pick(n)\ns = 'pick(n)' + \"\"\"\npick(m)\"\"\"\nt = f'{pick(1, 2)}'\n"
    assert [pick.text for pick in picks.find_in_code(source)] == ["pick(3, 5)", "pick(1, 2)"]


def test_an_open_bracket_is_a_pick_without_choices() -> None:
    assert [(pick.text, pick.choices) for pick in picks.find("x = pick(3, (5)\ny = 2")] == [("pick(", ())]


def test_blanks_are_emptied_and_filled() -> None:
    source = "y = {{x.sum()}} / {{2}}\nd = {1: {2: 3}}\n"
    assert blanks.contents(source) == ("x.sum()", "2")
    assert blanks.empty(source) == "y = ____ / ____\nd = {1: {2: 3}}\n"
    assert blanks.whole(source) == "y = x.sum() / 2\nd = {1: {2: 3}}\n"
    assert blanks.fill(source, ["\\1", "3"]) == "y = \\1 / 3\nd = {1: {2: 3}}\n"
    with pytest.raises(ValueError, match="2 blanks, 1 texts"):
        blanks.fill(source, ["a"])


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("x = 1", [(0, "none")]),
        ("x = {{1}}", []),
        ("x = {{1}\ny = {{2}}", [(0, "unclosed")]),
        ("x = {{1\n}}", [(0, "unclosed")]),
        ("a\nx = {{1 + {{2}} }}", [(1, "nested")]),
        ("x = {{ }} + {{}}", [(0, "empty"), (0, "empty")]),
        ("x = {{{1: 2}}}", []),
    ],
)
def test_faults_of_blanks(source: str, found: list[tuple[int, str]]) -> None:
    assert list(blanks.faults(source)) == found


def test_options_are_shuffled_by_the_seed_alone() -> None:
    assert sorted(choices.shown_order("d/c", 7, 5)) == [0, 1, 2, 3, 4]
    assert choices.shown_order("d/c", 7, 5) == choices.shown_order("d/c", 7, 5)
    assert len({choices.shown_order("d/c", seed, 4) for seed in range(300)}) == 24
    assert choices.shown_order("d/c", 7, 0) == ()

"""The editor indents as Python does; a blank is a line."""

from __future__ import annotations

from typing import ClassVar

import pytest
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Paste
from textual.widgets.text_area import Selection

from flashtorch.tui.widgets.answers import Lines
from flashtorch.tui.widgets.editor import Editor
from flashtorch.tui.widgets.pasted import MOST, Pasted
from flashtorch.tui.widgets.python_lines import next_indent, toggled


@pytest.mark.parametrize(
    ("line", "indent"),
    [
        ("", 0),
        ("x = 1", 0),
        ("def f(x):", 4),
        ("    if x:  # why", 8),
        ("    return x", 0),
        ("        pass", 4),
        ("    x = f(", 8),
        ("    return f(", 8),
        ("    x = 'a:'", 4),
        ("    s = '('", 4),
        ("    returned = 1", 4),
    ],
)
def test_next_indent(line: str, indent: int) -> None:
    assert next_indent(line) == indent


class Host(App[None]):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+slash,ctrl+underscore", "comment")]

    def action_comment(self) -> None:
        self.query_one(Editor).toggle_comment()

    handed_in = ""
    refused = 0

    def on_lines_submitted(self, message: Lines.Submitted) -> None:
        self.handed_in = message.control.answer

    def on_pasted(self, message: Pasted) -> None:
        self.refused = message.size

    def compose(self) -> ComposeResult:
        yield Editor()
        yield Lines()


async def test_writing_code() -> None:
    app = Host()
    async with app.run_test(size=(60, 20)) as pilot:
        editor = app.query_one(Editor)
        editor.open("")
        editor.focus()
        await pilot.press(*"def f(x):", "enter", *"return x", "enter", *"y")
        assert editor.text == "def f(x):\n    return x\ny"
        await pilot.press("enter", "tab", "x", "backspace", "backspace")
        assert editor.text == "def f(x):\n    return x\ny\n"
        await pilot.press("ctrl+z")
        assert editor.text != "def f(x):\n    return x\ny\n"


async def typed(*keys: str, text: str = "", select: Selection | None = None) -> Editor:
    """The editor after these keys, from the end of `text` or with that selection."""
    app = Host()
    async with app.run_test(size=(60, 20)) as pilot:
        editor = app.query_one(Editor)
        editor.open(text)
        editor.focus()
        if select:
            editor.selection = select
        await pilot.press(*keys)
        return editor


LOOP = "for i in x:\n    y = i\n\n    z = y"


async def test_tab_and_shift_tab_move_the_selected_lines() -> None:
    whole = Selection((0, 4), (3, 2))
    editor = await typed("tab", text=LOOP, select=whole)
    assert editor.text == "    for i in x:\n        y = i\n\n        z = y"
    assert editor.selection == Selection((0, 8), (3, 6))
    assert (await typed("tab", "shift+tab", text=LOOP, select=whole)).text == LOOP
    assert (await typed("shift+tab", text="      x")).text == "  x"
    assert (await typed("shift+tab", text="x")).text == "x"
    assert (await typed("tab", "tab", "ctrl+z", "ctrl+z", text=LOOP, select=whole)).text == LOOP


async def test_a_selection_of_whole_lines_ends_before_the_next_one() -> None:
    assert (await typed("tab", text="a\nb\nc", select=Selection((0, 0), (2, 0)))).text == "    a\n    b\nc"


@pytest.mark.parametrize("key", ["ctrl+underscore", "ctrl+slash"])
async def test_lines_become_comments_and_code_again(key: str) -> None:
    whole = Selection((1, 0), (3, 9))
    editor = await typed(key, text=LOOP, select=whole)
    assert editor.text == "for i in x:\n    # y = i\n\n    # z = y"
    assert (await typed(key, key, text=LOOP, select=whole)).text == LOOP
    assert (await typed(key, "ctrl+z", text=LOOP, select=whole)).text == LOOP


def test_a_line_that_is_no_comment_yet_makes_all_of_them_comments() -> None:
    assert toggled(["# a", "b"]) == ["# # a", "# b"]
    assert toggled(["#a", "  # b"]) == ["a", "  b"]
    assert toggled([""]) == [""]


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (["f", "(", "x"], "f(x)"),
        (["f", "(", "x", ")"], "f(x)"),
        (["f", "(", "g", "(", "x", ")", ")"], "f(g(x))"),
        (["(", "backspace"], ""),
        (["'", "a", "'"], "'a'"),
        (["r", '"', "a"], 'r"a"'),
        (["'", "'", "'"], "'''"),
        ([*"don't"], "don't"),
        ([*"# don't ("], "# don't ()"),
        (["'", "(", "'"], "'('"),
        (["f", "(", "enter", "x"], "f(\n    x\n)"),
        (["x", "home", "("], "(x"),
        (["[", "(", "1", ",", ")", "]"], "[(1,)]"),
    ],
)
async def test_pairs_close_where_that_helps(keys: list[str], text: str) -> None:
    assert (await typed(*keys)).text == text


async def test_a_missing_bracket_can_be_typed_before_another() -> None:
    assert (await typed(")", text="f(g(x)", select=Selection((0, 5), (0, 5)))).text == "f(g(x))"


async def test_a_paste_that_is_too_long_is_refused_as_a_whole() -> None:
    app = Host()
    async with app.run_test(size=(60, 20)) as pilot:
        for widget in (app.query_one(Editor), app.query_one(Lines)):
            widget.open("x", 1) if isinstance(widget, Lines) else widget.open("x")
            app.refused = 0
            widget.post_message(Paste("y" * 1_000_000))
            await pilot.pause()
            assert (widget.text, app.refused) == ("x", 1_000_000)
            widget.post_message(Paste("y" * (MOST - 1)))
            await pilot.pause()
            assert len(widget.text) == MOST


async def test_python_is_highlighted() -> None:
    app = Host()
    async with app.run_test(size=(60, 20)):
        editor = app.query_one(Editor)
        editor.open("x = None")
        assert editor.is_syntax_aware


async def test_a_grammar_that_fails_costs_only_the_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(name: str) -> None:
        raise ValueError(name)

    monkeypatch.setattr("textual.widgets._text_area.get_language", fails)
    app = Host()
    async with app.run_test(size=(60, 20)) as pilot:
        editor = app.query_one(Editor)
        editor.open("x = None")
        editor.focus()
        await pilot.press("!")
        assert editor.text == "x = None!"
        assert not editor.is_syntax_aware


async def test_a_new_text_has_no_past() -> None:
    app = Host()
    async with app.run_test(size=(60, 20)) as pilot:
        editor = app.query_one(Editor)
        editor.open("first")
        editor.open("second")
        editor.focus()
        await pilot.press("ctrl+z")
        assert editor.text == "second"


async def test_blanks_stay_as_many_lines_as_there_are_blanks() -> None:
    app = Host()
    async with app.run_test(size=(60, 20)) as pilot:
        blanks = app.query_one(Lines)
        blanks.open("", 2)
        blanks.focus()
        await pilot.press(*"dim", "enter", *"True", "enter")
        assert blanks.answer == "dim\nTrue"
        assert app.handed_in == "dim\nTrue"
        await pilot.press("home", "backspace")
        assert blanks.answer == "dim\nTrue"
        blanks.open("dim\n", 2)
        assert blanks.cursor_location == (1, 0)


@pytest.mark.parametrize(("text", "after"), [("def f():\n    ...\n", "def f():\n    x\n"), ("pass", "x"), ("a = ...\n", "a = ...\nx")])
async def test_what_only_holds_a_place_is_replaced_by_what_is_typed(text: str, after: str) -> None:
    assert (await typed("x", text=text)).text == after

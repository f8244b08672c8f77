"""The editor indents as Python does; a blank is a line."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult

from flashtorch.tui.widgets.answers import Lines
from flashtorch.tui.widgets.editor import Editor, next_indent


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
    handed_in = ""

    def on_lines_submitted(self, message: Lines.Submitted) -> None:
        self.handed_in = message.control.answer

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

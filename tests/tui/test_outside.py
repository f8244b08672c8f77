"""The learner's own editor: its command, its failures, and the text that comes back."""

from __future__ import annotations

import contextlib
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flashtorch.errors import Trouble
from flashtorch.tui.outside import at_line, edit_text, editor_words, open_file

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE = Path("/d/a.md")


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, ()),
        ({"EDITOR": "vim"}, ("vim",)),
        ({"VISUAL": "code -w", "EDITOR": "vim"}, ("code", "-w")),
        ({"VISUAL": "  ", "EDITOR": "nano"}, ("nano",)),
        ({"EDITOR": "'/my apps/ed' -x"}, ("/my apps/ed", "-x")),
        ({"EDITOR": "'vim"}, ("'vim",)),
    ],
)
def test_which_editor(environment: dict[str, str], words: tuple[str, ...]) -> None:
    assert editor_words(environment) == words


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("vim", "vim +7 /d/a.md"),
        ("/usr/bin/nvim -R", "/usr/bin/nvim -R +7 /d/a.md"),
        ("nano", "nano +7 /d/a.md"),
        ("emacs -nw", "emacs -nw +7 /d/a.md"),
        ("hx", "hx /d/a.md:7"),
        ("subl", "subl --wait /d/a.md:7"),
        ("code -w", "code -w --goto /d/a.md:7"),
        ("code", "code --wait --goto /d/a.md:7"),
        ("kate", "kate -l 7 /d/a.md"),
        ("unheard-of", "unheard-of /d/a.md"),
    ],
)
def test_how_an_editor_is_told_the_line(words: str, command: str) -> None:
    assert at_line(words.split(), FILE, 7) == command.split()


def test_no_line_in_particular() -> None:
    assert at_line(["code"], FILE) == ["code", "--wait", "/d/a.md"]
    assert at_line(["vim"], FILE) == ["vim", "/d/a.md"]


@contextlib.contextmanager
def suspended() -> Iterator[None]:
    yield


def script(tmp_path: Path, python: str) -> list[str]:
    """An editor that does this to the text of its last argument."""
    file = tmp_path / "editor.py"
    file.write_text(f"import pathlib, sys, os, signal\nfile = pathlib.Path(sys.argv[-1])\n{python}\n", encoding="utf-8")
    return [sys.executable, str(file)]


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    editor = script(tmp_path, "file.write_bytes(file.read_bytes() + '# 归一化\\r\\nx\\x1b\\n'.encode())")
    assert edit_text(editor, "a", suspended) == "a\n# 归一化\nx"
    assert edit_text(script(tmp_path, ""), "a\n\tb", suspended) == "a\n\tb"


@pytest.mark.parametrize(
    ("python", "says"),
    [
        ("sys.exit(3)", "ended with status 3"),
        ("file.write_bytes(b'\\xff')", "cannot be read or written"),
        ("file.unlink()", "cannot be read or written"),
        ("file.write_bytes(b'x' * 5_000_000)", "too long"),
    ],
)
def test_an_editor_that_fails_is_one_line(tmp_path: Path, python: str, says: str) -> None:
    with pytest.raises(Trouble, match=says) as told:
        edit_text(script(tmp_path, python), "a", suspended)
    assert "\n" not in told.value.line()


@pytest.mark.parametrize(("words", "says"), [([], "no editor is set"), (["/no/such/editor"], "cannot be started")])
def test_no_editor_is_one_line(words: list[str], says: str) -> None:
    with pytest.raises(Trouble, match=says):
        open_file(words, FILE, 1, suspended)


def test_an_interrupt_is_the_editor_s(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGINT)
    editor = script(tmp_path, "os.kill(os.getppid(), signal.SIGINT)\nfile.write_text('after')")
    assert edit_text(editor, "a", suspended) == "after"
    assert signal.getsignal(signal.SIGINT) is before
    heeds = script(tmp_path, "signal.getsignal(signal.SIGINT) == signal.SIG_IGN and sys.exit(9)")
    assert edit_text(heeds, "a", suspended) == "a"


def test_what_asks_the_program_to_end_is_heeded_when_the_editor_has_gone(tmp_path: Path) -> None:
    heard: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _frame: heard.append(number))
    try:
        editor = script(tmp_path, "os.kill(os.getppid(), signal.SIGTERM)\nfile.write_text('after')")
        assert edit_text(editor, "a", suspended) == "after"
    finally:
        signal.signal(signal.SIGTERM, before)
    assert heard == [signal.SIGTERM]

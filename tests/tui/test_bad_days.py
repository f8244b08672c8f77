"""Bad days in a real terminal: signals, the terminal closed, Ctrl-C anywhere, hardly any room, nothing but broken decks, two windows."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flashtorch.history.log import History
from flashtorch.paths import Paths
from flashtorch.scheduling.params import Params
from tests.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flashtorch.history.event import Event

ROOT = Path(__file__).resolve().parents[2]
DECK = """---
deck: d
---

# One
<!-- card: one -->

What is one?

<details><summary>Answer</summary>

Uno.

</details>

# Two
<!-- card: two -->

What is two?

```text answer
due
```
"""
BROKEN = "---\ndeck: bad\n---\n\n# One\n<!-- card: One -->\n\nx\n"


class Desk:
    """A learner's home and deck, and the program on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.paths = Paths(folder / "home")
        self.deck = folder / "d.md"
        self.deck.write_text(DECK, encoding="utf-8")
        # There was a first run already.
        self.paths.home.mkdir()
        History.open(self.paths.history, Params()).close()
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "TMPDIR")}
        self.env = {**kept, "HOME": str(folder), "FLASHTORCH_HOME": str(self.paths.home), "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)}

    def program(self, *arguments: str | Path, size: tuple[int, int] = (80, 24)) -> Terminal:
        command = [sys.executable, "-m", "flashtorch", *(arguments or (self.deck,))]
        return Terminal(command, self.env, self.folder, *size)

    def events(self) -> Sequence[Event]:
        history = History.open(self.paths.history, Params())
        try:
            return history.events()
        finally:
            history.close()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def everything(it: Terminal) -> bytes:
    return b"".join(data for _at, data in it.chunks)


def answer_one(it: Terminal) -> None:
    it.wait_for("What is one?")
    it.send(" ")
    it.wait_for("Uno.")
    it.send("3")
    it.wait_for("What is two?")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT], ids=lambda number: number.name)
def test_a_signal_ends_it_in_order(number: signal.Signals, desk: Desk) -> None:
    with desk.program() as it:
        answer_one(it)
        it.send(" ")
        it.wait_for("esc card")
        it.send("half a thought")
        it.wait_for("half a thought")
        os.kill(it.pid, number)
        assert it.wait_end() == 128 + number
        assert b"\x1b[?1049l" in everything(it)
        assert b"Traceback" not in everything(it)
    assert [event.card for event in desk.events()] == ["d/one"]
    with desk.program() as it:
        it.wait_for("half a thought")


def test_the_terminal_is_closed(desk: Desk) -> None:
    with desk.program() as it:
        answer_one(it)
        os.close(it.fd)
        it.fd = os.open(os.devnull, os.O_RDONLY)
        os.waitpid(it.pid, 0)
        it.ended = True
    assert [event.card for event in desk.events()] == ["d/one"]


RUNS = """
# Three
<!-- card: three limit=60 -->

Write `f`.

```python solution
def f():
    return 1
```

```python check
f()
```
"""


def test_the_terminal_is_closed_while_an_answer_runs(desk: Desk) -> None:
    desk.deck.write_text(f"---\ndeck: d\n---\n{RUNS}", encoding="utf-8")
    with desk.program("--trust", desk.deck) as it:
        it.wait_for("Write")
        it.send(" ")
        it.wait_for("esc card")
        it.send("while True: pass")
        it.wait_for("pass")
        it.send("\x0a")
        it.wait_for("running")
        below = children_of(it.pid)
        os.close(it.fd)
        it.fd = os.open(os.devnull, os.O_RDONLY)
        os.waitpid(it.pid, 0)
        it.ended = True
    assert below
    for child in below:
        until = time.monotonic() + 20
        while Path(f"/proc/{child}").exists():
            assert time.monotonic() < until, "what was run goes on"
            time.sleep(0.05)


def children_of(pid: int) -> list[str]:
    return [child for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()]


def test_ctrl_c_anywhere_is_no_end_and_no_traceback(desk: Desk) -> None:
    with desk.program() as it:
        it.wait_for("What is one?")
        it.send("\x03")
        it.wait_for("ctrl+q quits.")
        answer_one(it)
        # In the line, on the card, in the help, on the card, at home.
        moves = ((" ", "esc card"), ("\x03\x1b", "space write"), ("?", "answering"), ("\x03\x1b", "What is two?"), ("q", "all decks"))
        for keys, shown in moves:
            it.send(keys)
            it.wait_for(shown)
        it.send("\x03")
        it.send("\x11")
        assert it.wait_end() == 0
        assert b"Traceback" not in everything(it)
    assert [event.card for event in desk.events()] == ["d/one"]


def test_ctrl_c_while_it_starts(desk: Desk) -> None:
    with desk.program() as it:
        it.read(5.0)
        it.send("\x03")
        it.wait_for("What is one?")
        it.send("\x11")
        assert it.wait_end() == 0
        assert b"Traceback" not in everything(it)


def test_twenty_columns_and_five_lines(desk: Desk) -> None:
    with desk.program(size=(20, 5)) as it:
        it.wait_for("What is one?")
        it.send(" ")
        it.wait_for("[3")
        steps = (("4", "Two"), (" ", "ctrl+j"), ("due", "due"), ("\r", "[3"), ("4", "Done"), ("q", "enter study"), ("jjGgc", "Nothing is"))
        for keys, shown in (*steps, ("q", "enter study"), ("?", "answering"), ("\x1b", "❯")):
            it.send(keys)
            it.wait_for(shown)
        it.send("q")
        assert it.wait_end() == 0
        assert b"Traceback" not in everything(it)
    assert len(desk.events()) == 2


def test_only_broken_decks(desk: Desk) -> None:
    bad = desk.folder / "bad.md"
    bad.write_text(BROKEN, encoding="utf-8")
    with desk.program(bad) as it:
        it.wait_for("⚠")
        it.send("c")
        it.wait_for("bad.md")
        it.wait_for("✗")
        for keys, shown in (("q", "all decks"), ("\r", "look again"), ("q", "all decks")):
            it.send(keys)
            it.wait_for(shown)
        it.send("q")
        assert it.wait_end() == 0
        assert b"Traceback" not in everything(it)


@pytest.mark.parametrize("there", [True, False], ids=["an empty folder", "no such folder"])
def test_no_deck_at_a_path_is_one_line(there: bool, desk: Desk) -> None:
    folder = desk.folder / "nothing"
    if there:
        folder.mkdir()
    with desk.program(folder) as it:
        assert it.wait_end() == 2
        assert b"Traceback" not in everything(it)
        assert "nothing" in it.screen()


def test_two_windows_count_a_card_once(desk: Desk) -> None:
    with desk.program() as one, desk.program() as two:
        for it in (one, two):
            it.wait_for("What is one?")
            it.send(" ")
            it.wait_for("Uno.")
        one.send("3")
        one.wait_for("What is two?")
        two.send("3")
        two.wait_for("was answered in another")
        # The whole sentence, which is longer than a line.
        two.wait_for("it is now")
        for it in (one, two):
            it.send("\x11")
            assert it.wait_end() == 0
            assert b"Traceback" not in everything(it)
    assert [event.card for event in desk.events()] == ["d/one"]

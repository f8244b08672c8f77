"""Keys on the screen: to the next card, to the letter in the editor, to the run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from flashtorch.history.log import History
from flashtorch.paths import Paths
from flashtorch.scheduling.params import Params
from tests.bench.measuring import Row, environment
from tests.bench.watched import Watched

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import ExitStack

HERE = Path(__file__).parent
CARDS = 220
NEXT_CARDS = 200
ONE = """
## Card {number}
<!-- card: card-{number} -->

What is the shape of `x` in **Card {number}**? 请说明理由，并写出每一维的含义。

{part}
"""
PARTS = (
    "<details><summary>Answer</summary>\n\nIt is `(3, 4)`, because *so*.\n\n| a | b |\n|--|--|\n| `x` | 很长的一段说明 |\n\n</details>\n",
    "It is ==three== by ==four==.\n\n<details><summary>More</summary>\n\nBecause.\n\n</details>\n",
    "- [ ] `(4, 3)`\n- [x] `(3, 4)`\n- [ ] `(12,)`\n",
    "```text answer\n(3, 4)\n```\n",
    "<details><summary>Answer</summary>\n\n```python solution\ndef f(x):\n    return x.mT\n```\n\n```python check\nf(torch.ones(3, 4))\n```\n\n</details>\n",
)


class Sitting:
    """A running screen over a deck of mixed cards; started when it is first needed."""

    def __init__(self, folder: Path, after: ExitStack) -> None:
        """Ended with `after`."""
        self._folder = folder
        self._after = after
        self._it: Watched | None = None

    @property
    def it(self) -> Watched:
        if self._it is None:
            paths = Paths(self._folder / "home")
            paths.home.mkdir(parents=True)
            paths.settings.write_text("new_per_day = 9999\n", encoding="utf-8")
            History.open(paths.history, Params()).close()
            deck = self._folder / "mixed.md"
            cards = "".join(ONE.format(number=number, part=PARTS[number % len(PARTS)]) for number in range(CARDS))
            deck.write_text(f"---\ndeck: mixed\n---\n{cards}", encoding="utf-8")
            env = environment(FLASHTORCH_HOME=str(paths.home), LC_ALL="C.UTF-8")
            self._it = Watched([sys.executable, "-m", "flashtorch", "--trust", deck], env, self._folder)
            self._after.callback(self._it.close)
            self._it.wait_for("a new card")
            self._it.wait_for("home")
            self._it.settle()
        return self._it

    def next_card(self) -> float:
        """From the rating to the next question."""
        self._answer()
        name = _name(self.it.screen)
        return self.it.timed("4", lambda shown: _name(shown) not in ("", name) and "a new card" in shown)

    def letter(self) -> float:
        """From a key to its letter in the editor."""
        self.to_code()
        if "esc card" not in self.it.screen:
            self.it.press(" ")
        # A letter that nobody writes is seen by its count.
        count = self.it.screen.count("ж")
        if count >= 60:
            self.it.press("\x15")
            count = self.it.screen.count("ж")
        return self.it.timed("ж", lambda shown: shown.count("ж") > count)

    def running(self) -> float:
        """From the key to "running", and back by cancelling."""
        self.to_code()
        if "esc card" not in self.it.screen:
            self.it.press(" ")
        if "while True" not in self.it.screen:
            self.it.press("while True: pass")
        took = self.it.timed("\x0a", lambda shown: "running" in shown)
        self.it.press("\x03")
        self.it.settle()
        return took

    @property
    def is_started(self) -> bool:
        return self._it is not None

    def to_code(self) -> None:
        """Answer until a code card is asked."""
        while "  code" not in self.it.screen.split("\n")[0]:
            self._answer()
            self.it.press("4")

    def _answer(self) -> None:
        """Whatever is asked: show its answer."""
        shown = self.it.screen
        self.it.press(" " if "show the answer" in shown else "\x1bOS")
        self.it.wait_for("[")
        self.it.settle()


def _name(shown: str) -> str:
    """The card in the top line; empty while there is none."""
    first = shown.split("\n", 1)[0].split()
    return first[0] if first else ""


def screen_rows(folder: Path, after: ExitStack) -> list[Row]:
    """What a learner feels with every key, beside a program that only repaints a line."""
    hello = _hello(folder, after)
    beside = "a key that changes one line in Textual, p50"
    next_card, editor, runs = (Sitting(folder / name, after) for name in ("next", "editor", "runs"))
    return [
        Row("key to next card, 200 mixed, p95", 8.0, beside, next_card.next_card, hello, NEXT_CARDS, percentile=95),
        Row("key to letter in the editor, p95", 5.0, beside, editor.letter, hello, 100, percentile=95),
        Row("key to running", 12.0, beside, runs.running, hello, 20),
    ]


def _hello(folder: Path, after: ExitStack) -> Callable[[], float]:
    started: list[Watched] = []
    count = 0

    def once() -> float:
        nonlocal count
        if not started:
            started.append(Watched([sys.executable, HERE / "hello_keys.py"], environment(LC_ALL="C.UTF-8"), folder))
            after.callback(started[0].close)
            started[0].wait_for("key 0")
            started[0].settle()
        count += 1
        wanted = f"key {count} pressed"
        return started[0].timed("x", lambda shown: wanted in shown)

    return once

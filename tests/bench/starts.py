"""What a learner waits for: the first card, and what is due, with ten thousand cards in the library."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.measuring import Row, environment, process
from tests.terminal import Terminal

if TYPE_CHECKING:
    from flashtorch.paths import Paths

HERE = Path(__file__).parent


def first_card_row(paths: Paths, folder: Path) -> Row:
    """From before the start of the program until the first question is on the screen, beside hello-world in Textual."""
    env = environment(FLASHTORCH_HOME=str(paths.home), LC_ALL="C.UTF-8")

    def ours() -> float:
        return _until("in words", [sys.executable, "-m", "flashtorch"], env, folder)

    def theirs() -> float:
        return _until("Hello", [sys.executable, HERE / "hello.py"], env, folder)

    return Row("first card on screen, 10k cards", 1.3, "hello-world in Textual", ours, theirs)


def due_row(paths: Paths, folder: Path, cards: int, anki_python: str) -> Row:
    """`due --json`, a whole process, beside Anki's backend opening a collection of the same size."""
    env = environment(FLASHTORCH_HOME=str(paths.home), LC_ALL="C.UTF-8")
    collection = folder / "collection.anki2"
    subprocess.run([anki_python, HERE / "anki_due.py", "make", collection, str(cards)], env=env, check=True, stdout=subprocess.DEVNULL)

    def ours() -> float:
        return process([sys.executable, "-m", "flashtorch", "due", "--json"], env, folder)

    def theirs() -> float:
        return process([anki_python, HERE / "anki_due.py", "due", collection], env, folder)

    return Row(f"due --json, {cards // 1000}k cards", 0.8, "Anki's backend, fresh process", ours, theirs)


def _until(text: str, command: list[str | Path], env: dict[str, str], folder: Path) -> float:
    with Terminal(command, env, folder) as terminal:
        return (terminal.wait_for(text) - terminal.started) * 1000

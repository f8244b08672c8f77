"""The whole program in a pseudo-terminal, with real torch in a real sandbox: runs that count for nothing, editors, a huge paste."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from tests.terminal import Terminal

if TYPE_CHECKING:
    from pathlib import Path

DECK = """\
---
deck: t
---

# Swap the axes
<!-- card: swap -->

```python starter
def f(x):
    ...
```

```python solution
def f(x):
    return x.T
```

```python check
f(torch.zeros(3, 4))
```
"""
EDITOR = """\
import pathlib, re, sys
*_, line, name = sys.argv
file = pathlib.Path(name)
text = file.read_text(encoding="utf-8")
if name.endswith(".md"):
    file.write_text(text.replace("Swap the axes", f"Turn the axes, line {line[1:]}"), encoding="utf-8")
else:
    file.write_text(text.replace("...", "return x.T"), encoding="utf-8")
"""


@pytest.fixture
def program(tmp_path: Path) -> Terminal:
    (tmp_path / "deck.md").write_text(DECK, encoding="utf-8")
    # Named after an editor that takes the line as `+7`.
    vim = tmp_path / "vim"
    vim.write_text(f"#!{sys.executable}\n{EDITOR}", encoding="utf-8")
    vim.chmod(0o755)
    env = {**os.environ, "FLASHTORCH_HOME": str(tmp_path / "home"), "LANG": "C.UTF-8", "LANGUAGE": "en", "EDITOR": f"{vim} --"}
    env.pop("VISUAL", None)
    env.pop("NO_COLOR", None)
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "settings.toml").write_text('language = "en"\n', encoding="utf-8")
    return Terminal([sys.executable, "-m", "flashtorch", "study", str(tmp_path / "deck.md")], env, tmp_path)


def test_an_answer_is_tried_out_written_elsewhere_judged_and_the_card_edited(program: Terminal) -> None:
    with program as it:
        it.wait_for("enter")
        it.send("\r")
        it.wait_for("Swap the axes")
        it.wait_for("ctrl+j run")
        it.send("e")
        it.wait_for("Turn the axes, line 5")
        it.send("\r")
        it.wait_for("esc card")
        # The placeholder is selected: what is typed replaces it.
        it.send("return x + 1\r")
        it.wait_for("return x + 1")
        it.send("\x1b[17~")
        it.wait_for("tried out")
        it.send("f(torch.ones(2, 2))")
        it.wait_for("f(torch.ones(2, 2))")
        it.send("\x1b[17~")
        it.wait_for("tensor float32 (2, 2)")
        it.send("\n")
        it.wait_for("wrong")
        assert "1 miss" in it.screen()
        it.send("\x11")
        assert it.wait_end() == 0


def test_the_own_editor_writes_the_answer(program: Terminal) -> None:
    with program as it:
        it.wait_for("enter")
        it.send("\r")
        it.wait_for("ctrl+j run")
        it.send("\r")
        it.wait_for("esc card")
        it.send("\x05")
        it.wait_for("return x.T")
        it.send("\n")
        it.wait_for("the same program as the solution")
        it.send("\x11")
        assert it.wait_end() == 0


def test_a_paste_of_a_megabyte_neither_hangs_nor_is_judged(program: Terminal) -> None:
    with program as it:
        it.wait_for("enter")
        it.send("\r")
        it.wait_for("ctrl+j run")
        it.send("\r")
        it.wait_for("esc card")
        text = b"\x1b[200~" + b"x = 1\r" * 170_000 + b"\x1b[201~"
        for start in range(0, len(text), 4096):
            it.send(text[start : start + 4096])
            it.read(0)
        it.wait_for("is not taken: an answer holds 100 KB at most")
        it.send("# here")
        it.wait_for("# here")
        it.send("\x11")
        assert it.wait_end() == 0

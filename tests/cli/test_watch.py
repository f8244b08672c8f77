"""`deck check --watch`: an author mends a card, and hears about it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.terminal import Terminal

ROOT = Path(__file__).parents[2]
DECK = """---
deck: d
---

# Double it
<!-- card: double -->

<details><summary>Answer</summary>

```python solution
y = {body}
```

```python check
y
```

</details>
"""


def test_what_changes_is_checked_again_until_ctrl_c(tmp_path: Path) -> None:
    deck = tmp_path / "d.md"
    deck.write_text(DECK.format(body="nothing"), encoding="utf-8")
    env = {**os.environ, "FLASHTORCH_HOME": str(tmp_path / "home"), "LANGUAGE": "en", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "flashtorch", "deck", "check", "d.md", "--watch", "--trust"]
    with Terminal(command, env, tmp_path, columns=100) as terminal:
        terminal.wait_for("d.md:10: error: the card does not work")
        terminal.wait_for("watching d.md")
        deck.write_text(DECK.format(body="torch.ones(2)"), encoding="utf-8")
        terminal.wait_for("1 card in 1 deck: 0 errors")
        deck.write_text(DECK.format(body="torch.ones(2)").replace("```python check", "```python chekc"), encoding="utf-8")
        terminal.wait_for("d.md:14: error")
        terminal.send("\x03")
        assert terminal.wait_end() == 130
        assert "Traceback" not in terminal.screen()

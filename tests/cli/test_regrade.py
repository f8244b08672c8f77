"""A card is mended, and the answers that it had refused are found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
DECK = """---
deck: d
---

# Double it
<!-- card: double -->

`double(x)`

<details><summary>Answer</summary>

```python solution
def double(x):
    return {body}
```

```python check
double(torch.ones(2))
```

</details>

# Name it
<!-- card: name -->

```text answer
no_grad
```
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "d.md").write_text(DECK.format(body="x * 3"), encoding="utf-8")
    return tmp_path


def run(place: Path, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "FLASHTORCH_HOME": str(place / "home"), "LANGUAGE": "en", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "flashtorch", *arguments]
    return subprocess.run(command, cwd=place, env=env, input=typed, capture_output=True, text=True, check=False, timeout=120)


def sat(place: Path, *moves: dict[str, Any]) -> None:
    done = run(place, "--jsonl", "--trust", "d.md", typed="".join(json.dumps(move) + "\n" for move in moves))
    assert done.returncode == 0, done.stderr


def test_answers_that_a_mended_card_takes_are_shown_and_nothing_is_changed(place: Path) -> None:
    right = "def double(x):\n    return x + x\n"
    sat(
        place,
        {"do": "answer", "answer": right},
        {"do": "answer", "answer": "def double(x):\n    return x\n"},
        {"do": "reveal"},
        {"do": "rate", "rating": 1},
        {"do": "answer", "answer": "no_grad"},
        {"do": "rate", "rating": 3},
    )
    before = run(place, "regrade", "d.md", "--trust", "--json")
    assert (before.returncode, json.loads(before.stdout)) == (0, {"answers": 3, "not_judged": 0, "changed": []})
    (place / "d.md").write_text(DECK.format(body="x * 2"), encoding="utf-8")
    history = (place / "home" / "history.db").read_bytes()
    after = run(place, "regrade", "d.md", "--trust", "--json")
    [changed] = json.loads(after.stdout)["changed"]
    assert (after.returncode, changed["card"], changed["answer"]) == (1, "d/double", right)
    assert (changed["verdict"], changed["verdict_now"]) == ("value", "pass")
    assert (place / "home" / "history.db").read_bytes() == history
    people = run(place, "regrade", "d.md", "--trust", "--card", "d/double")
    assert "d/double: value -> pass" in people.stdout
    assert people.stdout.splitlines()[-1] == "2 answers judged again; 1 verdict would be another"


def test_without_a_history_there_is_nothing_to_do(place: Path) -> None:
    done = run(place, "regrade", "d.md")
    assert (done.returncode, done.stdout) == (0, "0 answers judged again; 0 verdicts would be others\n")

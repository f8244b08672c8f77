"""`flashtorch` as it is started: by a pipe, on a terminal, with decks that are missing, bad or not trusted."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "flashtorch")
PATIENCE_S = 120

WORDS = """---
deck: words
---

# 激活函数

<!-- card: relu -->

最常见的激活函数？

```text answer
relu
线性整流
```

# Why zero_grad?

<!-- card: zero -->

<details><summary>Answer</summary>

Gradients add up.

</details>
"""

RUNS = """---
deck: runs
---

# Double it

<!-- card: double limit=1 -->

Write `double(x)`.

<details><summary>Hint</summary>

Multiply.

</details>

```python solution
def double(x):
    return x * 2
```

```python check
double(torch.ones(2, 3))
double(torch.zeros(1))
```

# Its sum

<!-- card: sum -->

```python predict
torch.ones(2, 3).sum()
```

# 激活函数

<!-- card: name -->

最常见的激活函数？

```text answer
relu
线性整流
```
"""


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "TMPDIR")}
    return {**kept, "FLASHTORCH_HOME": str(tmp_path / "home"), "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)}


@pytest.fixture
def words(tmp_path: Path) -> Path:
    return written(tmp_path / "words.md", WORDS)


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    return written(tmp_path / "runs.md", RUNS)


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def run(env: Mapping[str, str], arguments: Sequence[str | Path], typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], input=typed, env=env, capture_output=True, encoding="utf-8", timeout=PATIENCE_S, check=False
    )


class Pipe:
    """A session by `--jsonl`, spoken with line by line."""

    def __init__(self, env: Mapping[str, str], *arguments: str | Path) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, "--jsonl", *map(str, arguments)], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )
        # A reply that never comes fails the test instead of holding it.
        self.watchdog = threading.Timer(PATIENCE_S, self.process.kill)
        self.watchdog.start()

    def __enter__(self) -> Pipe:
        return self

    def __exit__(self, *exception: object) -> None:
        self.watchdog.cancel()
        self.process.kill()
        self.process.wait()
        for end in (self.process.stdin, self.process.stdout):
            assert end
            end.close()

    def hear(self, *events: str) -> list[dict[str, Any]]:
        """The next replies, which are these events."""
        assert self.process.stdout
        replies = [json.loads(self.process.stdout.readline()) for _event in events]
        assert [reply["event"] for reply in replies] == list(events), replies
        return replies

    def say(self, do: str, *events: str, **more: object) -> list[dict[str, Any]]:
        assert self.process.stdin
        self.process.stdin.write(json.dumps({"do": do, **more}, ensure_ascii=False) + "\n")
        self.process.stdin.flush()
        return self.hear(*events)

    def answer(self, text: str, *events: str) -> list[dict[str, Any]]:
        return self.say("answer", "verdict", *events, answer=text)

    def ends(self) -> int:
        assert self.process.stdin
        self.process.stdin.close()
        return self.process.wait(PATIENCE_S)


def test_a_sitting_by_pipe_with_real_torch(env: dict[str, str], runs: Path) -> None:
    program = "def double(x):  # 两倍\n    return x + x\n"
    with Pipe(env, "--trust", runs) as pipe:
        (asked,) = pipe.hear("question")
        assert (asked["card"], asked["kind"], asked["counts"]["new"]) == ("runs/double", "code", 3)
        assert pipe.answer("def double(x:\n")[0]["verdict"] == "syntax"
        (wrong,) = pipe.answer("def double(x):\n    return x.T * 2\n")
        assert (wrong["verdict"], wrong["passed"], wrong["total"], wrong["suggested"]) == ("shape", 1, 2, None)
        assert "(3, 2)" in wrong["finding"]
        assert pipe.answer("def double(x):\n    while True: pass\n")[0]["verdict"] == "timeout"
        assert pipe.answer("import os\nos._exit(3)\n")[0]["verdict"] == "exited"
        (hinted,) = pipe.say("hint", "question")
        assert (len(hinted["hints"]), hinted["hints_left"], hinted["attempts"]) == (1, 0, 3)
        passed, back = pipe.answer(program, "answer")
        assert (passed["verdict"], passed["suggested"], passed["device"]) == ("pass", 2, "cpu")
        assert "return x * 2" in back["back"]
        rated, asked = pipe.say("rate", "rated", "question", rating=4)
        assert (rated["card"], rated["state"], asked["card"]) == ("runs/double", "review", "runs/sum")

        (back,) = pipe.say("reveal", "answer")
        assert back["suggested"] == 1
        rated, asked = pipe.say("rate", "rated", "question", rating=1)
        assert (rated["state"], asked["card"]) == ("learning", "runs/name")
        undone, asked = pipe.say("undo", "undone", "question")
        assert (undone["card"], asked["card"], asked["state"]) == ("runs/sum", "runs/sum", "new")
        passed, _back = pipe.answer("6.0", "answer")
        assert (passed["verdict"], passed["suggested"]) == ("pass", 2)
        pipe.say("rate", "rated", "question", rating=3)
        assert pipe.answer("线性整流", "answer")[0]["verdict"] == "pass"
        pipe.say("quit")
        assert pipe.ends() == 0

    with Pipe(env, "--trust", runs) as pipe:
        (asked,) = pipe.hear("question")
        assert (asked["card"], asked["draft"]) == ("runs/name", "线性整流")
        assert (asked["counts"]["new"], asked["counts"]["learning"]) == (1, 1)
        undone, asked = pipe.say("undo", "undone", "question")
        assert (undone["card"], asked["card"], asked["draft"]) == ("runs/sum", "runs/sum", "6.0")
        rated, asked = pipe.say("redo", "rated", "question")
        assert (rated["card"], rated["rating"], asked["card"]) == ("runs/sum", 3, "runs/name")
        pipe.say("undo", "undone", "question")
        undone, asked = pipe.say("undo", "undone", "question")
        assert (undone["card"], asked["draft"], asked["attempts"], len(asked["hints"])) == ("runs/double", program, 3, 1)
        assert asked["counts"]["new"] == 3
        passed, _back = pipe.answer(program, "answer")
        assert (passed["verdict"], passed["suggested"]) == ("pass", 2)
        pipe.say("rate", "rated", "question", rating=2)
        assert pipe.ends() == 0


def test_the_end_of_input_keeps_every_answer_and_leaves_with_success(env: dict[str, str], words: Path) -> None:
    first = run(env, [words], "线性整流\n4\n")
    assert first.returncode == 0, first.stderr
    assert "no terminal" in first.stderr
    assert "Rate 1 to 4 (Enter is 3)" in first.stdout
    again = run(env, [words, "--jsonl"])
    assert again.returncode == 0
    (question,) = map(json.loads, again.stdout.splitlines())
    assert (question["card"], question["counts"]["new"]) == ("words/zero", 1)
    assert "one of your decks from now on" not in again.stderr


@pytest.mark.parametrize("arguments", [["--plain"], ["--jsonl"], []])
def test_no_input_at_all_ends_cleanly(env: dict[str, str], words: Path, arguments: list[str]) -> None:
    done = run(env, [*arguments, words])
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    assert "激活函数" in done.stdout


def test_a_stray_byte_is_a_wrong_answer(env: dict[str, str], words: Path) -> None:
    done = subprocess.run([*COMMAND, "--plain", words], input=b"\xff\xfe\n4\n", env=env, capture_output=True, timeout=PATIENCE_S, check=False)
    assert (done.returncode, done.stderr.count(b"Traceback")) == (0, 0)
    assert b"is not the answer" in done.stdout


def test_one_deck_of_several(env: dict[str, str], words: Path, runs: Path) -> None:
    done = run(env, ["--jsonl", "--deck", "words", words, runs])
    assert json.loads(done.stdout)["counts"] == {
        "new": 2, "learning": 0, "review": 0, "decks": [{"deck": "words", "new": 2, "learning": 0, "review": 0}],
        "backlog": None,
    }  # fmt: skip
    unknown = run(env, ["--jsonl", "--deck", "wrods", words])
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "words" in unknown.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["nowhere.md"],
        ["stduy"],
        ["export"],
        ["export", "--format", "xml", "cards"],
        ["--plain", "--jsonl"],
        ["--nonsense"],
        ["--minutes", "0"],
        ["--minutes", "nan"],
        ["--minutes", "inf"],
        ["--ahead", "0"],
        ["--cram", "--ahead", "3"],
        ["--note", "one"],
        ["--note", "99"],
        ["--tag", "cnov"],
    ],
)
def test_what_cannot_be_started_is_one_line_and_exit_2(env: dict[str, str], arguments: list[str]) -> None:
    done = run(env, arguments)
    assert (done.returncode, done.stdout, len(done.stderr.strip().splitlines())) == (2, "", 1)


@pytest.mark.parametrize(
    ("slip", "meant"),
    [("stduy", "study"), ("docter", "doctor"), ("bakcup", "backup"), ("words", ""), ("./stats", "")],
)
def test_a_slip_in_a_command_is_seen(env: dict[str, str], slip: str, meant: str) -> None:
    done = run(env, [slip, "--json"] if meant else [slip])
    assert (done.returncode, done.stdout) == (2, "")
    said = f"{slip}: no such file or folder"
    assert done.stderr.removeprefix(said) == f". Did you mean flashtorch {meant}?\n" if meant else "Did you" not in done.stderr


def test_a_deck_may_be_called_like_a_command_with_a_slip(env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "decks").mkdir()
    written(tmp_path / "decks" / "words.md", WORDS)
    done = subprocess.run([*COMMAND, "decks", "--jsonl"], env=env, cwd=tmp_path, input="", capture_output=True, text=True, check=False)
    assert (done.returncode, '"words/' in done.stdout) == (0, True), done.stderr


def test_what_excludes_each_other_is_said_in_chinese_too(env: dict[str, str]) -> None:
    done = run(env | {"LANGUAGE": "zh"}, ["--plain", "--jsonl"])
    assert done.stderr == "--plain 和 --jsonl 不能同时使用\n"


def test_a_scope_of_the_shipped_deck(env: dict[str, str]) -> None:
    done = run(env, ["--jsonl", "--trust", "--cram", "--minutes", "5", "--note", "3", "--tag", "optimizer"])
    assert done.returncode == 0, done.stderr
    (question,) = map(json.loads, done.stdout.splitlines())
    assert (question["practice"], question["minutes_left"], question["state"]) == (True, 5, "new")


def test_problems_are_said_and_good_cards_studied(env: dict[str, str], tmp_path: Path) -> None:
    deck = written(tmp_path / "half.md", WORDS + "\n# Bad\n\n<!-- card: bad nonsense=1 -->\n\nText\n")
    done = run(env, ["--jsonl", deck])
    assert done.returncode == 0
    assert json.loads(done.stdout)["counts"]["new"] == 2
    assert f"half.md:{len(WORDS.splitlines()) + 4}:" in done.stderr


def test_ctrl_c_leaves_with_130_and_everything_is_kept(env: dict[str, str], words: Path) -> None:
    with Pipe(env, words) as pipe:
        pipe.hear("question")
        pipe.answer("relu", "answer")
        pipe.say("rate", "rated", "question", rating=4)
        pipe.process.send_signal(signal.SIGINT)
        assert pipe.process.wait(PATIENCE_S) == 130
    (question,) = map(json.loads, run(env, ["--jsonl", words]).stdout.splitlines())
    assert question["card"] == "words/zero"


@pytest.fixture
def terminal(env: dict[str, str], tmp_path: Path, runs: Path) -> Iterator[Terminal]:
    runs.write_text(RUNS.replace("limit=1", "limit=60"), encoding="utf-8")
    with Terminal([*COMMAND, "--plain", "--trust", runs], env, tmp_path) as it:
        yield it


def test_with_its_errors_in_a_file_a_terminal_is_none_to_draw_on(env: dict[str, str], tmp_path: Path, words: Path) -> None:
    command = ["/bin/sh", "-c", f"{' '.join(COMMAND)} words.md 2> errors.txt"]
    with Terminal(command, env, tmp_path) as it:
        it.wait_for("Your answer:")
        it.send("\x04")
        assert it.wait_end() == 0
    assert "no terminal" in (tmp_path / "errors.txt").read_text(encoding="utf-8")


def test_a_sitting_on_a_terminal_where_ctrl_c_stops_an_answer_first(terminal: Terminal) -> None:
    terminal.wait_for("Your code")
    terminal.send("def double(x):\n    while True: pass\n.\n")
    terminal.wait_for("Running; Ctrl-C stops it.")
    terminal.send("\x03")
    terminal.wait_for("stopped; nothing was counted")
    terminal.send("def double(x):\n    return x * 2  # 好\n.\n")
    terminal.wait_for("Rate 1 to 4 (Enter is 3)")
    terminal.send("\n")
    terminal.wait_for("What is its value?")
    terminal.send("\x03")
    assert terminal.wait_end() == 130
    assert "Traceback" not in terminal.screen()

"""Bad days of a sitting, met by the program as it is started: one clear line, never a traceback, nothing acknowledged lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flashtorch.history.readonly import looking
from tests.cli.test_study import COMMAND, PATIENCE_S, ROOT, RUNS, WORDS, Pipe, env, run, runs, words, written
from tests.sandbox.running import Watch, children, descendants
from tests.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["env", "runs", "words"]

SLOW = RUNS.replace("limit=1", "limit=60")
FOREVER = "def double(x):\n    print('begun', flush=True)\n    while True: pass\n"


@pytest.fixture
def slow(tmp_path: Path) -> Path:
    return written(tmp_path / "slow.md", SLOW)


def later_written(path: Path, text: str) -> None:
    """Another text, at another time than the one before, whatever the file system's clock can tell."""
    before = path.stat().st_mtime_ns
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(before + 2_000_000_000, before + 2_000_000_000))


def waits(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def runs_something(pid: int) -> bool:
    """Whether a process below `pid` has computed for a while, as an answer that never ends does."""
    for below in descendants(pid):
        try:
            fields = Path(f"/proc/{below}/stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if fields[0] == "R" and not children(below):
            return True
    return False


def loops(pipe: Pipe, env: dict[str, str]) -> None:
    """The first card is open: an answer that never ends is being run when this returns, after one that was wrong."""
    pipe.answer("def double(x):\n    return x\n")
    assert pipe.process.stdin
    pipe.process.stdin.write(json.dumps({"do": "answer", "answer": FOREVER}) + "\n")
    pipe.process.stdin.flush()
    waits(lambda: drafted(env) == FOREVER and runs_something(pipe.process.pid))


def drafted(env: dict[str, str]) -> str:
    with looking(Path(env["FLASHTORCH_HOME"]) / "history.db") as db:
        return str(db.execute("SELECT text FROM open_card").fetchone()[0])


# ---------------------------------------------------------------------- decks


def test_a_deck_that_is_edited_in_mid_session_is_asked_as_it_is_now(env: dict[str, str], words: Path) -> None:
    with Pipe(env, words) as pipe:
        pipe.hear("question")
        later_written(words, WORDS.replace("# Why zero_grad?", "# Why are gradients set to zero?"))
        pipe.answer("relu", "answer")
        _rated, asked = pipe.say("rate", "rated", "question", rating=4)
        assert asked["title"] == "Why are gradients set to zero?"
        later_written(words, WORDS.replace("# Why zero_grad?", "# Why zero the gradients?"))
        (asked,) = pipe.say("reload", "question")
        assert asked["title"] == "Why zero the gradients?"
        later_written(words, WORDS.replace("# Why zero_grad?", "# Changed back"))
        pipe.say("reveal", "answer")
        rated, _done = pipe.say("rate", "rated", "done", rating=4)
        assert rated["card"] == "words/zero"
        assert pipe.ends() == 0


def test_a_card_that_goes_bad_in_mid_session_is_one_line_and_the_others_go_on(env: dict[str, str], words: Path) -> None:
    third = "\n# Third\n\n<!-- card: third -->\n\n<details><summary>Answer</summary>\n\nYes.\n\n</details>\n"
    words.write_text(WORDS + third, encoding="utf-8")
    with Pipe(env, words) as pipe:
        pipe.hear("question")
        later_written(words, (WORDS + third).replace("<!-- card: zero -->", "<!-- card: zero nonsense=1 -->"))
        pipe.answer("relu", "answer")
        _rated, told, asked = pipe.say("rate", "rated", "error", "question", rating=4)
        assert "words/zero" in told["message"]
        assert asked["card"] == "words/third"


def test_a_deck_that_is_deleted_in_mid_session_is_one_line(env: dict[str, str], words: Path) -> None:
    with Pipe(env, words) as pipe:
        pipe.hear("question")
        words.unlink()
        pipe.answer("relu", "answer")
        rated, told, done = pipe.say("rate", "rated", "error", "done", rating=4)
        assert (rated["card"], done["counts"]["new"]) == ("words/relu", 1)
        assert told["message"].count("\n") == 0
        assert "words/zero" in told["message"]
        assert pipe.ends() == 0
    written(words, WORDS)
    (asked,) = map(json.loads, run(env, ["--jsonl", words]).stdout.splitlines())
    assert asked["card"] == "words/zero"


def test_an_edited_deck_in_the_line_mode(env: dict[str, str], words: Path, tmp_path: Path) -> None:
    with Terminal([*COMMAND, "--plain", words], env, tmp_path) as it:
        it.wait_for("Your answer")
        words.unlink()
        it.send("relu\n")
        it.wait_for("Rate 1 to 4")
        it.send("4\n")
        it.wait_for("is no longer in its deck")
        it.wait_for("Nothing is left for now")
        it.send("\n")
        while it.read(1.0):
            pass
        assert it.status == 0
        assert "Traceback" not in it.screen()


def test_two_windows_and_the_answer_that_came_second_is_refused_kindly(env: dict[str, str], words: Path) -> None:
    with Pipe(env, words) as one, Pipe(env, words) as two:
        one.hear("question")
        two.hear("question")
        one.answer("relu", "answer")
        two.answer("gelu", "answer")
        one.say("rate", "rated", "question", rating=4)
        refused, asked = two.say("rate", "error", "question", rating=1)
        assert "another window" in refused["message"]
        assert (asked["card"], asked["state"]) == ("words/relu", "review")
        two.say("skip", "question")
        two.say("reveal", "answer")
        two.say("rate", "rated", "done", rating=4)
        one.say("reveal", "answer")
        one.say("rate", "error", "question", rating=4)
        assert one.ends() == two.ends() == 0


# ---------------------------------------------------------------------- processes


@pytest.mark.parametrize("which", ["template", "everything below"])
def test_whoever_is_killed_under_a_run_there_is_one_honest_verdict(env: dict[str, str], runs: Path, which: str) -> None:
    written(runs, RUNS.replace("limit=1", "limit=3"))
    with Pipe(env, "--trust", runs) as pipe:
        pipe.hear("question")
        loops(pipe, env)
        below = descendants(pipe.process.pid)
        parents = [pid for pid in below if len(children(pid)) > 1 or any(children(child) for child in children(pid))]
        for pid in reversed(below if which == "everything below" else parents[-1:]):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        # It is tried once more, and does not end there either.
        (verdict,) = pipe.hear("verdict")
        assert verdict["verdict"] == "timeout", verdict
        passed, _back = pipe.answer("def double(x):\n    return x + x\n", "answer")
        assert passed["verdict"] == "pass"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_between_two_answers_loses_nothing(env: dict[str, str], words: Path, number: int, code: int) -> None:
    with Pipe(env, words) as pipe:
        pipe.hear("question")
        pipe.answer("relu", "answer")
        pipe.say("rate", "rated", "question", rating=4)
        pipe.process.send_signal(number)
        assert pipe.process.wait(PATIENCE_S) == code
    (asked,) = map(json.loads, run(env, ["--jsonl", words]).stdout.splitlines())
    assert asked["card"] == "words/zero"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_in_mid_run_keeps_the_answer_as_a_draft_and_leaves_no_process(
    env: dict[str, str], slow: Path, number: int, code: int
) -> None:
    with Pipe(env, "--trust", slow) as pipe:
        pipe.hear("question")
        loops(pipe, env)
        watch = Watch(below := descendants(pipe.process.pid))
        pipe.process.send_signal(number)
        assert pipe.process.wait(PATIENCE_S) == code
        assert watch.ended() == set(below)
    assert drafted(env) == FOREVER


def test_kill_minus_9_in_mid_run_loses_nothing_that_was_acknowledged(env: dict[str, str], slow: Path) -> None:
    with Pipe(env, "--trust", slow) as pipe:
        pipe.hear("question")
        pipe.say("know", "question")
        pipe.say("undo", "undone", "question")
        pipe.say("note", "noted", text="两倍")
        loops(pipe, env)
        watch = Watch(below := descendants(pipe.process.pid))
        pipe.process.kill()
        pipe.process.wait(PATIENCE_S)
        assert watch.ended() == set(below)
    lines = [json.loads(line) for line in run(env, ["--jsonl", "--trust", slow], '{"do":"info"}\n').stdout.splitlines()]
    assert lines[0]["draft"] == FOREVER
    assert (lines[1]["event"], lines[1]["remark"]) == ("info", "两倍")


@pytest.fixture
def terminal(env: dict[str, str], tmp_path: Path, slow: Path) -> Iterator[Terminal]:
    with Terminal([*COMMAND, "--plain", "--trust", slow], env, tmp_path) as it:
        yield it


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_while_something_is_typed_keeps_it(
    terminal: Terminal, env: dict[str, str], number: int, code: int
) -> None:
    terminal.wait_for("Your code")
    terminal.send("def double(x):\n    return x  # 好\n")
    terminal.wait_for("# 好")
    time.sleep(0.2)
    os.kill(terminal.pid, number)
    while terminal.read(1.0):
        pass
    assert terminal.status == code
    assert "Traceback" not in terminal.screen()
    assert drafted(env) == "def double(x):\n    return x  # 好\n"


def test_nohup_is_respected(env: dict[str, str], words: Path) -> None:
    program = "import os, signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN); os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
    arguments = [sys.executable, "-c", program, "-m", "flashtorch", "--jsonl", str(words)]
    process = subprocess.Popen(arguments, env=env, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
    assert process.stdout
    assert process.stdin
    assert json.loads(process.stdout.readline())["event"] == "question"
    process.send_signal(signal.SIGHUP)
    process.stdin.write('{"do": "skip"}\n')
    process.stdin.close()
    assert json.loads(process.stdout.readline())["card"] == "words/zero"
    assert process.wait(PATIENCE_S) == 0
    process.stdout.close()

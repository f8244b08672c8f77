"""`flashtorch grade` and what `flashtorch deck check` runs."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from flashtorch.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flashtorch.sandbox.sandbox import Sandbox

    Run = Callable[..., tuple[int, str, str]]

DECK = """---
deck: d
---

# Double it
<!-- card: double -->

`double(x)`

<details><summary>Answer</summary>

```python solution
def double(x):
    return 2 * x
```

```python check
double(torch.ones(pick(2, 3)))
double(torch.ones(1, requires_grad=True))
```

```python wrong
# Twice is not squared.
def double(x):
    return x ** 2
```

</details>

# Name it
<!-- card: name -->

```text answer
no_grad
```

# Pick it
<!-- card: which -->

- [ ] one
- [x] two

# Shape
<!-- card: shape -->

```python predict
torch.ones(2, 3).T.shape
```

# Recall
<!-- card: recall -->

What?

<details><summary>Answer</summary>

That.

</details>

# Old
<!-- card: old -->

<details><summary>Answer</summary>

```python solution
x = torch.gone(3)
```

```python check
x
```

</details>
"""
FIELDS = ["card", "verdict", "passed", "total", "finding", "finding_code", "note", "output", "took_ms", "torch", "device", "sandbox"]


class Lent:
    """The room's sandbox in the place of the command's own."""

    lent: Sandbox

    def __init__(self, *_given: object, **_named: object) -> None:
        pass

    def __enter__(self) -> Sandbox:
        return Lent.lent

    def __exit__(self, *_error: object) -> None:
        pass


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes], sandbox: Sandbox) -> Run:
    """Runs the command line in this process: exit code, stdout, stderr."""
    Lent.lent = sandbox
    monkeypatch.setattr("flashtorch.sandbox.sandbox.Sandbox", Lent)
    monkeypatch.setenv("FLASHTORCH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LANGUAGE", "en")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "d.md").write_text(DECK, encoding="utf-8")

    def runs(*arguments: str, answer: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(answer.encode())))
        with pytest.raises(SystemExit) as left:
            main(list(arguments))
        said = capsysbinary.readouterr()
        return int(left.value.code or 0), said.out.decode(), said.err.decode()

    return runs


def graded(run: Run, card: str, answer: str, *more: str) -> tuple[int, dict[str, Any]]:
    code, out, err = run("grade", card, "--deck", "d.md", "--json", "--trust", *more, answer=answer)
    assert err == ""
    found = json.loads(out)
    assert isinstance(found, dict)
    return code, found


def test_a_right_answer(run: Run) -> None:
    code, found = graded(run, "d/double", "def double(x):\n    print('hi')\n    return x + x\n")
    assert code == 0
    assert list(found) == FIELDS
    assert (found["card"], found["verdict"], found["passed"], found["total"]) == ("d/double", "pass", 2, 2)
    assert (found["finding"], found["finding_code"], found["note"]) == (None, None, None)
    assert (found["device"], found["output"].split()) == ("cpu", ["hi", "hi"])


def test_a_wrong_answer_with_its_note(run: Run) -> None:
    code, found = graded(run, "d/double", "double = torch.square")
    assert (code, found["verdict"], found["finding_code"], found["note"]) == (1, "value", "values", "Twice is not squared.")
    assert "expected 2" in found["finding"]


@pytest.mark.parametrize(
    ("card", "answer", "code", "verdict"),
    [
        ("d/name", "No_Grad", 0, "pass"),
        ("d/name", "detach", 1, "value"),
        ("d/which", "2", 0, "pass"),
        ("d/which", "1,2", 1, "value"),
        ("d/which", "two", 1, "syntax"),
        ("d/shape", "(3, 2)", 0, "pass"),
        ("d/shape", "(2, 3)", 1, "value"),
        ("d/shape", "what", 1, "syntax"),
        ("d/old", "x = 1", 2, "broken"),
    ],
)
def test_every_kind(run: Run, card: str, answer: str, code: int, verdict: str) -> None:
    found_code, found = graded(run, card, answer)
    assert (found_code, found["verdict"]) == (code, verdict)


def test_an_answer_from_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "answer.py").write_text("def double(x):\n    return x * 2\n", encoding="utf-8-sig")
    code, out, _err = run("grade", "d/double", "--deck", "d.md", "--trust", "--seed", "3", "answer.py")
    assert (code, out) == (0, "pass: All 2 checks pass\n")


def test_a_miss_for_people(run: Run) -> None:
    code, out, _err = run("grade", "d/double", "--deck", "d.md", "--trust", "-", answer="def double(x):\n    return x\n")
    [first, second] = out.splitlines()
    assert code == 1
    assert first.startswith("value: `double(torch.ones(")
    assert first.endswith("(0 of 2 checks pass)")
    assert second == "  Twice is not squared."


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("d/doubel", "--deck", "d.md"), "d/double"),
        (("d/recall", "--deck", "d.md"), "nothing to judge"),
        (("d/double", "--deck", "missing.md"), "missing.md"),
        (("d/double", "--deck", "d.md", "missing.py"), "missing.py"),
        (("d/double", "--deck", "d.md", "--seed", "-1"), "seed"),
        (("d/double", "--deck", "d.md", "--device", "tpu"), "tpu"),
        ((), "DECK/CARD"),
    ],
)
def test_what_cannot_be_judged_is_one_line(run: Run, arguments: tuple[str, ...], said: str) -> None:
    code, out, err = run("grade", *arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err


def test_an_untrusted_deck_is_not_run_where_nothing_holds_it(run: Run, sandbox: Sandbox, tmp_path: Path) -> None:
    if sandbox.report().level != "D":
        pytest.skip(f"level {sandbox.report().level} holds, so nobody is asked")
    right = "def double(x):\n    return x + x\n"
    for command in (("grade", "d/double", "--deck", "d.md"), ("deck", "check", "d.md")):
        code, out, err = run(*command, answer=right)
        assert (code, out) == (2, "")
        assert f"flashtorch deck trust {tmp_path / 'd.md'}" in err
    assert run("deck", "trust", "d.md")[0] == 0
    assert run("grade", "d/double", "--deck", "d.md", answer=right)[0] == 0


def test_deck_check_runs_what_can_be_run(run: Run) -> None:
    code, out, _err = run("deck", "check", "d.md", "--json", "--trust")
    found = json.loads(out)
    assert (code, found["ok"]) == (1, False)
    [problem] = found["problems"]
    assert (problem["code"], problem["card"], problem["severity"]) == ("broken", "d/old", "error")
    assert DECK.split("\n")[problem["line"] - 1] == "```python solution"


def test_the_command_by_itself(tmp_path: Path) -> None:
    (tmp_path / "d.md").write_text(DECK, encoding="utf-8")
    command = [sys.executable, "-m", "flashtorch", "grade", "d/double", "--deck", "d.md", "--trust", "--json"]
    environment = {"FLASHTORCH_HOME": str(tmp_path / "home"), "PATH": "/usr/bin:/bin", "LANG": "en_US.UTF-8"}
    answer = b"def double(x):\n    return x.mul(2)\n"
    ended = subprocess.run(command, input=answer, cwd=tmp_path, env=environment, capture_output=True, timeout=120, check=False)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert json.loads(ended.stdout)["verdict"] == "pass"

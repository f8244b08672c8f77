"""`grade --batch`: in order, resumed after a kill, the same however many judge at a time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from flashtorch.grading import batch
from tests.grading.test_commands import DECK

ROOT = Path(__file__).parents[2]
ANSWERS = (
    ("d/double", "def double(x):\n    return x + x", "pass"),
    ("d/double", "def double(x):\n    return x ** 2", "value"),
    ("d/double", "def double(x): retrun x", "syntax"),
    ("d/double", "raise SystemExit(0)", "exited"),
    ("d/name", "no_grad", "pass"),
    ("d/which", "1", "value"),
    ("d/shape", "(3, 2)", "pass"),
    ("d/old", "x = 1", "broken"),
)
TOOK = ("took_ms",)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "d.md").write_text(DECK, encoding="utf-8")
    return tmp_path


def submitted(place: Path, rounds: int, extra: bytes = b"") -> Path:
    lines = [
        json.dumps({"id": f"{turn}-{at}", "card": card, "answer": answer, "who": "好"})
        for turn in range(rounds)
        for at, (card, answer, _verdict) in enumerate(ANSWERS)
    ]
    path = place / "in.jsonl"
    path.write_bytes("\n".join(lines).encode() + b"\n" + extra)
    return path


def command(place: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "flashtorch", "grade", "--batch", "in.jsonl", "--deck", "d.md", "--trust", *more]


def env(place: Path) -> dict[str, str]:
    return {**os.environ, "FLASHTORCH_HOME": str(place / "home"), "LANGUAGE": "en", "PYTHONPATH": str(ROOT)}


def told(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def without_time(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in line.items() if name not in TOOK} for line in lines]


def test_each_line_comes_back_in_its_place_with_its_verdict(place: Path) -> None:
    submitted(place, 1, b'{"id": 7, "card": "d/none", "answer": ""}\nnonsense\n{"id": 8, "card": "d/recall", "answer": "x"}\n')
    done = subprocess.run(command(place), cwd=place, env=env(place), capture_output=True, text=True, check=False)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line.get("verdict") for line in lines] == [verdict for _card, _answer, verdict in ANSWERS] + [None] * 3
    assert [line.get("id") for line in lines][-3:] == [7, None, 8]
    assert all("error" in line for line in lines[-3:])
    assert lines[9]["line"] == 10
    assert {line["who"] for line in lines[:8]} == {"好"}
    assert (done.returncode, done.stderr.splitlines()[0]) == (2, "11 answers: 3 pass, 4 do not, 4 not judged")


def test_a_killed_batch_goes_on_where_it_was_and_one_judge_says_what_two_say(place: Path) -> None:
    submitted(place, 12)
    out = place / "out.jsonl"
    process = subprocess.Popen(command(place, "-o", "out.jsonl", "--jobs", "2"), cwd=place, env=env(place), stderr=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while (not out.exists() or out.stat().st_size < 4000) and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    kept = out.read_bytes()
    assert 0 < kept.count(b"\n") < 96
    out.write_bytes(kept + b'{"id": "half a li')
    subprocess.run(command(place, "-o", "out.jsonl", "--jobs", "2"), cwd=place, env=env(place), capture_output=True, check=False)
    assert out.read_bytes().startswith(kept)
    subprocess.run(command(place, "-o", "one.jsonl", "--jobs", "1"), cwd=place, env=env(place), capture_output=True, check=False)
    assert without_time(told(out)) == without_time(told(place / "one.jsonl"))
    assert len(told(out)) == 96


def test_the_output_of_other_submissions_is_not_gone_on_with(place: Path) -> None:
    submitted(place, 1)
    (place / "out.jsonl").write_text('{"id": "else", "verdict": "pass"}\n', encoding="utf-8")
    done = subprocess.run(command(place, "-o", "out.jsonl"), cwd=place, env=env(place), capture_output=True, text=True, check=False)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "out.jsonl" in done.stderr
    assert (place / "out.jsonl").read_text(encoding="utf-8") == '{"id": "else", "verdict": "pass"}\n'


@pytest.mark.parametrize(
    "arguments", [["--batch", "missing.jsonl"], ["--batch", "in.jsonl", "d/double"], ["--batch", "in.jsonl", "--seed", "1"], ["-o", "x"]]
)
def test_what_makes_no_sense_is_one_line(place: Path, arguments: list[str]) -> None:
    submitted(place, 1)
    done = subprocess.run(
        [sys.executable, "-m", "flashtorch", "grade", "--deck", "d.md", *arguments], cwd=place, env=env(place), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, len(done.stderr.strip().splitlines())) == (2, "", 1)


def test_any_executor_will_do(place: Path) -> None:
    lines = submitted(place, 1).read_bytes().splitlines(keepends=True)[:4]
    setting = batch.Setting((("d", str(place / "d.md")),), sys.executable)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        verdicts = [fields["verdict"] for fields in batch.judged(lines, setting, executor, 1)]
    assert verdicts == ["pass", "value", "syntax", "exited"]

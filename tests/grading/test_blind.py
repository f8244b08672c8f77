"""The blind set: tasks and answers whose truth was decided, and committed, before the judge saw one of them. See `blind/FIRST_RUN.md`."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
BLIND = Path(__file__).resolve().parent / "blind"
DECK = BLIND / "deck"
ANSWERS = BLIND / "answers.jsonl"

RIGHT_BUT_REFUSED = {
    "fill-padmask-r3": "a blank that holds an expression which binds less tightly is taken for a change of the program around it",
}
WRONG_BUT_ACCEPTED = {
    "noise-w1": "the state of the random numbers is set anew before each statement of a check, so that later ones do not see the change",
}


def lines() -> list[dict[str, Any]]:
    return [json.loads(line) for line in ANSWERS.read_text(encoding="utf-8").split("\n") if line]


def cards() -> Iterator[str]:
    for file in sorted(DECK.glob("*.md")):
        for name in re.findall(r"<!-- card: (\S+) ", file.read_text(encoding="utf-8")):
            yield f"blind/{name}"


def test_each_task_has_three_answers_of_either_kind() -> None:
    answers = lines()
    assert len({line["id"] for line in answers}) == len(answers)
    assert {line["truth"] for line in answers} == {"right", "wrong"}
    assert all(line["why"] for line in answers)
    count = Counter((line["card"], line["truth"]) for line in answers)
    known = list(cards())
    assert len(set(known)) == len(known) == 60
    assert {card for card, _ in count} == set(known)
    assert [(card, truth) for card in known for truth in ("right", "wrong") if count[card, truth] < 3] == []


def test_the_judge_agrees_with_the_truth_but_for_what_is_known(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "TMPDIR")}
    out = tmp_path / "judged.jsonl"
    done = subprocess.run(
        [sys.executable, "-m", "flashtorch", "grade", "--batch", ANSWERS, "--deck", DECK, "--trust", "-o", out],
        env={**kept, "FLASHTORCH_HOME": str(tmp_path / "home"), "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 1, done.stderr  # some do not pass, and each could be judged
    judged = {line["id"]: line for line in map(json.loads, out.read_text(encoding="utf-8").splitlines())}
    answers = lines()
    assert judged.keys() == {line["id"] for line in answers}

    refused, accepted = {}, {}
    for line in answers:
        verdict = judged[line["id"]]
        passes = verdict["verdict"] == "pass"
        if line["truth"] == "right" and not passes:
            refused[line["id"]] = f"{verdict['verdict']}: {verdict['finding']} ({line['why']})"
        elif line["truth"] == "wrong" and passes:
            accepted[line["id"]] = line["why"]
    new = {name: why for name, why in {**refused, **accepted}.items() if name not in {**RIGHT_BUT_REFUSED, **WRONG_BUT_ACCEPTED}}
    assert new == {}, "a new disagreement: is the judge wrong, or the truth of the set?"
    assert refused.keys() == RIGHT_BUT_REFUSED.keys(), "a known disagreement is gone: take it out of the table"
    assert accepted.keys() == WRONG_BUT_ACCEPTED.keys(), "a known disagreement is gone: take it out of the table"

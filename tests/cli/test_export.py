"""`flashtorch export`: rows that stay as they are, files that are whole or not there."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from flashtorch import language
from flashtorch.cli import export as command
from flashtorch.cli.main import main
from flashtorch.errors import Trouble
from flashtorch.history.event import EventKind
from flashtorch.progress.exports import formats
from flashtorch.progress.exports.file import write_whole
from flashtorch.progress.exports.formats import lines
from flashtorch.scheduling.moment import MINUTE_US, Moment
from flashtorch.scheduling.params import Params
from tests.history.people import START, Learner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DECK = """---
deck: {name}
---

# One
<!-- card: one note=3 tags=shape,conv -->

What?

<details><summary>Answer</summary>

That.

</details>

# Two
<!-- card: two -->

It is ==1::here== and ==2::there==.
"""
REVIEWS = (
    "id,at,utc_offset_min,day,card,kind,rating,took_ms,verdict,attempts,hints,stability,difficulty,due_day,device_id,content_hash"
)
CARDS = "card,deck,note,kind,tags,state,due_at,due_day,stability,difficulty,retrievability,reps,lapses,suspended,last_review"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("FLASHTORCH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.delenv("LANGUAGE", raising=False)
    monkeypatch.setattr(command, "now", lambda: Moment(START.at_us + 30 * 24 * 60 * MINUTE_US, 60))
    yield tmp_path / "home"
    language.use("en")


@pytest.fixture
def learner(home: Path) -> Iterator[Learner]:
    learner = Learner(home / "history.db", Params(fuzz=False))
    yield learner
    learner.history.close()


def deck(folder: Path, name: str) -> Path:
    path = folder / f"{name}.md"
    path.write_text(DECK.format(name=name), encoding="utf-8")
    return path


def said(capfdbinary: pytest.CaptureFixture[bytes], *arguments: str | Path) -> tuple[bytes, str, int]:
    with pytest.raises(SystemExit) as end:
        main(["export", *map(str, arguments)])
    out, err = capfdbinary.readouterr()
    return out, err.decode(), int(end.value.code or 0)


def objects(capfdbinary: pytest.CaptureFixture[bytes], *arguments: str | Path) -> list[dict[str, Any]]:
    out, err, code = said(capfdbinary, *arguments, "--json")
    assert (err, code) == ("", 0)
    return [json.loads(line) for line in out.decode().splitlines()]


def test_a_review_has_the_columns_that_are_promised(
    tmp_path: Path, learner: Learner, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    state = learner.rates(4, "d/one", content_hash="cafe", evidence={"verdict": "pass", "attempts": 2, "hints": 1, "answer": "x"})
    out, err, code = said(capfdbinary, "reviews", deck(tmp_path, "d"))
    assert (err, code) == ("", 0)
    head, row, rest = out.decode().split("\r\n")
    assert (head, rest) == (REVIEWS, "")
    [event] = learner.history.events("d/one")
    assert row.split(",") == [
        event.id, "2026-01-01T09:00:00+00:00", "60", "2026-01-01", "d/one", "recall", "4", "1500", "pass", "2", "1",
        repr(state.stability), repr(state.difficulty), "2026-01-09", learner.history.device_id, "cafe",
    ]  # fmt: skip
    [found] = objects(capfdbinary, "reviews", tmp_path / "d.md")
    assert ",".join(found) == REVIEWS
    assert (found["stability"], found["attempts"], found["due_day"]) == (state.stability, 2, "2026-01-09")


def test_only_live_reviews_are_exported_in_the_order_they_happened(
    tmp_path: Path, learner: Learner, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    learner.rates(3, "d/two.1")
    learner.go(1)
    learner.rates(1, "d/one")
    learner.go(1)
    learner.rates(2, "d/two.1")
    learner.history.undo(learner.now)
    learner.does(EventKind.SUSPEND, "d/one")
    learner.rates(3, "gone/card")
    path = deck(tmp_path, "d")
    assert [(row["card"], row["rating"]) for row in objects(capfdbinary, "reviews", path)] == [("d/two.1", 3), ("d/one", 1)]
    # Without a path it is every answer ever given, also of a deck that is gone.
    everything = objects(capfdbinary, "reviews")
    assert [(row["card"], row["kind"]) for row in everything] == [("d/two.1", None), ("d/one", None), ("gone/card", None)]


def test_cards_have_the_columns_that_are_promised(
    tmp_path: Path, learner: Learner, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    state = learner.rates(4, "d/one")
    learner.rates(3, "d/two.2")
    learner.does(EventKind.SUSPEND, "d/two.2")
    path = deck(tmp_path, "d")
    out, err, code = said(capfdbinary, "cards", path)
    assert (err, code) == ("", 0)
    assert out.decode().split("\r\n")[0] == CARDS
    one, two_1, two_2 = csv.DictReader(io.StringIO(out.decode(), newline=""))
    assert state.stability is not None
    assert one == {
        "card": "d/one", "deck": "d", "note": "3", "kind": "recall", "tags": "shape conv", "state": "review",
        "due_at": "2026-01-09T03:00:00+00:00", "due_day": "2026-01-09", "stability": repr(state.stability),
        "difficulty": repr(state.difficulty), "retrievability": one["retrievability"], "reps": "1", "lapses": "0",
        "suspended": "false", "last_review": "2026-01-01T09:00:00+00:00",
    }  # fmt: skip
    # FSRS-6, thirty days on: R = (1 + F t/S)^-w20 with F = 0.9^(-1/w20) - 1.
    factor = 0.9 ** (-1 / 0.1542) - 1
    assert float(one["retrievability"]) == pytest.approx((1 + factor * 30 / state.stability) ** -0.1542)
    assert (two_1["state"], two_1["note"], two_1["due_at"], two_1["retrievability"]) == ("new", "", "", "")
    assert (two_2["state"], two_2["due_at"], two_2["suspended"]) == ("learning", "2026-01-01T09:10:00+00:00", "true")
    assert objects(capfdbinary, "cards", path)[0]["tags"] == ["shape", "conv"]


def test_spreadsheets_are_given_no_formulas() -> None:
    cells = ("=1+1", "+1", "-1", "@a", "\tx", "\rx", "＝1", "a=1", -1, -1.5, True, None, 'say "a, b"', "张量", "\x1b[31m\udc80", ())
    [_head, row] = list(csv.reader(io.StringIO("".join(lines(["c"] * len(cells), [cells], "csv")), newline="")))
    assert row == ["'=1+1", "'+1", "'-1", "'@a", "'\tx", "'\rx", "'＝1", "a=1", "-1", "-1.5", "true", "", 'say "a, b"', "张量", "\ufffd[31m\ufffd", ""]
    assert all(json.loads(line) for line in lines(["a", "b"], [("=1", None)], "jsonl"))


def test_what_a_strange_log_keeps_is_no_trouble(learner: Learner, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    learner.rates(3, "d/one", evidence={"verdict": "=HYPERLINK(1)", "attempts": "many", "hints": None})
    learner.rates(3, "d/two", evidence={"verdict": ["pass"], "attempts": 1.5})
    out, err, code = said(capfdbinary, "reviews")
    assert (err, code) == ("", 0)
    one, two = csv.DictReader(io.StringIO(out.decode(), newline=""))
    assert (one["verdict"], one["attempts"], one["hints"]) == ("'=HYPERLINK(1)", "", "")
    assert (two["verdict"], two["attempts"]) == ("", "")


def test_without_a_history_there_are_names_of_columns_alone(
    tmp_path: Path, home: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert said(capfdbinary, "reviews", deck(tmp_path, "d")) == (f"{REVIEWS}\r\n".encode(), "", 0)
    assert not (home / "history.db").exists()


def test_a_file_is_written_in_the_format_of_its_name(
    tmp_path: Path, learner: Learner, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    learner.rates(3, "d/one")
    for name, begins in (("a.csv", b"id,at,"), ("a.jsonl", b'{"id": '), ("a", b"id,at,")):
        assert said(capfdbinary, "reviews", "-o", tmp_path / name) == (b"", "", 0)
        assert (tmp_path / name).read_bytes().startswith(begins)
    assert said(capfdbinary, "reviews", "-o", tmp_path / "a.csv", "--format", "jsonl") == (b"", "", 0)
    assert (tmp_path / "a.csv").read_bytes().startswith(b"{")
    assert said(capfdbinary, "reviews", "-o", "-")[0].startswith(b"id,at,")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "a.csv", "a.jsonl", "home"]


def test_after_ctrl_c_the_old_file_is_there_and_no_half_one(
    tmp_path: Path, learner: Learner, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    learner.rates(3, "d/one")
    kept = tmp_path / "kept.csv"
    kept.write_text("what was here")

    def interrupted(*_: object) -> Iterator[str]:
        yield "x" * 1_000_000
        raise KeyboardInterrupt

    monkeypatch.setattr(formats, "lines", interrupted)
    for path in (kept, tmp_path / "new.csv"):
        assert said(capfdbinary, "reviews", "-o", path) == (b"", "\n", 130)
    assert kept.read_text() == "what was here"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "kept.csv"]


def test_a_file_keeps_its_mode_and_its_link(tmp_path: Path) -> None:
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_text("old and longer")
    file.chmod(0o640)
    link.symlink_to(file)
    write_whole(link, [b"n", b"ew"])
    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode), link.is_symlink()) == (b"new", 0o640, True)


def test_a_pipe_is_written_into(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = subprocess.Popen([sys.executable, "-c", f"print(open({str(pipe)!r}).read())"], stdout=subprocess.PIPE, text=True)
    write_whole(pipe, [b"through"])
    assert reader.communicate(timeout=60)[0] == "through\n"
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.parametrize("name", ["nowhere/file.csv", ".", "home-file/x.csv"])
def test_a_place_that_cannot_be_written_is_one_line(
    tmp_path: Path, name: str, learner: Learner, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    (tmp_path / "home-file").write_text("")
    out, err, code = said(capfdbinary, "reviews", "-o", tmp_path / name)
    assert (out, code) == (b"", 2)
    assert err.startswith(str(tmp_path / name))
    assert err.count("\n") == 1
    with pytest.raises(Trouble):
        write_whole(tmp_path / name, [])


def test_a_damaged_history_leaves_the_file_as_it_was(
    tmp_path: Path, home: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    home.mkdir()
    (home / "history.db").write_bytes(b"what is this " * 1000)
    (tmp_path / "kept.csv").write_text("what was here")
    out, err, code = said(capfdbinary, "reviews", "-o", tmp_path / "kept.csv")
    assert (out, code) == (b"", 2)
    assert err.startswith(str(home / "history.db"))
    assert (tmp_path / "kept.csv").read_text() == "what was here"

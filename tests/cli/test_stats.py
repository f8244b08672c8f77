"""`flashtorch stats`: the page, the JSON, what is asked about, what can be wrong."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from flashtorch import language
from flashtorch.cli import stats as command
from flashtorch.cli.main import main
from flashtorch.cli.stats import first_day
from flashtorch.cli.stats_page import page
from flashtorch.errors import Trouble
from flashtorch.history.reading import Log
from flashtorch.progress.answers import Answer
from flashtorch.progress.calendar import day_of
from flashtorch.progress.drawing import width
from flashtorch.progress.summary import summary
from flashtorch.scheduling.moment import DAY_US, Moment
from flashtorch.scheduling.params import Params
from flashtorch.scheduling.state import CardState, Stage
from tests.cli.test_export import deck
from tests.history.people import START, Learner
from tests.progress.test_numbers import Card

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("FLASHTORCH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("LANGUAGE", raising=False)
    monkeypatch.setattr(command, "now", lambda: Moment(START.at_us + 10 * DAY_US, 60))
    yield tmp_path / "home"
    language.use("en")


@pytest.fixture
def learner(home: Path) -> Iterator[Learner]:
    learner = Learner(home / "history.db", Params(fuzz=False))
    yield learner
    learner.history.close()


def said(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[str, str, int]:
    with pytest.raises(SystemExit) as end:
        main(["stats", *map(str, arguments)])
    out, err = capsys.readouterr()
    return out, err, int(end.value.code or 0)


def fields(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> Any:
    out, err, code = said(capsys, "--json", *arguments)
    assert (err, code) == ("", 0)
    return json.loads(out)


def studied(learner: Learner) -> None:
    """Two cards of one deck over ten days, one of a deck that is gone."""
    learner.rates(4, "d/one")
    learner.rates(4, "gone/card")
    learner.go(8 * 24 * 60)
    learner.rates(3, "d/one")
    learner.go(24 * 60)
    learner.rates(1, "d/two.1")


def test_json_has_names_that_stay(tmp_path: Path, learner: Learner, capsys: pytest.CaptureFixture[str]) -> None:
    studied(learner)
    found = fields(capsys, deck(tmp_path, "d"))
    one, two = learner.history.state("d/one").stability, learner.history.state("d/two.1").stability
    assert one is not None
    assert two is not None
    assert found["day"] == "2026-01-11"
    assert found["since"] is None
    assert found["answers"] == {"total": 3, "right": 2, "days": 3, "took_ms": 4500}
    assert found["today"] == {"total": 0, "right": 0, "took_ms": 0}
    assert found["ratings"] == {"1": 1, "2": 0, "3": 1, "4": 1}
    assert found["streak"] == {"days": 2, "longest": 2, "today": False}
    assert found["retention"] == {
        "desired": 0.9,
        "young": {"right": 1, "total": 1, "rate": 1.0},
        "mature": {"right": 0, "total": 0, "rate": None},
        "all": {"right": 1, "total": 1, "rate": 1.0},
    }
    [stretch] = found["calibration"]
    assert stretch["predicted"] == pytest.approx(0.9, abs=0.01)
    assert {**stretch, "predicted": 0} == {"from": 0.9, "to": 0.95, "predicted": 0, "right": 1, "total": 1, "rate": 1.0}
    assert found["days"][0] == {"day": "2026-01-01", "answers": 1, "right": 1, "took_ms": 1500}
    assert found["forecast"][0] == {"day": "2026-01-11", "learning": 1, "review": 0, "overdue": 0}
    assert len(found["forecast"]) == 30
    assert found["backlog"] == {"due": 0, "per_day": 200, "days": 0}
    [known] = found["decks"]
    assert {**known, "retrievability": 0} == {
        "deck": "d", "cards": 3, "new": 1, "learning": 1, "young": 0, "mature": 1, "suspended": 0, "retrievability": 0,
        "stability": pytest.approx((one + two) / 2), "answers": 3,
    }  # fmt: skip
    [note] = found["notes"]
    assert (note["deck"], note["note"], note["cards"], note["answers"]) == ("d", 3, 1, 2)
    assert found["leeches"] == []


def test_without_a_path_every_answer_counts(learner: Learner, capsys: pytest.CaptureFixture[str]) -> None:
    studied(learner)
    found = fields(capsys)
    assert found["answers"]["total"] == 4
    assert {deck["deck"] for deck in found["decks"]} >= {"pytorch-notes"}


def test_a_window_and_a_deck_narrow_it(tmp_path: Path, learner: Learner, capsys: pytest.CaptureFixture[str]) -> None:
    studied(learner)
    paths = deck(tmp_path, "d"), deck(tmp_path, "e")
    found = fields(capsys, *paths, "--since", "3d")
    assert (found["since"], found["answers"]["total"], len(found["days"])) == ("2026-01-09", 2, 2)
    assert found["streak"]["days"] == 2
    found = fields(capsys, *paths, "--deck", "e")
    assert (found["answers"]["total"], [each["deck"] for each in found["decks"]]) == (0, ["e"])
    out, err, code = said(capsys, *paths, "--deck", "f")
    assert (out, code) == ("", 2)
    assert err.startswith("no deck f")


@pytest.mark.parametrize(
    ("since", "day"), [("1d", "2026-05-20"), ("90d", "2026-02-20"), ("2w", "2026-05-07"), ("1m", "2026-04-21"), ("1y", "2025-05-21"), ("2026-01-31", "2026-01-31")]
)
def test_since_is_a_span_or_a_date(since: str, day: str) -> None:
    from datetime import date

    assert first_day(since, day_of(date(2026, 5, 20))) == day_of(date.fromisoformat(day))


@pytest.mark.parametrize("since", ["", "90", "d", "-3d", "2026-13-01", "yesterday", "999999d"])
def test_another_since_is_one_line(since: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Trouble):
        first_day(since, 20_000)
    out, err, code = said(capsys, f"--since={since}")
    assert (out, code, err.count("\n")) == ("", 2, 1)
    assert "90d" in err


def test_the_page_is_for_people(tmp_path: Path, learner: Learner, capsys: pytest.CaptureFixture[str]) -> None:
    studied(learner)
    out, err, code = said(capsys, deck(tmp_path, "d"))
    assert (err, code) == ("", 0)
    lines = out.splitlines()
    assert lines[0] == "Progress on 2026-01-11"
    assert "Altogether   3 answers · 67 % right · 4 s · on 3 days" in lines
    assert any(re.fullmatch(r"young \(< 21 d\) +1 +1 +100.0 %", line) for line in lines)
    assert any(re.fullmatch(r"today  █+ +1 \(1 in steps\)", line) for line in lines)
    assert any(re.fullmatch(r"d +[0-9.]+ d +\d+ % +3 +1 +1 +0 +1", line) for line in lines)
    assert max(map(width, lines)) <= 80


def answers() -> Iterator[Answer]:
    for day in range(20_000, 20_100, 2):
        for card in range(day % 7):
            yield Answer(
                f"{day}{card}", f"d/c{card}", 0, 0, day, 1 + day // 2 % 4, 61_000, "review", card * 9, card / 7, 5.0, 5.0, day + 9
            )


@pytest.mark.parametrize("columns", [40, 80, 100])
@pytest.mark.parametrize("chosen", ["en", "zh"])
def test_everything_fits_the_width(columns: int, chosen: language.Language) -> None:
    cards = [Card(f"d/c{number}", note=number % 50) for number in range(120)]
    kept = {card.card: CardState(Stage.REVIEW, 9.0, 5.0, due_day=20_090 + number, last_day=20_080, lapses=9, leech=number < 20) for number, card in enumerate(cards)}
    found = summary(list(answers()), Log((), kept), cards, 20_100, Params(reviews_per_day=3))
    language.use(chosen)
    lines = page(found, columns)
    text = "\n".join(lines)
    assert len(lines) > 80
    # Sentences are left to the terminal, which breaks them; what is drawn must not be broken.
    drawn = [line for line in lines if columns >= 80 or re.search(r"[█░▒▓]|···|   .* %$|  \d+$", line)]
    assert len(drawn) > 60
    assert max(map(width, drawn)) <= columns
    if chosen == "en":
        assert "The 11 reviews of today are 4 days of work at 3 a day." in text
        assert [line for line in lines if line.startswith("and ")] == ["and 20 more", "and 10 more"]


def test_with_nothing_learnt_it_says_what_there_is(tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, err, code = said(capsys, deck(tmp_path, "d"))
    assert (err, code) == ("", 0)
    assert "0 answers" in out
    assert not (home / "history.db").exists()
    assert fields(capsys, tmp_path / "d.md")["retention"]["all"] == {"right": 0, "total": 0, "rate": None}


def test_a_damaged_history_is_one_line(tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home.mkdir()
    (home / "history.db").write_bytes(b"what is this " * 1000)
    out, err, code = said(capsys, deck(tmp_path, "d"))
    assert (out, code, err.count("\n")) == ("", 2, 1)
    assert err.startswith(str(home / "history.db"))


@pytest.mark.parametrize("arguments", [["stats", "--json"], ["export", "cards"], ["export", "reviews"]])
def test_reading_loads_no_database_library(arguments: list[str], home: Path) -> None:
    """The first call parses the shipped decks; every later one only reads."""
    code = f"from flashtorch.cli.main import main\ntry: main({arguments!r})\nexcept SystemExit as end: assert not end.code, end.code\n"
    report = "import sys; print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)"
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", code + report], capture_output=True, text=True, check=True, timeout=120)
    assert not set(done.stderr.split()) & {"sqlalchemy", "pydantic", "markdown_it", "numpy", "torch", "textual", "rich"}

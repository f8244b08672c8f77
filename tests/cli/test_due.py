"""`flashtorch due`: what scripts and people read."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from flashtorch import language
from flashtorch.cli import due as command
from flashtorch.cli.due import as_fields, as_table
from flashtorch.cli.main import main
from flashtorch.history.event import Event, EventKind
from flashtorch.history.glance import DeckCount, Glance
from flashtorch.history.log import History
from flashtorch.scheduling.moment import MINUTE_US, Moment, study_day
from flashtorch.scheduling.params import Params
from tests.history.people import START

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DECK = """---
deck: {name}
---

# One
<!-- card: one -->

What?

<details><summary>Answer</summary>

That.

</details>

# Two
<!-- card: two -->

It is ==1::here== and ==2::there==.
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("FLASHTORCH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.delenv("LANGUAGE", raising=False)
    monkeypatch.setattr(command, "now", lambda: START)
    yield tmp_path / "home"
    language.use("en")


def deck(folder: Path, name: str) -> Path:
    path = folder / f"{name}.md"
    path.write_text(DECK.format(name=name), encoding="utf-8")
    return path


def said(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[str, str, int]:
    with pytest.raises(SystemExit) as end:
        main(["due", *map(str, arguments)])
    out, err = capsys.readouterr()
    return out, err, int(end.value.code or 0)


def fields(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> Any:
    out, err, code = said(capsys, "--json", *arguments)
    assert (err, code) == ("", 0)
    assert out.count("\n") == 1
    return json.loads(out)


def rates(home: Path, card: str, rating: int, at: Moment = START) -> None:
    history = History.open(home / "history.db", Params())
    event = Event("", at.at_us, at.utc_offset_min, study_day(at), "", EventKind.REVIEW, card, rating=rating)
    history.append(event, history.state(card).last_event)
    history.close()


def test_new_decks_are_all_new(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # The two numbered gaps are siblings, so one of them waits for tomorrow.
    assert fields(capsys, deck(tmp_path, "d")) == {
        "day": "2026-01-01",
        "decks": [{"deck": "d", "new": 2, "learning": 0, "review": 0}],
        "next_at": "2026-01-02T03:00:00+00:00",
        "backlog": None,
    }


def test_steps_and_reviews_are_counted_apart(tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = deck(tmp_path, "d")
    rates(home, "d/one", 4, Moment(START.at_us - 60 * 24 * 60 * MINUTE_US, 60))
    rates(home, "d/two.1", 3)
    found = fields(capsys, path)
    assert found["decks"] == [{"deck": "d", "new": 0, "learning": 1, "review": 1}]
    assert found["next_at"] == "2026-01-01T09:10:00+00:00"


def test_limits_of_the_settings_count(tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home.mkdir()
    (home / "settings.toml").write_text("new_per_day = 1\n", encoding="utf-8")
    assert fields(capsys, deck(tmp_path, "d"))["decks"][0]["new"] == 1


def test_several_paths_share_the_limits_and_are_not_registered(tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = fields(capsys, deck(tmp_path, "d"), deck(tmp_path, "a"))
    assert [(row["deck"], row["new"]) for row in found["decks"]] == [("a", 2), ("d", 2)]
    assert not (home / "decks.txt").exists()
    everything = fields(capsys)
    assert {row["deck"] for row in everything["decks"]} == {"first-steps", "pytorch-notes"}


def test_people_get_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, err, code = said(capsys, deck(tmp_path, "d"), deck(tmp_path, "a"))
    assert (err, code) == ("", 0)
    assert [re.split(r"\s{2,}", line) for line in out.splitlines()] == [
        ["deck", "new", "learning", "to review"],
        ["a", "2", "0", "0"],
        ["d", "2", "0", "0"],
        ["all", "4", "0", "0"],
    ]
    assert len({len(line) for line in out.splitlines()}) == 1


def test_a_missing_path_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, err, code = said(capsys, "--json", tmp_path / "nowhere")
    assert (out, code) == ("", 2)
    assert "nowhere" in err
    assert "Traceback" not in err


def test_a_damaged_history_is_one_line(tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home.mkdir()
    (home / "history.db").write_bytes(b"what is this " * 1000)
    out, err, code = said(capsys, "--json", deck(tmp_path, "d"))
    assert (out, code) == ("", 2)
    assert err.startswith(str(home / "history.db"))


def test_no_deck_is_said() -> None:
    assert as_table(Glance(1, (), None, None), START) == "There is no deck yet."
    assert as_fields(Glance(0, (), None, None)) == {"day": "1970-01-01", "decks": [], "next_at": None, "backlog": None}


def test_with_nothing_to_do_the_local_time_of_the_next_card_is_said() -> None:
    shown = as_table(Glance(1, (DeckCount("d", 0, 0, 0),), None, START.at_us), START)
    assert shown.splitlines()[-1] == "Nothing more for now; the next card is due on 2026-01-01 10:00."


def test_columns_stand_under_each_other_in_chinese_too(monkeypatch: pytest.MonkeyPatch) -> None:
    chinese = {"deck": "卡组", "new": "新卡", "learning": "学习中", "to review": "待复习", "all": "合计"}
    monkeypatch.setattr(command, "_", lambda sentence: chinese.get(sentence, sentence))
    lines = as_table(Glance(1, (DeckCount("a", 1, 22, 3), DeckCount("long-name", 0, 0, 0)), "a/x", None), START).splitlines()
    assert lines[0] == "卡组        新卡   学习中   待复习"
    assert lines[1] == "a              1       22        3"


def test_a_backlog_is_said_in_days_of_work(tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home.mkdir()
    (home / "settings.toml").write_text("reviews_per_day = 2\n", encoding="utf-8")
    paths = [deck(tmp_path, name) for name in "abcde"]
    for name in "abcde":
        rates(home, f"{name}/one", 4, Moment(START.at_us - 60 * 24 * 60 * MINUTE_US, 60))
    assert fields(capsys, *paths)["backlog"] == {"due": 5, "days": 3}
    out, _err, _code = said(capsys, *paths)
    assert out.splitlines()[-1] == "5 reviews are due: 3 days of work at today's limit"
    (home / "settings.toml").write_text("reviews_per_day = 5\n", encoding="utf-8")
    assert fields(capsys, *paths)["backlog"] is None


def test_a_shell_prompt_gets_a_number_or_nothing(tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = deck(tmp_path, "d")
    assert said(capsys, "--quiet", path) == ("2\n", "", 0)
    rates(home, "d/one", 4)
    rates(home, "d/two.1", 4)
    assert said(capsys, "-q", path) == ("", "", 1)
    _out, err, code = said(capsys, "--quiet", "--json", path)
    assert (code, len(err.splitlines())) == (2, 1)


def test_a_step_that_is_far_away_is_nothing_yet(tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = deck(tmp_path, "d")
    home.mkdir()
    (home / "settings.toml").write_text("new_per_day = 1\n", encoding="utf-8")
    rates(home, "d/one", 1)
    assert said(capsys, "-q", path) == ("1\n", "", 0)
    rates(home, "d/one", 1, Moment(START.at_us + 30 * MINUTE_US, 60))
    assert said(capsys, "-q", path) == ("", "", 1)

"""Errors, paths, settings, language and trust."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from flashtorch import language
from flashtorch.errors import ExitCode, Trouble
from flashtorch.paths import Paths
from flashtorch.settings import Settings, read_settings
from flashtorch.trust import Trust

if TYPE_CHECKING:
    from pathlib import Path


def test_trouble_is_one_line() -> None:
    trouble = Trouble("no card is called x", where="deck.md:3", advice="Did you mean y?")
    assert trouble.line() == "deck.md:3: no card is called x. Did you mean y?"
    assert trouble.exit_code is ExitCode.CANNOT


def test_home_follows_the_environment(tmp_path: Path) -> None:
    assert Paths.from_environment({"FLASHTORCH_HOME": str(tmp_path)}).history == tmp_path / "history.db"
    assert Paths.from_environment({}).home.name == "flashtorch"
    assert Paths.from_environment({"FLASHTORCH_HOME": "relative"}).home.is_absolute()


def test_missing_settings_are_the_defaults(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "settings.toml") == Settings()


def test_settings_are_read_flat_and_in_tables(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('new_per_day = 5\ndesired_retention = 0.85\n[grader]\npython = "/usr/bin/python3"\n', encoding="utf-8")
    settings = read_settings(file)
    assert (settings.new_per_day, settings.desired_retention, settings.grader_python) == (5, 0.85, "/usr/bin/python3")


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("\nretntion = 1", 2, "did you mean"),
        ("desired_retention = 1.5", 1, "between 0.7 and 0.99"),
        ("desired_retention = true", 1, "number"),
        ("new_per_day = -1", 1, "between"),
        ('language = "fr"', 1, "one of auto, en, zh"),
        ("language = 3", 1, "text"),
        ("# c\n[grader]\ndevice = 'tpu'", 3, "one of"),
    ],
)
def test_bad_settings_name_file_and_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(text.replace("retntion", "desired_retntion"), encoding="utf-8")
    with pytest.raises(Trouble) as caught:
        read_settings(file)
    assert caught.value.where == f"{file}:{line}"
    assert said in caught.value.line().lower()


def test_settings_that_cannot_be_read_name_the_file_once(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("", encoding="utf-8")
    with pytest.raises(Trouble) as caught:
        read_settings(home / "settings.toml")
    assert caught.value.line() == f"{home}/settings.toml: the settings cannot be read (Not a directory)"


def test_broken_toml_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("a = ", encoding="utf-8")
    with pytest.raises(Trouble, match="not valid TOML"):
        read_settings(file)


@pytest.mark.parametrize(
    ("setting", "environment", "expected"),
    [
        ("zh", {}, "zh"),
        ("en", {"LANG": "zh_CN.UTF-8"}, "en"),
        ("auto", {"LANG": "zh_CN.UTF-8"}, "zh"),
        ("auto", {"LC_ALL": "C.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ("auto", {"LANG": "de_DE.UTF-8"}, "en"),
        ("auto", {}, "en"),
    ],
)
def test_language_is_picked_once(setting: str, environment: dict[str, str], expected: str) -> None:
    assert language.pick(setting, environment) == expected


def test_trust_is_of_code_origin_or_path(tmp_path: Path) -> None:
    trust = Trust.load(tmp_path / "home" / "trust.json")
    assert trust.allows(origin="shipped", root="/a", code_hash="1")
    assert trust.allows(origin="given", root="/a", code_hash="")
    assert not trust.allows(origin="given", root="/a", code_hash="1")
    trust.with_code("1").with_written("/own")
    again = Trust.load(tmp_path / "home" / "trust.json")
    assert again.allows(origin="given", root="/elsewhere", code_hash="1")
    assert again.allows(origin="given", root="/own", code_hash="2")
    assert again.allows(origin="given", root="/own/deck.md", code_hash="2")
    assert not again.allows(origin="given", root="/own-not", code_hash="2")
    assert not again.allows(origin="registered", root="/a", code_hash="2")


@pytest.mark.parametrize("text", ["", "[]", '{"code_hashes": 3, "written": []}', json.dumps({"written": []})])
def test_a_damaged_list_of_trust_is_said_not_guessed(tmp_path: Path, text: str) -> None:
    (tmp_path / "trust.json").write_text(text, encoding="utf-8")
    with pytest.raises(Trouble, match="trusted"):
        Trust.load(tmp_path / "trust.json")

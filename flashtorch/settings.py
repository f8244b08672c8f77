"""The few settings, from `settings.toml` in the home folder.

Every key has a default, so the file need not exist. An unknown key or a value out of range is one line naming the file, the line
and the nearest known key.
"""

from __future__ import annotations

from dataclasses import field, fields
from typing import TYPE_CHECKING, Any, get_type_hints

from flashtorch.errors import Trouble
from flashtorch.frozen import frozen

if TYPE_CHECKING:
    from pathlib import Path


def _option(default: Any, *, low: float | None = None, high: float | None = None, one_of: tuple[str, ...] = ()) -> Any:
    return field(default=default, metadata={"low": low, "high": high, "one_of": one_of})


@frozen
class Settings:
    """What a learner may choose."""

    language: str = _option("auto", one_of=("auto", "en", "zh"))
    """Of the interface; `auto` follows the locale."""
    new_per_day: int = _option(20, low=0, high=9999)
    reviews_per_day: int = _option(200, low=0, high=9999)
    desired_retention: float = _option(0.9, low=0.7, high=0.99)
    """The probability of recall at which a card is asked again."""
    rollover_hour: int = _option(4, low=0, high=23)
    """The local hour at which a new study day begins."""
    review_order: str = _option("most-retrievable", one_of=("most-retrievable", "least-retrievable", "due"))
    """Which reviews come first when more are due than the day allows."""
    grader_python: str = _option("")
    """Another interpreter whose torch runs the answers; empty for the one that runs flashtorch."""
    grader_device: str = _option("cpu", one_of=("cpu", "cuda", "mps"))
    required_level: str = _option("", one_of=("", "A", "B", "C"))
    """Nothing is run where less holds than this sandbox level; empty for no such demand."""
    theme: str = _option("auto", one_of=("auto", "dark", "light", "ansi"))
    """Of the screen; `ansi` takes the terminal's own colours, `auto` is dark, or without any colour where NO_COLOR is set."""




def read_settings(path: Path) -> Settings:
    """The settings in `path`; defaults where the file or a key is missing.

    Raises:
        Trouble: the file cannot be read, is not TOML, has an unknown key or a value that does not fit.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise Trouble(f"the settings cannot be read ({why})", where=str(path)) from None
    # Imported once there is something to read: most learners have no such file.
    import difflib
    import tomllib

    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        advice = "Mend it, or delete the file for the defaults"
        raise Trouble(f"not valid TOML: {error}", where=str(path), advice=advice) from None
    known = {f.name: f for f in fields(Settings)}
    hints = get_type_hints(Settings)
    values: dict[str, Any] = {}
    for key, value in _flat(given):
        where = f"{path}:{_line_of(text, key)}"
        name = key.replace(".", "_")
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            advice = f"Did you mean {near[0]!r}?" if near else f"Known are {', '.join(known)}"
            raise Trouble(f"unknown setting {key!r}", where=where, advice=advice)
        values[name] = _checked(key, value, hints[name], known[name].metadata, where)
    return Settings(**values)


def _flat(table: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """Tables as dotted keys, so that `[grader] python =` and `grader_python =` are one setting."""
    pairs: list[tuple[str, Any]] = []
    for key, value in table.items():
        pairs += _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else [(f"{prefix}{key}", value)]
    return pairs


def _line_of(text: str, key: str) -> int:
    last = key.rsplit(".", 1)[-1]
    for number, line in enumerate(text.splitlines(), 1):
        if line.split("=")[0].strip().strip("\"'").rsplit(".", 1)[-1] == last:
            return number
    return 1


def _checked(key: str, value: Any, kind: type, rule: Any, where: str) -> Any:
    if kind is float and type(value) is int:
        value = float(value)
    if type(value) is not kind:
        raise Trouble(f"{key} has to be a {_word(kind)}, not {value!r}", where=where)
    if rule["one_of"] and value not in rule["one_of"]:
        raise Trouble(f"{key} has to be one of {', '.join(rule['one_of'])}, not {value!r}", where=where)
    low, high = rule["low"], rule["high"]
    if low is not None and not low <= value <= high:
        raise Trouble(f"{key} has to lie between {low:g} and {high:g}, not at {value:g}", where=where)
    return value


def _word(kind: type) -> str:
    return {str: "text", int: "whole number", float: "number"}[kind]

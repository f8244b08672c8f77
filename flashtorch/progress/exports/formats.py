"""Rows as text: CSV that no spreadsheet takes for formulas, and JSON lines."""

from __future__ import annotations

import csv
import json
import re
from io import StringIO
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Format = Literal["csv", "jsonl"]
FORMATS: tuple[Format, ...] = ("csv", "jsonl")
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""What spreadsheets begin a formula with, or what hides such a beginning (OWASP, "CSV Injection"); the wide forms count too."""
_STEERING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def lines(columns: Sequence[str], rows: Iterable[Sequence[Any]], form: Format) -> Iterator[str]:
    """The text piece by piece, a row each. A cell is text, a number, True or False, None, or a tuple of words."""
    return _csv(columns, rows) if form == "csv" else _jsonl(columns, rows)


def _csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """RFC 4180: a line of names, lines end with CR LF, quotes where they are needed; None is an empty cell."""
    held = StringIO()
    writer = csv.writer(held, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
        yield held.getvalue()
        held.seek(0)
        held.truncate()
    yield held.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, tuple):
        value = " ".join(map(str, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return value
    text = plain(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _jsonl(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """An object a line."""
    for row in rows:
        cells = (plain(value) if isinstance(value, str) else value for value in row)
        yield json.dumps(dict(zip(columns, cells, strict=True)), ensure_ascii=False) + "\n"


def plain(text: str) -> str:
    """The text with a replacement mark for what would steer a terminal or cannot be written as UTF-8."""
    return _STEERING.sub("\ufffd", text)

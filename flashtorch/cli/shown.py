"""What commands print: text that cannot steer a terminal, JSON for programs. The only place that prints a deck's words."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, Any, TextIO

import click

from flashtorch.language import _, n_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flashtorch.cards.model import Problem

_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def safe(text: str) -> str:
    """The text with everything that steers a terminal or turns the reading direction shown as a replacement mark."""
    return _STEERING.sub("\ufffd", text)


def say(text: str = "") -> None:
    """Lines on stdout."""
    click.echo(_fitted(safe(text), sys.stdout))


def warn(text: str) -> None:
    """Lines on stderr, for what is not the command's answer."""
    click.echo(_fitted(safe(text), sys.stderr), err=True)


def _fitted(text: str, stream: TextIO) -> str:
    """The text with `?` for what the terminal's encoding lacks."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return text.encode(encoding, "replace").decode(encoding)


def say_json(value: Any) -> None:
    """One JSON value on stdout, in UTF-8 whatever the locale: it is for programs.

    A file name that is no text keeps its bytes as `\\udcXX`.
    """
    text = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    sys.stdout.buffer.flush()


def problem_line(problem: Problem) -> str:
    """`file:line: error: message`."""
    severity = _("error") if problem.severity == "error" else _("warning")
    return safe(f"{problem.place}: {severity}: {problem.message}".replace("\n", " "))


def problem_fields(problem: Problem) -> dict[str, Any]:
    """A problem for programs."""
    return {
        "file": problem.place.file,
        "line": problem.place.line,
        "severity": problem.severity,
        "code": problem.code,
        "card": problem.card,
        "message": problem.message,
    }


def counted(problems: Sequence[Problem]) -> str:
    """`2 errors, 1 warning`."""
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    said = [n_("{count} error", "{count} errors", errors).format(count=errors)] if errors or not warnings else []
    if warnings:
        said.append(n_("{count} warning", "{count} warnings", warnings).format(count=warnings))
    return ", ".join(said)

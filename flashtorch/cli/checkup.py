"""What `flashtorch doctor` looks at, one function a subject: each says what it found, in a few words, and what would help."""

from __future__ import annotations

import locale
import os
import platform
import shutil
import sys
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from flashtorch import __version__, language
from flashtorch.errors import Trouble
from flashtorch.language import _, n_

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flashtorch.paths import Paths
    from flashtorch.settings import Settings

LITTLE_ROOM = 100_000_000
"""Bytes; a history of a hundred thousand answers takes half of it."""
OLD_BACKUP_DAYS = 8
_LIBRARIES = ("textual", "sqlalchemy", "fsrs-rs-python", "pydantic", "markdown-it-py", "numpy")


class Health(StrEnum):
    """How it is with one thing."""

    FINE = "ok"
    NOTE = "note"
    """Not wrong, and worth knowing."""
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    check: str
    """A kebab word, for programs."""
    health: Health
    said: str
    advice: str = ""


def wrong(check: str, trouble: Trouble) -> Finding:
    """A finding out of what would have ended another command."""
    said = f"{trouble.where}: {trouble.what}" if trouble.where else trouble.what
    return Finding(check, Health.WRONG, said, trouble.advice)


def versions() -> Iterator[Finding]:
    python = f"Python {platform.python_version()} ({sys.executable})"
    yield Finding("flashtorch", Health.FINE, f"flashtorch {__version__}, {python}, {platform.platform(terse=True)}")
    yield Finding("libraries", Health.FINE, ", ".join(f"{name} {_version(name)}" for name in _LIBRARIES))


def folder(paths: Paths) -> Iterator[Finding]:
    """The home folder: whether it can be written, and how much room there is."""
    home = paths.home
    there = next(path for path in (home, *home.parents) if path.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        advice = _("What you answer is not kept until it can be; FLASHTORCH_HOME names another folder")
        yield Finding("folder", Health.WRONG, _("{folder} cannot be written").format(folder=home), advice)
        return
    free = shutil.disk_usage(there).free
    said = _("{folder}, {free:.1f} GB free").format(folder=home, free=free / 1e9)
    if free < LITTLE_ROOM:
        yield Finding("folder", Health.WRONG, said, _("Make room: without it, what you answer is not kept"))
    else:
        yield Finding("folder", Health.FINE, said)


def chosen(paths: Paths, trouble: Trouble | None) -> Iterator[Finding]:
    """The settings; `trouble` is what reading them has raised."""
    if trouble:
        yield wrong("settings", trouble)
    elif paths.settings.exists():
        yield Finding("settings", Health.FINE, str(paths.settings))
    else:
        yield Finding("settings", Health.FINE, _("the defaults; {file} would change them").format(file=paths.settings))


def surface(environment: Mapping[str, str]) -> Iterator[Finding]:
    """The language and the terminal."""
    yield Finding("language", Health.FINE, {"en": "English", "zh": "中文"}[language.current()])
    size = shutil.get_terminal_size()
    coding = locale.getpreferredencoding(False)
    term = environment.get("TERM", "")
    said = _("{term}, {columns} x {lines}, {encoding}").format(
        term=term or _("no TERM"), columns=size.columns, lines=size.lines, encoding=coding
    )
    if coding.lower().replace("-", "") not in ("utf8", "utf_8"):
        yield Finding("terminal", Health.NOTE, said, _("Signs and Chinese need UTF-8, for instance LC_ALL=C.UTF-8"))
    elif term in ("", "dumb"):
        yield Finding("terminal", Health.NOTE, said, _("The screen needs a terminal; --plain does not"))
    else:
        yield Finding("terminal", Health.FINE, said)


def decks(paths: Paths) -> Iterator[Finding]:
    """The decks that are known, and those with problems."""
    from flashtorch.cards.library import open_library
    from flashtorch.trust import Trust

    with closing(open_library(paths, register=False)) as library:
        count, cards = len(library.decks), sum(deck.cards for deck in library.decks)
        decks_said = n_("{count} deck", "{count} decks", count).format(count=count)
        cards_said = n_("{count} card", "{count} cards", cards).format(count=cards)
        yield Finding("decks", Health.FINE if count else Health.NOTE, f"{decks_said}, {cards_said}")
        for notice in library.notices:
            yield Finding("decks", Health.NOTE, notice)
        errors = [problem for problem in library.problems if problem.severity == "error"]
        for file in dict.fromkeys(problem.place.file for problem in errors):
            first = next(problem for problem in errors if problem.place.file == file)
            advice = _("flashtorch deck check names all problems of a deck")
            yield Finding("decks", Health.WRONG, f"{first.place}: {first.message}".replace("\n", " "), advice)
    try:
        Trust.load(paths.trust)
    except Trouble as trouble:
        yield wrong("trust", trouble)


def judge(settings: Settings, environment: Mapping[str, str]) -> Iterator[Finding]:
    """Torch, the devices, and how well a run is held; starts what runs answers, which takes seconds."""
    import tempfile

    from flashtorch.sandbox.cell import Unavailable
    from flashtorch.sandbox.sandbox import Sandbox

    left = [name for name in os.listdir(tempfile.gettempdir()) if name.startswith("flashtorch-run-")]
    with Sandbox(settings.grader_python or sys.executable, environment=environment) as sandbox:
        try:
            report = sandbox.report()
        except Unavailable as why:
            advice = _("Cards that run code are rated by yourself until torch works")
            yield Finding("torch", Health.WRONG, str(why), advice)
            return
        finally:
            still = [name for name in left if os.path.exists(os.path.join(tempfile.gettempdir(), name))]
            if len(still) < len(left):
                gone = len(left) - len(still)
                swept = n_("{count} folder of a killed run was swept away", "{count} folders of killed runs were swept away", gone)
                yield Finding("run-folders", Health.NOTE, swept.format(count=gone))
            else:
                yield Finding("run-folders", Health.FINE, _("no killed run has left a folder"))
    devices = ", ".join(report.devices)
    yield Finding("torch", Health.FINE, f"torch {report.torch}: {devices}")
    if settings.grader_device not in report.devices:
        said = _("answers are to run on {device}, which is not there").format(device=settings.grader_device)
        yield Finding("device", Health.WRONG, said, _("Change grader_device in the settings"))
    yield from _level(report.level, report.tried)


def _level(level: str, tried: tuple[tuple[str, str], ...]) -> Iterator[Finding]:
    from flashtorch.trust import HOLDING_LEVELS

    for better, reason in tried:
        said = _("level {level} does not hold here: {reason}").format(level=better, reason=reason)
        yield Finding("sandbox", Health.NOTE, said)
    helps = _better(level)
    if level in HOLDING_LEVELS:
        yield Finding("sandbox", Health.FINE, _("level {level}: the system holds every run").format(level=level), helps)
    else:
        said = _("level {level}: limits alone, so only decks that you trust are run").format(level=level)
        yield Finding("sandbox", Health.NOTE, said, helps)


def _better(level: str) -> str:
    """How to reach a better level here, in one sentence."""
    from flashtorch.sandbox.advice import advice, distribution, os_release

    container = os.path.exists("/.dockerenv") or os.path.exists("/run/.containerenv")
    wsl = "microsoft" in platform.release().lower()
    return advice(level, distribution(os_release()), container=container, wsl=wsl)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return _("missing")

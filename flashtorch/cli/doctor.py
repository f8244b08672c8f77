"""`flashtorch doctor`: is everything in order here, and what would help?"""

from __future__ import annotations

import os
from threading import Timer
from typing import TYPE_CHECKING

import click

from flashtorch import language
from flashtorch.cli.checkup import Finding, Health, chosen, decks, folder, judge, surface, versions, wrong
from flashtorch.cli.checkup_history import history
from flashtorch.cli.shown import say, say_json, warn
from flashtorch.cli.surroundings import now
from flashtorch.errors import ExitCode, Trouble
from flashtorch.language import _
from flashtorch.paths import Paths
from flashtorch.settings import Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

SLOW_S = 10.0
"""By then somebody wonders what is being waited for."""
_SIGNS = {Health.FINE: "✓", Health.NOTE: "·", Health.WRONG: "✗"}


@click.command()
@click.option("--rebuild", is_flag=True, help="Make the cached states again from the log.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def doctor(*, rebuild: bool, as_json: bool) -> int:
    """Look whether everything is in order: history, decks, torch, sandbox, settings."""
    found: list[Finding] = []
    for finding in _findings(rebuild=rebuild):
        found.append(finding)
        if not as_json:
            for line in _lines(finding):
                say(line)
    ok = all(finding.health is not Health.WRONG for finding in found)
    if as_json:
        listed = [{"check": each.check, "state": str(each.health), "said": each.said, "advice": each.advice} for each in found]
        say_json({"ok": ok, "checks": listed})
    else:
        say(_("Everything is in order.") if ok else _("Something is wrong: see the lines with ✗."))
    return ExitCode.YES if ok else ExitCode.NO


def _findings(*, rebuild: bool) -> Iterator[Finding]:
    """One after the other, so that a person sees the quick ones while the slow ones run."""
    paths = Paths.from_environment(os.environ)
    settings, trouble = _settings(paths)
    language.use(language.pick(settings.language, os.environ))
    yield from versions()
    yield from folder(paths)
    yield from chosen(paths, trouble)
    yield from surface(os.environ)
    yield from history(paths, now(), rebuild=rebuild)
    try:
        yield from decks(paths)
    except Trouble as why:
        yield wrong("decks", why)
    slow = Timer(SLOW_S, lambda: warn(_("torch is still being imported; it may take some minutes the first time")))
    slow.daemon = True
    slow.start()
    try:
        yield from judge(settings, os.environ)
    finally:
        slow.cancel()


def _settings(paths: Paths) -> tuple[Settings, Trouble | None]:
    """The settings, or the defaults and why."""
    try:
        return read_settings(paths.settings), None
    except Trouble as trouble:
        return Settings(), trouble


def _lines(finding: Finding) -> list[str]:
    says = {Health.FINE: _("ok"), Health.NOTE: _("notice"), Health.WRONG: _("wrong")}
    lines = [f"{_SIGNS[finding.health]} {says[finding.health]}  {_subject(finding.check)}: {finding.said}"]
    return [*lines, f"    {finding.advice}"] if finding.advice else lines


def _subject(check: str) -> str:
    says = {
        "flashtorch": _("program"),
        "libraries": _("libraries"),
        "folder": _("folder"),
        "settings": _("settings"),
        "language": _("language"),
        "terminal": _("terminal"),
        "history": _("history"),
        "states": _("states"),
        "backups": _("backups"),
        "decks": _("decks"),
        "trust": _("trust"),
        "run-folders": _("run folders"),
        "torch": "torch",
        "device": _("device"),
        "sandbox": _("sandbox"),
    }
    return says[check]

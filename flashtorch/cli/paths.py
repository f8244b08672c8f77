"""`flashtorch paths`: where everything is kept."""

from __future__ import annotations

import os

import click

from flashtorch import language
from flashtorch.cli.shown import say, say_json
from flashtorch.errors import ExitCode
from flashtorch.language import _
from flashtorch.paths import Paths


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def paths(*, as_json: bool) -> int:
    """Say where the history, the settings and the rest are kept. Nothing is read or made."""
    where = Paths.from_environment(os.environ)
    language.use(language.pick("auto", os.environ))
    if as_json:
        names = ("home", "settings", "history", "library", "decks", "trust", "backups", "log")
        say_json({name: str(getattr(where, name)) for name in names})
        return ExitCode.YES
    for path, what in (
        (where.home, _("everything is below this folder; FLASHTORCH_HOME chooses another")),
        (where.settings, _("your settings; the file need not exist")),
        (where.history, _("every answer; the one file that cannot be made again")),
        (where.backups, _("copies of the history")),
        (where.decks, _("the paths of your decks, one a line")),
        (where.trust, _("which decks may run their code where nothing holds it back")),
        (where.library, _("a cache of the decks; delete it whenever you like")),
    ):
        say(str(path) if path.exists() else _("{path} (not there)").format(path=path))
        say(f"    {what}")
    return ExitCode.YES

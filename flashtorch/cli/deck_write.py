"""`flashtorch deck new`: what writes deck files."""

from __future__ import annotations

import os
from pathlib import Path

import click

from flashtorch.cli import shown
from flashtorch.cli.surroundings import surroundings
from flashtorch.errors import ExitCode, Trouble
from flashtorch.language import _, current


@click.command()
@click.argument("name")
@click.option("--dir", "folder", type=click.Path(path_type=Path), default=Path(), help="Where its folder is made; here by default.")
def new(name: str, folder: Path) -> int:
    """Write a small deck to begin with, every kind of card in it, into a new folder NAME."""
    from flashtorch.cards.scaffold import new_deck
    from flashtorch.cards.shipped import shipped_decks
    from flashtorch.trust import Trust

    paths = surroundings().paths
    trusted = Trust.load(paths.trust)
    file = new_deck(name, folder, current(), shipped_decks())
    try:
        trusted.with_written(str(file.parent))
    except OSError as error:
        what = _("the list of trusted decks cannot be written ({reason})").format(reason=error.strerror)
        raise Trouble(what, where=str(paths.trust)) from None
    shown.say(_("Written: {file}").format(file=file))
    shown.say(_("Check it:  {command}").format(command=f"flashtorch deck check {_quoted(file.parent)}"))
    shown.say(_("Study it:  {command}").format(command=f"flashtorch {_quoted(file.parent)}"))
    return ExitCode.YES


def _quoted(path: Path) -> str:
    """As the shell takes it; a folder that is called like a command is told from it."""
    import shlex

    from flashtorch.cli.commands import COMMANDS

    text = str(path)
    return shlex.quote(os.path.join(".", text) if text in COMMANDS or text.startswith("-") else text)

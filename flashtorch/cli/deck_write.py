"""`flashtorch deck new|stamp|from-notes`: what writes deck files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flashtorch.cli import shown
from flashtorch.cli.surroundings import surroundings
from flashtorch.errors import ExitCode, Trouble
from flashtorch.language import _, current

if TYPE_CHECKING:
    from flashtorch.trust import Trust


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
    _trust(trusted, file.parent)
    shown.say(_("Written: {file}").format(file=file))
    shown.say(_("Check it:  {command}").format(command=f"flashtorch deck check {_quoted(file.parent)}"))
    shown.say(_("Study it:  {command}").format(command=f"flashtorch {_quoted(file.parent)}"))
    return ExitCode.YES


def _trust(trusted: Trust, written: Path) -> None:
    """What this program wrote needs no question before it is run."""
    try:
        trusted.with_written(str(written))
    except OSError as error:
        what = _("the list of trusted decks cannot be written ({reason})").format(reason=error.strerror)
        raise Trouble(what, where=str(trusted.file)) from None


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
def stamp(path: Path) -> int:
    """Write an id into each card comment at PATH that has none, and change nothing else."""
    from flashtorch.cards.folder import found
    from flashtorch.cli.stamping import Stamper

    paths = surroundings().paths
    stamper = Stamper(found(path).files, paths.history)
    for file, line, name in stamper.run():
        shown.say(f"{file}:{line}: {name}")
    for file, why in stamper.left:
        shown.warn(f"{file}: {why}")
    if not stamper.written:
        shown.say(_("every card has its id; nothing was written"))
    return ExitCode.NO if stamper.left else ExitCode.YES


@click.command("from-notes")
@click.argument("notes", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--deck", "name", metavar="NAME", help="The deck's name; that of the file by default.")
@click.option("-o", "out", metavar="FILE", type=click.Path(path_type=Path), help="Write there, a new file, instead of showing it.")
def from_notes(notes: Path, name: str | None, out: Path | None) -> int:
    """Make a deck of drafts from numbered notes: a card for each, whose question is still to be written."""
    import re

    from flashtorch.cards.border import is_name, name_rule
    from flashtorch.cards.from_notes import deck_of_notes
    from flashtorch.cards.lines import LARGEST, Unreadable
    from flashtorch.trust import Trust

    paths = surroundings().paths
    named = "-".join(re.findall("[a-z0-9]+", notes.name.partition(".")[0].lower()))[:64].strip("-")
    deck = name if name is not None else named or "notes"
    if not is_name(deck):
        raise Trouble(_("`{name}` names no deck: {rule}").format(name=deck[:80], rule=name_rule()))
    try:
        with notes.open("rb") as opened:
            data = opened.read(LARGEST + 1)
        text = deck_of_notes(data, deck, "zh" if re.search("[\u4e00-\u9fff]", data.decode("utf-8", "replace")) else "en")
    except OSError as error:
        raise Trouble(_("this cannot be read: {reason}").format(reason=error.strerror), where=str(notes)) from None
    except Unreadable as unreadable:
        raise Trouble(unreadable.fault.message, where=f"{notes}:{unreadable.fault.line}") from None
    if out is None:
        shown.say(text.rstrip("\n"))
        return ExitCode.YES
    trusted = Trust.load(paths.trust)
    try:
        with out.open("x", encoding="utf-8", newline="\n") as written:
            written.write(text)
    except FileExistsError:
        raise Trouble(_("there is something of this name already, and nothing is overwritten"), where=str(out)) from None
    except OSError as error:
        raise Trouble(_("this cannot be written: {reason}").format(reason=error.strerror), where=str(out)) from None
    _trust(trusted, out)
    shown.say(_("Written: {file}").format(file=out))
    return ExitCode.YES


def _quoted(path: Path) -> str:
    """As the shell takes it; a folder that is called like a command is told from it."""
    import shlex

    from flashtorch.cli.commands import COMMANDS

    text = str(path)
    return shlex.quote(os.path.join(".", text) if text in COMMANDS or text.startswith("-") else text)

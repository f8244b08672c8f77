"""`flashtorch deck list|add|remove`: the decks that are known, and which paths they are looked for at."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flashtorch.cli import shown
from flashtorch.cli.surroundings import surroundings
from flashtorch.errors import ExitCode, Trouble
from flashtorch.language import _, n_

if TYPE_CHECKING:
    from flashtorch.cards.library import Library
    from flashtorch.cards.model import DeckInfo


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def list_decks(*, as_json: bool) -> int:
    """Every deck that is known, and where it is."""
    from flashtorch.cards.library import open_library

    with contextlib.closing(open_library(surroundings().paths, register=False)) as library:
        rows = [_fields(deck, library) for deck in (*library.decks, *library.others)]
    if as_json:
        shown.say_json(rows)
        return ExitCode.YES
    for row in rows:
        shown.say(_line(row))
        shown.say(f"    {row['path']}")
    return ExitCode.YES


def _fields(deck: DeckInfo, library: Library) -> dict[str, Any]:
    return {
        "deck": deck.name or None,
        "title": deck.title,
        "path": _place(deck, library),
        "cards": deck.cards,
        "problems": deck.problems,
        "languages": list(deck.languages),
        "origin": deck.origin,
        "state": deck.state,
    }


def _place(deck: DeckInfo, library: Library) -> str:
    """The path that was added; of what came with the program the deck's own folder."""
    if deck.origin != "shipped" or not deck.name:
        return deck.root
    folders = [os.path.dirname(head.file) for head in library.heads(deck.name)] if deck.state == "studied" else []
    return os.path.join(deck.root, os.path.commonpath(folders)) if folders else deck.root


def _line(row: dict[str, Any]) -> str:
    """A deck for people: its name, how much there is, and what keeps it from being studied."""
    if row["state"] == "gone":
        return _("(gone: nothing is at this path any more)")
    problems = n_("{count} problem", "{count} problems", row["problems"]).format(count=row["problems"])
    if row["state"] == "unread":
        return _("(no deck: {problems})").format(problems=problems)
    said = [n_("{count} card", "{count} cards", row["cards"]).format(count=row["cards"]), *row["languages"]]
    said += [problems] if row["problems"] else []
    said += [_("came with flashtorch")] if row["origin"] == "shipped" else []
    said += [_("hidden by another deck of this name")] if row["state"] == "hidden" else []
    title = f" ({row['title']})" if row["title"] != row["deck"] else ""
    return f"{row['deck']}{title}: {', '.join(said)}"


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
def add(path: Path) -> int:
    """Let the decks at PATH, a file or a folder, be among those you study."""
    from flashtorch.cards.library import open_library
    from flashtorch.cards.registered import registered

    paths = surroundings().paths
    with contextlib.closing(open_library(paths, [path], register=False)) as library:
        shipped = all(deck.origin == "shipped" for deck in library.decks)
    with contextlib.closing(open_library(paths, [path], register=not shipped)) as library:
        notices, problems = library.notices, library.problems
    for problem in problems:
        shown.warn(shown.problem_line(problem))
    where = os.path.abspath(path)
    if notices and not shipped and not any(Path(where).is_relative_to(each) for each in registered(paths.decks)):
        # Studied it could be all the same; here the list was the point.
        shown.warn("\n".join(notices))
        return ExitCode.CANNOT
    if shipped:
        notices += (_("{path} came with flashtorch and is among your decks already").format(path=where),)
    shown.say("\n".join(notices) or _("{path} is among your decks already").format(path=where))
    return ExitCode.YES


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
def remove(path: Path) -> int:
    """Let the decks at PATH no longer be among yours; no file and no answer is touched."""
    from flashtorch.cards.registered import registered, shown_path, unregister

    file = surroundings().paths.decks
    where = Path(os.path.abspath(path))
    if not unregister(file, where):
        known = [shown_path(other) for other in registered(file)]
        advice = _("Added are: {paths}").format(paths=", ".join(known)) if known else _("No path has been added")
        raise Trouble(_("this path is not among those you added"), where=shown_path(where), advice=advice)
    said = _("{path} is no longer among your decks; its files and what you answered are untouched")
    shown.say(said.format(path=shown_path(where)))
    return ExitCode.YES

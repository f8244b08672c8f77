"""`flashtorch deck check`: what is wrong with a deck, once, or again whenever a file of it changes."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flashtorch.cli import shown
from flashtorch.cli.demands import demanding
from flashtorch.cli.surroundings import surroundings
from flashtorch.errors import ExitCode, Trouble
from flashtorch.language import _, n_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flashtorch.cards.folder import ParsedPath
    from flashtorch.cards.model import Problem
    from flashtorch.cli.checking import Checking
    from flashtorch.paths import Paths

_LOOK_S = 0.3
"""How often a watch looks at the files."""


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--no-run", is_flag=True, help="Only what needs no torch: grammar, compilation, picks, blanks, translations.")
@click.option("--no-mutants", is_flag=True, help="Do not try whether changed solutions still pass.")
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="Cards at a time; as many as there are cores.")
@click.option("--watch", is_flag=True, help="Go on, and check again what changes.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--trust", "trust_all", is_flag=True, help="Run the deck's code where nothing holds it back, this time.")
@click.option("--require-level", type=click.Choice(["A", "B", "C"]), help="Run nothing where less holds than this sandbox level.")
def check(
    path: Path,
    *,
    no_run: bool,
    no_mutants: bool,
    jobs: int | None,
    watch: bool,
    as_json: bool,
    trust_all: bool,
    require_level: str | None,
) -> int:
    """Find what is wrong with the deck at PATH, a file or a folder.

    Solutions must pass; starters, empty and wrong answers and small changes of the solution must fail; proofs must hold.
    """
    from flashtorch.cli.checking import Checking

    if watch and as_json:
        raise click.UsageError(_("--watch is for people and --json for programs"))
    around = demanding(surroundings(), require_level)
    with Checking(around, path, trust_all=trust_all, mutants=not no_mutants, jobs=jobs, runs=not no_run) as checking:
        ok = _once(checking, path, around.paths, as_json=as_json)
        while watch:
            shown.warn(_("watching {path}; Ctrl-C ends").format(path=path))
            _wait_for_change(path)
            shown.say()
            try:
                ok = _once(checking, path, around.paths, as_json=False)
            except Trouble as trouble:
                # A file that is being moved, for instance, is there again the next time.
                shown.warn(trouble.line())
    return ExitCode.YES if ok else ExitCode.NO


def _once(checking: Checking, path: Path, paths: Paths, *, as_json: bool) -> bool:
    """Check the deck as it is now and say what was found; whether there is no error."""
    from flashtorch.cards.folder import read_path
    from flashtorch.cli.renames import renames

    parsed = read_path(path)
    problems = [*parsed.problems, *renames(parsed, paths), *checking.problems(parsed.cards)]
    ok = not any(problem.severity == "error" for problem in problems)
    decks = _decks(parsed)
    if as_json:
        listed = [shown.problem_fields(problem) for problem in problems]
        shown.say_json({"ok": ok, "cards": len(parsed.cards), "decks": decks, "problems": listed})
    else:
        for problem in problems:
            shown.say(shown.problem_line(problem))
        shown.say(_summary(len(parsed.cards), decks, problems))
    return ok


def _decks(parsed: ParsedPath) -> int:
    return len({file.deck for file in parsed.files if file.is_card_file and file.deck})


def _summary(cards: int, decks: int, problems: Sequence[Problem]) -> str:
    cards_said = n_("{count} card", "{count} cards", cards).format(count=cards)
    decks_said = n_("{count} deck", "{count} decks", decks).format(count=decks)
    return _("{cards} in {decks}: {problems}").format(cards=cards_said, decks=decks_said, problems=shown.counted(problems))


def _wait_for_change(path: Path) -> None:
    before = _stamps(path)
    while _stamps(path) == before:
        time.sleep(_LOOK_S)


def _stamps(path: Path) -> dict[str, tuple[int, int]]:
    """Time and size of each file of a deck; one that vanishes while it is looked at is not there."""
    stamps: dict[str, tuple[int, int]] = {}
    for file in [path] if path.is_file() else path.rglob("*.md"):
        with contextlib.suppress(OSError):
            stat = file.stat()
            stamps[str(file)] = (stat.st_mtime_ns, stat.st_size)
    return stamps

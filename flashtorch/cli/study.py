"""`flashtorch [PATH…]`: the screen, the line mode or JSON lines; which, and why."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flashtorch.cli.completing import complete_deck
from flashtorch.cli.demands import demand, demanding
from flashtorch.cli.interrupts import always_heard
from flashtorch.cli.screen import has_screen, is_terminal, on_screen
from flashtorch.cli.shown import problem_line, say, warn
from flashtorch.cli.surroundings import Surroundings, now, surroundings
from flashtorch.errors import ExitCode
from flashtorch.language import _
from flashtorch.session.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flashtorch.cards.model import DeckInfo
    from flashtorch.session.study import Study


DAY_MIN = 1440.0


class Terminal:
    """Stdin and stdout, for the line mode."""

    def say(self, text: str) -> None:
        say(text)

    def ask(self, prompt: str) -> str:
        if is_terminal(sys.stdin):
            return input(prompt)
        try:
            return input(prompt)
        finally:
            # Nobody pressed Enter on this screen, and what follows begins a line.
            say()


@click.command()
@click.argument("paths", metavar="[PATH…]", nargs=-1, type=click.Path(path_type=Path))
@click.option("--plain", is_flag=True, help="Line by line, for pipes and screen readers.")
@click.option("--jsonl", is_flag=True, help="One JSON object a line, each way, for programs.")
@click.option("--minutes", metavar="N", type=float, help="Stop asking after so many minutes.")
@click.option("--deck", metavar="NAME", shell_complete=complete_deck, help="Only cards of this deck.")
@click.option("--note", metavar="N", type=int, help="Only cards of this note.")
@click.option("--tag", metavar="TAG", help="Only cards with this tag.")
@click.option("--cram", is_flag=True, help="Practise every card, due or not; the schedule stays as it is.")
@click.option("--ahead", metavar="DAYS", type=click.IntRange(1, 36_500), help="Practise what falls due in the next days.")
@click.option("--trust", is_flag=True, help="Run the decks' code where nothing holds it back, this time.")
@click.option("--require-level", type=click.Choice(["A", "B", "C"]), help="Run nothing where less holds than this sandbox level.")
def study(
    paths: tuple[Path, ...],
    *,
    plain: bool,
    jsonl: bool,
    minutes: float | None,
    deck: str | None,
    note: int | None,
    tag: str | None,
    cram: bool,
    ahead: int | None,
    trust: bool,
    require_level: str | None,
) -> int:
    """Study: what is due, then what is new. The default command."""
    here = surroundings()
    if plain and jsonl:
        raise click.UsageError(_("--plain and --jsonl exclude each other"))
    if minutes is not None and not 0 < minutes <= DAY_MIN:
        raise click.UsageError(_("--minutes takes a number above 0, up to a whole day of 1440"))
    if cram and ahead:
        raise click.UsageError(_("--cram asks every card, so --ahead has nothing to add"))
    around = demanding(here, require_level)
    if require_level:
        demand(around)
    scope = Scope(minutes, note, tag, deck, cram, ahead or 0)
    if jsonl:
        return _jsonl(around, paths, scope, trust_all=trust)
    if not plain and has_screen():
        return on_screen(paths, scope=scope, trust_all=trust, require_level=require_level)
    return _plain(around, paths, scope, trust_all=trust, unasked=not plain)


def _plain(around: Surroundings, paths: Sequence[Path], scope: Scope, *, trust_all: bool, unasked: bool) -> int:
    from flashtorch.cli.plain import LineMode

    for stream in (sys.stdin, sys.stdout):
        if stream is not None and hasattr(stream, "reconfigure"):
            # A stray byte is a wrong answer, not the end of the sitting.
            stream.reconfigure(errors="replace")
    asks = _ask_trust if is_terminal(sys.stdin) and is_terminal(sys.stdout) else None
    if asks:
        # Gives `input` its line editing; without it, wide characters are deleted by halves.
        import readline  # noqa: F401
    study = _opened(around, paths, scope, asks, trust_all=trust_all)
    if unasked:
        warn(_("This is no terminal: going on line by line (--plain; --jsonl for programs)."))
    try:
        with always_heard():
            return LineMode(study.session, Terminal(), now).run() if sys.stdin is not None else ExitCode.YES
    finally:
        study.close()


def _jsonl(around: Surroundings, paths: Sequence[Path], scope: Scope, *, trust_all: bool) -> int:
    from flashtorch.cli import jsonl

    study = _opened(around, paths, scope, None, trust_all=trust_all)
    try:
        with always_heard():
            return jsonl.run(study.session, sys.stdin.buffer, sys.stdout.buffer, now)
    finally:
        study.close()


def _opened(
    around: Surroundings, paths: Sequence[Path], scope: Scope, asks: Callable[[DeckInfo], bool] | None, *, trust_all: bool
) -> Study:
    """The sitting; what is wrong with decks is said on stderr, and their good cards are studied."""
    from flashtorch.session.study import open_study

    study = open_study(
        around.paths,
        around.settings,
        paths,
        now(),
        entropy=os.urandom,
        trust_question=asks,
        trust_all=trust_all,
        scope=scope,
        environment=os.environ,
    )
    for notice in study.library.notices:
        warn(notice)
    for problem in study.library.problems:
        warn(problem_line(problem))
    return study


def _ask_trust(deck: DeckInfo) -> bool:
    question = _("{path} runs its own code, and nothing would hold it back here. Do you trust it?").format(path=deck.root)
    return click.confirm(question, default=False)


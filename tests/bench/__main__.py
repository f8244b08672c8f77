"""`python -m tests.bench`: every budget beside what it is compared with. `python -m tests.bench fuzz`, `crash`, `endurance`, `kills` and
`trainers`: what is too long for the suite.

Times of a busy machine say little; ratios of things run in turn say enough.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import tempfile
from pathlib import Path

from flashtorch.cli.surroundings import now
from tests.bench.measuring import HEAD, Row, measure

CARDS = 10_000


def budgets(anki_python: str, only: str) -> int:
    """Print a row for each budget; 1 when one is over."""
    from flashtorch.sandbox.sandbox import Sandbox
    from tests.bench.checking import mutants_row
    from tests.bench.commits import commit_row
    from tests.bench.library import make_learner
    from tests.bench.rebuild import rebuild_row
    from tests.bench.screen import screen_rows
    from tests.bench.starts import due_row, first_card_row
    from tests.bench.verdicts import verdict_rows
    from tests.bench.weight import idle_row, library_row, memory_rows

    over = 0
    with (
        tempfile.TemporaryDirectory(prefix="flashtorch-bench-") as name,
        Sandbox(environment=os.environ) as sandbox,
        contextlib.ExitStack() as after,
    ):
        folder = Path(name)
        paths = make_learner(folder / "home", CARDS, now())
        rows: list[Row] = [*verdict_rows(sandbox, folder), mutants_row(sandbox, folder), first_card_row(paths, folder), commit_row(folder, now()), rebuild_row(folder, now())]
        rows += [*screen_rows(folder, after), idle_row(folder, after), *memory_rows(folder, after), library_row(paths, folder)]
        if anki_python:
            rows.append(due_row(paths, folder, CARDS, anki_python))
        print(f"torch {sandbox.report().torch}, level {sandbox.report().level}, Python {sys.version.split()[0]}, {os.cpu_count()} cores")
        print(HEAD)
        for row in rows:
            if only in row.name:
                result = measure(row)
                over += result.word == "over"
                print(result.line(), flush=True)
    if not anki_python:
        print(f"{'due --json':<44} not run: name an interpreter that has the package `anki` with --anki PYTHON")
    return 1 if over else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("what", nargs="?", default="budgets", choices=("budgets", *LONGER))
    parser.add_argument("--anki", default="", metavar="PYTHON", help="an interpreter with the package `anki`, to measure `due` beside")
    parser.add_argument("--only", default="", metavar="TEXT", help="rows whose name holds TEXT")
    parser.add_argument("--count", type=int, default=0, help="how many decks or rounds")
    chosen = parser.parse_args()
    if chosen.what == "budgets":
        return budgets(chosen.anki, chosen.only)
    run, usual = LONGER[chosen.what]
    return run(chosen.count or usual)


def endurance(count: int) -> int:
    """Grades in a row, a hundredth of them hostile: a line every 500, and what there is more of at the end."""
    from tests.bench.endurance import Endured, endure

    for seen in endure(count, seed=6):
        if isinstance(seen, Endured):
            print(f"{count} grades, {seen.hostile} hostile, {seen.killed} processes killed under them, {len(seen.wrong)} wrong verdicts")
            for line in (*seen.wrong, *seen.grown()):
                print(line)
            return int(bool(seen.wrong or seen.grown()))
        print(", ".join(f"{name} {value:g}" for name, value in seen.items()), flush=True)
    return 1


def kills(rounds: int) -> int:
    """Keeper, template and cells killed at random moments: the next grade is right, nothing is left behind."""
    from tests.bench.kills import Killed, killed_below

    for seen in killed_below(rounds, seed=7):
        if isinstance(seen, Killed):
            print(f"{rounds} kills: {len(seen.wrong)} wrong verdicts, {len(seen.left)} things left")
            print("killed:", ", ".join(f"{role} {count}" for role, count in sorted(seen.roles.items())))
            print("verdicts under a kill:", ", ".join(f"{name} {count}" for name, count in sorted(seen.under.items())))
            print("\n".join((*seen.wrong, *seen.left)))
            return int(bool(seen.wrong or seen.left))
        print(", ".join(f"{name} {value:g}" for name, value in seen.items()), flush=True)
    return 1


def trainers(rounds: int) -> int:
    """Trainers killed at random moments leave no process and no file."""
    from tests.bench.kills import killed_trainers

    left = list(killed_trainers(rounds, seed=7))
    print(f"{rounds} trainers killed: {len(left)} things left")
    print("\n".join(left))
    return int(bool(left))


def fuzz(count: int) -> int:
    """Decks changed at random: each card comment is a card or is named by a problem, nothing raises or hangs."""
    from tests.cards.mutants import mutants, try_decks

    tally = try_decks(mutants(count, seed=4))
    print(f"{tally.decks} decks, {tally.comments} card comments: {tally.loaded} loaded, {tally.told} told, {len(tally.lost)} lost")
    print(f"{len(tally.codes)} problem codes met")
    return int(bool(tally.lost))


def crash(rounds: int) -> int:
    """Writers killed at random moments: whatever was acknowledged is kept."""
    from tests.history.crash import survived

    with tempfile.TemporaryDirectory(prefix="flashtorch-crash-") as folder:
        found = survived(Path(folder), rounds, seed=5)
    print(f"{found.rounds} kills, {found.acknowledged} acknowledged: {len(found.lost)} lost, {len(found.damaged)} damaged, {len(found.wrong)} wrong states")
    return int(bool(found.lost or found.damaged or found.wrong))


LONGER = {"fuzz": (fuzz, 100_000), "crash": (crash, 1000), "endurance": (endurance, 10_000), "kills": (kills, 500), "trainers": (trainers, 25)}
"""What is too long for the suite, and how many rounds it is run for."""

if __name__ == "__main__":
    sys.exit(main())

"""`flashtorch regrade`: one's own answers judged again, after a card or the judge was mended."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flashtorch.cli import permission, shown
from flashtorch.cli.progress import Progress
from flashtorch.cli.session_fields import day
from flashtorch.cli.surroundings import surroundings
from flashtorch.errors import ExitCode
from flashtorch.language import _, current, n_

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flashtorch.cli.surroundings import Surroundings
    from flashtorch.history.event import Event

_ASIDE = frozenset({"broken", "unavailable"})


@dataclass(frozen=True, slots=True)
class Stored:
    """An answer of the history that was judged then."""

    event: str
    card: str
    day: int
    answer: str
    seed: int
    verdict: str

    def line(self) -> bytes:
        return json.dumps({"id": self.event, "card": self.card, "answer": self.answer, "seed": self.seed}).encode()


@click.command()
@click.argument("paths", metavar="[PATH…]", nargs=-1, type=click.Path(path_type=Path))
@click.option("--card", metavar="DECK/CARD", help="The answers to this card only.")
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="Answers at a time; as many as there are cores.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--trust", "trust_all", is_flag=True, help="Run the decks' code where nothing holds it back, this time.")
def regrade(paths: tuple[Path, ...], *, card: str | None, jobs: int | None, as_json: bool, trust_all: bool) -> int:
    """Judge the answers of the history again, and show which verdicts would be others now. Changes nothing.

    Exit code 0: none would be, 1: some would.
    """
    from flashtorch.cards.library import open_library
    from flashtorch.grading import batch

    around = surroundings()
    with contextlib.closing(open_library(around.paths, paths, register=False)) as library:
        decks = library.decks
        known = {head.card for head in library.heads() if head.kind.is_graded}
    stored = [each for each in _stored(around) if each.card in known and card in (None, each.card)]
    settings = around.settings
    roots = tuple((deck.name, deck.root) for deck in decks)
    python = settings.grader_python or sys.executable
    setting = batch.Setting(roots, python, settings.grader_device, current(), tuple(os.environ.items()))
    with batch.benches():
        if stored and not trust_all:
            named = {each.card.partition("/")[0] for each in stored}
            permission.require([deck for deck in decks if deck.name in named], around.paths.trust, batch.bench(setting).sandbox)
        found = _judged(stored, setting, jobs or os.cpu_count() or 1)
    changed = [(each, now) for each, now in zip(stored, found, strict=True) if _differs(each, now)]
    aside = sum(str(now.get("verdict")) in _ASIDE for now in found)
    if as_json:
        shown.say_json({"answers": len(stored), "not_judged": aside, "changed": [_fields(*pair) for pair in changed]})
    else:
        _say(len(stored), aside, changed)
    return ExitCode.NO if changed else ExitCode.YES


def _stored(around: Surroundings) -> Iterator[Stored]:
    from flashtorch.history.event import EventKind
    from flashtorch.history.log import History
    from flashtorch.scheduling.params import Params

    if not around.paths.history.exists():
        return
    with contextlib.closing(History.open(around.paths.history, Params.from_settings(around.settings))) as history:
        events = history.live_events()
    for event in events:
        if event.kind is EventKind.REVIEW:
            yield from _answers(event)


def _answers(event: Event) -> Iterator[Stored]:
    """The judged answers that an event keeps: the misses on the way, and the last one, unless that was giving up."""
    kept = event.evidence
    seed, misses = kept.get("seed"), kept.get("misses")
    told = [each for each in misses if isinstance(each, dict)] if isinstance(misses, list) else []
    for each in told if kept.get("gave_up") else [*told, kept]:
        answer, verdict = each.get("answer"), each.get("verdict")
        if isinstance(answer, str) and isinstance(verdict, str) and type(seed) is int:
            yield Stored(event.id, event.card, event.day, answer, seed, verdict)


def _judged(stored: Sequence[Stored], setting: Any, jobs: int) -> list[dict[str, Any]]:
    from flashtorch.grading import batch

    found = []
    with Progress(_("judging")) as progress, ThreadPoolExecutor(jobs) as executor:
        for told in batch.judged((each.line() for each in stored), setting, executor, jobs):
            found.append(told)
            progress(len(found), len(stored))
    return found


def _differs(stored: Stored, now: dict[str, Any]) -> bool:
    """Only whether it passes: of two ways to miss, either may be named first."""
    verdict = str(now.get("verdict"))
    return "error" not in now and verdict not in _ASIDE and (verdict == "pass") != (stored.verdict == "pass")


def _fields(stored: Stored, now: dict[str, Any]) -> dict[str, Any]:
    return {
        "event": stored.event, "card": stored.card, "day": day(stored.day), "answer": stored.answer, "seed": stored.seed,
        "verdict": stored.verdict, "verdict_now": now["verdict"], "finding": now["finding"],
    }  # fmt: skip


def _say(count: int, aside: int, changed: Sequence[tuple[Stored, dict[str, Any]]]) -> None:
    for stored, now in changed:
        shown.say(f"{day(stored.day)}  {stored.card}: {stored.verdict} -> {now['verdict']}")
        for line in stored.answer.strip().splitlines():
            shown.say(f"    {line}")
        if now["finding"]:
            shown.say(f"  {now['finding']}")
    judged = n_("{count} answer judged again", "{count} answers judged again", count).format(count=count)
    others = n_("{count} verdict would be another", "{count} verdicts would be others", len(changed)).format(count=len(changed))
    shown.say(f"{judged}; {others}")
    if aside:
        shown.warn(n_("{count} could not be judged here", "{count} could not be judged here", aside).format(count=aside))

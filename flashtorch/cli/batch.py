"""`flashtorch grade --batch`: thousands of answers, streamed, and gone on with after an interruption."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

from flashtorch.cli import permission, shown
from flashtorch.cli.progress import Progress
from flashtorch.errors import ExitCode, Trouble
from flashtorch.language import _, current, n_

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flashtorch.cli.surroundings import Surroundings

_ASIDE = frozenset({"broken", "unavailable"})


@dataclass(slots=True)
class Summary:
    """What became of the lines."""

    verdicts: Counter[str] = field(default_factory=Counter)
    errors: int = 0

    def count(self, told: dict[str, Any]) -> None:
        if "error" in told:
            self.errors += 1
        else:
            self.verdicts[str(told.get("verdict"))] += 1

    @property
    def passed(self) -> int:
        return self.verdicts["pass"]

    @property
    def not_judged(self) -> int:
        return self.errors + sum(self.verdicts[name] for name in _ASIDE)

    @property
    def missed(self) -> int:
        return self.verdicts.total() - self.passed - self.not_judged + self.errors

    def exit_code(self) -> int:
        if self.not_judged:
            return ExitCode.CANNOT
        return ExitCode.NO if self.missed else ExitCode.YES


def run_batch(
    around: Surroundings,
    source: Path,
    output: Path | None,
    deck_path: Path | None,
    device: str | None,
    jobs: int,
    *,
    trust_all: bool,
) -> int:
    """Judge each line of `source`; the exit code.

    With an `output` that holds lines already, those are kept and the next ones are judged.

    Raises:
        Trouble: a file cannot be read or written, or the output is of other submissions.
    """
    from flashtorch.cards.library import open_library
    from flashtorch.grading import batch

    if source.exists() and not source.is_file():
        raise Trouble(_("submissions come from a file, which is read more than once"), where=str(source))
    total = _count(source)
    with contextlib.closing(open_library(around.paths, [deck_path] if deck_path else [], register=False)) as library:
        decks = library.decks
    python = around.settings.grader_python or sys.executable
    roots = tuple((deck.name, deck.root) for deck in decks)
    device = device or around.settings.grader_device
    setting = batch.Setting(roots, python, device, current(), tuple(os.environ.items()), around.settings.required_level)
    summary, began = Summary(), time.monotonic()
    with batch.benches(), _opened(output) as out, Progress(_("judging")) as progress, ThreadPoolExecutor(jobs) as executor:
        done = _resumed(out, source, summary) if output else 0
        if not trust_all and total > done:
            named = {json_card(line).partition("/")[0] for line in _lines(source)}
            permission.require([deck for deck in decks if deck.name in named], around.paths.trust, batch.bench(setting).sandbox)
        told = batch.judged(islice(_lines(source), done, None), setting, executor, jobs)
        try:
            for number, fields in enumerate(told, done + 1):
                line = {**fields, "line": number} if "id" not in fields else fields
                summary.count(line)
                out.write(json.dumps(line, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n")
                out.flush()
                progress(number, total)
        except KeyboardInterrupt:
            executor.shutdown(wait=False, cancel_futures=True)
            progress.clear()
            if output:
                shown.warn(_("Stopped; the same command goes on from here."))
            raise
        if output:
            os.fsync(out.fileno())
    _say(summary, total - done, time.monotonic() - began)
    return summary.exit_code()


def json_card(line: bytes) -> str:
    """The card that a line names, or nothing."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return ""
    card = found.get("card") if isinstance(found, dict) else None
    return card if isinstance(card, str) else ""


def _lines(source: Path) -> Iterator[bytes]:
    """The lines that are not blank."""
    try:
        with source.open("rb") as file:
            yield from (line for line in file if line.strip())
    except OSError as error:
        raise Trouble(_("the submissions cannot be read ({reason})").format(reason=error.strerror), where=str(source)) from None


def _count(source: Path) -> int:
    return sum(1 for _line in _lines(source))


@contextlib.contextmanager
def _opened(output: Path | None) -> Iterator[BinaryIO]:
    if output is None:
        sys.stdout.flush()
        yield sys.stdout.buffer
        return
    try:
        file = output.open("r+b" if output.exists() else "x+b")
    except OSError as error:
        raise Trouble(_("the verdicts cannot be written ({reason})").format(reason=error.strerror), where=str(output)) from None
    with file:
        yield file


def _resumed(out: BinaryIO, source: Path, summary: Summary) -> int:
    """How many lines stand in the output already; what was torn off in the middle of one is taken away.

    Raises:
        Trouble: they are not the verdicts on these submissions.
    """
    done, end = 0, 0
    given = _lines(source)
    for line in out:
        try:
            told = json.loads(line) if line.endswith(b"\n") else None
        except ValueError:
            told = None
        if not isinstance(told, dict):
            break
        if not _belongs(told, next(given, None), done + 1):
            what = _("line {line} is no verdict on line {line} of {source}").format(line=done + 1, source=source)
            raise Trouble(what, where=out.name, advice=_("Name another file with -o"))
        summary.count(told)
        done, end = done + 1, end + len(line)
    out.seek(end)
    out.truncate()
    return done


def _belongs(told: dict[str, Any], line: bytes | None, number: int) -> bool:
    if line is None:
        return False
    if "id" not in told:
        return told.get("line") == number
    try:
        asked = json.loads(line)
    except ValueError:
        return False
    return isinstance(asked, dict) and asked.get("id") == told["id"] and asked.get("answer") == told.get("answer")


def _say(summary: Summary, judged: int, seconds: float) -> None:
    count = summary.verdicts.total() + summary.errors
    said = n_(
        "{count} answer: {passed} pass, {missed} do not, {aside} not judged",
        "{count} answers: {passed} pass, {missed} do not, {aside} not judged",
        count,
    )
    shown.warn(said.format(count=count, passed=summary.passed, missed=summary.missed, aside=summary.not_judged))
    if judged and seconds > 1:
        shown.warn(_("{rate} a second").format(rate=f"{judged / seconds:.1f}"))

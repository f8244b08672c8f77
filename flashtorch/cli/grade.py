"""`flashtorch grade`: judge one answer without the screen."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flashtorch.cli import shown
from flashtorch.cli.completing import complete_card
from flashtorch.cli.demands import demanding
from flashtorch.cli.surroundings import surroundings
from flashtorch.errors import ExitCode, Trouble
from flashtorch.language import _, current

if TYPE_CHECKING:
    from flashtorch.cards.library import Library
    from flashtorch.cards.model import DeckInfo
    from flashtorch.cards.question import Question
    from flashtorch.cli.surroundings import Surroundings
    from flashtorch.grading.verdict import Verdict

MAX_ANSWER = 4 << 20
"""Bytes of an answer that are read: more is no answer."""


@click.command()
@click.argument("card", metavar="DECK/CARD", required=False, shell_complete=complete_card)
@click.argument("answer", metavar="[ANSWER_FILE|-]", required=False, default="-")
@click.option("--deck", "deck_path", type=click.Path(path_type=Path), metavar="PATH", help="Take the card from this deck.")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), metavar="N", help="Draw the numbers of this seed.")
@click.option("--device", type=click.Choice(["cpu", "cuda", "mps"]), help="Where the answer runs.")
@click.option("--batch", type=click.Path(path_type=Path), metavar="FILE", help="Judge each line of a JSONL file instead.")
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="With --batch: answers at a time; as many as there are cores.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="OUT", help="With --batch: where to; it is gone on with.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--trust", "trust_all", is_flag=True, help="Run the deck's code where nothing holds it back, this time.")
@click.option("--require-level", type=click.Choice(["A", "B", "C"]), help="Run nothing where less holds than this sandbox level.")
def grade(
    card: str | None,
    answer: str,
    *,
    deck_path: Path | None,
    seed: int | None,
    device: str | None,
    batch: Path | None,
    jobs: int | None,
    output: Path | None,
    as_json: bool,
    trust_all: bool,
    require_level: str | None,
) -> int:
    """Judge the answer in ANSWER_FILE (or standard input): code, blanks one a line, a typed text or value, option numbers.

    Exit code 0: it passes, 1: it does not, 2: it could not be judged; of a batch, the worst of all lines.
    """
    if batch is not None:
        from flashtorch.cli.batch import run_batch

        if card is not None or seed is not None:
            raise click.UsageError(_("with --batch, cards and seeds come from the file"))
        around = demanding(surroundings(), require_level)
        return run_batch(around, batch, output, deck_path, device, jobs or os.cpu_count() or 1, trust_all=trust_all)
    if card is None or output is not None or jobs is not None:
        raise click.UsageError(_("name a card, as in grade DECK/CARD; -o and --jobs are for --batch"))
    around = demanding(surroundings(), require_level)
    text = _read(answer)
    with contextlib.closing(_library(around, deck_path)) as library:
        question = _question(library, card, seed)
        verdict = _judged(around, question, library.deck(question.card.id.deck), text, device, trust_all=trust_all)
    _say(question, verdict, as_json=as_json)
    if verdict.is_pass:
        return ExitCode.YES
    return ExitCode.CANNOT if verdict.name.sets_aside else ExitCode.NO


def _read(answer: str) -> str:
    try:
        data = sys.stdin.buffer.read(MAX_ANSWER + 1) if answer == "-" else _read_file(answer)
    except OSError as error:
        raise Trouble(_("the answer cannot be read ({reason})").format(reason=error.strerror), where=answer) from None
    if len(data) > MAX_ANSWER:
        raise Trouble(_("the answer is larger than {limit} MB").format(limit=MAX_ANSWER >> 20), where=answer)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Trouble(_("the answer is not UTF-8 text"), where=answer) from None


def _read_file(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read(MAX_ANSWER + 1)


def _library(around: Surroundings, deck_path: Path | None) -> Library:
    from flashtorch.cards.library import open_library

    return open_library(around.paths, [deck_path] if deck_path is not None else [], register=False)


def _question(library: Library, card: str, seed: int | None) -> Question:
    from flashtorch.cards.question import ask, question_seed

    found = library.card(card)
    return ask(found, question_seed(found.id, 0) if seed is None else seed, current())


def _judged(
    around: Surroundings, question: Question, deck: DeckInfo, answer: str, device: str | None, *, trust_all: bool
) -> Verdict:
    kind = question.card.kind
    if not kind.is_graded:
        what = _("{card} is answered in the head: there is nothing to judge").format(card=question.card.id)
        raise Trouble(what, advice=_("Kind: {kind}").format(kind=kind.value))
    if not kind.is_run:
        from flashtorch.grading.instant import judge_instant

        return judge_instant(question, answer)
    from flashtorch.cli import permission
    from flashtorch.grading.grader import Grader
    from flashtorch.sandbox.sandbox import Sandbox

    settings = around.settings
    with Sandbox(settings.grader_python or sys.executable, environment=os.environ, require=settings.required_level) as sandbox:
        if not trust_all:
            permission.require([deck], around.paths.trust, sandbox)
        with contextlib.closing(Grader(sandbox, device=device or settings.grader_device, spare=False)) as grader:
            verdict = grader.ticket(question, answer).run()
            assert verdict is not None  # Nobody cancels it.
            return verdict


def _say(question: Question, verdict: Verdict, *, as_json: bool) -> None:
    from flashtorch.grading import wording
    from flashtorch.grading.fields import verdict_fields

    if as_json:
        shown.say_json(verdict_fields(str(question.card.id), verdict))
        return
    if verdict.output.strip():
        shown.say(verdict.output.rstrip())
    said = wording.sentence(verdict)
    if verdict.total > 1 and not verdict.is_pass:
        counted = _("{said} ({passed} of {total} checks pass)")
        said = counted.format(said=said, passed=verdict.passed, total=verdict.total)
    say = shown.warn if verdict.name.sets_aside else shown.say
    say(f"{verdict.name.value}: {said}")
    for line in wording.lines(verdict):
        say(f"  {line}")

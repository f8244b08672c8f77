"""`flashtorch deck`: check a deck, show its cards, trust its code, and what `deck_*.py` beside it holds."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flashtorch.cards.model import CardId, main_language
from flashtorch.cli import shown
from flashtorch.cli.completing import complete_path_or_card
from flashtorch.cli.deck_check import check
from flashtorch.cli.deck_shelf import add, list_decks, remove
from flashtorch.cli.deck_write import from_notes, new, stamp
from flashtorch.cli.surroundings import surroundings
from flashtorch.errors import ExitCode, Trouble
from flashtorch.language import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flashtorch.cards.model import Card, Problem
    from flashtorch.paths import Paths


@click.group()
def deck() -> None:
    """Write, check, show and arrange decks."""


for command in (list_decks, new, check, add, remove, stamp, from_notes):
    deck.add_command(command)


@deck.command()
@click.argument("what", metavar="PATH|DECK/CARD", shell_complete=complete_path_or_card)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), metavar="N", help="Draw the numbers of this seed.")
@click.option("--lang", metavar="LANGUAGE", default="", help="Show the translation, where there is one.")
def show(what: str, *, as_json: bool, seed: int | None, lang: str) -> int:
    """Show each card as a learner meets it, and its back."""
    around = surroundings()
    cards, problems = _asked_for(around.paths, what)
    if lang:
        cards = [card.in_language(lang) for card in cards]
        if cards and not any(main_language(card.lang) == main_language(lang) for card in cards):
            shown.warn(_("no card is told in `{lang}`: each is shown in its own language").format(lang=lang[:40]))
    if as_json:
        shown.say_json([_fields(card, seed) for card in cards])
    else:
        for card in cards:
            shown.say(_page(card, seed))
    wrong = [problem for problem in problems if problem.severity == "error"]
    for problem in wrong:
        shown.warn(shown.problem_line(problem))
    return ExitCode.NO if wrong else ExitCode.YES


def _asked_for(paths: Paths, what: str) -> tuple[Sequence[Card], Sequence[Problem]]:
    """The cards of a path, or one card of the library; a path wins over a name, as with every command."""
    from flashtorch.cards.folder import read_path

    try:
        name = CardId.parse(what) if not os.path.lexists(what) else None
    except ValueError:
        name = None
    if name is None:
        parsed = read_path(Path(what))
        return parsed.cards, parsed.problems
    from flashtorch.cards.library import open_library

    with contextlib.closing(open_library(paths, register=False)) as library:
        whole = [head.card for head in library.heads(name.deck) if what in (head.card, head.card.partition(".")[0])]
        try:
            return [library.card(card) for card in whole or [what]], ()
        except Trouble as trouble:
            nothing = _("no such file or folder, and no card of this name")
            raise Trouble(nothing, where=what, advice=trouble.advice) from None


def _fields(card: Card, seed: int | None) -> dict[str, Any]:
    from flashtorch.cards.question import ask, reveal

    question = ask(card, _seed(card, seed))
    fields: dict[str, Any] = {
        "card": str(card.id),
        "kind": card.kind.value,
        "title": question.title,
        "note": card.note,
        "tags": list(card.tags),
        "rev": card.rev,
        "hash": card.content_hash,
        "lang": card.lang,
        "file": card.place.file,
        "line": card.place.line,
        "front": question.front,
        "back": reveal(question).back,
        "hints": list(question.hints),
    }
    if card.options:
        in_file = sorted(zip(question.order, question.options, strict=True), key=lambda pair: pair[0])
        fields["options"] = [option.text for _at, option in in_file]
    if question.starter is not None:
        fields["starter"] = question.starter
    if card.generated:
        fields["seed"] = question.seed
    return fields


def _seed(card: Card, seed: int | None) -> int:
    from flashtorch.cards.question import question_seed

    return question_seed(card.id, 0) if seed is None else seed


def _page(card: Card, seed: int | None) -> str:
    """A card for people: its head line, the front and what belongs to it, and the back below a line."""
    fields = _fields(card, seed)
    parts = [f"{card.place}: {card.id} ({card.kind.value})", f"# {fields['title']}", fields["front"].strip()]
    parts.append("\n".join(f"{number}. {option.strip()}" for number, option in enumerate(fields.get("options", ()), 1)))
    parts.append(fields.get("starter", "").rstrip())
    parts += [_("Hint: {hint}").format(hint=hint.strip()) for hint in fields["hints"]]
    parts += ["-" * 8, fields["back"].strip(), "=" * 72]
    return "\n\n".join(filter(None, parts))


@deck.command()
@click.argument("path", type=click.Path(path_type=Path))
def trust(path: Path) -> int:
    """Let the code in PATH run where nothing would hold it back; asked for again when the code changes."""
    from flashtorch.cards.library import open_library
    from flashtorch.trust import Trust

    around = surroundings()
    trusted = Trust.load(around.paths.trust)
    with contextlib.closing(open_library(around.paths, [path], register=False)) as library:
        decks = library.decks
    for info in decks:
        if not info.code_hash:
            shown.say(_("{deck} runs no code: there is nothing to trust").format(deck=info.name))
            continue
        try:
            trusted = trusted.with_code(info.code_hash)
        except OSError as error:
            what = _("the list of trusted decks cannot be written ({reason})").format(reason=error.strerror)
            raise Trouble(what, where=str(around.paths.trust)) from None
        shown.say(_("the code of {deck} in {path} is trusted, as it is now").format(deck=info.name, path=info.root))
    return ExitCode.YES

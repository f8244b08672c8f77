"""A card as a learner meets it: numbers drawn, gaps hidden, options shuffled; and its other side.

The standard library only: the first painted card imports this.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from flashtorch.cards import blanks, gaps
from flashtorch.cards.choices import shown_order
from flashtorch.cards.model import Kind, Part, Role, Side
from flashtorch.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flashtorch.cards.model import Card, CardId
    from flashtorch.cards.prose import Prose


DRAWS = 8
"""How often at most numbers are drawn for a generated card, until it works with them."""


@frozen
class Choice:
    """One option, without saying whether it is right."""

    text: str
    """Markdown."""
    prose: Prose


@frozen
class Question:
    """What a learner meets; nothing of it gives the answer away, but `card`, which goes along for grading."""

    card: Card
    seed: int
    title: str
    front: str
    """Markdown: setup, predict and fill shown, blanks empty, gaps hidden."""
    prose: Prose
    """The same as a tree."""
    hints: tuple[str, ...]
    hint_prose: tuple[Prose, ...]
    options: tuple[Choice, ...]
    """In the order they are shown."""
    order: tuple[int, ...]
    """Which option of the file (from 0) each shown one is."""
    starter: str | None
    """What the editor opens with."""
    blanks: int
    """How many blanks a fill card has."""
    is_fix: bool
    """Whether the starter does something, so that the task is to mend it."""


@frozen
class Answer:
    """The other side of a question."""

    back: str
    """Markdown, with the solutions and the accepted texts; of a cloze card the front with its gaps shown, and the back."""
    prose: Prose
    """The same as a tree."""
    solutions: tuple[str, ...]
    """Programs that pass, or the accepted texts of a typed card."""
    right_options: tuple[int, ...]
    """The right ones of a choice card, as numbers of the shown order, from 1."""


def question_seed(card: CardId, reps: int, draw: int = 0) -> int:
    """The seed of a card's next question after `reps` reviews: 63 bits, equal on every machine.

    `draw` above 0 gives other numbers for the same question, for when the card does not work with the first.
    """
    named = f"{card}\n{reps}\n{draw}" if draw else f"{card}\n{reps}"
    digest = hashlib.sha256(named.encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def seeds_of(card: Card, turn: int) -> list[int]:
    """The seeds that the card's next question after `turn` reviews can have, in the order in which they are tried."""
    return [question_seed(card.id, turn, draw) for draw in range(DRAWS if card.generated else 1)]


def ask(card: Card, seed: int, lang: str = "") -> Question:
    """The question that a seed makes of a card, in a language that it is told in; otherwise, and without one, as it was written.

    The same seed draws and shuffles alike in every language, so the language may change while the question is open.
    """
    card = card.in_language(lang)
    source, prose = gaps.hidden(card.front, card.id.gap) if card.kind is Kind.CLOZE else (card.front.source, card.front.prose)
    front = _drawn(card, Side(source, prose), seed)
    hints = tuple(_drawn(card, hint, seed) for hint in card.hints)
    order = shown_order(str(card.id), seed, len(card.options))
    options = tuple(_drawn(card, Side(card.options[at].text, card.options[at].prose), seed) for at in order)
    fill, starter = card.part(Role.FILL), card.part(Role.STARTER)
    begun = None if starter is None else _text(card, starter.source, seed)
    return Question(
        card=card,
        seed=seed,
        title=_text(card, card.title, seed),
        front=front.source,
        prose=front.prose,
        hints=tuple(hint.source for hint in hints),
        hint_prose=tuple(hint.prose for hint in hints),
        options=tuple(Choice(option.source, option.prose) for option in options),
        order=order,
        starter=begun,
        blanks=len(blanks.contents(fill.source)) if fill is not None and card.kind is Kind.FILL else 0,
        is_fix=card.kind is Kind.CODE and begun is not None and _does_something(begun),
    )


def reveal(question: Question) -> Answer:
    """The back of a question, with the same numbers drawn."""
    card, seed = question.card, question.seed
    back = _drawn(card, card.back, seed)
    if card.kind is Kind.CLOZE:
        front = _drawn(card, Side(*gaps.revealed(card.front, card.id.gap)), seed)
        back = Side("\n\n".join(filter(str.strip, (front.source.rstrip("\n"), back.source))), front.prose + back.prose)
    right = tuple(place for place, at in enumerate(question.order, 1) if card.options[at].right)
    return Answer(back.source, back.prose, tuple(_solutions(card, seed)), right)


def _solutions(card: Card, seed: int) -> Iterator[str]:
    for part in drawn_parts(card, seed):
        if part.role is Role.SOLUTION:
            yield part.source
        elif part.role is Role.FILL:
            yield blanks.whole(part.source)
        elif part.role is Role.ANSWER:
            yield from filter(None, map(str.strip, part.source.split("\n")))


def drawn_parts(card: Card, seed: int) -> tuple[Part, ...]:
    """Every part of the card with the numbers that this seed draws; blanks as written."""
    if not card.generated:
        return card.parts
    return tuple(
        replace(part, source=_text(card, part.source, seed), note=_text(card, part.note, seed)) for part in card.parts
    )


# Drawing is imported where there is something to draw: the first card mostly has nothing.


def _text(card: Card, text: str, seed: int) -> str:
    if not card.generated:
        return text
    from flashtorch.cards.drawing import drawn_text

    return drawn_text(text, seed)


def _drawn(card: Card, side: Side, seed: int) -> Side:
    if not card.generated:
        return side
    from flashtorch.cards.drawing import drawn_text, drawn_tree

    return Side(drawn_text(side.source, seed), drawn_tree(side, seed))


def _does_something(starter: str) -> bool:
    """Whether there is a statement beyond `pass`, `...`, imports, docstrings and the heads of definitions.

    An unfinished starter, which is no Python yet, does nothing; one whose lines are indented wrongly is there to be mended.
    """
    import ast
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            todo: list[ast.stmt] = list(ast.parse(starter).body)
    except IndentationError as error:
        return "expected an indented block" not in str(error.msg)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    while todo:
        match todo.pop():
            case ast.FunctionDef(body=body) | ast.AsyncFunctionDef(body=body) | ast.ClassDef(body=body):
                todo += body
            case ast.Pass() | ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant()):
                pass
            case _:
                return True
    return False

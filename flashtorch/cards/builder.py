"""One stretch of a file -> a card: its sides, kind, options and hashes."""

from __future__ import annotations

import bisect
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flashtorch.cards import cloze, picks
from flashtorch.cards.faults import Fault
from flashtorch.cards.hashes import code_hash, content_hash
from flashtorch.cards.kinds import Traits, kind_of, partner_faults
from flashtorch.cards.markdown import to_prose
from flashtorch.cards.model import Card, CardId, CardLimits, Kind, Option, Place, Role, Side
from flashtorch.cards.parts import bad_pick, repeated_pick
from flashtorch.cards.sides import Composer, with_references
from flashtorch.cards.tasks import read_tasks
from flashtorch.language import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from flashtorch.cards.border import CardOptions
    from flashtorch.cards.details import Details
    from flashtorch.cards.frontmatter import FrontMatter
    from flashtorch.cards.parts import ReadPart
    from flashtorch.cards.picks import Pick
    from flashtorch.cards.sides import Shown, Sides
    from flashtorch.cards.stretches import Stretch
    from flashtorch.cards.tasks import Task, Tasks

SHAPELESS = frozenset({
    "card-comment-form", "unclosed-fence", "unclosed-details", "details-form", "details-blank-line", "nested-details",
    "stray-details", "unclosed-html", "part-no-fence", "part-language", "unknown-role", "setext-heading", "bad-kind",
})  # fmt: skip
"""After one of these nothing is said of the card as a whole: what seems to be missing may only have been misread."""


@dataclass(frozen=True, slots=True)
class Builder:
    """Makes the cards of one file."""

    name: str
    front: FrontMatter
    lines: Sequence[str]
    references: Mapping[str, tuple[str, str]]

    def build(
        self, stretch: Stretch, folds: Sequence[Details], parts: Sequence[ReadPart], known: Sequence[Fault]
    ) -> tuple[tuple[Card, ...], list[Fault]]:
        """The cards of a stretch (one for each numbered gap) and the faults that are found on the way.

        `known` are the faults that stand in its lines already; with any of them no card is made.
        """
        assert stretch.comment is not None
        if any(fault.code in SHAPELESS for fault in known):
            return (), []
        line = stretch.comment.line
        composer = Composer(self.lines, stretch, folds, parts)
        tasks = read_tasks(self.lines, composer.front_lists(), line)
        faults = list(tasks.faults)
        roles: dict[Role, int] = {}
        for read in parts:
            roles.setdefault(read.part.role, read.part.line)
        faults += partner_faults(roles)
        sides = composer.compose(tasks.block)
        front, back = self.side(sides.front), self.side(sides.back)
        gaps = list(cloze.marks(front.prose))
        has_answer = composer.has_fold and bool(back.source)
        kind = kind_of(Traits(roles, tasks.block is not None, bool(gaps), has_answer, stretch.comment.options.kind, line))
        if isinstance(kind, Fault):
            return (), faults or [kind]
        if kind is Kind.CLOZE:
            faults += cloze.faults(gaps, line)
        drawn, wrong = _prose_picks(sides, stretch, tasks, parts)
        faults += wrong
        title = title_of(stretch)
        if not title and not front.source and not tasks.tasks:
            faults.append(empty_question(line))
        if faults or known or stretch.comment.id is None or self.front.deck is None:
            return (), faults
        card = self._card(stretch, kind, title, front, back, sides, tasks.tasks, parts, drawn)
        numbers = cloze.numbers(gaps) if kind is Kind.CLOZE else (None,)
        return tuple(replace(card, id=replace(card.id, gap=number)) for number in numbers), []

    def _card(
        self,
        stretch: Stretch,
        kind: Kind,
        title: str,
        front: Side,
        back: Side,
        sides: Sides,
        tasks: Sequence[Task],
        reads: Sequence[ReadPart],
        generated: bool,
    ) -> Card:
        assert stretch.comment is not None
        assert stretch.comment.id is not None
        said = stretch.comment.options
        parts = tuple(read.part for read in reads)
        hints = tuple(self.side(hint) for hint in sides.hints)
        options = tuple(self.option(task) for task in tasks)
        limits = self._limits(said)
        return Card(
            id=CardId(self.front.deck or "", stretch.comment.id),
            kind=kind,
            title=title,
            front=front,
            back=back,
            parts=parts,
            hints=hints,
            options=options,
            fact=said.fact,
            note=said.note,
            tags=said.tags,
            rev=said.rev,
            limits=limits,
            survivors_allowed=said.mutants,
            place=Place(self.name, stretch.row + 1),
            content_hash=content_hash(kind, title, front, back, hints, options, parts),
            code_hash=code_hash(parts, limits),
            generated=generated,
            lang=self.front.lang,
        )

    def _limits(self, said: CardOptions) -> CardLimits:
        return CardLimits(said.limit, said.memory, "processes" in said.needs, said.devices, said.torch or self.front.torch)

    def side(self, shown: Shown) -> Side:
        """What is shown, with the file's link references that it uses."""
        text = with_references(shown.text(), self.references)
        return Side(text, to_prose(text))

    def option(self, task: Task) -> Option:
        """The same for one option."""
        text = with_references(task.text, self.references)
        return Option(text, to_prose(text), task.right)


def title_of(stretch: Stretch) -> str:
    """The heading of a card."""
    return stretch.heading.text.strip() if stretch.heading else ""


def empty_question(line: int) -> Fault:
    """The fault of a card without any text before its answer."""
    return Fault(line, "empty-question", _("the card asks nothing: give its heading or its front some text"))


def prose_texts(sides: Sides, stretch: Stretch, tasks: Tasks) -> list[tuple[str, list[int]]]:
    """Each piece of a card's prose with the row of each of its lines."""
    texts = [shown.prose_text() for shown in (sides.front, sides.back, *sides.hints)]
    texts += [(task.text, [task.row] * (task.text.count("\n") + 1)) for task in tasks.tasks]
    return [*texts, (stretch.heading.text if stretch.heading else "", [stretch.row])]


def _prose_picks(sides: Sides, stretch: Stretch, tasks: Tasks, parts: Sequence[ReadPart]) -> tuple[bool, list[Fault]]:
    """Whether any number of the card is drawn, and what is wrong with the picks of its prose.

    In a card that draws nothing, `pick(` in prose is only a word.
    """
    texts = prose_texts(sides, stretch, tasks)
    in_parts = any(pick.choices for read in parts for pick in picks.find(read.part.source))
    generated = in_parts or any(pick.choices for text, _rows in texts for pick in picks.find(text))
    if not generated:
        return False, []
    faults = [fault for text, rows in texts for fault in pick_faults(text, rows)]
    found = [each for text, rows in texts for each in found_picks(text, rows)]
    found += [each for read in parts for each in _part_picks(read)]
    return True, [*faults, *_name_faults(sorted(found, key=lambda each: each[1]))]


def _part_picks(read: ReadPart) -> Iterator[tuple[Pick, int]]:
    look = picks.find if read.part.role is Role.ANSWER else picks.find_in_code
    for pick in look(read.part.source):
        yield pick, read.part.line + 1 + read.part.source.count("\n", 0, pick.start)


def _name_faults(found: Sequence[tuple[Pick, int]]) -> Iterator[Fault]:
    """A name stands for one list, or what looks like one number would be two."""
    first: dict[str, tuple[Pick, int]] = {}
    for pick, line in found:
        if not pick.name or not pick.choices:
            continue
        earlier, at = first.setdefault(pick.name, (pick, line))
        if earlier.text != pick.text:
            message = _("the name `{name}` stands at line {line} for `{pick}`: write the same here, or take another name")
            yield Fault(line, "pick-name", message.format(name=pick.name, line=at, pick=earlier.text[:80]))


def found_picks(text: str, rows: Sequence[int]) -> Iterator[tuple[Pick, int]]:
    """Each pick of a piece of prose, and its line in the file."""
    starts = [0]
    for written in text.split("\n"):
        starts.append(starts[-1] + len(written) + 1)
    for pick in picks.find(text):
        yield pick, rows[bisect.bisect_right(starts, pick.start) - 1] + 1


def pick_faults(text: str, rows: Sequence[int]) -> Iterator[Fault]:
    """What is wrong with the picks of a piece of prose that draws."""
    seen: set[str] = set()
    for pick, line in found_picks(text, rows):
        if not pick.choices:
            yield bad_pick(line)
        elif pick.text in seen and not pick.name:
            # A sentence has no other way than to say a name twice.
            yield repeated_pick(line, pick.text)
        seen.add(pick.text)

"""`name.LL.md` beside `name.md`: the cards of the one told in the language of the other.

A translation is read by the same parser. Its prose is its own; its code is the original's, left out, or repeated with other
comments.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flashtorch.cards import blanks, cloze, picks
from flashtorch.cards.builder import SHAPELESS, empty_question, found_picks, pick_faults, prose_texts, title_of
from flashtorch.cards.faults import Fault
from flashtorch.cards.kinds import no_answer
from flashtorch.cards.model import Kind, Role, main_language
from flashtorch.cards.parts import answer_faults
from flashtorch.cards.sides import Composer
from flashtorch.cards.tasks import read_tasks
from flashtorch.language import _, n_

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from flashtorch.cards.builder import Builder
    from flashtorch.cards.comment import Comment
    from flashtorch.cards.details import Details
    from flashtorch.cards.frontmatter import FrontMatter
    from flashtorch.cards.model import Card, Part, Side
    from flashtorch.cards.parts import ReadPart
    from flashtorch.cards.sides import Sides
    from flashtorch.cards.stretches import Stretch
    from flashtorch.cards.tasks import Tasks

WARNINGS = frozenset({"translation-key"})
"""What is said and costs nothing."""


@dataclass(frozen=True, slots=True)
class Original:
    """What a translation is read against."""

    name: str
    """Of its file."""
    deck: str
    lang: str
    """Empty where it does not say."""
    ids: frozenset[str]
    """Every id in it, also of cards that are not loaded."""
    cards: dict[str, tuple[Card, ...]]
    """By id; several for the numbered gaps of one."""
    translated_to: str
    """The language that the name of the translation says."""


def head_faults(front: FrontMatter, original: Original) -> Iterator[Fault]:
    """Where the front matter of a translation contradicts its original or its name."""
    if front.deck is not None and front.deck != original.deck:
        message = _("this translates {file}, which belongs to the deck `{deck}`: write `deck: {deck}`")
        yield Fault(front.lines.get("deck", 1), "translation-deck", message.format(file=original.name, deck=original.deck))
    said, meant = main_language(front.lang), original.translated_to
    if said and said != meant:
        message = _("the name of this file says `{meant}`, and here it is `{said}`: make them agree")
        yield Fault(front.lines.get("lang", 1), "translation-language", message.format(meant=meant, said=front.lang))
    elif main_language(original.lang) == meant:
        message = _("{file} is written in `{lang}` already, so this translates nothing: mend the `lang:` of one of them")
        yield Fault(front.lines.get("lang", 1), "translation-language", message.format(file=original.name, lang=original.lang))


@dataclass(frozen=True, slots=True)
class Translator:
    """Makes the cards of a translation."""

    builder: Builder
    original: Original

    def build(
        self, stretch: Stretch, folds: Sequence[Details], parts: Sequence[ReadPart], known: Sequence[Fault]
    ) -> tuple[tuple[Card, ...], list[Fault]]:
        """The card of a stretch in the language of this file; as `Builder.build`, but one card whatever its gaps."""
        comment = stretch.comment
        assert comment is not None
        if comment.id is None or any(fault.code in SHAPELESS for fault in known):
            return (), []
        cards = self.original.cards.get(comment.id)
        if cards is None:
            return (), [] if comment.id in self.original.ids else [self._extra(comment)]
        composer = Composer(self.builder.lines, stretch, folds, parts)
        tasks = read_tasks(self.builder.lines, composer.front_lists(), comment.line)
        told, inherited, faults = _parts_told(cards[0].parts, parts)
        sides = composer.compose(tasks.block, inherited)
        front, back = self.builder.side(sides.front), self.builder.side(sides.back)
        faults += [*tasks.faults, *_option_faults(cards[0], tasks, comment.line)]
        faults += _pick_faults(cards[0], sides, stretch, tasks, parts)
        faults += _side_faults(cards, front, composer.has_fold and bool(back.source), comment.line)
        if not title_of(stretch) and not front.source and not tasks.tasks:
            faults.append(empty_question(comment.line))
        warned = list(_key_warnings(cards[0], comment))
        if faults or known:
            return (), faults + warned
        card = replace(
            cards[0],
            title=title_of(stretch),
            front=front,
            back=back,
            parts=told,
            hints=tuple(map(self.builder.side, sides.hints)),
            options=tuple(map(self.builder.option, tasks.tasks)),
            place=replace(cards[0].place, file=self.builder.name, line=stretch.row + 1),
            lang=self.builder.front.lang or self.original.translated_to,
        )
        return (card,), warned

    def _extra(self, comment: Comment) -> Fault:
        message = _("{file}, which this translates, has no card `{card}`: write it there first, or mend the id")
        message = message.format(file=self.original.name, card=comment.id)
        return Fault(comment.line, "translation-extra-card", message)


def _parts_told(originals: Sequence[Part], reads: Sequence[ReadPart]) -> tuple[tuple[Part, ...], tuple[Part, ...], list[Fault]]:
    """The parts of the card as they are told here, those that are the original's alone, and where the two differ."""
    own: defaultdict[Role, list[Part]] = defaultdict(list)
    for read in reads:
        own[read.part.role].append(read.part)
    told: list[Part] = []
    inherited: list[Part] = []
    faults: list[Fault] = []
    for part in originals:
        if not own[part.role]:
            told.append(part)
            inherited.append(part)
            continue
        twin = own[part.role].pop(0)
        faults += _difference(part, twin)
        told.append(_joined(part, twin))
    for role, left in own.items():
        message = _("the original of this card has no such `{role}`: a translation adds no code").format(role=role)
        faults += [Fault(part.line, "translation-extra-part", message) for part in left]
    return tuple(told), tuple(inherited), faults


def _joined(part: Part, twin: Part) -> Part:
    """A part and what its translation makes of it."""
    if part.role is Role.ANSWER:
        return replace(part, source=part.source + twin.source)
    if part.role is Role.WRONG and not _code(twin.source):
        return replace(part, note=twin.note)
    return replace(twin, tolerance=part.tolerance, note=twin.note or part.note)


def _difference(part: Part, twin: Part) -> Iterator[Fault]:
    if twin.tolerance not in (None, part.tolerance):
        message = _("`tol=` is the original's and not another one: leave it out here")
        yield Fault(twin.line, "translation-code", message)
    elif part.role is Role.ANSWER:
        yield from answer_faults(replace(twin, tolerance=part.tolerance))
    elif not (part.role is Role.WRONG and not _code(twin.source)) and not _same_code(part, twin):
        message = _("this `{role}` is not the original's at line {line}: a translation changes only the comments of code")
        yield Fault(twin.line, "translation-code", message.format(role=part.role, line=part.line))


def _code(source: str) -> str:
    """The lines of a source that are more than a comment."""
    return "\n".join(line.rstrip() for line in source.split("\n") if line.strip() and not line.lstrip().startswith("#"))


def _same_code(one: Part, other: Part) -> bool:
    if one.role is Role.FILL and blanks.contents(one.source) != blanks.contents(other.source):
        return False
    trees = [_tree(blanks.whole(part.source) if part.role is Role.FILL else part.source) for part in (one, other)]
    if None not in trees:
        return trees[0] == trees[1]
    # A starter may be unfinished, and is no Python then.
    return _bare(one.source) == _bare(other.source)


def _tree(source: str) -> str | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.dump(ast.parse(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _bare(source: str) -> str:
    return _code(re.sub(r"(?m)#.*$", "", source))


def _option_faults(card: Card, tasks: Tasks, line: int) -> Iterator[Fault]:
    """Options match by order."""
    if tasks.block is None or len(tasks.tasks) != len(card.options):
        if tasks.block is not None or card.options:
            message = n_(
                "the original of this card has {count} option, and here there are {here}: they match by order",
                "the original of this card has {count} options, and here there are {here}: they match by order",
                len(card.options),
            ).format(count=len(card.options), here=len(tasks.tasks))
            yield Fault(tasks.block.row + 1 if tasks.block else line, "translation-options", message)
        return
    for task, option in zip(tasks.tasks, card.options, strict=True):
        if task.right != option.right:
            mark = "[x]" if option.right else "[ ]"
            message = _("the original marks this option `{mark}`: options match by order").format(mark=mark)
            yield Fault(task.row + 1, "translation-mark", message)


def _pick_faults(card: Card, sides: Sides, stretch: Stretch, tasks: Tasks, parts: Sequence[ReadPart]) -> Iterator[Fault]:
    """A pick that is spelt in another way than in the original would be another draw."""
    if not card.generated:
        return
    drawn = {pick.text for text in _texts(card) for pick in picks.find(text)}
    said = [(pick, line) for text, rows in prose_texts(sides, stretch, tasks) for pick, line in found_picks(text, rows)]
    for read in parts:
        below = range(read.part.line, read.part.line + read.part.source.count("\n") + 2)
        said += found_picks(read.part.source, below)
    for pick, line in said:
        if pick.choices and pick.text not in drawn:
            message = _("`{pick}` does not stand in the original of this card: spell it as it is spelt there")
            yield Fault(line, "translation-pick", message.format(pick=pick.text[:80]))
    for text, rows in prose_texts(sides, stretch, tasks):
        yield from pick_faults(text, rows)


def _texts(card: Card) -> Iterable[str]:
    yield from (card.title, card.front.source, card.back.source)
    yield from (hint.source for hint in card.hints)
    yield from (option.text for option in card.options)
    yield from (part.source for part in card.parts)


def _side_faults(cards: Sequence[Card], front: Side, has_answer: bool, line: int) -> Iterator[Fault]:
    """Whether the sides hold what the kind of the card needs."""
    kind = cards[0].kind
    if kind is Kind.RECALL and not has_answer:
        yield no_answer(line)
    if kind is Kind.CLOZE:
        gaps = list(cloze.marks(front.prose))
        yield from cloze.faults(gaps, line)
        here = set(cloze.numbers(gaps)) if gaps else set()
        if here != {card.id.gap for card in cards}:
            message = _("the gaps of this card have other numbers than those of its original: each needs its counterpart")
            yield Fault(line, "translation-gaps", message)


def _key_warnings(card: Card, comment: Comment) -> Iterator[Fault]:
    """Keys that say something else than the original, which is the one that counts."""
    limits = card.limits
    counts = {
        "note": card.note, "tags": card.tags, "rev": card.rev, "kind": card.kind, "fact": card.fact, "limit": limits.wall_s,
        "memory": limits.memory_mb, "needs": ("processes",) if limits.processes else (), "devices": limits.devices,
        "torch": limits.torch, "mutants": card.survivors_allowed,
    }  # fmt: skip
    for key in sorted(comment.options.model_fields_set):
        if getattr(comment.options, key) != counts[key]:
            message = _("`{key}=` of the original counts, and this one says something else: leave it out").format(key=key)
            yield Fault(comment.line, "translation-key", message)

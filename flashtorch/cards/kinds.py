"""The parts of a card -> its kind. The one table of kinds: what makes each, and which parts need which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flashtorch.cards.faults import Fault
from flashtorch.cards.model import Kind, Role
from flashtorch.language import _

if TYPE_CHECKING:
    from collections.abc import Mapping

GRADED = {Kind.CODE: Role.SOLUTION, Kind.FILL: Role.FILL, Kind.PREDICT: Role.PREDICT, Kind.TYPED: Role.ANSWER}
"""The part that makes each graded kind; a choice is made by its task list."""

PARTNERS = {
    Role.SOLUTION: (Role.CHECK,),
    Role.FILL: (Role.CHECK,),
    Role.CHECK: (Role.SOLUTION, Role.FILL),
    Role.STARTER: (Role.SOLUTION,),
    Role.WRONG: (Role.SOLUTION, Role.FILL),
}
"""A part with this role needs a part with one of those."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What decides the kind of a card."""

    roles: Mapping[Role, int]
    """Each role that the card has, and the line of its first part."""
    has_options: bool
    has_gaps: bool
    """Whether the front holds a `==mark==`."""
    has_answer: bool
    """Whether anything stands behind the fold."""
    wanted: Kind | None
    """What `kind=` names."""
    line: int
    """Of the card comment."""


def partner_faults(roles: Mapping[Role, int]) -> list[Fault]:
    """Each part that needs another one which is not there."""
    alone = [role for role, others in PARTNERS.items() if role in roles and not any(other in roles for other in others)]
    if Role.CHECK in alone:
        # The solution that the check lacks is the one that these lack too.
        alone = [role for role in alone if role not in (Role.STARTER, Role.WRONG)]
    return [Fault(roles[role], "missing-partner", _needs(role)) for role in alone]


def _needs(role: Role) -> str:
    return {
        Role.SOLUTION: _("a `python solution` needs a `python check` in the same card"),
        Role.FILL: _("a `python fill` needs a `python check` in the same card"),
        Role.CHECK: _("a `python check` needs a `python solution` or a `python fill` in the same card"),
        Role.STARTER: _("a `python starter` needs a `python solution` and a `python check` in the same card"),
        Role.WRONG: _("a `python wrong` needs a `python solution` or a `python fill`, and a `python check`, in the same card"),
    }[role]


def kind_of(traits: Traits) -> Kind | Fault:
    """The kind that follows from the parts, or why none does."""
    graded = [kind for kind, role in GRADED.items() if role in traits.roles]
    if traits.has_options:
        graded.append(Kind.CHOICE)
    if traits.wanted is not None:
        return traits.wanted if _fits(traits, graded) else _contradiction(traits, graded)
    if len(graded) > 1:
        kinds = ", ".join(graded)
        message = _("the parts make more than one kind ({kinds}): name the one that is asked, as `kind={kind}`")
        return Fault(traits.line, "two-kinds", message.format(kinds=kinds, kind=graded[0]))
    if graded:
        return graded[0]
    if traits.has_gaps:
        return Kind.CLOZE
    return Kind.RECALL if traits.has_answer else no_answer(traits.line)


def _fits(traits: Traits, graded: list[Kind]) -> bool:
    match traits.wanted:
        case Kind.RECALL:
            return not graded and traits.has_answer
        case Kind.CLOZE:
            return not graded and traits.has_gaps
    return traits.wanted in graded


def _contradiction(traits: Traits, graded: list[Kind]) -> Fault:
    if traits.wanted is Kind.RECALL and not graded:
        return no_answer(traits.line)
    made = ", ".join(graded) or (Kind.CLOZE if traits.has_gaps else Kind.RECALL)
    message = _("`kind={kind}` names a kind whose part this card does not have: its parts make {made}")
    return Fault(traits.line, "kind-without-part", message.format(kind=traits.wanted, made=made))


def no_answer(line: int) -> Fault:
    """The fault of a card without an answer, whose comment stands at `line`."""
    message = _("the card has no answer: write it behind `<details><summary>Answer</summary>`, or hide words with `==…==`")
    return Fault(line, "no-answer", message)

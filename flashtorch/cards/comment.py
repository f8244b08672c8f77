"""`<!-- card: id key=value -->`, the line that makes a heading a card."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from flashtorch.cards import border
from flashtorch.cards.faults import Fault
from flashtorch.language import _

NEAR = re.compile(r"<!--\s*card", re.IGNORECASE)
"""What a line must be a card comment for holding."""

_FORM = re.compile(r" {0,3}<!-- card:(?P<body>(?:[ \t]+(?:(?!<!--|-->).)*?)?)[ \t]+-->[ \t]*")
_WORD = re.compile(r'(?:[^\s"]|"[^"]*")+')
_VALUE = re.compile(r'"[^"]*"|[^\s"]+')

KEYS = ("note", "tags", "rev", "kind", "limit", "memory", "needs", "devices", "torch", "mutants", "fact")


@dataclass(frozen=True, slots=True)
class Comment:
    """What a card comment says."""

    line: int
    well_formed: bool
    """Whether it is a card comment at all; otherwise the heading above it starts a card that cannot be read."""
    id: str | None = None
    """None when it is missing or no id."""
    options: border.CardOptions = field(default_factory=border.CardOptions)
    faults: tuple[Fault, ...] = ()


def read_comment(text: str, line: int) -> Comment:
    """The comment on a line that stands where a card comment belongs."""
    form = _FORM.fullmatch(text)
    if form is None:
        message = _("this is nearly a card comment: write `<!-- card: ID KEY=VALUE -->` on a line of its own")
        return Comment(line, False, faults=(Fault(line, "card-comment-form", message),))
    body, faults = form["body"].strip(), []

    def fault(code: str, message: str) -> None:
        faults.append(Fault(line, code, message))

    words = _WORD.findall(body)
    unclosed = '"' in _WORD.sub("", body)
    if unclosed:
        fault("unclosed-quote", _('a value is opened by `"` and never closed'))
    name: str | None = None
    if words and "=" not in words[0]:
        name = words.pop(0)
    if name is None:
        fault("missing-id", _("the card has no id yet: write one, or run `flashtorch deck stamp`"))
    elif not border.is_name(name):
        fault("bad-id", _("`{id}` is no card id: {rule}").format(id=name, rule=border.name_rule()))
        name = None
    # An open quote swallows what follows; nothing more can be said of it.
    options = _read_options([] if unclosed else words, faults, line)
    return Comment(line, True, name, options, tuple(faults))


def _read_options(words: list[str], faults: list[Fault], line: int) -> border.CardOptions:
    values: dict[str, str] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or not key:
            message = _("`{word}` is no `key=value`; values with spaces stand in double quotes").format(word=word)
            faults.append(Fault(line, "card-comment-word", message))
            break
        elif key not in KEYS:
            message = _("a card has no key `{key}`: {hint}").format(key=key, hint=border.nearest(key, KEYS))
            faults.append(Fault(line, "unknown-key", message))
        elif key in values:
            faults.append(Fault(line, "repeated-key", _("`{key}=` is given twice: keep one").format(key=key)))
        elif not _VALUE.fullmatch(value):
            message = _("`{key}=` has no value that can be read: values with spaces stand in double quotes").format(key=key)
            faults.append(Fault(line, f"bad-{key}", message))
        else:
            values[key] = value.strip('"')
    options, wrong = border.card_options(values)
    faults += [Fault(line, f"bad-{key}", message) for key, message in wrong.items()]
    return options

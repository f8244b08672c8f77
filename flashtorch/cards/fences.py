"""The info string of a fence -> what the fence is for. The table of roles."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from flashtorch.cards import border
from flashtorch.cards.faults import Fault
from flashtorch.cards.model import Role
from flashtorch.language import _


@dataclass(frozen=True, slots=True)
class RoleRule:
    """What holds for the parts with a role."""

    language: str = "python"
    only_one: bool = False
    """Whether a card has at most one of them."""
    on_front: bool = False
    """Whether a learner sees it with the question; wherever it stands in the file."""
    on_back: bool = False
    keys: tuple[str, ...] = ()


ROLES = {
    Role.SETUP: RoleRule(only_one=True, on_front=True),
    Role.STARTER: RoleRule(only_one=True),
    Role.SOLUTION: RoleRule(on_back=True),
    Role.CHECK: RoleRule(only_one=True, on_back=True, keys=("tol",)),
    Role.FILL: RoleRule(only_one=True, on_front=True, on_back=True),
    Role.PREDICT: RoleRule(only_one=True, on_front=True, keys=("tol",)),
    Role.ANSWER: RoleRule("text", only_one=True, on_back=True, keys=("tol",)),
    Role.WRONG: RoleRule(),
    Role.PROOF: RoleRule(on_back=True),
}

_LANGUAGES = ("python", "text")
_NEAR_LANGUAGES = ("python", "python3", "py", "text", "txt")
_LOOKS_LIKE = re.compile(r"[ \t>]*(?:(?:[-*+]|[0-9]{1,9}[.)])[ \t]+)*(?P<fence>`{2,}|~{2,})[ \t]*(?P<rest>.*)")
_WORD = re.compile(r'(?:[^\s"]|"[^"]*")+|"')


@dataclass(frozen=True, slots=True)
class Info:
    """What an info string says."""

    role: Role | None = None
    """None for a fence that is only shown."""
    options: border.PartOptions = field(default_factory=border.PartOptions)
    faults: tuple[Fault, ...] = ()


def read_info(info: str, line: int) -> Info:
    """The role and options of a fence."""
    words = _WORD.findall(info)
    if not words:
        return Info()
    if words[0] not in _LANGUAGES:
        return _foreign(words, line)
    if len(words) == 1:
        return Info()
    if words[1] not in set(Role):
        return Info(faults=(Fault(line, "unknown-role", _unknown_role(words[0], words[1])),))
    role = Role(words[1])
    rule, faults = ROLES[role], []
    if rule.language != words[0]:
        message = _("`{language} {role}` is no part: write `{right} {role}`")
        message = message.format(language=words[0], role=role, right=rule.language)
        faults.append(Fault(line, "part-language", message))
    return Info(role, _options(role, words[2:], faults, line), tuple(faults))


def _foreign(words: list[str], line: int) -> Info:
    """A fence in another language: it must not look like a part."""
    pieces = [piece for piece in re.split(r"[^\w]+", words[0]) if piece]
    glued = len(pieces) > 1 and pieces[0].lower() in _NEAR_LANGUAGES
    candidates = [*(pieces if glued or len(pieces) == 1 else ()), *words[1:]]
    role = next((word for word in candidates if word.lower() in set(Role)), None)
    if role is None:
        return Info()
    right = Role(role.lower())
    message = _("the role `{role}` stands behind `{language}`: a part begins with `{right}`").format(
        role=role, language=words[0], right=f"{ROLES[right].language} {right}"
    )
    return Info(faults=(Fault(line, "part-language", message),))


def _unknown_role(language: str, word: str) -> str:
    fitting = [role.value for role, rule in ROLES.items() if rule.language == language]
    if word.partition("=")[0] == "tol":
        return _("the role is missing before `{word}`: there are {roles}").format(word=word, roles=", ".join(fitting))
    return _("`{word}` is no role: {hint}").format(word=word, hint=border.nearest(word, fitting))


def _options(role: Role, words: list[str], faults: list[Fault], line: int) -> border.PartOptions:
    known = ROLES[role].keys
    values: dict[str, str] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals:
            message = _("`{word}` is no `key=value`").format(word=word)
            faults.append(Fault(line, "unknown-key", message))
        elif key not in known:
            hint = border.nearest(key, known) if known else _("it has none")
            message = _("a part `{role}` has no key `{key}`: {hint}").format(role=role, key=key, hint=hint)
            faults.append(Fault(line, "unknown-key", message))
        elif key in values:
            faults.append(Fault(line, "repeated-key", _("`{key}=` is given twice: keep one").format(key=key)))
        else:
            values[key] = value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
    options, wrong = border.part_options(values)
    faults += [Fault(line, f"bad-{key}", message) for key, message in wrong.items()]
    return options


def looks_like_part(text: str) -> bool:
    """Whether a line that opens no fence was written to open a part."""
    match = _LOOKS_LIKE.fullmatch(text)
    if match is None:
        return False
    words = match["rest"].split()
    if len(words) < 2 or words[1].rstrip("`~").lower() not in set(Role) or not re.fullmatch(r"\w+", words[0]):
        return False
    # Two signs may open a code span or struck text that is closed on the line.
    return len(match["fence"]) > 2 or match["fence"] not in match["rest"]

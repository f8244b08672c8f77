"""The border where what a deck's author wrote becomes values: the type and the sane maximum of every option.

The only module of cards that imports pydantic.
"""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from flashtorch.cards.model import NAME, NAME_LENGTH, Kind
from flashtorch.language import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DEVICES = ("cpu", "cuda", "mps", "meta")
NEEDS = ("processes",)

_RANGE = re.compile(r"(?:==|!=|~=|[<>]=?)[ ]*[0-9]+(?:\.[0-9]+){0,3}(?:\.\*)?")
_NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?|\.[0-9]{1,9}")
_FLOAT = re.compile(r"(?:[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})(?:[eE][+-]?[0-9]{1,3})?")
_VERSION = re.compile(r"=?[ ]*v?([0-9]+(?:\.[0-9]+){0,3})")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_UNITS = {"": 1, "m": 1, "mb": 1, "mib": 1, "g": 1024, "gb": 1024, "gib": 1024}


def is_name(text: str) -> bool:
    """Whether this can name a deck or a card."""
    return len(text) <= NAME_LENGTH and NAME.fullmatch(text) is not None


def name_rule() -> str:
    """What a name may be, for a sentence."""
    return _("use small letters, digits and single hyphens, at most 64 characters")


def nearest(word: str, words: Iterable[str]) -> str:
    """What may have been meant by a word that is none of these, for a sentence."""
    known = list(words)
    if close := difflib.get_close_matches(word[:40].lower(), known, 1, 0.6):
        return _("`{word}` may be meant").format(word=close[0])
    return _("there are {words}").format(words=", ".join(known))


def _whole(value: Any) -> Any:
    """Digits alone: pydantic by itself takes `3.0`, `1_000` and digits of any script."""
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{1,9}", value):
        raise ValueError(value)
    return value


def _integer(value: Any) -> Any:
    """The same, with a sign."""
    return value if isinstance(value, str) and re.fullmatch(r"-[0-9]{1,9}", value) else _whole(value)


def _seconds(value: Any) -> Any:
    return _matching(_NUMBER, value.removesuffix("s")) if isinstance(value, str) else value


def _megabytes(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    number, unit = re.fullmatch(r"([0-9]{0,9})(.*)", value, re.DOTALL).groups()  # type: ignore[union-attr]
    return int(number or "x") * _UNITS[unit.lower()] if unit.lower() in _UNITS else _refuse(value)


def _tolerance(value: Any) -> Any:
    return _matching(_FLOAT, value) if isinstance(value, str) else value


def _listed(value: Any) -> Any:
    """`a,b` -> ("a", "b"), each once."""
    if not isinstance(value, str):
        return value
    words = [word.strip() for word in value.split(",")]
    return tuple(dict.fromkeys(words)) if all(words) else _refuse(value)


def _versions(value: Any) -> Any:
    if not isinstance(value, str) or not value:
        return value
    return value if all(_RANGE.fullmatch(part.strip()) for part in value.split(",")) else _refuse(value)


def _matching(pattern: re.Pattern[str], value: str) -> str:
    return value if pattern.fullmatch(value) else _refuse(value)


def _refuse(value: str) -> Any:
    raise ValueError(value)


def _one_of(words: tuple[str, ...]) -> Any:
    def check(value: Any) -> Any:
        listed = _listed(value)
        return listed if set(listed) <= set(words) else _refuse(str(value))

    return BeforeValidator(check)


class _Border(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CardOptions(_Border):
    """The keys of a card comment."""

    note: Annotated[int | None, BeforeValidator(_integer), Field(ge=-1_000_000, le=1_000_000)] = None
    tags: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    rev: Annotated[int, BeforeValidator(_whole), Field(ge=1, le=1_000_000)] = 1
    kind: Kind | None = None
    limit: Annotated[float | None, BeforeValidator(_seconds), Field(gt=0, le=60)] = None
    memory: Annotated[int | None, BeforeValidator(_megabytes), Field(ge=16, le=65_536)] = None
    needs: Annotated[tuple[str, ...], _one_of(NEEDS)] = ()
    devices: Annotated[tuple[str, ...], _one_of(DEVICES)] = ()
    torch: Annotated[str, BeforeValidator(_versions), Field(max_length=200)] = ""
    mutants: Annotated[int, BeforeValidator(_whole), Field(ge=0, le=10_000)] = 0
    fact: Annotated[str, Field(max_length=200)] = ""


class PartOptions(_Border):
    """The keys of a fence with a role."""

    tol: Annotated[float | None, BeforeValidator(_tolerance), Field(ge=0, le=1e9, allow_inf_nan=False)] = None


class _Head(_Border):
    """The keys of front matter."""

    deck: Annotated[str | None, Field(max_length=NAME_LENGTH, pattern=rf"^(?:{NAME.pattern})$")] = None
    title: Annotated[str | None, Field(min_length=1, max_length=500)] = None
    lang: Annotated[str | None, BeforeValidator(lambda value: _matching(_LANGUAGE, value))] = None
    torch: Annotated[str | None, BeforeValidator(lambda value: _versions(value) or _refuse(value)), Field(max_length=200)] = None
    license: Annotated[str | None, Field(min_length=1)] = None
    source: Annotated[str | None, Field(min_length=1)] = None
    format: Annotated[str | None, Field(pattern=r"^1$")] = None


def card_options(values: Mapping[str, str]) -> tuple[CardOptions, dict[str, str]]:
    """The options of a card comment, those that can be read, and for each other key what is wrong."""
    wrong = _wrong(CardOptions, values)
    good = {key: value for key, value in values.items() if key not in wrong}
    return CardOptions.model_validate(good), {key: _said(key, values[key]) for key in wrong}


def part_options(values: Mapping[str, str]) -> tuple[PartOptions, dict[str, str]]:
    """The options of a fence, as `card_options`."""
    wrong = _wrong(PartOptions, values)
    good = {key: value for key, value in values.items() if key not in wrong}
    return PartOptions.model_validate(good), {key: _said(key, values[key]) for key in wrong}


def front_matter_faults(values: Mapping[str, str]) -> dict[str, str]:
    """For each key of front matter with an impossible value what is wrong."""
    faults = {}
    for key in _wrong(_Head, values):
        if not values[key]:
            faults[key] = _("`{key}:` has no value: write one, or remove the line").format(key=key)
        elif key == "deck":
            faults[key] = _("`{name}` names no deck: {rule}").format(name=values[key], rule=name_rule())
        else:
            faults[key] = _said(key, values[key])
    return faults


def _wrong(model: type[BaseModel], values: Mapping[str, str]) -> list[str]:
    try:
        model.model_validate(dict(values))
    except ValidationError as error:
        return list(dict.fromkeys(str(fault["loc"][0]) for fault in error.errors(include_url=False, include_context=False)))
    return []


def _said(key: str, value: str) -> str:
    """What is wrong with a value, and what was meant by it where that can be told."""
    if key == "torch" and (one := _VERSION.fullmatch(value)):
        message = _("`{value}` is one version, not a range: write `>={one}` for it and newer ones, or `=={one}.*` for it alone")
        return message.format(value=value, one=one[1])
    if key == "format" and re.fullmatch(r"v?0*1(?:\.0+)*", value):
        return _("`format: {value}` is written `format: 1`").format(value=value)
    return _expected(key).format(value=value)


def _expected(key: str) -> str:
    """The sentence for a key whose value, `{value}`, is none."""
    return {
        "note": _("`note=` is a whole number, and `{value}` is none"),
        "tags": _("`tags=` are words with commas between them, and `{value}` has an empty one"),
        "rev": _("`rev=` is a whole number from 1, and `{value}` is none"),
        "kind": _("`kind={value}` names no kind: there are recall, cloze, choice, typed, predict, code, fill"),
        "limit": _("`limit=` is a number of seconds up to 60, and `{value}` is none"),
        "memory": _("`memory=` is a number of megabytes from 16 to 65536, and `{value}` is none"),
        "needs": _("`needs={value}` cannot be given: a card may need `processes`"),
        "devices": _("`devices={value}` is no list of devices: there are cpu, cuda, mps, meta"),
        "torch": _("`{value}` is no range of versions: write for instance `>=2.6` or `>=2.6,<2.14`"),
        "mutants": _("`mutants=` is a whole number, and `{value}` is none"),
        "fact": _("`fact=` is a word of at most 200 characters"),
        "tol": _("`tol=` is a number from 0, for instance `1e-3`, and `{value}` is none"),
        "lang": _("`lang:` is a language code such as `en` or `zh`, and `{value}` is none"),
        "format": _("`format: {value}` is not read by this flashtorch, which knows format 1: update it, or write `format: 1`"),
        "title": _("`title:` is a name of at most 500 characters"),
    }[key]

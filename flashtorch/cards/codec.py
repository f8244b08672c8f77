"""The values of the model <-> the JSON they are kept as in the index. The standard library only."""

from __future__ import annotations

import hashlib
import json
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import flashtorch
from flashtorch.cards import entry, model, prose

if TYPE_CHECKING:
    from collections.abc import Callable

_KEPT: tuple[type, ...] = (
    *(model.Card, model.CardId, model.CardLimits, model.Option, model.Part, model.Place, model.Side),
    *(entry.Entry, model.DeckInfo, model.Head, model.Problem),
    *(prose.Text, prose.Code, prose.Maths, prose.Strong, prose.Emphasis, prose.Mark, prose.Link, prose.Image, prose.Break),
    *(prose.Paragraph, prose.Heading, prose.Fence, prose.Item, prose.List, prose.Quote, prose.Table, prose.Rule),
    prose.MathsBlock,
)
_ENUMS: tuple[type[Enum], ...] = (model.Kind, model.Role)
_FIELDS: dict[type, tuple[str, ...]] = {kept: kept.__match_args__ for kept in _KEPT}  # type: ignore[attr-defined]
_MAKERS: dict[str, Callable[..., Any]] = {kept.__name__: kept for kept in (*_KEPT, *_ENUMS)}


def encode(value: Any) -> str:
    """A value of the model or a tuple of them: `{"Type": [its fields in order]}`, tuples as arrays.

    Raises:
        TypeError: it holds something that is not part of the model.
    """
    text = json.dumps(value, default=_fields, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:  # Half a character, from a file name that is no text.
        return json.dumps(value, default=_fields, separators=(",", ":"))
    return text


def _fields(value: Any) -> dict[str, list[Any]]:
    names = _FIELDS.get(type(value))
    if names is None:
        raise TypeError(f"{type(value).__name__} is not kept in the index")
    fields = [getattr(value, name) for name in names]
    return {type(value).__name__: [{type(f).__name__: [f.value]} if isinstance(f, Enum) else f for f in fields]}


def decode(text: str) -> Any:
    """What `encode` was given.

    Raises:
        ValueError: it is not such a text.
    """
    try:
        return _tuples(json.loads(text, object_hook=_value))
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"not what the index keeps: {error}") from error


def _value(pairs: dict[str, list[Any]]) -> Any:
    ((name, fields),) = pairs.items()
    return _MAKERS[name](*map(_tuples, fields))


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if type(value) is list else value


def edition() -> str:
    """Changes whenever what is kept could differ: with the version, the fields of the model, and the code that reads decks."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    read_by = [(source.name, source.stat().st_size, source.stat().st_mtime_ns) for source in sources]
    shape = [(kept.__name__, names) for kept, names in _FIELDS.items()]
    return hashlib.sha256(repr((flashtorch.__version__, shape, read_by)).encode()).hexdigest()[:16]

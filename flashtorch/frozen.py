"""Frozen values: dataclasses with slots that never change, made in a small part of the time that `dataclasses` takes.

A start makes some seventy classes of values, and the standard decorator compiles six functions for each, half a millisecond a
class: a sixth of the time to the first card. Here the constructor is compiled when it is first called, and the rest is shared.
`dataclasses.fields`, `replace` and `is_dataclass` work on these values as on any other. Where nothing waits for the class, a plain
`@dataclass(frozen=True, slots=True)` is the same.
"""

from __future__ import annotations

import dataclasses
from dataclasses import MISSING, Field, FrozenInstanceError
from inspect import get_annotations
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar, dataclass_transform, overload

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")


@overload
def frozen(cls: type[T]) -> type[T]: ...
@overload
def frozen(*, order: bool) -> Callable[[type[T]], type[T]]: ...
@dataclass_transform(frozen_default=True, field_specifiers=(dataclasses.field,))
def frozen(cls: Any = None, *, order: bool = False) -> Any:
    """The class as a value: its annotated names are its fields, by which it is compared, hashed and shown.

    With `order` it is also less or greater by them. It takes over no fields from a class above it.
    """
    return _made(cls, order) if cls is not None else lambda given: _made(given, order)


def _made(cls: Any, order: bool) -> Any:
    names = tuple(name for name, kind in get_annotations(cls).items() if not str(kind).startswith("ClassVar"))
    held = {name: each for name, each in cls.__dict__.items() if name not in ("__dict__", "__weakref__")}
    defaults = {name: held.pop(name) for name in names if name in held}
    held = {**_SHARED, **(_ORDER if order else {}), **held}
    held |= {
        "__slots__": names,
        "__match_args__": names,
        "__init__": _first_init,
        "__dataclass_fields__": _Fields(names, defaults),
        "_held": attrgetter(*names) if names else staticmethod(_nothing),
        "_defaults": defaults,
    }
    made = type(cls)(cls.__name__, cls.__bases__, held)
    made.__qualname__ = cls.__qualname__
    return made


def _first_init(self: Any, *values: Any, **named: Any) -> None:
    """Compile the constructor of the class, which is its constructor from then on."""
    cls = type(self)
    cls.__init__ = _constructor(cls)
    cls.__init__(self, *values, **named)


def _constructor(cls: Any) -> Any:
    arguments, lines = [], []
    scope: dict[str, Any] = {"put": object.__setattr__, "MISSING": MISSING}
    for name in cls.__match_args__:
        default = cls._defaults.get(name, MISSING)
        made = default.default_factory if isinstance(default, Field) else MISSING
        default = default.default if isinstance(default, Field) else default
        given = name
        if made is not MISSING:
            scope[f"made_{name}"], default = made, MISSING
            given = f"made_{name}() if {name} is MISSING else {name}"
        scope[f"default_{name}"] = default
        is_needed = default is MISSING and made is MISSING
        arguments.append(name if is_needed else f"{name}=default_{name}")
        lines.append(f"    put(self, {name!r}, {given})")
    if hasattr(cls, "__post_init__"):
        lines.append("    self.__post_init__()")
    exec(f"def __init__({', '.join(['self', *arguments])}):\n" + "\n".join(lines or ["    pass"]), scope)
    return scope["__init__"]


def _repr(self: Any) -> str:
    return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self.__match_args__)})"


def _eq(self: Any, other: Any) -> Any:
    return self._held(self) == other._held(other) if type(self) is type(other) else NotImplemented


def _hash(self: Any) -> int:
    return hash(self._held(self))


def _keep(self: Any, name: str, *given: object) -> None:
    raise FrozenInstanceError(f"cannot {'assign to' if given else 'delete'} field {name!r}")


def _reduce(self: Any) -> tuple[Any, ...]:
    return type(self), tuple(getattr(self, name) for name in self.__match_args__)


def _nothing(self: Any) -> tuple[()]:
    return ()


_SHARED = {
    "__repr__": _repr,
    "__eq__": _eq,
    "__hash__": _hash,
    "__setattr__": _keep,
    "__delattr__": _keep,
    "__reduce__": _reduce,
}
_ORDER = {
    "__lt__": lambda self, other: self._held(self) < other._held(other) if type(self) is type(other) else NotImplemented,
    "__le__": lambda self, other: self._held(self) <= other._held(other) if type(self) is type(other) else NotImplemented,
    "__gt__": lambda self, other: self._held(self) > other._held(other) if type(self) is type(other) else NotImplemented,
    "__ge__": lambda self, other: self._held(self) >= other._held(other) if type(self) is type(other) else NotImplemented,
}


class _Fields:
    """What `dataclasses` asks of a class; it makes it itself, once something asks."""

    def __init__(self, names: tuple[str, ...], defaults: Mapping[str, Any]) -> None:
        self._names, self._defaults = names, defaults
        self._made: dict[str, Field[Any]] | None = None

    def __get__(self, instance: object, owner: Any) -> dict[str, Field[Any]]:
        if self._made is None:
            fields = [(name, owner.__annotations__[name], self._defaults.get(name, dataclasses.field())) for name in self._names]
            self._made = dict(getattr(dataclasses.make_dataclass(owner.__name__, fields), "__dataclass_fields__"))  # noqa: B009
        return self._made

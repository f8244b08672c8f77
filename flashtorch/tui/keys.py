"""The one table of keys: what each does, where, and what it is called. Bindings, the footer and the help are made from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from textual.binding import Binding, BindingType

from flashtorch.language import _

if TYPE_CHECKING:
    from collections.abc import Callable


class Scene(Enum):
    """What the learner is doing, as far as keys are concerned."""

    OPENING = auto()
    """The library and the history are being read."""
    RECALLING = auto()
    """A card that is answered in the head."""
    CHOOSING = auto()
    READING = auto()
    """A card that is answered in writing, the keys being the card's."""
    WRITING = auto()
    """The same, the keys being the editor's or the line's."""
    RUNNING = auto()
    RATING = auto()
    FINISHED = auto()


_S = Scene
_CARD = frozenset({_S.RECALLING, _S.CHOOSING, _S.READING, _S.RATING})
_WRITTEN = frozenset({_S.READING, _S.WRITING})
_OPEN = frozenset({_S.RECALLING, _S.CHOOSING, _S.READING, _S.WRITING})
_ALWAYS = frozenset(Scene)


@dataclass(frozen=True, slots=True)
class Key:
    """One row: an action of the review screen and the keys for it."""

    id: str
    """The public name; the action is the same with `_` for `-`."""
    keys: tuple[str, ...]
    """As Textual names them; the first is the one that is shown."""
    label: Callable[[], str]
    """A word or two for the footer and the help."""
    when: frozenset[Scene]
    """Where it does something."""
    foot: frozenset[Scene] = frozenset()
    """Where the footer shows it."""
    each: bool = False
    """Whether the action is told which of the keys it was (they are digits)."""
    priority: bool = False
    """Whether it comes before what the focused widget makes of the key."""

    @property
    def action(self) -> str:
        return self.id.replace("-", "_")

    @property
    def shown(self) -> str:
        """All its keys, as they are written for people."""
        if self.each:
            return f"{self.keys[0]}–{self.keys[-1]}"
        return " ".join(name_of(key) for key in self.keys)


def _at(*scenes: Scene) -> frozenset[Scene]:
    return frozenset(scenes)


KEYS: tuple[Key, ...] = (
    Key("reveal", ("space", "enter"), lambda: _("show the answer"), _at(_S.RECALLING), _at(_S.RECALLING)),
    Key("pick", tuple("123456789"), lambda: _("pick"), _at(_S.CHOOSING), _at(_S.CHOOSING), each=True),
    Key("check", ("space", "enter"), lambda: _("check"), _at(_S.CHOOSING), _at(_S.CHOOSING)),
    Key("write", ("space", "enter", "i"), lambda: _("write"), _at(_S.READING), _at(_S.READING)),
    Key("run", ("ctrl+j", "f5"), lambda: _("run"), _WRITTEN, _WRITTEN),
    Key("accept", ("space", "enter"), lambda: _("the marked rating"), _at(_S.RATING), _at(_S.RATING)),
    Key("rate", tuple("1234"), lambda: _("rate"), _at(_S.RATING), _at(_S.RATING), each=True),
    Key("again", ("space", "enter"), lambda: _("look again"), _at(_S.FINISHED), _at(_S.FINISHED)),
    Key("cancel", ("ctrl+c",), lambda: _("cancel the run"), _at(_S.RUNNING), _at(_S.RUNNING), priority=True),
    Key("hint", ("f2",), lambda: _("hint"), _OPEN, _OPEN),
    Key("give-up", ("f4",), lambda: _("give up"), _OPEN - {_S.RECALLING}, _OPEN - {_S.RECALLING}),
    Key("card", ("escape",), lambda: _("card"), _at(_S.WRITING), _at(_S.WRITING)),
    Key("undo", ("u",), lambda: _("undo"), _CARD | {_S.FINISHED}, _CARD | {_S.FINISHED}),
    Key("redo", ("U",), lambda: _("redo"), _CARD | {_S.FINISHED}),
    Key("suspend", ("@",), lambda: _("suspend"), _CARD),
    Key("bury", ("-",), lambda: _("bury until tomorrow"), _CARD),
    Key("skip", ("s",), lambda: _("skip for now"), _CARD),
    Key("down", ("j",), lambda: _("scroll down"), _CARD),
    Key("up", ("k",), lambda: _("scroll up"), _CARD),
    Key("top", ("g",), lambda: _("to the top"), _CARD),
    Key("bottom", ("G",), lambda: _("to the bottom"), _CARD),
    Key("keys", ("?", "f1"), lambda: _("keys"), _ALWAYS, _CARD | {_S.FINISHED}),
    Key("leave", ("q",), lambda: _("quit"), _ALWAYS - {_S.WRITING}, _CARD | {_S.OPENING, _S.FINISHED}),
)
"""In the order in which the footer shows them."""

_TEXTUAL = {"@": "at", "-": "minus", "?": "question_mark"}
_PEOPLE = {"escape": "esc"}


def name_of(key: str) -> str:
    """The key as people read it."""
    return _PEOPLE.get(key, key)


def bindings() -> list[BindingType]:
    """The table as Textual wants it; nothing is shown by Textual's own footer."""
    made: list[BindingType] = []
    for row in KEYS:
        for key in row.keys:
            action = f"{row.action}({key})" if row.each else row.action
            made.append(Binding(_TEXTUAL.get(key, key), action, show=False, priority=row.priority))
    return made


def is_open(action: str, scene: Scene) -> bool:
    """Whether an action does something in this scene; True for actions that are not in the table."""
    row = _BY_ACTION.get(action)
    return row is None or scene in row.when


_BY_ACTION = {row.action: row for row in KEYS}

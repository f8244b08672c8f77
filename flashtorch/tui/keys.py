"""The one table of keys: what each does, where, and what it is called.

Bindings, the footer, the help, the command palette and the README's page of keys are made from it.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from textual.binding import Binding, BindingType

from flashtorch.frozen import frozen
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
    IMPROVING = auto()
    """An answer has been judged and is worked on further, the keys being the editor's."""
    FINISHED = auto()
    WELCOME = auto()
    """The page of the first run."""
    HOME = auto()
    REPORT = auto()
    """A page that is only read: problems, numbers."""


class Group(Enum):
    """What a key is about; the help is arranged by it."""

    ANSWER = auto()
    RATE = auto()
    CARD = auto()
    GO = auto()
    APP = auto()

    @property
    def title(self) -> str:
        return {
            Group.ANSWER: _("answering"),
            Group.RATE: _("rating"),
            Group.CARD: _("the card"),
            Group.GO: _("looking around"),
            Group.APP: _("everywhere"),
        }[self]


_S = Scene
_CARD = frozenset({_S.RECALLING, _S.CHOOSING, _S.READING, _S.RATING})
_WRITTEN = frozenset({_S.READING, _S.WRITING})
_OPEN = frozenset({_S.RECALLING, _S.CHOOSING, _S.READING, _S.WRITING})
_EDITED = frozenset({_S.WRITING, _S.IMPROVING})
_ALWAYS = frozenset(Scene)
_PAGES = frozenset({_S.WELCOME, _S.HOME, _S.REPORT})
REVIEW = _ALWAYS - _PAGES
"""The scenes of the review screen."""


@frozen
class Key:
    """One row: an action of a screen and the keys for it."""

    group: Group
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
    of_app: bool = False
    """Whether the app does it, whatever the screen."""

    @property
    def action(self) -> str:
        return self.id.replace("-", "_")

    @property
    def target(self) -> str:
        """The action with who does it."""
        return f"{'app' if self.of_app else 'screen'}.{self.action}"

    @property
    def shown(self) -> str:
        """All its keys, as they are written for people."""
        if self.each:
            return f"{self.keys[0]}–{self.keys[-1]}"
        return " ".join(name_of(key) for key in self.keys)


def _at(*scenes: Scene) -> frozenset[Scene]:
    return frozenset(scenes)


_ENTER = ("space", "enter")
_G = Group
KEYS: tuple[Key, ...] = (
    Key(_G.ANSWER, "reveal", _ENTER, lambda: _("show the answer"), _at(_S.RECALLING), _at(_S.RECALLING)),
    Key(_G.ANSWER, "pick", tuple("123456789"), lambda: _("pick"), _at(_S.CHOOSING), _at(_S.CHOOSING), each=True),
    Key(_G.ANSWER, "check", _ENTER, lambda: _("check"), _at(_S.CHOOSING), _at(_S.CHOOSING)),
    Key(_G.ANSWER, "write", (*_ENTER, "w"), lambda: _("write"), _at(_S.READING), _at(_S.READING)),
    Key(_G.ANSWER, "run", ("ctrl+j", "f5"), lambda: _("run"), _WRITTEN | _EDITED, _WRITTEN | _EDITED),
    Key(_G.RATE, "accept", _ENTER, lambda: _("the marked rating"), _at(_S.RATING), _at(_S.RATING)),
    Key(_G.RATE, "rate", tuple("1234"), lambda: _("rate"), _at(_S.RATING), _at(_S.RATING), each=True),
    Key(_G.GO, "again", _ENTER, lambda: _("look again"), _at(_S.FINISHED), _at(_S.FINISHED)),
    Key(_G.GO, "study", ("enter", "space"), lambda: _("study"), _at(_S.HOME, _S.WELCOME), _at(_S.HOME, _S.WELCOME)),
    Key(_G.ANSWER, "cancel", ("ctrl+c",), lambda: _("cancel the run"), _at(_S.RUNNING), _at(_S.RUNNING), priority=True),
    Key(_G.ANSWER, "hint", ("f2",), lambda: _("hint"), _OPEN, _OPEN),
    Key(_G.ANSWER, "give-up", ("f4",), lambda: _("give up"), _OPEN - {_S.RECALLING}, _OPEN - {_S.RECALLING}),
    Key(_G.ANSWER, "scratch", ("f6",), lambda: _("try it out"), _WRITTEN | _EDITED, _WRITTEN | _EDITED, priority=True),
    Key(_G.ANSWER, "card", ("escape",), lambda: _("card"), _EDITED, _EDITED),
    Key(_G.ANSWER, "outside", ("ctrl+e",), lambda: _("write in your own editor"), _WRITTEN | _EDITED, priority=True),
    Key(_G.ANSWER, "comment", ("ctrl+slash", "ctrl+underscore"), lambda: _("make lines comments, or code again"), _EDITED),
    Key(_G.ANSWER, "undo-edit", ("ctrl+z",), lambda: _("undo what was typed"), _EDITED),
    Key(_G.ANSWER, "redo-edit", ("ctrl+y",), lambda: _("type it again"), _EDITED),
    Key(_G.ANSWER, "improve", ("w",), lambda: _("improve your answer"), _at(_S.RATING), _at(_S.RATING)),
    Key(_G.RATE, "undo", ("u",), lambda: _("undo"), _CARD | {_S.FINISHED}, _CARD | {_S.FINISHED}),
    Key(_G.RATE, "redo", ("U",), lambda: _("redo"), _CARD | {_S.FINISHED}),
    Key(_G.CARD, "info", ("i",), lambda: _("history and your answers"), _CARD, _at(_S.RATING)),
    Key(_G.CARD, "help", ("h",), lambda: _("why it does not stay"), _at(_S.RATING), _at(_S.RATING)),
    Key(_G.CARD, "know", ("K",), lambda: _("I know this"), _OPEN - {_S.WRITING}),
    Key(_G.CARD, "note", ("n",), lambda: _("note for yourself"), _CARD),
    Key(_G.CARD, "flag", ("f",), lambda: _("flag with a sentence"), _CARD),
    Key(_G.CARD, "source", ("e",), lambda: _("edit the card"), _CARD),
    Key(_G.CARD, "language", ("l",), lambda: _("in its other language"), _CARD),
    Key(_G.CARD, "copy", ("y",), lambda: _("copy the verdict"), _CARD),
    Key(_G.CARD, "copy-card", ("Y",), lambda: _("copy the card"), _CARD),
    Key(_G.CARD, "suspend", ("@",), lambda: _("suspend"), _CARD),
    Key(_G.CARD, "bury", ("-",), lambda: _("bury until tomorrow"), _CARD),
    Key(_G.CARD, "skip", ("s",), lambda: _("skip for now"), _CARD),
    Key(_G.GO, "down", ("j", "down"), lambda: _("down"), _CARD | _PAGES),
    Key(_G.GO, "up", ("k", "up"), lambda: _("up"), _CARD | _PAGES),
    Key(_G.GO, "page-down", ("pagedown", "ctrl+d"), lambda: _("a page down"), _CARD | _PAGES),
    Key(_G.GO, "page-up", ("pageup", "ctrl+u"), lambda: _("a page up"), _CARD | _PAGES),
    Key(_G.GO, "top", ("g", "home"), lambda: _("to the top"), _CARD | _PAGES),
    Key(_G.GO, "bottom", ("G", "end"), lambda: _("to the bottom"), _CARD | _PAGES),
    Key(_G.GO, "problems", ("c",), lambda: _("problems"), _at(_S.HOME, _S.WELCOME), _at(_S.HOME)),
    Key(_G.GO, "back", ("q", "escape"), lambda: _("back"), _at(_S.REPORT), _at(_S.REPORT)),
    Key(_G.APP, "keys", ("?", "f1"), lambda: _("keys"), _ALWAYS, _CARD | _PAGES | {_S.FINISHED}),
    Key(_G.APP, "theme", ("T",), lambda: _("dark, light or the terminal's own colours"), _PAGES | {_S.FINISHED}, of_app=True),
    Key(_G.APP, "palette", ("ctrl+p",), lambda: _("find a command"), _ALWAYS - {_S.RUNNING}, of_app=True),
    Key(_G.GO, "go-home", ("q",), lambda: _("home"), REVIEW - _EDITED, _CARD | {_S.OPENING, _S.FINISHED}),
    Key(_G.APP, "leave", ("q",), lambda: _("quit"), _at(_S.HOME, _S.WELCOME), _at(_S.HOME, _S.WELCOME)),
    Key(_G.APP, "quit", ("ctrl+q",), lambda: _("quit from anywhere"), _ALWAYS, of_app=True),
)
"""In the order in which the footer shows them."""

_TEXTUAL = {"@": "at", "-": "minus", "?": "question_mark"}
_PEOPLE = {"escape": "esc", "down": "↓", "up": "↑", "ctrl+slash": "ctrl+/", "ctrl+underscore": "ctrl+_"}


def name_of(key: str) -> str:
    """The key as people read it."""
    return _PEOPLE.get(key, key)


def bindings(scenes: frozenset[Scene] = REVIEW) -> list[BindingType]:
    """The rows of a screen with these scenes as Textual wants them; nothing is shown by Textual's own footer."""
    made: list[BindingType] = []
    for row in KEYS:
        if not row.when & scenes:
            continue
        for key in row.keys:
            action = row.target if row.of_app else f"{row.action}({key})" if row.each else row.action
            made.append(Binding(_TEXTUAL.get(key, key), action, show=False, priority=row.priority))
    return made


def is_open(action: str, scene: Scene) -> bool:
    """Whether an action does something in this scene; True for actions that are not in the table."""
    row = _BY_ACTION.get(action)
    return row is None or scene in row.when


_BY_ACTION = {row.action: row for row in KEYS}

"""The deck paths a learner has added: `decks.txt` in the home folder, one a line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from flashtorch.errors import Trouble
from flashtorch.language import _

if TYPE_CHECKING:
    from collections.abc import Sequence


def registered(file: Path) -> tuple[Path, ...]:
    """The paths in `file`, in the order they were added; none when it is missing or cannot be read."""
    try:
        lines = file.read_text(encoding="utf-8", errors="surrogateescape").split("\n")
    except OSError:
        return ()
    return tuple(dict.fromkeys(Path(line) for line in lines if line.strip()))


def shown_path(path: Path) -> str:
    """The path for people; a name that is no text has replacement marks."""
    return os.fsencode(path).decode("utf-8", "replace")


def register(file: Path, path: Path) -> bool:
    """Add an absolute path; False when it is there already, by itself or as part of a folder that is.

    Raises:
        Trouble: the file cannot be written.
    """
    known = registered(file)
    if "\n" in str(path) or any(path == other or path.is_relative_to(other) for other in known):
        return False
    _write(file, (*known, path))
    return True


def unregister(file: Path, path: Path) -> bool:
    """Take an absolute path out; False when it is not there.

    Raises:
        Trouble: the file cannot be written.
    """
    known = registered(file)
    if path not in known:
        return False
    _write(file, tuple(other for other in known if other != path))
    return True


def _write(file: Path, paths: Sequence[Path]) -> None:
    text = "".join(f"{each}\n" for each in paths)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        # The whole list or the old one.
        beside = file.with_name(f"{file.name}.{os.getpid()}.new")
        beside.write_text(text, encoding="utf-8", errors="surrogateescape")
        beside.replace(file)
    except OSError as error:
        what = _("the list of your decks cannot be written ({reason})").format(reason=error.strerror)
        raise Trouble(what, where=shown_path(file)) from None

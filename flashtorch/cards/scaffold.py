"""A new deck for an author to begin with: the deck of first steps under another name, every kind of card in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flashtorch.cards.model import NAME, NAME_LENGTH
from flashtorch.cards.registered import shown_path
from flashtorch.errors import Trouble
from flashtorch.language import _

if TYPE_CHECKING:
    from pathlib import Path

PATTERN = "first-steps"
"""The shipped deck that is copied: `first-steps.md`, and `first-steps.LL.md` in another language, which stands alone as well."""


def new_deck(name: str, folder: Path, lang: str, shipped: Path) -> Path:
    """Write the deck `name` into a new folder of that name below `folder`; the file.

    Raises:
        Trouble: the name is none, something of that name is there already, or it cannot be written.
    """
    if len(name) > NAME_LENGTH or not NAME.fullmatch(name):
        advice = _("Use small letters, digits and single hyphens, for instance my-deck")
        raise Trouble(_("`{name}` names no deck").format(name=name[:80]), advice=advice)
    text = _pattern(lang, shipped)
    text = re.sub(r"(?m)^deck: .*$", f"deck: {name}", text, count=1)
    text = re.sub(r"(?m)^title: .*$", f"title: {name}", text, count=1)
    target = folder / name
    try:
        target.mkdir(parents=True)
        file = target / f"{name}.md"
        with file.open("x", encoding="utf-8", newline="\n") as opened:
            opened.write(text)
    except FileExistsError:
        what = _("there is something of this name already, and nothing is overwritten")
        raise Trouble(what, where=shown_path(target), advice=_("Choose another name, or another folder with --dir")) from None
    except OSError as error:
        raise Trouble(_("this cannot be written: {reason}").format(reason=error.strerror), where=shown_path(target)) from None
    return file


def _pattern(lang: str, shipped: Path) -> str:
    folder = shipped / PATTERN
    for file in (folder / f"{PATTERN}.{lang}.md", folder / f"{PATTERN}.md"):
        if file.is_file():
            return file.read_text(encoding="utf-8")
    raise Trouble(_("the deck that new ones are copied from is missing: install flashtorch again"), where=shown_path(folder))

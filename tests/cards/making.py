"""Cards and deck files for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flashtorch.cards.markdown import to_prose
from flashtorch.cards.model import Card, CardId, CardLimits, Kind, Option, Part, Place, Role, Side

if TYPE_CHECKING:
    from pathlib import Path


def side(source: str) -> Side:
    return Side(source, to_prose(source))


def make_card(front: str = "", back: str = "", kind: Kind = Kind.RECALL, **more: Any) -> Card:
    """A card of deck `d` named `c`; `parts` as role -> source, `options` as text -> right, `gap`, `hints` as texts."""
    values: dict[str, Any] = {
        "title": "T",
        "fact": "",
        "note": None,
        "tags": (),
        "rev": 1,
        "limits": CardLimits(),
        "survivors_allowed": 0,
        "place": Place("d.md", 5),
        "content_hash": "0" * 16,
        "code_hash": "",
        "generated": "pick(" in repr((front, back, more)),
    }
    parts = tuple(Part(Role(role), source, 1) for role, source in more.pop("parts", {}).items())
    options = tuple(Option(text, to_prose(text), right) for text, right in more.pop("options", {}).items())
    hints = tuple(map(side, more.pop("hints", ())))
    identity = CardId("d", "c", more.pop("gap", None))
    return Card(id=identity, kind=kind, front=side(front), back=side(back), parts=parts, hints=hints, options=options, **values | more)


def write_deck(file: Path, deck: str, cards: dict[str, str], **front_matter: str) -> Path:
    """A deck file of recall cards: id -> answer."""
    head = "".join(f"{key}: {value}\n" for key, value in front_matter.items())
    text = f"---\ndeck: {deck}\n{head}---\n"
    for name, answer in cards.items():
        text += f"\n## What is {name}?\n<!-- card: {name} -->\n\n<details><summary>Answer</summary>\n\n{answer}\n\n</details>\n"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file

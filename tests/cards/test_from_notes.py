"""Numbered notes become drafts that read without a fault, whatever stands in them."""

from __future__ import annotations

import pytest

from flashtorch.cards.from_notes import deck_of_notes, numbered
from flashtorch.cards.model import Kind
from flashtorch.cards.parser import parse_file
from flashtorch.errors import Trouble

NOTES = """Some words before.

1.  `torch.save` keeps *parameters*
    and a second line

2.  ```
     x = torch.ones(2)
    1. not a note
    ```
    moves data

## 3) Under a heading

- a list
1. an item that is no new note
10、形状
"""


def test_notes_begin_with_the_next_higher_number() -> None:
    notes = list(numbered(NOTES.split("\n")))
    assert [note.number for note in notes] == [1, 2, 3, 10]
    assert notes[0].text == "`torch.save` keeps *parameters*\nand a second line"
    assert "1. not a note" in notes[1].text
    assert "1. an item" in notes[2].text
    assert notes[3].text == "形状"


def test_each_note_is_a_draft() -> None:
    parsed = parse_file("d.md", deck_of_notes(NOTES.encode(), "my-notes", "en").encode())
    assert parsed.problems == ()
    assert [(str(card.id), card.note, card.kind, card.tags) for card in parsed.cards] == [
        (f"my-notes/note-{number}", number, Kind.RECALL, ("draft",)) for number in (1, 2, 3, 10)
    ]
    assert [card.title for card in parsed.cards] == ["torch.save keeps parameters", "Note 2", "Under a heading", "形状"]
    assert "and a second line" in parsed.cards[0].back.source


@pytest.mark.parametrize(
    "text",
    [
        "1. <details>", "1. a\n<!-- card: x -->", "1. a\n```python solution\nx\n```", "1. a\n```\nnever closed", "1. a\n---\n# b", "1. ==a== pick(1, 2) pick(x)",
        "1. ````\n```\n````\n</summary>", "1. $x$ | a |\n|---|", "1.", "1. a\n\n\n2.\n\n", "1. \u202e[a](b) \\", "1. <!-- never closed", "1. {{x}}",
    ],
)  # fmt: skip
def test_nothing_in_a_note_breaks_its_draft(text: str) -> None:
    for lang in ("en", "zh"):
        parsed = parse_file("d.md", deck_of_notes(text.encode(), "d", lang).encode())
        assert [problem.code for problem in parsed.problems] == []
        assert len(parsed.cards) == text.count("\n2.") + 1


def test_without_numbers_there_are_no_notes() -> None:
    with pytest.raises(Trouble, match="number"):
        deck_of_notes(b"# Only words\n", "d", "en")

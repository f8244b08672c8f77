"""Terminals of every size, and Chinese."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

from tests.tui import test_review as decks
from tests.tui.sitting import WRONG, sitting

if TYPE_CHECKING:
    from pathlib import Path

KINDS = ("RECALL", "CLOZE", "CHOICE", "TYPED", "PREDICT", "CODE", "FIX", "FILL", "GENERATED")
CHINESE = """\
# 为什么要除以根号？
<!-- card: why -->

为什么要把点积除以 $\\sqrt{d_k}$？请结合 softmax 的饱和区间说明，并给出方差推导的关键一步（见《注意力》一文），
然后说出形状。

| 名字 | 说明 |
|--|--|
| `q` | 没有空格的一长串中文文字也不可以丢失任何一个字，哪怕表格很窄也是一样，所以要换行 |

<details><summary>答案</summary>

方差保持为一。

</details>
"""


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [(40, 10), (80, 24)], ids=["40x10", "80x24"])
async def test_every_kind_in_every_phase(kind: str, size: tuple[int, int], tmp_path: Path) -> None:
    async with sitting(tmp_path, getattr(decks, kind), size=size, verdicts=[WRONG]) as it:
        assert it.screen[-2].strip()
        assert it.screen[-1].strip()
        if it.scene == "READING":
            await it.press("enter", "1", "f5")
        if it.scene != "RATING":
            await it.press("f4" if it.scene != "RECALLING" else "space")
        assert it.scene == "RATING"
        assert "1" in it.screen[-2]
        assert "4" in it.screen[-2]
        assert len(it.screen) == size[1]
        assert all(cell_len(line) == size[0] for line in it.screen)


async def test_a_missed_code_card_at_80x24_keeps_six_lines_of_editor(tmp_path: Path) -> None:
    async with sitting(tmp_path, decks.CODE, verdicts=[WRONG]) as it:
        row = it.app.review.rating.region
        await it.press("enter", "ctrl+j")
        review = it.app.review
        assert review.editor.content_size.height >= 6
        assert review.card.size.height >= 3
        assert review.verdict.size.height >= 4
        assert review.rating.region == row
        await it.press("f4")
        assert review.rating.region == row


async def test_resizing_lays_the_card_out_again(tmp_path: Path) -> None:
    async with sitting(tmp_path, CHINESE) as it:
        wide = it.card
        await it.pilot.resize_terminal(40, 10)
        await it.pilot.pause()
        narrow = it.card
        assert max(cell_len(line) for line in narrow.split("\n")) <= 35
        assert narrow != wide
        await it.press("space")
        await it.pilot.resize_terminal(80, 24)
        await it.pilot.pause()
        assert it.card.startswith(wide.split("\n")[0])
        assert "方差保持为一" in it.card


async def test_chinese_is_broken_by_character_and_nothing_is_lost(tmp_path: Path) -> None:
    async with sitting(tmp_path, CHINESE, size=(50, 30)) as it:
        lines = it.card.split("\n")
        assert max(cell_len(line) for line in lines) <= 45
        assert not [line for line in lines if line[:1] in "，。）》？" and line]
        letters = "".join(it.card.split()).replace("│", "")
        for character in "没有空格的一长串中文文字也不可以丢失任何一个字，哪怕表格很窄也是一样，所以要换行":
            assert character in letters


async def test_a_long_card_scrolls(tmp_path: Path) -> None:
    long = decks.RECALL.replace("Say why.", "\n\n".join(f"paragraph {number}" for number in range(40)))
    async with sitting(tmp_path, long) as it:
        assert "paragraph 39" not in "\n".join(it.screen)
        await it.press("G")
        assert "paragraph 39" in "\n".join(it.screen)
        await it.press("g", "j", "k")
        assert "paragraph 0" in "\n".join(it.screen)
        await it.press("g", "space")
        assert "So that the variance stays one." in "\n".join(it.screen)


async def test_the_answer_is_in_sight_however_long_the_question(tmp_path: Path) -> None:
    (tmp_path / "tall").mkdir()
    long = decks.RECALL.replace("Say why.", "\n\n".join(f"Paragraph {number}." for number in range(20)))
    async with sitting(tmp_path, long, size=(40, 10)) as it:
        await it.press("space")
        assert "So that the variance stays one." in "\n".join(it.screen)
    async with sitting(tmp_path / "tall", decks.RECALL, size=(80, 24)) as it:
        await it.press("space")
        assert it.app.review.card.scroll_y == 0

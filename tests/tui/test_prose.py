"""Card text laid out for a width."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from flashtorch.cards.markdown import to_prose
from flashtorch.tui.look.code import highlight
from flashtorch.tui.look.prose import render
from flashtorch.tui.look.table import column_widths

EVERYTHING = """\
## A heading

Text with `code`, **strong**, *emphasis*, ==a mark==, a [link](https://example.org) and $\\sqrt{d_k}$. 一段没有空格的中文，
接着下一行也是中文。

- one, which is long enough to need a second line in a narrow terminal
- two
  1. inner
  2. inner again

> quoted, and long enough to need a second line in a narrow terminal

| 名字 | 形状 | 说明 |
|:--|--:|:-:|
| a | `(2, 3)` | 没有空格的一长串中文文字也不可以丢失任何一个字 |
| bb | right | short |

```python
def f(x):
    return x.view(-1, 12345678901234567890)  # 注释
```

---

$$
y = Wx + b
$$
"""


@pytest.mark.parametrize("width", [88, 40, 20, 10])
def test_no_line_is_too_wide_and_no_text_is_lost(width: int) -> None:
    shown = render(to_prose(EVERYTHING), width).plain
    lines = shown.split("\n")
    assert max(cell_len(line) for line in lines) <= width
    letters = "".join(shown.replace("↪", "").replace("│", "").replace("▎", "").split())
    for word in ("https://example.org", "12345678901234567890", "注释", "strong", "inneragain", "y=Wx+b"):
        assert word in letters
    for character in "没有空格的一长串中文文字也不可以丢失任何一个字":
        assert character in letters


def test_chinese_lines_are_joined_without_a_space() -> None:
    assert "中文，接着" in render(to_prose("中文，\n接着"), 40).plain
    assert "one two" in render(to_prose("one\ntwo"), 40).plain


def test_lists_hang_and_number() -> None:
    shown = render(to_prose("9. nine\n10. ten\n\n- [ ] open\n- [x] done"), 40).plain
    assert " 9. nine\n10. ten" in shown
    assert "[ ] open\n[x] done" in shown


def test_a_table_that_cannot_be_a_table_is_a_list_of_rows() -> None:
    shown = render(to_prose("| head | other |\n|--|--|\n| one | two |"), 10).plain
    assert shown == "head: one\nother: two"


@pytest.mark.parametrize(
    ("needed", "room", "widths"),
    [([[3, 40]], 20, [3, 17]), ([[30, 40]], 20, [10, 10]), ([[3, 4]], 20, [3, 4]), ([[30, 40, 50]], 12, None)],
)
def test_the_widest_columns_give_way(needed: list[list[int]], room: int, widths: list[int] | None) -> None:
    assert column_widths(needed, room) == widths


def test_python_is_coloured_and_unchanged() -> None:
    source = "@decorated\ndef f(x):\n    return None if x else 'a#b' + f\"{x}\"  # no"
    shown = highlight(source)
    assert shown.plain == source
    coloured = {source[span.start : span.end]: span.style for span in shown.spans}
    assert {"@decorated", "f", "return", "None", "'a#b'", "# no"} <= set(coloured)


def test_code_that_is_not_python_is_shown_as_it_is() -> None:
    assert highlight("'unclosed \"\"\" \n\\ 归一").plain == "'unclosed \"\"\" \n\\ 归一"

"""Every kind of card, asked, answered, judged, rated and undone on the screen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flashtorch.scheduling.state import Rating
from flashtorch.session.phase import Answered, Asking, Finished, Missed
from tests.tui.sitting import RIGHT, SYNTAX, WRONG, Judge, sitting

if TYPE_CHECKING:
    from pathlib import Path

RECALL = """\
# Why divide by the square root?
<!-- card: why -->

Say why.

<details><summary>Answer</summary>

So that the variance stays one.

</details>
"""
CLOZE = """\
# Softmax
<!-- card: gap -->

Softmax sums to ==one== along a dimension.
"""
CHOICE = """\
# Which are views?
<!-- card: views -->

- [x] `x.T`
- [ ] `x.clone()`
- [x] `x[0]`
"""
TYPED = """\
# Which call clears gradients?
<!-- card: zero -->

```text answer
zero_grad
```
"""
PREDICT = """\
# What is the shape?
<!-- card: shape -->

```python predict
torch.zeros(2, 3).T.shape
```
"""
CODE = """\
# Swap the axes
<!-- card: swap -->

Write `f(x)`.

<details><summary>Hint</summary>

There is an attribute.

</details>

```python starter
def f(x):
    ...
```

```python solution
def f(x):
    return x.T
```

```python check
f(torch.zeros(3, 4))
```
"""
FIX = CODE.replace("    ...\n", "    return x + 1\n").replace("swap", "mend")
FILL = """\
# The last dimension
<!-- card: last -->

```python fill
y = x.sum(dim={{-1}}, keepdim={{True}})
```

```python setup
x = torch.zeros(2, 3)
```

```python check
y
```
"""
GENERATED = """\
# Output size
<!-- card: size -->

What is `pick(3, 5, 7, 9, 11) * 2`?

```python predict
pick(3, 5, 7, 9, 11) * 2
```
"""


def ratings(events: object) -> list[int | None]:
    return [event.rating for event in events if event.rating]  # type: ignore[attr-defined]


async def test_recall(tmp_path: Path) -> None:
    async with sitting(tmp_path, RECALL) as it:
        assert it.scene == "RECALLING"
        assert "variance" not in it.card
        await it.press("space")
        assert it.scene == "RATING"
        assert "variance stays one" in it.card
        assert "[3 Good" in it.row
        assert not it.app.review.editor.text
        await it.press("2")
        assert ratings(it.events) == [Rating.HARD]
        await it.press("u")
        assert it.scene == "RECALLING"
        assert "taken back" in it.row
        await it.press("U")
        await it.press("u", "enter", "enter")
        assert ratings(it.events)[-1] == Rating.GOOD


async def test_cloze(tmp_path: Path) -> None:
    async with sitting(tmp_path, CLOZE) as it:
        assert "sums to […] along" in it.card
        await it.press("space")
        assert "sums to one along" in it.card
        assert "[…]" not in it.card
        await it.press("4", "u")
        assert "[…]" in it.card


async def test_choice(tmp_path: Path) -> None:
    async with sitting(tmp_path, CHOICE) as it:
        assert it.scene == "CHOOSING"
        await it.press("space")
        assert it.scene == "CHOOSING"
        assert "number" in it.row
        phase = it.app.review.phase
        assert isinstance(phase, Asking)
        right = [str(place) for place, at in enumerate(phase.question.order, 1) if at != 1]
        await it.press("1", "2", "3")
        assert it.card.count("[x]") == 3
        wrong = next(number for number in "123" if number not in right)
        await it.press(wrong)
        assert it.card.count("[x]") == 2
        await it.press("4", "enter")
        assert it.scene == "RATING"
        assert it.card.count("✓") == 2
        assert it.verdict.startswith("✓")
        assert "[3 Good" in it.row
        await it.press("3", "u")
        assert it.scene == "CHOOSING"
        assert it.card.count("[x]") == 2


async def test_choice_missed(tmp_path: Path) -> None:
    async with sitting(tmp_path, CHOICE) as it:
        phase = it.app.review.phase
        assert isinstance(phase, Asking)
        wrong = phase.question.order.index(1) + 1
        await it.press(str(wrong), "space")
        assert it.card.count("✗") == 1
        assert it.card.count("right, and not picked") == 2
        assert "[1 Again" in it.row


async def test_typed(tmp_path: Path) -> None:
    async with sitting(tmp_path, TYPED) as it:
        assert it.scene == "READING"
        await it.press("space", *"zero_grad", "enter")
        assert it.scene == "RATING"
        assert it.verdict.startswith("✓")
        assert "you wrote  zero_grad" in it.card
        await it.press("space")
        assert ratings(it.events) == [Rating.GOOD]
        await it.press("u")
        assert it.scene == "READING"


async def test_typed_wrong_takes_one_answer(tmp_path: Path) -> None:
    async with sitting(tmp_path, TYPED) as it:
        await it.press("enter", *"backward", "ctrl+j")
        assert it.scene == "RATING"
        assert it.verdict.startswith("✗")
        assert "zero_grad" in it.card
        assert "[1 Again" in it.row


async def test_predict(tmp_path: Path) -> None:
    async with sitting(tmp_path, PREDICT) as it:
        assert "torch.zeros(2, 3).T.shape" in it.card
        await it.press("enter", *"(3,2)", "enter")
        assert [ticket.answer for ticket in it.judge.tickets] == ["(3,2)"]
        assert it.scene == "RATING"
        assert "you wrote  (3,2)" in it.card
        await it.press("3", "u")
        assert it.scene == "READING"


async def test_giving_up_a_prediction_says_what_it_gives(tmp_path: Path) -> None:
    async with sitting(tmp_path, PREDICT, verdicts=[replace(RIGHT, value="torch.Size([3, 2])")]) as it:
        await it.press("f4")
        assert it.scene == "RATING"
        assert "it gives  torch.Size([3, 2])" in it.card
        assert "[1 Again" in it.row


async def test_code_missed_then_right(tmp_path: Path) -> None:
    async with sitting(tmp_path, CODE, verdicts=[SYNTAX, WRONG, RIGHT]) as it:
        editor = it.app.review.editor
        assert editor.text == "def f(x):\n    ...\n"
        assert it.scene == "READING"
        await it.press("enter")
        assert it.scene == "WRITING"
        await it.write("y")
        await it.press("ctrl+j")
        assert it.verdict.startswith("… not counted")
        assert it.scene == "WRITING"
        await it.press("f5")
        phase = it.app.review.phase
        assert isinstance(phase, Missed)
        assert phase.asking.attempts == 1
        for text in ("✗ wrong", "1 of 2 checks pass", "f(x)", "printed by the answer"):
            assert text in it.verdict
        assert editor.has_focus
        await it.press("z", "ctrl+j")
        assert editor.text.rstrip().endswith("yz")
        assert it.scene == "RATING"
        assert "return x.T" in it.card
        assert "yz" in it.card
        assert "[2 Hard" in it.row
        await it.press("enter")
        assert ratings(it.events) == [Rating.HARD]
        await it.press("u")
        assert it.scene == "READING"


async def test_only_giving_up_reveals_code(tmp_path: Path) -> None:
    async with sitting(tmp_path, CODE) as it:
        await it.press("space", "space", "enter", "escape")
        assert it.scene == "READING"
        assert "return x.T" not in it.card
        await it.press("f2")
        assert "There is an attribute." in it.card
        await it.press("f2")
        assert "no further hint" in it.row
        await it.press("f4")
        phase = it.app.review.phase
        assert isinstance(phase, Answered)
        assert phase.gave_up
        assert "[1 Again" in it.row


async def test_fix_begins_with_the_broken_code(tmp_path: Path) -> None:
    async with sitting(tmp_path, FIX) as it:
        assert "return x + 1" in it.app.review.editor.text
        assert "fix the bug" in it.screen[0]
        await it.press("i", "ctrl+j", "space", "u")
        assert "return x + 1" in it.app.review.editor.text


async def test_fill(tmp_path: Path) -> None:
    async with sitting(tmp_path, FILL) as it:
        assert "dim=____" in it.card
        assert "True" not in it.card
        await it.press("enter", *"-1", "enter", *"True", "enter")
        assert [ticket.answer for ticket in it.judge.tickets] == ["-1\nTrue"]
        assert it.scene == "RATING"
        assert "you wrote  -1 · True" in it.card
        assert "dim=-1" in it.card
        await it.press("3", "u")
        assert it.app.review.lines.answer in ("\n", "-1\nTrue")


async def test_generated_draws_numbers_and_keeps_them_over_an_undo(tmp_path: Path) -> None:
    async with sitting(tmp_path, GENERATED) as it:
        assert "pick" not in it.card
        before = it.card
        await it.press("enter", "1", "enter", "3", "u")
        assert it.card == before


async def test_suspend_bury_skip_and_take_back(tmp_path: Path) -> None:
    async with sitting(tmp_path, RECALL) as it:
        await it.press("@")
        assert it.scene == "FINISHED"
        assert "suspended" in it.row
        await it.press("u")
        assert it.scene == "RECALLING"
        await it.press("-")
        assert it.scene == "FINISHED"
        await it.press("u", "s")
        assert isinstance(it.app.review.phase, Finished)
        assert [event.kind for event in it.events] == ["suspend", "void", "bury", "void"]


async def test_cards_follow_each_other_without_new_widgets(tmp_path: Path) -> None:
    async with sitting(tmp_path, "\n".join((RECALL, CODE, CHOICE))) as it:
        before = len(it.app.review.query("*"))
        seen = set()
        for _ in range(3):
            phase = it.app.review.phase
            assert isinstance(phase, Asking)
            seen.add(phase.question.card.kind)
            await it.press("f4" if it.scene != "RECALLING" else "space")
            await it.press("4")
        assert len(seen) == 3
        assert len(it.app.review.query("*")) == before


async def test_self_rated_says_why(tmp_path: Path) -> None:
    async with sitting(tmp_path, CODE, judge=Judge(why="no torch here")) as it:
        assert "no torch here" in it.card
        await it.press("ctrl+j")
        assert it.scene == "RATING"
        assert not it.judge.tickets
        assert "[3 Good" in it.row


async def test_what_was_written_is_there_after_a_restart(tmp_path: Path) -> None:
    async with sitting(tmp_path, CODE) as it:
        await it.press("enter")
        await it.write("# mine")
        await it.press("escape", "q")
    async with sitting(tmp_path, CODE) as it:
        assert it.app.review.editor.text.rstrip().endswith("# mine")


async def test_help(tmp_path: Path) -> None:
    async with sitting(tmp_path, RECALL) as it:
        await it.press("?")
        assert "show the answer" in "\n".join(it.screen)
        await it.press("escape")
        assert it.scene == "RECALLING"
        assert it.app.screen is it.app.review


async def test_quitting(tmp_path: Path) -> None:
    async with sitting(tmp_path, RECALL) as it:
        await it.press("space", "3", "q")
        assert it.app.screen is not it.app.review
        await it.pilot.press("q")
        await it.pilot.pause()
        assert it.app.return_value == 0

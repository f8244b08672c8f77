"""Translations: `notes.zh.md` beside `notes.md`."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import pytest

from flashtorch.cards.folder import ParsedPath, read_path
from flashtorch.cards.pairs import paired
from flashtorch.cards.parser import parse_file
from flashtorch.cards.question import ask, question_seed, reveal
from flashtorch.cards.shipped import shipped_decks

if TYPE_CHECKING:
    from pathlib import Path

    from flashtorch.cards.model import Card

HEAD = "---\ndeck: d\nlang: {lang}\n---\n\n"

CODE = """## Double it
<!-- card: double note=3 tags=a,b rev=2 -->

Write `double`. ENGLISH

```python setup
x = torch.ones(pick(2, 3))  # ones
```

<details><summary>Hint</summary>

HINT

</details>

<details><summary>Answer</summary>

```python solution
def double(x):
    # Twice.
    return 2 * x
```

```python check
double(x)
```

```python wrong
# Added.
def double(x):
    return 2 + x
```

EXPLAINED

</details>
"""

CODE_ZH = """## 翻倍
<!-- card: double -->

写出 `double`。pick(2, 3) 个一。中文

<details><summary>答案</summary>

```python solution
def double(x):
    # 两倍。
    return 2 * x
```

```python wrong
# 加错了。
```

解释

</details>
"""

CHOICE = "## Pick\n<!-- card: pick -->\n\nWhich?\n\n- [x] right\n- [ ] wrong\n"
CLOZE = "## Gaps\n<!-- card: gaps -->\n\n==1::one== and ==2::two==\n"
TYPED = "## Name\n<!-- card: name -->\n\nWho?\n\n```text answer\nbadger\n```\n"
NUMBER = "## Pi\n<!-- card: pi -->\n\nHow much?\n\n```text answer tol=0.1\n3.14\n```\n"
RECALL = "## Why\n<!-- card: why -->\n\nWhy?\n\n<details><summary>Answer</summary>\n\nTHEREFORE\n\n</details>\n"


def pair(folder: Path, original: str, translation: str, *, lang: str = "en", to: str = "zh") -> ParsedPath:
    folder.mkdir(exist_ok=True)
    (folder / "notes.md").write_text(HEAD.format(lang=lang) + original, encoding="utf-8")
    (folder / f"notes.{to}.md").write_text(HEAD.format(lang=to) + translation, encoding="utf-8")
    return read_path(folder)


def told(parsed: ParsedPath) -> list[str]:
    return [f"{problem.place.file.rpartition('/')[2]}:{problem.place.line}: {problem.severity} {problem.code}" for problem in parsed.problems]


def only(parsed: ParsedPath) -> Card:
    assert told(parsed) == []
    [card] = parsed.cards
    return card


def test_prose_is_its_own_and_code_the_originals(tmp_path: Path) -> None:
    card = only(pair(tmp_path, CODE, CODE_ZH))
    twin = card.in_language("zh")
    assert (twin.title, twin.lang, card.lang) == ("翻倍", "zh", "en")
    assert "中文" in twin.front.source
    assert "ENGLISH" not in twin.front.source
    assert "x = torch.ones(pick(2, 3))" in twin.front.source
    assert "# 两倍。" in twin.back.source
    assert "# Twice." not in twin.back.source
    assert "double(x)\n```" in twin.back.source
    assert "解释" in twin.back.source
    assert twin.hints == ()
    assert [part.note for part in twin.parts if part.note] == ["加错了。"]
    assert [part.role for part in twin.parts] == [part.role for part in card.parts]
    assert [part.source for part in twin.parts if part.note] == [part.source for part in card.parts if part.note]
    # One card, one schedule: what identifies it is the original's.
    assert (twin.id, twin.content_hash, twin.code_hash, twin.note, twin.tags, twin.rev) == (
        card.id, card.content_hash, card.code_hash, 3, ("a", "b"), 2,
    )  # fmt: skip
    assert twin.place.file.endswith("notes.zh.md")


def test_a_translation_changes_nothing_of_the_original(tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    alone.mkdir()
    (alone / "notes.md").write_text(HEAD.format(lang="en") + CODE, encoding="utf-8")
    [card] = read_path(alone).cards
    twinned = only(pair(tmp_path / "pair", CODE, CODE_ZH))
    assert (card.content_hash, card.code_hash, card.front, card.parts) == (twinned.content_hash, twinned.code_hash, twinned.front, twinned.parts)


def test_the_language_changes_while_the_question_is_open(tmp_path: Path) -> None:
    card = only(pair(tmp_path, CODE, CODE_ZH))
    for seed in range(6):
        english, chinese = ask(card, seed, "en"), ask(card, seed, "zh")
        [size] = re.findall(r"torch\.ones\((\d)\)", english.front)
        assert f"{size} 个一" in chinese.front
        assert f"torch.ones({size})" in chinese.front
        assert ask(chinese.card, seed, "en").front == english.front
        assert ask(ask(chinese.card, seed, "en").card, seed, "zh") == chinese
        assert "EXPLAINED" in reveal(english).back
        assert "解释" in reveal(chinese).back
    assert ask(card, 1, "fr") == ask(card, 1) == ask(card, 1, "en")
    assert ask(card, 1, "zh-CN") == ask(card, 1, "zh")


def test_either_language_may_be_the_original(tmp_path: Path) -> None:
    card = only(pair(tmp_path, RECALL.replace("Why?", "为什么？"), RECALL, lang="zh", to="en"))
    assert (card.lang, card.in_language("en").lang) == ("zh", "en")
    assert ask(card, 1).front == "为什么？"
    assert ask(card, 1, "en").front == "Why?"


def test_options_match_by_order(tmp_path: Path) -> None:
    card = only(pair(tmp_path, CHOICE, CHOICE.replace("] right", "] 对").replace("] wrong", "] 错")))
    for seed in range(5):
        english, chinese = ask(card, seed, "en"), ask(card, seed, "zh")
        assert [option.text for option in chinese.options] == [{"right": "对", "wrong": "错"}[option.text] for option in english.options]
        assert reveal(english).right_options == reveal(chinese).right_options


def test_each_number_of_a_cloze_has_its_counterpart(tmp_path: Path) -> None:
    parsed = pair(tmp_path, CLOZE, CLOZE.replace("::one", "::一").replace("::two", "::二"))
    assert told(parsed) == []
    assert [(str(card.id), ask(card, 1, "zh").front) for card in parsed.cards] == [("d/gaps.1", "[…] and 二"), ("d/gaps.2", "一 and […]")]
    assert all(card.in_language("zh").id == card.id for card in parsed.cards)


def test_accepted_texts_are_added_in_every_language(tmp_path: Path) -> None:
    card = only(pair(tmp_path, TYPED, TYPED.replace("badger", "獾")))
    for lang in ("en", "zh"):
        assert reveal(ask(card, 1, lang)).solutions == ("badger", "獾")
    assert "獾" not in reveal(ask(card, 1, "en")).back
    assert "獾" in reveal(ask(card, 1, "zh")).back


@pytest.mark.parametrize(
    ("original", "translation", "expected"),
    [
        (RECALL + "\n" + CHOICE, RECALL, ["notes.zh.md:1: warning translation-missing-card"]),
        (RECALL, RECALL + "\n" + CHOICE, ["notes.zh.md:18: error translation-extra-card"]),
        (CHOICE, CHOICE.replace("[x]", "[ ]").replace("- [ ] wrong", "- [x] wrong"), ["notes.zh.md:11: error translation-mark", "notes.zh.md:12: error translation-mark"]),
        (CHOICE, CHOICE + "- [ ] more\n", ["notes.zh.md:11: error translation-options"]),
        (CHOICE, "## Pick\n<!-- card: pick -->\n\nWhich?\n", ["notes.zh.md:7: error translation-options"]),
        (RECALL, CHOICE.replace("card: pick", "card: why") + RECALL[RECALL.index("<details"):], ["notes.zh.md:11: error translation-options"]),
        (CLOZE, CLOZE.replace("2::", "3::"), ["notes.zh.md:7: error translation-gaps"]),
        (CLOZE, "## Gaps\n<!-- card: gaps -->\n\nNothing.\n", ["notes.zh.md:7: error translation-gaps"]),
        (RECALL, "## Why\n<!-- card: why -->\n\nWhy?\n", ["notes.zh.md:7: error no-answer"]),
        (CODE, CODE.replace("2 * x", "x + x"), ["notes.zh.md:23: error translation-code"]),
        (CODE, CODE.replace("2 * x", "3 * x").replace("# ones", "# 一"), ["notes.zh.md:23: error translation-code"]),
        (CODE, CODE.replace("pick(2, 3)", "pick(2,3)"), ["notes.zh.md:12: error translation-pick"]),
        (CODE, CODE_ZH.replace("pick(2, 3)", "pick(2, 4)"), ["notes.zh.md:9: error translation-pick"]),
        (RECALL, RECALL + "\n```python proof\nassert True\n```\n", ["notes.zh.md:17: error translation-extra-part"]),
        (NUMBER, NUMBER.replace("3.14", "三").replace(" tol=0.1", ""), ["notes.zh.md:12: error answer-number"]),
        (NUMBER, NUMBER.replace("0.1", "0.2"), ["notes.zh.md:11: error translation-code"]),
        (RECALL.replace("why -->", "why note=1 -->"), RECALL.replace("why -->", "why note=2 rev=1 -->"), ["notes.zh.md:7: warning translation-key"]),
        (RECALL, RECALL.replace("</details>", ""), ["notes.zh.md:11: error unclosed-details"]),
        (RECALL.replace("</details>", ""), RECALL, ["notes.md:11: error unclosed-details"]),
        (RECALL, RECALL + "\n" + RECALL, ["notes.zh.md:18: error duplicate-id"]),
        (RECALL, RECALL.replace("why -->", "-->"), ["notes.zh.md:1: warning translation-missing-card", "notes.zh.md:7: error missing-id"]),
    ],
)  # fmt: skip
def test_what_disagrees_is_told_in_the_translation(tmp_path: Path, original: str, translation: str, expected: list[str]) -> None:
    assert told(pair(tmp_path, original, translation)) == expected


def test_a_translation_with_a_fault_costs_only_itself(tmp_path: Path) -> None:
    parsed = pair(tmp_path, RECALL + "\n" + CHOICE, RECALL + "\n" + CHOICE.replace("[x]", "[ ]"))
    assert [str(card.id) for card in parsed.cards] == ["d/why", "d/pick"]
    why, pick = parsed.cards
    assert why.in_language("zh").lang == "zh"
    assert pick.in_language("zh") == pick


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("---\ndeck: other\nlang: zh\n---\n", ["notes.zh.md:2: error translation-deck"]),
        ("---\ndeck: d\nlang: en\n---\n", ["notes.zh.md:3: error translation-language"]),
        ("---\nlang: zh\n---\n", ["notes.zh.md:1: error deck-missing"]),
        ("---\ndeck: d\nlang: zh-CN\n---\n", []),
        ("---\ndeck: d\n---\n", []),
    ],
)
def test_the_head_of_a_translation(tmp_path: Path, head: str, expected: list[str]) -> None:
    (tmp_path / "notes.md").write_text(HEAD.format(lang="en") + RECALL, encoding="utf-8")
    (tmp_path / "notes.zh.md").write_text(head + "\n" + RECALL, encoding="utf-8")
    parsed = read_path(tmp_path)
    assert told(parsed) == expected
    [card] = parsed.cards
    assert (card.in_language("zh") != card) == (not expected)


def test_two_files_in_one_language_are_no_translation(tmp_path: Path) -> None:
    assert told(pair(tmp_path, RECALL, RECALL, lang="zh")) == ["notes.zh.md:3: error translation-language"]


def test_cards_beside_an_original_without_any_do_not_vanish_unsaid(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# Only notes\n", encoding="utf-8")
    (tmp_path / "a.zh.md").write_text(HEAD.format(lang="zh") + RECALL, encoding="utf-8")
    (tmp_path / "b.md").write_text("# Only notes\n", encoding="utf-8")
    (tmp_path / "b.zh.md").write_text("# 笔记\n", encoding="utf-8")
    assert told(read_path(tmp_path)) == ["a.zh.md:1: error translation-of-no-deck"]


def test_a_file_with_such_a_name_alone_is_an_ordinary_one(tmp_path: Path) -> None:
    (tmp_path / "notes.zh.md").write_text(HEAD.format(lang="zh") + RECALL, encoding="utf-8")
    assert [str(card.id) for card in read_path(tmp_path).cards] == ["d/why"]
    assert [str(card.id) for card in read_path(tmp_path / "notes.zh.md").cards] == ["d/why"]


def test_a_file_given_by_itself_brings_its_translations(tmp_path: Path) -> None:
    pair(tmp_path, RECALL, RECALL)
    [card] = read_path(tmp_path / "notes.md").cards
    assert card.in_language("zh").lang == "zh"
    parsed = read_path(tmp_path / "notes.zh.md")
    assert (parsed.cards, told(parsed)) == ((), ["notes.zh.md:1: error translation-alone"])


def test_an_original_that_cannot_be_read_loads_nothing_from_its_translation(tmp_path: Path) -> None:
    pair(tmp_path, RECALL, RECALL)
    (tmp_path / "notes.md").write_bytes(b"\xff\xfe")
    assert (read_path(tmp_path).cards, told(read_path(tmp_path))) == ((), ["notes.md:1: error encoding"])
    (tmp_path / "notes.md").write_bytes(b"x" * (5 << 20))
    assert (read_path(tmp_path).cards, told(read_path(tmp_path))) == ((), ["notes.md:1: error file-too-large"])


def test_an_unfinished_starter_may_be_repeated(tmp_path: Path) -> None:
    starter = "\n```python starter\ndef double(x):\n    return  # here\n    (\n```\n"
    card = only(pair(tmp_path, CODE + starter, CODE_ZH + starter.replace("# here", "# 这里")))
    assert "这里" in (ask(card, question_seed(card.id, 0), "zh").starter or "")
    assert told(pair(tmp_path, CODE + starter, CODE_ZH + starter.replace("    (", "    [")))


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_to_a_translation_each_of_its_cards_is_told_or_missed(seed: int) -> None:
    folder = shipped_decks() / "first-steps"
    original = parse_file("a.md", (folder / "first-steps.md").read_bytes())
    lines = (folder / "first-steps.zh.md").read_text("utf-8").split("\n")
    chance = random.Random(seed)
    for _turn in range(30):
        spoilt = list(lines)
        for _ in range(chance.randint(1, 4)):
            at, other = chance.randrange(len(spoilt)), chance.randrange(len(spoilt))
            spoilt[at] = chance.choice(["", spoilt[other], spoilt[at] + "```", "<!-- " + spoilt[at], spoilt[at][: len(spoilt[at]) // 2]])
        parsed = paired(original, [("a.zh.md", "zh", "\n".join(spoilt).encode())])
        assert [card.id for card in parsed.cards] == [card.id for card in original.cards]
        said = {problem.card for problem in parsed.problems}
        of_file = any(problem.severity == "error" and problem.place.line <= 6 for problem in parsed.problems)
        for card in parsed.cards:
            reveal(ask(card, seed, "zh"))
            assert card.translations or of_file or f"{card.id.deck}/{card.id.name}" in said

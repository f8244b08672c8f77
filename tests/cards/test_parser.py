"""What the cases do not say: places, hashes, options as values, what crashes other readers, time in proportion."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flashtorch.cards.markdown import to_prose
from flashtorch.cards.model import Card, CardLimits, Place, Role
from flashtorch.cards.parser import ParsedFile, parse_file

HEAD = "---\ndeck: d\ntorch: >=2.6\nlang: zh\ntitle: T\n---\n\n"
CARD = """## Double it
<!-- card: a note=14 tags=x,y rev=2 limit=20 memory=1GB needs=processes devices=cpu,meta mutants=3 fact=f -->

`double(x)` is twice `x`.

<details><summary>Hint</summary>

Add.

</details>

```python starter
def double(x): ...
```

<details><summary>Answer</summary>

```python solution
def double(x):
    return x + x
```

```python check tol=0.5
double(1)
```

```python wrong
# Once is not
#   twice.
def double(x): return x
```

</details>

"""


def read(text: str) -> ParsedFile:
    return parse_file("deck.md", (HEAD + text).encode())


def only(text: str) -> Card:
    parsed = read(text)
    assert parsed.problems == ()
    (card,) = parsed.cards
    return card


def test_a_card_says_everything_that_its_comment_says() -> None:
    card = only(CARD)
    assert (card.note, card.tags, card.rev, card.fact, card.survivors_allowed) == (14, ("x", "y"), 2, "f", 3)
    assert card.limits == CardLimits(20.0, 1024, True, ("cpu", "meta"), ">=2.6")
    assert (card.place, card.lang, card.generated) == (Place("deck.md", 8), "zh", False)
    assert [(part.role, part.line) for part in card.parts] == [(Role.STARTER, 19), (Role.SOLUTION, 25), (Role.CHECK, 30), (Role.WRONG, 34)]
    assert card.parts[2].tolerance == 0.5
    assert card.parts[3].note == "Once is not\ntwice."
    assert card.parts[1].source == "def double(x):\n    return x + x\n"


def test_the_deck_is_named_with_its_cards_and_every_id() -> None:
    parsed = read(CARD + CARD + "## Q\n<!-- card: b x -->\n")
    assert (parsed.deck, parsed.title, parsed.lang) == ("d", "T", "zh")
    assert parsed.ids == (("d/a", Place("deck.md", 9)), ("d/a", Place("deck.md", 43)), ("d/b", Place("deck.md", 77)))
    assert [(problem.card, problem.place.line) for problem in parsed.problems] == [("d/a", 43), ("d/b", 77), ("d/b", 77)]
    assert "deck.md:9" in parsed.problems[0].message


def test_each_side_is_the_tree_of_its_source() -> None:
    card = only(CARD)
    for side in (card.front, card.back, *card.hints):
        assert side.prose == to_prose(side.source)
    assert card.front.source == "`double(x)` is twice `x`."
    assert card.hints[0].source == "Add."


def test_the_content_hash_is_over_what_is_met_and_not_over_where_it_stands() -> None:
    card = only(CARD)
    same = only(f"Words.\n\n# Notes\n\n{CARD.replace('tags=x,y', 'tags=z').replace('note=14', 'note=3')}\n\n# More\n")
    assert (same.content_hash, same.code_hash) == (card.content_hash, card.code_hash)
    assert parse_file("other.md", (HEAD + CARD).replace("\n", "\r\n").encode()).cards[0].content_hash == card.content_hash
    for old, new in (("Double it", "Twice"), ("is twice", "doubles"), ("Add.", "Sum."), ("x + x", "2 * x"), ("tol=0.5", "tol=0.1"), ("...", "pass")):
        assert only(CARD.replace(old, new)).content_hash != card.content_hash, old
    assert len(card.content_hash) == 16


def test_the_code_hash_is_over_what_is_run() -> None:
    card = only(CARD)
    for old, new in (("x + x", "2 * x"), ("limit=20", "limit=21"), ("double(1)", "double(2)"), ("return x\n", "return 1\n")):
        assert only(CARD.replace(old, new)).code_hash != card.code_hash, old
    for old, new in (("is twice", "doubles"), ("Add.", "Sum."), ("...", "pass"), ("rev=2", "rev=3")):
        assert only(CARD.replace(old, new)).code_hash == card.code_hash, old
    other = parse_file("deck.md", (HEAD + CARD).replace(">=2.6", ">=2.7").encode()).cards[0]
    assert other.code_hash != card.code_hash
    assert only("## Q\n<!-- card: a -->\n\n==a==\n").code_hash == ""


def test_the_cards_of_numbered_gaps_differ_in_their_number_alone() -> None:
    one, two = read("## Q\n<!-- card: a -->\n\n==1::x== ==2::y==\n").cards
    assert (str(one.id), str(two.id)) == ("d/a.1", "d/a.2")
    assert replace(two, id=one.id) == one
    assert one.siblings_key == two.siblings_key


DEEP = {
    "quotes": "> " * 5000 + "x",
    "lists": "".join("  " * level + "- x\n" for level in range(300)),
    "numbered lists": "1. " * 3000,
    "brackets": "[" * 8000,
    "pictures": "![" * 8000,
    "dollars": "$a" * 20000,
    "marks": "==a " * 20000,
    "stars": "*a **b " * 10000,
    "backticks": "`" * 9999 + "a" + "`" * 9998,
    "tags": "<a " * 20000,
    "folds": "<details>\n\n" * 3000,
    "braces": "{{" * 20000,
    "picks": "pick(" * 3000,
    "one line": "a" * 1_000_000,
    "comments": "<!-- " * 20000,
    "near comments": "<!-- card: x " * 5000,
    "tables": "|a" * 3000 + "\n" + "|-" * 3000 + "\n" + "|b" * 3000,
    "references": "\n".join(f"[a{n}]: b" for n in range(5000)),
    "entities": "&" * 50000,
    "details in text": "x " + "</details>" * 5000,
    "quotes in a comment": "<!-- card: x " + 'a="' * 3000 + " -->",
    "headings": "# a\n" * 20000,
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP.keys())
def test_nothing_in_a_deck_ends_the_reader_or_costs_the_card_before(text: str) -> None:
    parsed = read(f"## Q\n<!-- card: before -->\n\n==a==\n\n## Q\n<!-- card: deep -->\n\n{text}\n\n<details>\n\nA\n\n</details>\n")
    assert "d/before" in [str(card.id) for card in parsed.cards]


CODE = {
    "minus": "x = " + "-" * 50000 + "1",
    "dots": "x = y" + ".a" * 100000,
    "sums": "x = " + "+".join("1" * 100000),
    "brackets": "(" * 50000,
    "calls": "x" + "()" * 100000,
    "elif": "if 1: pass\n" + "elif 1: pass\n" * 5000,
    "lambda": "x = " + "lambda: " * 20000 + "1",
    "comparison": "x = " + "<".join("1" * 20000),
    "digits": "x = " + "9" * 10000,
    "indentation": "".join(" " * level + "if 1:\n" for level in range(300)),
    "strings": "x = " + "'a' " * 20000,
    "f-strings": "x = " + 'f"{' * 200,
    "backslashes": "\\\n" * 5000,
    "picks": "pick(" * 5000,
    "blanks": "{{" * 5000,
}


@pytest.mark.parametrize("source", CODE.values(), ids=CODE.keys())
def test_no_code_ends_the_reader(source: str) -> None:
    for role in ("solution", "check", "predict", "fill", "starter", "wrong", "proof", "setup"):
        parsed = read(f"## Q\n<!-- card: before -->\n\n==a==\n\n## Q\n<!-- card: deep -->\n\n```python {role}\n{source}\n```\n")
        assert "d/before" in [str(card.id) for card in parsed.cards]
        assert all(problem.place.line < 10**7 for problem in parsed.problems)


def test_many_cards_are_read_in_proportion() -> None:
    parsed = read("".join(CARD.replace("card: a", f"card: a-{number}") for number in range(600)))
    assert len(parsed.cards) == 600
    bad = read("".join(CARD.replace("card: a", f"card: a-{number} x") for number in range(600)))
    assert (len(bad.cards), len(bad.problems)) == (0, 600)

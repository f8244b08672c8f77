"""How a sitting is put together: decks, trust, and what is not there."""

from __future__ import annotations

import importlib.util
import sys
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from flashtorch.cards.model import CardId, Kind
from flashtorch.cards.question import DRAWS, ask, question_seed
from flashtorch.errors import Trouble
from flashtorch.grading.verdict import VerdictName
from flashtorch.paths import Paths
from flashtorch.sandbox.cell import Report, Unavailable
from flashtorch.scheduling.state import Rating
from flashtorch.session.news import SetAside
from flashtorch.session.phase import Answered, Asking, Drawing, Judging
from flashtorch.session.runner import Runner
from flashtorch.session.scope import Scope
from flashtorch.session.study import open_study
from flashtorch.settings import Settings
from flashtorch.trust import Trust
from tests.session.desk import MORNING

if TYPE_CHECKING:
    from pathlib import Path

    from flashtorch.cards.model import DeckInfo
    from flashtorch.session.phase import Phase
    from flashtorch.session.study import Study

DECK = """---
deck: {name}
---

# Sum

<!-- card: sum -->

```python predict
torch.ones(2).sum()
```

# Why

<!-- card: why -->

<details><summary>Answer</summary>

Because.

</details>
"""


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    path = tmp_path / "my deck.md"
    path.write_text(DECK.format(name="mine"), encoding="utf-8")
    return path


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "home")


def level(monkeypatch: pytest.MonkeyPatch, letter: str) -> None:
    """What the sandbox finds on this machine; nothing for nothing at all."""

    def report() -> Report:
        if not letter:
            raise Unavailable("no torch")
        return Report(letter, "2.13.0", sys.version, ("cpu",), 1.0)

    monkeypatch.setattr(Runner, "sandbox", property(lambda _self: SimpleNamespace(report=report, close=lambda: None)))


def opened(paths: Paths, *given: Path, **options: object) -> Study:
    return open_study(paths, Settings(), given, MORNING, entropy=bytes, **options)  # type: ignore[arg-type]


def first(study: Study) -> Asking:
    phase = study.session.begin(MORNING)
    assert isinstance(phase, Asking)
    return phase


@pytest.mark.parametrize("letter", ["A", "B", "C", "M", ""])
def test_nobody_is_asked_where_the_sandbox_holds_or_nothing_runs(
    monkeypatch: pytest.MonkeyPatch, paths: Paths, deck: Path, letter: str
) -> None:
    level(monkeypatch, letter)
    opened(paths, deck).close()


def test_nobody_to_ask_is_a_trouble_with_the_exact_command(monkeypatch: pytest.MonkeyPatch, paths: Paths, deck: Path) -> None:
    level(monkeypatch, "D")
    with pytest.raises(Trouble) as caught:
        opened(paths, deck)
    assert (caught.value.where, caught.value.exit_code) == (str(deck), 2)
    assert f"flashtorch deck trust '{deck}'" in caught.value.advice


def test_a_yes_is_kept_and_not_asked_again(monkeypatch: pytest.MonkeyPatch, paths: Paths, deck: Path) -> None:
    level(monkeypatch, "D")
    asked: list[str] = []

    def yes(deck: DeckInfo) -> bool:
        asked.append(deck.root)
        return True

    opened(paths, deck, trust_question=yes).close()
    opened(paths, deck, trust_question=yes).close()
    opened(paths, deck).close()
    assert asked == [str(deck)]
    assert len(Trust.load(paths.trust).code_hashes) == 1


def test_a_no_leaves_the_cards_to_the_learner_and_runs_nothing(monkeypatch: pytest.MonkeyPatch, paths: Paths, deck: Path) -> None:
    level(monkeypatch, "D")
    study = opened(paths, deck, trust_question=lambda _deck: False)
    assert "not trusted" in first(study).self_rated
    phase = study.session.answer("2.0", MORNING)
    assert isinstance(phase, Answered)
    assert (phase.verdict, phase.suggested) == (None, None)
    study.close()
    assert not Trust.load(paths.trust).code_hashes


def test_trust_for_one_call_asks_and_keeps_nothing(monkeypatch: pytest.MonkeyPatch, paths: Paths, deck: Path) -> None:
    level(monkeypatch, "D")
    study = opened(paths, deck, trust_all=True)
    assert first(study).self_rated == ""
    study.close()
    assert not paths.trust.exists()


def test_another_deck_needs_no_trust_for_the_one_that_is_studied(monkeypatch: pytest.MonkeyPatch, paths: Paths, deck: Path) -> None:
    level(monkeypatch, "D")
    other = deck.with_name("other.md")
    other.write_text("\n".join(line for line in DECK.format(name="other").split("\n") if line not in ("```", "torch.ones(2).sum()", "```python predict", "<!-- card: sum -->")), encoding="utf-8")
    study = opened(paths, deck, other, scope=Scope(deck="other"))
    assert first(study).question.card.id.deck == "other"
    study.close()


def test_without_torch_run_cards_are_self_rated_and_say_why(monkeypatch: pytest.MonkeyPatch, paths: Paths, deck: Path) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *more: None if name == "torch" else found(name, *more))
    study = opened(paths, deck)
    assert "no torch" in first(study).self_rated
    study.session.reveal(MORNING)
    phase = study.session.rate(Rating.EASY, MORNING)
    assert isinstance(phase, Asking)
    assert phase.self_rated == ""
    study.close()


def test_a_deck_that_is_missing_leaves_nothing_open(paths: Paths, deck: Path) -> None:
    with pytest.raises(Trouble):
        opened(paths, deck.with_name("none.md"))
    with pytest.raises(Trouble, match="mine"):
        opened(paths, deck, scope=Scope(deck="mnie"))
    assert not paths.history.exists()


def test_a_sitting_judges_with_real_torch(paths: Paths, deck: Path) -> None:
    study = opened(paths, deck, trust_all=True)
    try:
        first(study)
        phase = study.session.answer("2.0", MORNING)
        assert isinstance(phase, Judging)
        verdict = phase.ticket.run()
        assert verdict is not None
        end = study.session.judged(phase.ticket.id, verdict, MORNING)
        assert isinstance(end, Answered)
        assert end.suggested is Rating.GOOD
    finally:
        study.close()


CODE = DECK.replace("torch.ones(2).sum()", "torch.ones(3).sum()")


def test_code_that_changes_in_mid_session_is_not_run_until_it_is_trusted(
    monkeypatch: pytest.MonkeyPatch, paths: Paths, deck: Path
) -> None:
    level(monkeypatch, "D")
    monkeypatch.setattr(Runner, "show", lambda _self, _question: None)
    study = opened(paths, deck, trust_question=lambda _deck: True)
    assert first(study).self_rated == ""
    deck.write_text(CODE.format(name="mine"), encoding="utf-8")
    changed = study.session.reload(MORNING)
    assert isinstance(changed, Asking)
    assert "ones(3)" in changed.question.front
    assert "not trusted" in changed.self_rated
    Trust.load(paths.trust).with_code(study.library.deck("mine").code_hash)
    again = study.session.reload(MORNING)
    assert isinstance(again, Asking)
    assert again.self_rated == ""
    study.close()


def test_where_the_sandbox_holds_changed_code_is_run(monkeypatch: pytest.MonkeyPatch, paths: Paths, deck: Path) -> None:
    level(monkeypatch, "C")
    monkeypatch.setattr(Runner, "show", lambda _self, _question: None)
    study = opened(paths, deck)
    first(study)
    deck.write_text(CODE.format(name="mine"), encoding="utf-8")
    changed = study.session.reload(MORNING)
    assert isinstance(changed, Asking)
    assert changed.self_rated == ""
    study.close()


def test_another_deck_that_nobody_was_asked_about_is_not_run(monkeypatch: pytest.MonkeyPatch, paths: Paths, deck: Path) -> None:
    level(monkeypatch, "D")
    other = deck.with_name("other.md")
    other.write_text("---\ndeck: other\n---\n\n# Why\n\n<!-- card: why -->\n\n<details><summary>Answer</summary>\n\nSo.\n\n</details>\n", encoding="utf-8")
    study = opened(paths, deck, other, scope=Scope(deck="other"))
    assert first(study).question.card.id.deck == "other"
    study.narrow("mine")
    assert "not trusted" in first(study).self_rated
    study.close()


NUMBERS = """---
deck: numbers
---

# Divide by pick(0, 3)

<!-- card: divide -->

What is left of 7?

```python setup
width = 7 // pick(0, 3)
```

```python solution
def divide(x):
    return torch.remainder(x, width)
```

```python check
divide(torch.arange(5))
```

# Never by pick(0, 0.0)

<!-- card: never -->

```python setup
width = 7 // pick(0, 0.0)
```

```python solution
x = torch.zeros(width)
```

```python check
x
```

# Why

<!-- card: why -->

<details><summary>Answer</summary>

Because.

</details>
"""


def settled(study: Study) -> tuple[int, Phase]:
    """Try numbers as long as that is asked for, as a driver does: how often that was, and what is shown."""
    tried = 0
    while isinstance(phase := study.session.phase, Drawing):
        verdict = phase.ticket.run()
        assert verdict is not None
        study.session.drawn(phase.ticket.id, verdict, MORNING)
        tried += 1
    return tried, study.session.phase


def test_a_draw_whose_reference_fails_is_never_shown(paths: Paths, deck: Path) -> None:
    """With real torch: half of the draws divide by zero, and all those of the other card."""
    deck.write_text(NUMBERS, encoding="utf-8")
    study = opened(paths, deck, trust_all=True)
    try:
        study.session.begin(MORNING)
        tried, phase = settled(study)
        assert isinstance(phase, Asking)
        assert (tried, phase.question.title) == (2, "Divide by 3")
        study.session.skip(MORNING)
        tried, phase = settled(study)
        assert isinstance(phase, Asking)
        assert (tried, str(phase.question.card.id)) == (DRAWS, "numbers/why")
        (news,) = study.session.news
        assert isinstance(news, SetAside)
        assert (news.card, news.verdict.name) == ("numbers/never", VerdictName.BROKEN)
    finally:
        study.close()


def test_what_is_proven_once_is_known_in_the_next_sitting(paths: Paths, deck: Path) -> None:
    deck.write_text(NUMBERS.replace("pick(0, 3)", "pick(1, 3)"), encoding="utf-8")
    seen = []
    for _sitting in range(2):
        study = opened(paths, deck, trust_all=True)
        try:
            study.session.begin(MORNING)
            seen.append(settled(study)[0])
        finally:
            study.close()
    assert seen == [1, 0]
    paths.proven.write_text("what is this\n", encoding="utf-8")
    study = opened(paths, deck, trust_all=True)
    try:
        assert isinstance(study.session.begin(MORNING), Drawing)
    finally:
        study.close()


def test_what_is_ahead_is_tried_while_the_open_card_is_read(paths: Paths, deck: Path) -> None:
    text = NUMBERS.replace("pick(0, 3)", "pick(1, 3)")
    why = text[text.index("# Why") :]
    divide = text[text.index("# Divide") : text.index("# Never")]
    deck.write_text(f"{text[: text.index('# Divide')]}{why}\n{divide}", encoding="utf-8")
    study = opened(paths, deck, trust_all=True)
    try:
        assert first(study).question.card.kind is Kind.RECALL
        study.session.look_ahead(MORNING)
        ahead = ask(study.library.card("numbers/divide"), question_seed(CardId("numbers", "divide"), 0))
        ended = time.monotonic() + 60
        while study.runner.known(ahead) is None and time.monotonic() < ended:
            time.sleep(0.05)
        study.session.reveal(MORNING)
        phase = study.session.rate(Rating.EASY, MORNING)
        assert isinstance(phase, Asking)
        assert str(phase.question.card.id) == "numbers/divide"
    finally:
        study.close()

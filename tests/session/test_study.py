"""How a sitting is put together: decks, trust, and what is not there."""

from __future__ import annotations

import importlib.util
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from flashtorch.errors import Trouble
from flashtorch.paths import Paths
from flashtorch.sandbox.cell import Report, Unavailable
from flashtorch.scheduling.state import Rating
from flashtorch.session.phase import Answered, Asking, Judging
from flashtorch.session.runner import Runner
from flashtorch.session.scope import Scope
from flashtorch.session.study import open_study
from flashtorch.settings import Settings
from flashtorch.trust import Trust
from tests.session.desk import MORNING

if TYPE_CHECKING:
    from pathlib import Path

    from flashtorch.cards.model import DeckInfo
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

"""The line mode, as a person at a pipe meets it."""

from __future__ import annotations

import signal
import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest

from flashtorch.cards.model import Kind
from flashtorch.cards.question import seeds_of
from flashtorch.cli import plain_text
from flashtorch.cli.plain import LineMode
from flashtorch.cli.plain_lines import Command, Unknown, Word, command
from flashtorch.grading.verdict import Finding, Verdict, VerdictName
from flashtorch.scheduling.params import Params
from flashtorch.scheduling.state import Rating
from flashtorch.session.phase import Asking, Finished, Judging, Missed
from flashtorch.session.scope import Scope
from tests.session.desk import Desk, Told, card

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@dataclass
class Script:
    """A console that types what it was given; an exception is raised where it stands."""

    lines: list[str | type[BaseException]]
    said: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        self.said.append(text)

    def ask(self, prompt: str) -> str:
        self.said.append(prompt)
        if not self.lines:
            raise EOFError
        line = self.lines.pop(0)
        if isinstance(line, str):
            return line
        raise line

    @property
    def text(self) -> str:
        return "\n".join(self.said)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    made: list[Desk] = []

    def make(*cards: Any, **options: Any) -> Desk:
        made.append(Desk(tmp_path, cards, **options))
        return made[-1]

    yield make
    for each in made:
        each.close()


def sit(desk: Desk, *lines: str | type[BaseException]) -> Script:
    """A whole sitting, to its end."""
    script = Script(list(lines))
    assert LineMode(desk.session, script, lambda: desk.now).run() == 0
    return script


def ratings(desk: Desk) -> list[tuple[str, int | None]]:
    return [(event.card, event.rating) for event in desk.history.live_events() if event.rating]


def test_code_ends_with_a_dot_and_enter_takes_the_suggestion(desk: Callable[..., Desk]) -> None:
    it = desk(card("a", Kind.CODE))
    said = sit(it, "pass", "    好", ".", "").text
    assert it.judge.tickets[0].answer == "pass\n    好\n"
    assert ratings(it) == [("deck/a", 3)]
    assert "front of a" in said
    assert "back of a" in said
    assert "3 Good 10 min" in said


def test_a_miss_is_said_with_its_count_and_tried_again(desk: Callable[..., Desk]) -> None:
    it = desk(card("a", Kind.CODE))
    said = sit(it, "value", ".", "pass", ".", "4").text
    assert said.index("value") < said.index("back of a")
    assert ratings(it) == [("deck/a", 4)]


def test_blanks_are_asked_one_by_one(desk: Callable[..., Desk]) -> None:
    it = desk(card("a", Kind.FILL))
    said = sit(it, "", "pass", "4").text
    assert it.judge.tickets[0].answer == "pass"
    assert said.count("Blank 1 of 1") == 2


@pytest.mark.parametrize(("kind", "line", "suggested"), [(Kind.TYPED, "relu", 3), (Kind.TYPED, "gelu", 1), (Kind.PREDICT, "pass", 3)])
def test_one_line_is_one_answer(desk: Callable[..., Desk], kind: Kind, line: str, suggested: int) -> None:
    it = desk(card("a", kind))
    sit(it, "", "   ", line, "")
    assert ratings(it) == [("deck/a", suggested)]


def test_options_are_numbered_as_shown(desk: Callable[..., Desk]) -> None:
    it = desk(card("a", Kind.CHOICE))
    phase = it.session.begin(it.now)
    assert isinstance(phase, Asking)
    right = [number for number, option in enumerate(phase.question.options, 1) if option.text in ("option 1", "option 3")]
    said = sit(it, "nothing", ",".join(map(str, right)), "").text
    assert f"{right[0]}. {phase.question.options[right[0] - 1].text}" in said
    assert "write the numbers of the options" in said
    assert f"Right: {right[0]}, {right[1]}" in said
    assert ratings(it) == [("deck/a", 3)]


@pytest.mark.parametrize("kind", [Kind.RECALL, Kind.CLOZE])
def test_enter_shows_the_back_and_no_rating_is_suggested(desk: Callable[..., Desk], kind: Kind) -> None:
    it = desk(card("a", kind))
    said = sit(it, "", "", "7", "2").text
    assert "1 is Again" in said
    assert ratings(it) == [("deck/a", 2)]


def test_commands_move(desk: Callable[..., Desk]) -> None:
    it = desk(card("a", Kind.CODE, hints=1), card("b", Kind.TYPED), card("c", Kind.RECALL))
    said = sit(it, ":hint", ":hint", ":help", ":flag odd", ":give up", "1", ":skip", ":bury", ":undo", ":suspend", ":show", ":quit").text
    for words in ("Hint 1 of 1: hint 1", "there is no further hint", ":resume DECK/CARD", "flagged", "deck/b is skipped"):
        assert words in said
    assert ratings(it) == [("deck/a", 1)]
    assert [(event.kind, event.card) for event in it.history.live_events() if event.card] == [
        ("flag", "deck/a"), ("review", "deck/a"), ("suspend", "deck/c"),
    ]  # fmt: skip


def test_a_command_amid_code_keeps_what_was_typed(desk: Callable[..., Desk]) -> None:
    it = desk(card("a", Kind.CODE, hints=1))
    sit(it, "pass", ":hint", "more", ".", "")
    assert it.judge.tickets[0].answer == "pass\nmore\n"
    assert ratings(it) == [("deck/a", 2)]


def test_a_mistyped_command_is_not_judged(desk: Callable[..., Desk]) -> None:
    it = desk(card("a", Kind.TYPED))
    said = sit(it, ":hnit", "relu", "").text
    assert ":hnit is no command" in said
    assert ratings(it) == [("deck/a", 3)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (":hint", Command(Word.HINT)),
        (": HINT ", Command(Word.HINT)),
        (":give up", Command(Word.GIVE_UP)),
        (":giveup", Command(Word.GIVE_UP)),
        (":give-up", Command(Word.GIVE_UP)),
        (":q", Command(Word.QUIT)),
        (":flag 错了 here", Command(Word.FLAG, "错了 here")),
        (":resume deck/a", Command(Word.RESUME, "deck/a")),
        (":", None),
        (":2", None),
        (":, 0", None),
        (" :hint", None),
        ("hint", None),
        (".", None),
    ],
)
def test_what_is_a_command(line: str, expected: Command | None) -> None:
    assert command(line) == expected


@pytest.mark.parametrize("line", [":hints", ":n", ":quitt", ":Rate 3"])
def test_what_only_looks_like_a_command(line: str) -> None:
    with pytest.raises(Unknown):
        command(line)


def test_the_end_of_input_keeps_what_was_typed(desk: Callable[..., Desk]) -> None:
    it = desk(card("a", Kind.CODE))
    sit(it, "value", ".", "half a", "  program")
    draft = it.history.draft("deck/a")
    assert draft is not None
    assert (draft.text, draft.attempts) == ("half a\n  program\n", 1)
    assert ratings(it) == []
    assert "You had written:\nhalf a" in sit(it.again()).text


def test_ctrl_c_leaves_and_keeps_what_was_typed(desk: Callable[..., Desk]) -> None:
    it = desk(card("a", Kind.CODE))
    with pytest.raises(KeyboardInterrupt):
        sit(it, "half", KeyboardInterrupt)
    draft = it.history.draft("deck/a")
    assert draft is not None
    assert draft.text == "half\n"


def test_ctrl_c_stops_a_running_answer_and_the_session_stays(desk: Callable[..., Desk]) -> None:
    it = desk(card("a", Kind.CODE))

    class Running(Told):
        """Runs until it is cancelled, and has somebody press Ctrl-C meanwhile."""

        def run(self) -> None:
            signal.raise_signal(signal.SIGINT)
            assert stopped.wait(30)

        def cancel(self) -> None:
            super().cancel()
            stopped.set()

    stopped = threading.Event()
    it.judge.ticket = lambda question, answer: Running(1, answer)  # type: ignore[method-assign]
    said = sit(it, "pass", ".").text
    assert "stopped; nothing was counted" in said
    assert isinstance(it.session.phase, Asking)
    assert it.session.phase.attempts == 0


def test_at_the_end_enter_leaves_and_undo_comes_back(desk: Callable[..., Desk]) -> None:
    it = desk(card("a", Kind.RECALL))
    script = sit(it, "", "4", ":undo", "", "4", "")
    assert "Nothing is left for now." in script.text
    assert "The next card is due in" in script.text
    assert ratings(it) == [("deck/a", 4)]
    assert isinstance(it.session.phase, Finished)


def test_a_card_that_does_not_work_is_named(desk: Callable[..., Desk]) -> None:
    it = desk(card("a", Kind.CODE), card("b", Kind.RECALL))
    said = sit(it, "broken", ".").text
    assert "deck/a is set aside" in said
    assert not isinstance(it.session.phase, Missed | Judging)


def test_a_card_that_works_with_no_numbers_is_named_and_not_shown(desk: Callable[..., Desk]) -> None:
    numbers = card("a", Kind.CODE, generated=True)
    it = desk(numbers, card("b", Kind.RECALL))
    seeds = seeds_of(numbers, 0)
    it.judge.faults = dict.fromkeys(seeds, Verdict(VerdictName.BROKEN, finding=Finding("lost")))
    said = sit(it, ":hint").text
    assert "deck/a is set aside" in said
    assert "front of a" not in said
    assert "front of b" in said
    del it.judge.faults[seeds[2]]
    it.judge.results.clear()
    again = it.again()
    again.judge.faults = it.judge.faults
    assert "front of a" in sit(again).text
    shown = again.session.phase
    assert isinstance(shown, Asking)
    assert shown.question.seed == seeds[2]
    again.close()


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "1 min"), (60, "1 min"), (330, "6 min"), (600, "10 min"), (7200, "2 h"), (86400, "1 d"), (691200, "8 d")]
)
def test_intervals_as_people_say_them(seconds: int, said: str) -> None:
    assert plain_text.interval(seconds) == said


def test_each_rating_is_named_with_its_interval(desk: Callable[..., Desk]) -> None:
    it = desk(card("a", Kind.RECALL))
    line = next(line for line in sit(it, "", ":quit").text.splitlines() if line.startswith("1 Again"))
    assert [part.split()[0] for part in line.split("  ")] == [str(int(rating)) for rating in Rating]


def test_a_card_is_known_noted_on_and_looked_up(desk: Callable[..., Desk]) -> None:
    it = desk(card("a", Kind.RECALL), card("b", Kind.TYPED, fact="x"), card("c", Kind.RECALL, fact="x"))
    said = sit(it, ":know", ":note 想想行", "gelu", "1", ":info", ":flag", ":info deck/b", ":info deck/none").text
    assert "deck/a is put off for half a year" in said
    assert "the note on deck/b is kept" in said
    assert "Your note: 想想行" in said
    info = said[said.rindex("── deck/b · deck.md:3") :]
    assert "The same fact: deck/c" in info
    assert "1 Again → 1 min" in info
    assert "    gelu" in info
    assert "Flagged" in info
    assert "no card deck/none" in said
    assert [event.kind.value for event in it.history.live_events()] == ["params", "set-due", "note", "review", "flag"]


def test_a_mark_on_a_shown_answer_does_not_repeat_it(desk: Callable[..., Desk]) -> None:
    said = sit(desk(card("a", Kind.RECALL)), "", ":note mine", ":flag", "7", ":lang").text
    assert said.count("back of a") == 1
    assert sit(desk(card("a", Kind.RECALL)), "", ":show").text.count("back of a") == 2


def test_what_was_wrong_before_is_shown_with_the_answer(desk: Callable[..., Desk]) -> None:
    it = desk(card("a", Kind.TYPED))
    script = sit(it, "gelu", "1", "tanh", "1")
    first, _, again = script.text.partition("back of a")
    assert "What you answered wrongly before:" not in first
    assert "What you answered wrongly before:" in again
    assert "    gelu" in again


def test_practice_shows_no_intervals_and_says_that_nothing_moves(desk: Callable[..., Desk]) -> None:
    it = desk(card("a", Kind.RECALL), scope=Scope(cram=True))
    said = sit(it, "", "1", "", "3").text
    assert "Practice, the schedule stays as it is: 1 card" in said
    assert "1 Again  2 Hard  3 Good  4 Easy" in said
    assert "2 answers in practice" in said
    assert it.history.state("deck/a").reps == 0


def test_the_time_box_is_said_in_minutes(desk: Callable[..., Desk]) -> None:
    it = desk(card("a", Kind.RECALL), card("b", Kind.RECALL), scope=Scope(minutes=2))

    class Slow(Script):
        def ask(self, prompt: str) -> str:
            it.later(1.5)
            return super().ask(prompt)

    script = Slow(["", "4", ""])
    assert LineMode(it.session, script, lambda: it.now).run() == 0
    assert "2 minutes left" in script.text
    assert "The time is over.\nToday: 1 new, 0 learning, 0 to review\n1 answer today in 3 min" in script.text


def test_leaving_early_says_what_was_done_and_what_was_set_aside(desk: Callable[..., Desk]) -> None:
    it = desk(card("a", Kind.CODE), card("b", Kind.RECALL), card("c", Kind.RECALL))
    said = sit(it, "broken", ".", "", "4", ":quit").text
    assert said.index("1 answer today") < said.index("Set aside, and not counted:\n  deck/a: ")
    assert said.count("Set aside") == 1


def test_a_backlog_and_retention_are_said(desk: Callable[..., Desk]) -> None:
    params = Params(new_per_day=3, reviews_per_day=2, fuzz=False)
    it = desk(*(card(name, Kind.RECALL) for name in "abc"), params=params)
    sit(it, "", "4", "", "4", "", "4")
    it.later(60 * 24 * 60)
    said = sit(desk(*(card(name, Kind.RECALL) for name in "abc"), params=params, now=it.now), "", "1", "", "3").text
    assert "3 reviews are due: 2 days of work at today's limit" in said
    assert "1 of 2 reviews remembered (50 %)" in said


def test_the_other_language_of_a_card(desk: Callable[..., Desk]) -> None:
    twin = replace(card("a", Kind.RECALL), title="标题", lang="zh")
    it = desk(replace(card("a", Kind.RECALL), lang="en", translations=(twin,)))
    said = sit(it, ":lang", ":lang fr").text
    assert "# 标题" in said
    assert "deck/a is told in no other language" in said


def test_reload_shows_a_card_as_it_is_now(desk: Callable[..., Desk]) -> None:
    it = desk(card("a", Kind.RECALL))
    it.shelf.edited["deck/a"] = replace(card("a", Kind.RECALL), title="mended")
    assert "# mended" in sit(it, ":reload").text

"""The line mode, as a person at a pipe meets it."""

from __future__ import annotations

import signal
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from flashtorch.cards.model import Kind
from flashtorch.cli import plain_text
from flashtorch.cli.plain import LineMode
from flashtorch.cli.plain_lines import Command, Unknown, Word, command
from flashtorch.scheduling.state import Rating
from flashtorch.session.phase import Asking, Finished, Judging, Missed
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


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "1 min"), (60, "1 min"), (330, "6 min"), (600, "10 min"), (7200, "2 h"), (86400, "1 d"), (691200, "8 d")]
)
def test_intervals_as_people_say_them(seconds: int, said: str) -> None:
    assert plain_text.interval(seconds) == said


def test_each_rating_is_named_with_its_interval(desk: Callable[..., Desk]) -> None:
    it = desk(card("a", Kind.RECALL))
    line = next(line for line in sit(it, "", ":quit").text.splitlines() if line.startswith("1 Again"))
    assert [part.split()[0] for part in line.split("  ")] == [str(int(rating)) for rating in Rating]

"""The session for programs: what is asked, and what is replied, line by line."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from flashtorch.cards.model import Kind
from flashtorch.cards.question import seeds_of
from flashtorch.cli import jsonl
from flashtorch.grading.verdict import Verdict, VerdictName
from flashtorch.history.event import EventKind
from flashtorch.session.scope import Scope
from tests.session.desk import Desk, card

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GOOD = {"do": "rate", "rating": 3}
EASY = {"do": "rate", "rating": 4}


class Talk:
    """A desk, and the session on it as a program sees it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.desks: list[Desk] = []

    def over(self, *cards: Any, **options: Any) -> Talk:
        self.desks.append(Desk(self.path, cards, **options))
        return self

    @property
    def desk(self) -> Desk:
        return self.desks[-1]

    def say(self, *lines: Any) -> list[dict[str, Any]]:
        """All replies to the lines; a text is sent as it is."""
        sent = [line if isinstance(line, bytes) else json.dumps(line, ensure_ascii=False).encode() for line in lines]
        out = io.BytesIO()
        assert jsonl.run(self.desk.session, [line + b"\n" for line in sent], out, lambda: self.desk.now) == 0
        return [json.loads(line) for line in out.getvalue().splitlines()]

    def events(self, *lines: Any) -> list[str]:
        return [reply["event"] for reply in self.say(*lines)]


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Talk]:
    made = Talk(tmp_path)
    yield made
    for desk in made.desks:
        desk.close()


def answer(text: str) -> dict[str, str]:
    return {"do": "answer", "answer": text}


def test_a_question_has_what_a_learner_meets_and_nothing_more(talk: Talk) -> None:
    (question,) = talk.over(card("a", Kind.CHOICE, hints=2)).say()
    assert isinstance(question.pop("seed"), int)
    assert sorted(question.pop("options")) == ["option 1", "option 2", "option 3", "option 4"]
    assert question == {
        "event": "question",
        "card": "deck/a",
        "kind": "choice",
        "state": "new",
        "title": "title of a",
        "front": "front of a",
        "hints": [],
        "hints_left": 2,
        "attempts": 0,
        "counts": {"new": 1, "learning": 0, "review": 0, "decks": [{"deck": "deck", "new": 1, "learning": 0, "review": 0}], "backlog": None},
    }


def test_a_pass_is_followed_by_the_answer_and_a_rating_by_the_next_question(talk: Talk) -> None:
    replies = talk.over(card("a", Kind.CODE), card("b", Kind.RECALL)).say(answer("pass 好"), EASY, {"do": "reveal"}, EASY)
    assert [reply["event"] for reply in replies] == ["question", "verdict", "answer", "rated", "question", "answer", "rated", "done"]
    verdict, back, rated = replies[1:4]
    assert verdict["verdict"] == "pass"
    assert (verdict["passed"], verdict["total"], verdict["suggested"], verdict["sandbox"], verdict["torch"]) == (1, 1, 3, "D", "2.13.0")
    assert list(back["intervals"]) == ["1", "2", "3", "4"]
    assert (back["intervals"]["1"], back["intervals"]["3"], back["suggested"]) == (60, 600, 3)
    assert back["intervals"]["4"] % 86400 == 0
    assert (rated["card"], rated["rating"], rated["state"]) == ("deck/a", 4, "review")
    assert rated["due_at"].startswith(rated["due_day"])
    assert rated["due_at"].endswith("T03:00:00+00:00")
    assert rated["stability"] > 1
    assert 1 <= rated["difficulty"] <= 10
    assert replies[5]["suggested"] is None
    done = replies[-1]
    assert (done["counts"]["new"], done["counts"]["review"]) == (0, 0)
    assert done["next_at"] == rated["due_at"]


def test_a_miss_on_code_shows_no_answer_and_a_missed_single_try_does(talk: Talk) -> None:
    assert talk.over(card("a", Kind.CODE)).events(answer("value"), answer("syntax"), answer("shape")) == [
        "question", "verdict", "verdict", "verdict",
    ]  # fmt: skip
    talk.over(card("b", Kind.TYPED))
    replies = talk.say(answer("gelu"))
    assert [reply["event"] for reply in replies] == ["question", "verdict", "answer"]
    assert replies[1]["suggested"] == replies[2]["suggested"] == 1


def test_recall_has_no_verdict(talk: Talk) -> None:
    assert talk.over(card("a", Kind.RECALL)).events(answer("I think"), GOOD) == ["question", "answer", "rated", "question"]


@pytest.mark.parametrize("command", ["suspend", "bury", "skip"])
def test_one_question_follows_each_way_to_leave_a_card(talk: Talk, command: str) -> None:
    replies = talk.over(card("a", Kind.CODE), card("b", Kind.RECALL)).say({"do": command}, {"do": command})
    assert [(reply["event"], reply.get("card")) for reply in replies] == [("question", "deck/a"), ("question", "deck/b"), ("done", None)]


def test_a_hint_comes_with_the_question(talk: Talk) -> None:
    replies = talk.over(card("a", Kind.CODE, hints=1)).say({"do": "hint"}, {"do": "hint"}, answer("value"), answer("pass"))
    assert [reply["event"] for reply in replies] == ["question", "question", "error", "verdict", "verdict", "answer"]
    assert (replies[1]["hints"], replies[1]["hints_left"]) == (["hint 1"], 0)
    assert "no further hint" in replies[2]["message"]
    assert replies[-1]["suggested"] == 2


def test_a_card_that_does_not_work_is_named_and_the_next_one_follows(talk: Talk) -> None:
    replies = talk.over(card("a", Kind.CODE), card("b", Kind.RECALL)).say(answer("broken"))
    assert [(reply["event"], reply["card"]) for reply in replies] == [
        ("question", "deck/a"), ("verdict", "deck/a"), ("question", "deck/b"),
    ]  # fmt: skip
    assert replies[1]["verdict"] == "broken"


def test_a_card_is_asked_with_numbers_that_it_works_with_or_set_aside_unseen(talk: Talk) -> None:
    numbers, none = card("a", Kind.CODE, generated=True), card("b", Kind.FILL, generated=True)
    desk = talk.over(numbers, none, card("c", Kind.RECALL)).desk
    first, second, *_rest = seeds_of(numbers, 0)
    desk.judge.faults = dict.fromkeys([first, *seeds_of(none, 0)], Verdict(VerdictName.BROKEN, torch="2.13.0"))
    replies = talk.say(answer("pass"), EASY)
    assert [(reply["event"], reply["card"]) for reply in replies] == [
        ("question", "deck/a"), ("verdict", "deck/a"), ("answer", "deck/a"), ("rated", "deck/a"), ("aside", "deck/b"), ("question", "deck/c"),
    ]  # fmt: skip
    assert replies[0]["seed"] == second
    assert (replies[4]["verdict"], replies[4]["torch"]) == ("broken", "2.13.0")


def test_undo_and_redo(talk: Talk) -> None:
    replies = talk.over(card("a", Kind.CODE), card("b", Kind.RECALL)).say(
        {"do": "undo"}, answer("value"), answer("pass"), EASY, {"do": "undo"}, {"do": "redo"}, {"do": "redo"}, {"do": "suspend"}, {"do": "undo"}
    )
    said = [(reply["event"], reply.get("card")) for reply in replies]
    assert said == [
        ("question", "deck/a"), ("error", None), ("verdict", "deck/a"), ("verdict", "deck/a"), ("answer", "deck/a"),
        ("rated", "deck/a"), ("question", "deck/b"), ("undone", "deck/a"), ("question", "deck/a"),
        ("rated", "deck/a"), ("question", "deck/b"), ("error", None), ("done", None),
        ("undone", "deck/b"), ("question", "deck/b"),
    ]  # fmt: skip
    assert (replies[8]["draft"], replies[8]["attempts"], replies[8]["state"]) == ("pass", 1, "new")
    assert replies[9]["rating"] == 4


def test_resume_shows_where_the_session_stands(talk: Talk) -> None:
    resume = {"do": "resume", "card": "deck/a"}
    replies = talk.over(card("a", Kind.RECALL)).say({"do": "suspend"}, resume, {"do": "reveal"}, resume)
    assert [reply["event"] for reply in replies] == ["question", "done", "question", "answer", "error"]


def test_what_is_not_possible_now_is_an_error_and_the_session_goes_on(talk: Talk) -> None:
    replies = talk.over(card("a", Kind.RECALL)).say(GOOD, {"do": "reveal"}, {"do": "hint"}, answer("x"), EASY, answer("x"), {"do": "skip"})
    assert [reply["event"] for reply in replies] == ["question", "error", "answer", "error", "error", "rated", "done", "error", "error"]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"nonsense",
        b"\xff\xfe",
        b"[]",
        b"null",
        b"{}",
        b'{"do": "dance"}',
        b'{"do": "answer"}',
        b'{"do": "answer", "answer": 3}',
        b'{"do": "answer", "answer": "\\ud800"}',
        b'{"do": "rate"}',
        b'{"do": "rate", "rating": 0}',
        b'{"do": "rate", "rating": 5}',
        b'{"do": "rate", "rating": "3"}',
        b'{"do": "rate", "rating": true}',
        b'{"do": "rate", "rating": 3.0}',
        b'{"do": "hint", "more": 1}',
        b'{"do": "resume"}',
        b"[" * 100_000,
    ],
)
def test_a_malformed_line_is_an_error_and_the_session_goes_on(talk: Talk, line: bytes) -> None:
    replies = talk.over(card("a", Kind.RECALL)).say(line, {"do": "reveal"})
    assert [reply["event"] for reply in replies] == ["question", "error", "answer"]
    assert "\n" not in replies[1]["message"]
    assert replies[1]["message"].strip()


def test_quit_ends_and_what_follows_is_not_read(talk: Talk) -> None:
    assert talk.over(card("a", Kind.RECALL)).events({"do": "quit"}, {"do": "reveal"}) == ["question"]


def test_a_reply_is_written_when_what_it_says_is_durable(talk: Talk) -> None:
    desk = talk.over(card("a", Kind.CODE)).desk
    other = desk.again()
    talk.desks.insert(0, other)

    class Watched(io.BytesIO):
        def write(self, line: Any) -> int:
            event = json.loads(line)
            if event["event"] == "verdict":
                draft = other.history.draft("deck/a")
                seen.append(("draft", draft.text if draft else None))
            if event["event"] == "rated":
                seen.append(("reviews", sum(each.kind is EventKind.REVIEW for each in other.history.events())))
            return super().write(line)

    seen: list[tuple[str, object]] = []
    lines = [json.dumps(line).encode() for line in (answer("value"), answer("pass"), EASY)]
    jsonl.run(desk.session, lines, Watched(), lambda: desk.now)
    assert seen == [("draft", "value"), ("draft", "pass"), ("reviews", 1)]


def test_an_answer_to_what_another_window_answered_is_refused(talk: Talk) -> None:
    talk.over(card("a", Kind.CODE))
    other = talk.desk.again()
    talk.desks.insert(0, other)

    def lines() -> Iterator[bytes]:
        yield json.dumps(answer("pass mine")).encode()
        jsonl.run(other.session, [json.dumps(line).encode() for line in (answer("pass"), EASY)], io.BytesIO(), lambda: other.now)
        yield json.dumps(GOOD).encode()

    out = io.BytesIO()
    jsonl.run(talk.desk.session, lines(), out, lambda: talk.desk.now)
    replies = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [reply["event"] for reply in replies] == ["question", "verdict", "answer", "error", "question"]
    assert (replies[-1]["state"], replies[-1]["draft"]) == ("review", "pass mine")


def test_without_torch_the_question_says_why(talk: Talk) -> None:
    replies = talk.over(card("a", Kind.CODE), reason="no torch").say(answer("x = 1"), EASY)
    assert [reply["event"] for reply in replies] == ["question", "answer", "rated", "done"]
    assert replies[0]["self_rated"] == replies[1]["self_rated"] == "no torch"
    assert replies[1]["suggested"] is None


def test_known_and_forgotten_cards_are_followed_by_a_question(talk: Talk) -> None:
    replies = talk.over(card("a", Kind.RECALL), card("b", Kind.RECALL)).say(
        {"do": "know"}, {"do": "undo"}, {"do": "know"}, {"do": "reveal"}, {"do": "rate", "rating": 1}, {"do": "know"}, {"do": "forget"}
    )
    assert [(reply["event"], reply.get("card")) for reply in replies] == [
        ("question", "deck/a"), ("question", "deck/b"), ("undone", "deck/a"), ("question", "deck/a"), ("question", "deck/b"),
        ("answer", "deck/b"), ("rated", "deck/b"), ("question", "deck/b"), ("error", None), ("question", "deck/b"),
    ]  # fmt: skip
    assert "not new" in replies[8]["message"]
    assert (replies[7]["state"], replies[9]["state"]) == ("learning", "new")


def test_notes_and_flags_are_acknowledged_and_the_card_stays(talk: Talk) -> None:
    note, flag = {"do": "note", "text": "想想行"}, {"do": "flag", "text": "too easy?"}
    replies = talk.over(card("a", Kind.RECALL)).say(note, flag, {"do": "flag"}, {"do": "reveal"}, {"do": "note", "text": ""}, {"do": "info"})
    assert [(reply["event"], reply["card"]) for reply in replies] == [
        ("question", "deck/a"), ("noted", "deck/a"), ("flagged", "deck/a"), ("flagged", "deck/a"), ("answer", "deck/a"),
        ("noted", "deck/a"), ("info", "deck/a"),
    ]  # fmt: skip
    assert replies[4]["remark"] == "想想行"
    assert (replies[6]["remark"], replies[6]["flags"]) == ("", ["", "too easy?"])


def test_info_tells_all_that_is_known(talk: Talk) -> None:
    talk.over(card("a", Kind.CODE, fact="one"), card("b", Kind.RECALL, fact="one"))
    replies = talk.say(answer("value 1"), answer("pass"), EASY, {"do": "info"}, {"do": "info", "card": "deck/a"}, {"do": "info", "card": "deck/x"})
    assert [reply["event"] for reply in replies[-3:]] == ["error", "info", "error"]
    info = replies[-2]
    assert (info["card"], info["state"], info["reps"], info["lapses"], info["siblings"]) == ("deck/a", "review", 1, 0, ["deck/b"])
    assert (info["leech"], info["suspended"], info["buried"], info["changed"]) == (False, False, False, False)
    assert (info["due_at"][:10], info["retrievability"]) == (info["due_day"], 1.0)
    (past,) = info["past"]
    assert (past["what"], past["state"], past["rating"], past["verdict"], past["answer"]) == ("review", "new", 4, "pass", "pass")
    assert past["interval"] % 86400 == 0
    assert past["attempts"] == 2
    assert [(wrong["answer"], wrong["verdict"]) for wrong in past["wrong"]] == [("value 1", "value")]
    assert info["wrong"] == past["wrong"]


def test_what_was_wrong_before_comes_with_the_answer(talk: Talk) -> None:
    replies = talk.over(card("a", Kind.TYPED)).say(answer("gelu"), {"do": "rate", "rating": 1}, answer("tanh"))
    assert "help" not in replies[2]
    helped = replies[-1]["help"]
    assert (helped["leech"], helped["siblings"], [wrong["answer"] for wrong in helped["wrong"]]) == (False, [], ["gelu"])
    assert "gelu" in helped["wrong"][0]["finding"]


def test_practice_says_so_and_moves_nothing(talk: Talk) -> None:
    replies = talk.over(card("a", Kind.RECALL), scope=Scope(cram=True)).say({"do": "reveal"}, {"do": "rate", "rating": 1}, {"do": "reveal"}, GOOD)
    assert [reply["event"] for reply in replies] == ["question", "answer", "rated", "question", "answer", "rated", "done"]
    assert replies[0]["practice"] is replies[1]["practice"] is replies[2]["practice"] is True
    assert set(replies[1]["intervals"].values()) == {0}
    assert (replies[2]["state"], replies[2]["due_at"]) == ("new", None)
    assert replies[0]["seed"] != replies[3]["seed"]
    assert replies[-1]["today"] == {"answers": 0, "minutes": 0, "reviews": 0, "retention": None, "practised": 2}


def test_the_end_says_why_what_was_done_and_what_was_set_aside(talk: Talk) -> None:
    talk.over(card("a", Kind.CODE), card("b", Kind.RECALL), card("c", Kind.RECALL), scope=Scope(minutes=5))
    desk = talk.desk
    lines = iter([answer("broken"), {"do": "reveal"}, EASY])

    def slowly() -> Iterator[bytes]:
        for line in lines:
            desk.later(2.5)
            yield json.dumps(line).encode()

    out = io.BytesIO()
    jsonl.run(desk.session, slowly(), out, lambda: desk.now)
    replies = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [reply.get("minutes_left") for reply in replies if reply["event"] == "question"] == [5, 3]
    done = replies[-1]
    assert (done["event"], done["reason"], done["counts"]["new"]) == ("done", "time", 2)
    assert (done["today"]["answers"], done["today"]["minutes"]) == (1, 5.0)
    assert [(aside["card"], aside["verdict"], aside["ran_with"]) for aside in done["set_aside"]] == [("deck/a", "broken", None)]


def test_a_card_in_another_language(talk: Talk) -> None:
    twin = replace(card("a", Kind.RECALL), title="标题", lang="zh")
    talk.over(replace(card("a", Kind.RECALL), lang="en", translations=(twin,)))
    replies = talk.say({"do": "lang"}, {"do": "lang", "lang": "en"}, {"do": "lang", "lang": "fr"})
    assert [(reply["event"], reply.get("lang")) for reply in replies] == [
        ("question", "en"), ("question", "zh"), ("question", "en"), ("error", None),
    ]  # fmt: skip
    assert replies[1]["title"] == "标题"


def test_reload_shows_where_the_session_stands(talk: Talk) -> None:
    talk.over(card("a", Kind.RECALL))
    talk.desk.shelf.edited["deck/a"] = replace(card("a", Kind.RECALL), title="mended")
    assert talk.say({"do": "reload"})[-1]["title"] == "mended"

"""The session for programs: one JSON object a line, each way.

A reply is written when what it says is durable. A line that is not understood, and a move that is not possible now, are answered
by an `error` and the session goes on.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from flashtorch.cli.info_fields import info_fields
from flashtorch.cli.session_fields import answer_fields, done_fields, question_fields, rated_fields
from flashtorch.errors import ExitCode, Trouble
from flashtorch.grading.fields import verdict_fields
from flashtorch.language import _
from flashtorch.scheduling.state import Rating
from flashtorch.session.news import AnsweredElsewhere, Gone, Moved, Nothing, NotKept, Rated, SetAside, Undone, sentence
from flashtorch.session.phase import Answered, Asking, Drawing, Finished, Judging, Move, NotNow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import BinaryIO

    from flashtorch.grading.verdict import Verdict
    from flashtorch.scheduling.moment import Moment
    from flashtorch.session.phase import Phase
    from flashtorch.session.session import StudySession

Fields = dict[str, Any]


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Answer(_Line):
    do: Literal["answer"]
    answer: str


class Rate(_Line):
    do: Literal["rate"]
    rating: Annotated[int, Field(ge=1, le=4)]


class Resume(_Line):
    do: Literal["resume"]
    card: str


class Text(_Line):
    do: Literal["flag", "note"]
    text: str = ""


class Info(_Line):
    do: Literal["info"]
    card: str = ""
    """Empty for the one that is open."""


class Lang(_Line):
    do: Literal["lang"]
    lang: str = ""
    """Empty for the card's next language."""


class Simple(_Line):
    do: Literal["reveal", "hint", "undo", "redo", "suspend", "bury", "know", "forget", "skip", "reload", "quit"]


_TOLD = {Move.FLAG: "flagged", Move.REMARK: "noted"}
"""What is said of the moves after which the card stays as it is."""
Command = Answer | Rate | Resume | Text | Info | Lang | Simple
_COMMAND: TypeAdapter[Command] = TypeAdapter(Annotated[Command, Field(discriminator="do")])


def run(session: StudySession, lines: Iterable[bytes], out: BinaryIO, clock: Callable[[], Moment]) -> int:
    """Hold the session until `quit` or the end of input; the exit code."""

    def write(event: Fields) -> None:
        out.write(json.dumps(event, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n")
        out.flush()

    session.begin(clock())
    for event in (*_said(session), *_standing(session, clock)):
        write(event)
    for line in lines:
        try:
            command = _COMMAND.validate_json(line)
        except ValidationError as error:
            write({"event": "error", "message": _wrong(error)})
            continue
        if command.do == "quit":
            break
        for event in _events(session, command, clock):
            write(event)
        # After its answer, for whoever sends the next line does not wait for this.
        session.look_ahead(clock())
    return ExitCode.YES


def _events(session: StudySession, command: Command, clock: Callable[[], Moment]) -> Iterator[Fields]:
    try:
        if isinstance(command, Info):
            yield {"event": "info", **info_fields(session.info(command.card, clock()), session.rollover_hour)}
            return
        if isinstance(command, Answer):
            yield from _answer(session, command.answer, clock)
            return
        _move(session, command, clock())
        if isinstance(session.phase, Judging):
            _run(session, session.phase, clock)
    except NotNow as refused:
        yield {"event": "error", "message": refused.sentence()}
        return
    except Trouble as trouble:
        yield {"event": "error", "message": trouble.line()}
        return
    yield from _said(session)
    if isinstance(command, Text) or any(isinstance(news, Nothing) for news in session.news):
        return
    yield from _standing(session, clock)


def _answer(session: StudySession, text: str, clock: Callable[[], Moment]) -> Iterator[Fields]:
    phase = session.answer(text, clock())
    card = str(phase.question.card.id) if isinstance(phase, Asking | Answered) else ""
    verdict: Verdict | None = None
    if isinstance(phase, Judging):
        card = str(phase.asking.question.card.id)
        verdict, phase = _run(session, phase, clock)
    elif isinstance(phase, Answered):
        verdict = phase.verdict
    elif isinstance(phase, Asking):
        verdict = phase.free
    if verdict is not None:
        suggested = phase.suggested if isinstance(phase, Answered) else None
        yield {"event": "verdict", **verdict_fields(card, verdict), "suggested": suggested}
    yield from _said(session, but=card)
    if isinstance(phase, Answered) or any(isinstance(news, SetAside) for news in session.news):
        yield from _standing(session, clock)


def _run(session: StudySession, judging: Judging, clock: Callable[[], Moment]) -> tuple[Verdict | None, Phase]:
    verdict = judging.ticket.run()
    if verdict is None:
        return None, session.cancel(clock())
    return verdict, session.judged(judging.ticket.id, verdict, clock())


def _move(session: StudySession, command: Rate | Resume | Text | Lang | Simple, now: Moment) -> None:
    if isinstance(command, Rate):
        session.rate(Rating(command.rating), now)
    elif isinstance(command, Resume):
        session.resume(command.card, now)
    elif isinstance(command, Text):
        (session.flag if command.do == "flag" else session.remark)(command.text, now)
    elif isinstance(command, Lang):
        session.speak(command.lang, now)
    else:
        moves = {
            Move.REVEAL: session.reveal,
            Move.HINT: session.hint,
            Move.UNDO: session.undo,
            Move.REDO: session.redo,
            Move.SUSPEND: session.suspend,
            Move.BURY: session.bury,
            Move.KNOW: session.know,
            Move.FORGET: session.forget,
            Move.SKIP: session.skip,
            Move.RELOAD: session.reload,
        }
        moves[Move(command.do)](now)


def _said(session: StudySession, but: str = "") -> Iterator[Fields]:
    """What the last move did; `but` is a card whose verdict was told."""
    for news in session.news:
        if isinstance(news, SetAside) and news.card != but:
            yield {"event": "aside", **verdict_fields(news.card, news.verdict)}
        elif isinstance(news, Rated):
            yield {"event": "rated", **rated_fields(news, session.rollover_hour)}
        elif isinstance(news, Undone):
            yield {"event": "undone", "card": news.event.card}
        elif isinstance(news, Moved) and news.move in _TOLD:
            yield {"event": _TOLD[news.move], "card": news.card}
        elif isinstance(news, AnsweredElsewhere | Gone | Nothing | NotKept):
            yield {"event": "error", "message": sentence(news)}


def _standing(session: StudySession, clock: Callable[[], Moment]) -> Iterator[Fields]:
    """Where the session stands, once its numbers are drawn: the question, its back, or the end."""
    phase = session.phase
    while isinstance(phase, Drawing):
        verdict = phase.ticket.run()
        phase = session.drawn(phase.ticket.id, verdict, clock()) if verdict else session.skip(clock())
        yield from _said(session)
    if isinstance(phase, Finished):
        yield {"event": "done", **done_fields(phase)}
    elif isinstance(phase, Answered):
        yield {"event": "answer", **answer_fields(phase)}
    else:
        asking, now = phase if isinstance(phase, Asking) else phase.asking, clock()
        left, practice = session.minutes_left(now), session.scope.is_practice
        yield {"event": "question", **question_fields(asking, session.counts(now), minutes_left=left, practice=practice)}


def _wrong(error: ValidationError) -> str:
    """The first thing that is wrong with a line."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    said = f"{where}: {first['msg']}" if where else first["msg"]
    return _("the line is not understood ({said})").format(said=said)

"""Many answers judged: lines of JSON in, the same lines with their verdicts out, in their order, over any executor.

    in    {"id": …, "card": "DECK/CARD", "answer": "…", "seed": N?, …}
    out   the same fields and those of `grade --json`; a line that cannot be judged has "error" instead

Judging one line is a function of the line and of what `Setting` names, so it can be sent to another process or machine. Each
process that judges keeps one sandbox and the decks it has read.
"""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from flashtorch.cards.question import ask, question_seed
from flashtorch.grading.fields import verdict_fields
from flashtorch.grading.grader import Grader
from flashtorch.grading.instant import judge_instant
from flashtorch.language import _
from flashtorch.sandbox.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from concurrent.futures import Executor, Future

    from flashtorch.cards.model import Card
    from flashtorch.cards.question import Question
    from flashtorch.grading.verdict import Verdict

Fields = dict[str, Any]
AHEAD = 4
"""Lines under way for each that is judged at a time, so that a slow one does not leave the others idle."""


class Submission(BaseModel):
    """One line; fields that are not named here go through untouched."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)

    id: str | int
    card: str
    answer: str
    seed: Annotated[int, Field(ge=0, lt=2**63)] | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """What judging depends on beside the line; all of it can be sent to another process."""

    decks: tuple[tuple[str, str], ...]
    """Name and path of each deck."""
    python: str
    device: str = "cpu"
    language: str = ""
    """Of what is said of wrong answers, where the deck has it."""
    environment: tuple[tuple[str, str], ...] = ()
    """Of the process that asks; only what finds libraries and chooses GPUs reaches a run."""
    require: str = ""
    """The least sandbox level, or empty."""


class Bench:
    """One process's sandbox, grader and decks; for any number of threads."""

    def __init__(self, setting: Setting) -> None:
        self.sandbox = Sandbox(setting.python, environment=dict(setting.environment), require=setting.require)
        self._language = setting.language
        self._grader = Grader(self.sandbox, device=setting.device, spare=False)
        self._roots = dict(setting.decks)
        self._decks: dict[str, dict[str, Card]] = {}
        self._lock = threading.Lock()

    def judge(self, submission: Submission) -> Fields:
        """The line with its verdict, or with an error; never raises."""
        given = submission.model_dump(exclude_none=True)
        card = self._card(submission.card)
        if card is None:
            return {**given, "error": _("there is no card {card}").format(card=submission.card)}
        if not card.kind.is_graded:
            return {**given, "error": _("{card} is answered in the head: there is nothing to judge").format(card=card.id)}
        seed = question_seed(card.id, 0) if submission.seed is None else submission.seed
        question = ask(card, seed, self._language)
        verdict = self._verdict(question, submission.answer)
        assert verdict is not None  # Nobody cancels it.
        return {**given, **verdict_fields(str(card.id), verdict)}

    def _verdict(self, question: Question, answer: str) -> Verdict | None:
        if not question.card.kind.is_run:
            return judge_instant(question, answer)
        return self._grader.ticket(question, answer).run()

    def close(self) -> None:
        self._grader.close()
        self.sandbox.close()

    def _card(self, name: str) -> Card | None:
        deck = name.partition("/")[0]
        with self._lock:
            if deck in self._roots and deck not in self._decks:
                # Imported here because it brings a Markdown parser, which a process that only reads cached cards never needs.
                from flashtorch.cards.folder import read_path

                read = read_path(Path(self._roots[deck]))
                self._decks[deck] = {str(card.id): card for card in read.cards if card.id.deck == deck}
        return self._decks.get(deck, {}).get(name)


_benches: dict[Setting, Bench] = {}
_making = threading.Lock()


def judge_line(setting: Setting, line: bytes) -> Fields:
    """Judge one line in this process, whose bench is made when it is first needed and kept."""
    try:
        submission = Submission.model_validate_json(line)
    except ValidationError as error:
        return {"error": _wrong(error)}
    return bench(setting).judge(submission)


def bench(setting: Setting) -> Bench:
    """This process's bench for a setting."""
    with _making:
        if setting not in _benches:
            _benches[setting] = Bench(setting)
        return _benches[setting]


@contextlib.contextmanager
def benches() -> Iterator[None]:
    """Close the benches of this process at the end."""
    try:
        yield
    finally:
        while _benches:
            _benches.popitem()[1].close()


def judged(lines: Iterable[bytes], setting: Setting, executor: Executor, jobs: int) -> Iterator[Fields]:
    """What `judge_line` makes of each line, in their order; reads no further ahead than it must."""
    waiting: deque[Future[Fields]] = deque()
    try:
        for line in lines:
            waiting.append(executor.submit(judge_line, setting, line))
            if len(waiting) >= jobs * AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


def _wrong(error: ValidationError) -> str:
    """The first thing that is wrong with a line."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    said = f"{where}: {first['msg']}" if where else first["msg"]
    return _("the line is not understood ({said})").format(said=said)

"""What a person types in the line mode: answers and commands."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from flashtorch.cards.model import Kind
from flashtorch.language import _

if TYPE_CHECKING:
    from flashtorch.cards.question import Question


class Console(Protocol):
    """Where the line mode talks to a person."""

    def say(self, text: str) -> None:
        """Print one or more lines."""

    def ask(self, prompt: str) -> str:
        """The next line, without its end.

        Raises:
            EOFError: there is none.
        """


class Word(StrEnum):
    """The commands, as typed behind the colon."""

    HINT = "hint"
    GIVE_UP = "give up"
    REVEAL = "reveal"
    SHOW = "show"
    SKIP = "skip"
    SUSPEND = "suspend"
    BURY = "bury"
    KNOW = "know"
    FORGET = "forget"
    RESUME = "resume"
    FLAG = "flag"
    NOTE = "note"
    INFO = "info"
    LANG = "lang"
    RELOAD = "reload"
    UNDO = "undo"
    REDO = "redo"
    HELP = "help"
    QUIT = "quit"


@dataclass(frozen=True, slots=True)
class Command:
    """A command, with what follows it."""

    word: Word
    rest: str = ""


class Unknown(Exception):
    """A line that begins like a command and is none."""

    def __init__(self, line: str) -> None:
        self.line = line
        super().__init__(line)

    def sentence(self) -> str:
        return _("{line} is no command; :help lists them, and a space before the colon makes it an answer").format(line=self.line)


_WORDS = "|".join(word.value.replace(" ", "[ _-]?") for word in Word)
_COMMAND = re.compile(rf":\s?(?P<word>{_WORDS})(?:\s+(?P<rest>.*))?\s*", re.IGNORECASE)
_LIKE_A_COMMAND = re.compile(r":\s?[A-Za-z?]")
_SHORT = {":h": ":help", ":?": ":help", ":q": ":quit", ":u": ":undo", ":giveup": ":give up"}


def command(line: str) -> Command | None:
    """The command that a line is; None when it is an answer.

    Raises:
        Unknown: it begins with a colon and a letter and is no command. A mistyped command must not be judged as an answer.
    """
    line = _SHORT.get(line.strip(), line)
    if match := _COMMAND.fullmatch(line):
        word = re.sub(r"[ _-]?up$", " up", match["word"].lower())
        return Command(Word(word), (match["rest"] or "").strip())
    if _LIKE_A_COMMAND.match(line):
        raise Unknown(line.strip())
    return None


@dataclass(slots=True)
class Reader:
    """Reads answers; `unfinished` is what was typed of one that did not come to its end. It goes on there after a command."""

    console: Console
    question: Question | None = None
    unfinished: list[str] = field(default_factory=list)

    def answer(self, question: Question) -> str | Command:
        """The answer to a question of any kind, as the session takes it.

        Raises:
            EOFError: the input ended; an answer that had begun is in `unfinished`.
            Unknown: the line is neither.
        """
        if question is not self.question:
            self.question = question
            self.unfinished.clear()
        kind = question.card.kind
        if kind is Kind.CODE:
            return self._program()
        if kind is Kind.FILL:
            return self._blanks(question.blanks)
        return self._one_line(_prompt(kind), empty_counts=not kind.is_graded)

    def _one_line(self, prompt: str, *, empty_counts: bool) -> str | Command:
        while True:
            line = self.console.ask(prompt)
            if found := command(line):
                return found
            if line.strip() == ".":
                return ""
            if line.strip() or empty_counts:
                return line.strip()

    def _program(self) -> str | Command:
        prompt = _("Your code, a line with only . ends it: ") + "\n"
        while True:
            line = self.console.ask(prompt)
            prompt = ""
            if line.rstrip() == ".":
                text = "".join(f"{each}\n" for each in self.unfinished)
                self.unfinished.clear()
                return text
            if found := command(line):
                return found
            self.unfinished.append(line)

    def _blanks(self, count: int) -> str | Command:
        while len(self.unfinished) < count:
            prompt = _("Blank {number} of {count}: ").format(number=len(self.unfinished) + 1, count=count)
            content = self._one_line(prompt, empty_counts=False)
            if isinstance(content, Command):
                return content
            self.unfinished.append(content)
        text = "\n".join(self.unfinished)
        self.unfinished.clear()
        return text


def _prompt(kind: Kind) -> str:
    says = {
        Kind.CHOICE: _("Numbers of the right options, such as 1,3: "),
        Kind.TYPED: _("Your answer: "),
        Kind.PREDICT: _("What is its value? "),
        Kind.RECALL: _("Enter shows the answer: "),
        Kind.CLOZE: _("Enter shows the gap: "),
    }
    return says[kind]

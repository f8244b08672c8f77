"""The line mode: the session for people, pipes and screen readers. Prompts on stdout, answers on stdin."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from flashtorch.cli import plain_info, plain_text
from flashtorch.cli.plain_lines import Command, Reader, Unknown, Word, command
from flashtorch.errors import ExitCode, Trouble
from flashtorch.language import _
from flashtorch.scheduling.state import Rating
from flashtorch.session.news import SetAside, sentence
from flashtorch.session.phase import Answered, Asking, Drawing, Finished, Judging, Missed, NotNow

if TYPE_CHECKING:
    from collections.abc import Callable

    from flashtorch.cards.question import Answer, Question
    from flashtorch.cli.plain_lines import Console
    from flashtorch.grading.verdict import Verdict
    from flashtorch.scheduling.moment import Moment
    from flashtorch.session.judge import Ticket
    from flashtorch.session.phase import Phase
    from flashtorch.session.session import StudySession


SHORT_S = 0.5
"""A run that takes longer is announced."""
STOPPING_S = 10.0
"""How long a cancelled answer may take to stop before the sitting goes on without waiting for it."""


class LineMode:
    """One sitting, line by line."""

    def __init__(self, session: StudySession, console: Console, clock: Callable[[], Moment]) -> None:
        self._session = session
        self._console = console
        self._clock = clock
        self._reader = Reader(console)
        self._shown: Question | None = None
        self._back: Answer | None = None
        self._hints = 0
        self._ended = False
        """The end was said."""

    def run(self) -> int:
        """Hold the session until `:quit` or the end of input; the exit code.

        Raises:
            KeyboardInterrupt: Ctrl-C while nothing is being run; what was typed is kept as a draft.
        """
        self._session.begin(self._clock())
        self._console.say(_("One answer a line; :help says more."))
        self._tell()
        self._session.look_ahead(self._clock())
        try:
            while self._step():
                pass
        except EOFError:
            self._console.say("")
        finally:
            self._keep_unfinished()
        if not self._ended and (said := plain_text.day_and_aside(self._session.ending(self._clock()))):
            self._console.say(said)
        return ExitCode.YES

    def _step(self) -> bool:
        """One answer, rating or command; False to leave."""
        try:
            given = self._read()
            if isinstance(given, Command):
                return self._obey(given)
            self._act(given)
            self._session.look_ahead(self._clock())
        except NotNow as refused:
            self._console.say(refused.sentence())
        except Unknown as unknown:
            self._console.say(unknown.sentence())
        except Trouble as trouble:
            self._console.say(trouble.line())
        return True

    def _read(self) -> str | Rating | Command:
        phase = self._session.phase
        if isinstance(phase, Asking):
            return self._reader.answer(phase.question)
        if isinstance(phase, Missed):
            return self._reader.answer(phase.asking.question)
        if isinstance(phase, Answered):
            return self._rating(phase)
        line = self._console.ask(_("Enter leaves, :undo takes the last rating back: "))
        return command(line) or Command(Word.QUIT)

    def _rating(self, phase: Answered) -> Rating | Command:
        suggested = phase.suggested
        prompt = _("Rate 1 to 4 (Enter is {rating}): ").format(rating=int(suggested)) if suggested else _("Rate 1 to 4: ")
        while True:
            line = self._console.ask(prompt).strip()
            if found := command(line):
                return found
            if line in ("1", "2", "3", "4"):
                return Rating(int(line))
            if not line and suggested:
                return suggested
            self._console.say(_("1 is Again, 2 Hard, 3 Good, 4 Easy"))

    def _act(self, given: str | Rating) -> None:
        now = self._clock()
        if isinstance(given, Rating):
            self._session.rate(given, now)
            self._tell()
            return
        phase = self._session.answer(given, now)
        if isinstance(phase, Judging):
            phase = self._judged(phase)
        if (verdict := self._verdict(phase)) is not None:
            self._console.say(plain_text.verdict(verdict))
        self._tell()

    def _judged(self, phase: Judging) -> Phase:
        """Run the answer so that Ctrl-C stops it wherever it is, and the session stays."""
        run = _Run(phase.ticket)
        try:
            verdict = run.wait(lambda: self._console.say(_("Running; Ctrl-C stops it.")))
        except KeyboardInterrupt:
            self._session.cancel(self._clock())
            run.ended.wait(STOPPING_S)
            self._console.say(_("stopped; nothing was counted"))
            return self._session.phase
        if verdict is None:
            return self._session.cancel(self._clock())
        return self._session.judged(phase.ticket.id, verdict, self._clock())

    def _drawn(self) -> None:
        """Have numbers tried until the next question can be shown. Ctrl-C leaves, as it does while nothing is run."""
        while isinstance(phase := self._session.phase, Drawing):
            run = _Run(phase.ticket)
            verdict = run.wait(lambda: self._console.say(_("Drawing numbers that this card works with …")))
            if verdict is None:
                self._session.skip(self._clock())
            else:
                self._session.drawn(phase.ticket.id, verdict, self._clock())
            self._tell_news()

    def _verdict(self, phase: Phase) -> Verdict | None:
        """The verdict that has not been said yet."""
        if isinstance(phase, Missed | Answered):
            return phase.verdict
        return phase.free if isinstance(phase, Asking) else None

    def _obey(self, given: Command) -> bool:
        session, now = self._session, self._clock()
        moves = {
            Word.HINT: session.hint,
            Word.GIVE_UP: session.reveal,
            Word.REVEAL: session.reveal,
            Word.SKIP: session.skip,
            Word.SUSPEND: session.suspend,
            Word.BURY: session.bury,
            Word.KNOW: session.know,
            Word.FORGET: session.forget,
            Word.RELOAD: session.reload,
            Word.UNDO: session.undo,
            Word.REDO: session.redo,
        }
        texts = {Word.FLAG: session.flag, Word.NOTE: session.remark, Word.RESUME: session.resume, Word.LANG: session.speak}
        if given.word is Word.QUIT:
            return False
        if given.word is Word.HELP:
            self._console.say(plain_text.usage())
            return True
        if given.word is Word.INFO:
            self._console.say(plain_info.info(session.info(given.rest, now)))
            return True
        self._keep_unfinished()
        if given.word is Word.SHOW:
            self._shown = self._back = None
        elif given.word in texts:
            texts[given.word](given.rest, now)
        else:
            phase = moves[given.word](now)
            if isinstance(phase, Judging):
                self._judged(phase)
        self._tell()
        return True

    def _tell(self) -> None:
        """What the last move did, and what is new on the page."""
        self._tell_news()
        self._drawn()
        phase = self._session.phase
        if isinstance(phase, Finished):
            self._console.say(plain_text.finished(phase, self._clock().at_us))
            self._ended = True
        elif isinstance(phase, Answered):
            if phase.back is not self._back:
                self._console.say(plain_text.answer(phase))
            self._back = phase.back
        else:
            self._tell_question(phase if isinstance(phase, Asking) else phase.asking)

    def _tell_news(self) -> None:
        for news in self._session.news:
            if isinstance(news, SetAside):
                self._console.say(plain_text.verdict(news.verdict))
            if said := sentence(news):
                self._console.say(said)

    def _tell_question(self, asking: Asking) -> None:
        if asking.question is not self._shown:
            now = self._clock()
            left, practice = self._session.minutes_left(now), self._session.scope.is_practice
            self._console.say(plain_text.question(asking, self._session.counts(now), minutes_left=left, practice=practice))
            self._ended = False
        elif asking.hints_shown > self._hints:
            self._console.say(plain_text.hint(asking, asking.hints_shown))
        self._shown, self._hints = asking.question, asking.hints_shown

    def _keep_unfinished(self) -> None:
        """An answer that had begun is a draft, not an answer."""
        phase = self._session.phase
        asking = phase.asking if isinstance(phase, Missed) else phase
        if isinstance(asking, Asking) and asking.question is self._reader.question and self._reader.unfinished:
            self._session.save_draft("".join(f"{line}\n" for line in self._reader.unfinished), self._clock())


class _Run:
    """A ticket that is run on a thread of its own."""

    def __init__(self, ticket: Ticket) -> None:
        self.ended = threading.Event()
        self._ticket = ticket
        self._verdict: Verdict | None = None

    def _run(self) -> None:
        try:
            self._verdict = self._ticket.run()
        finally:
            self.ended.set()

    def wait(self, takes_long: Callable[[], None]) -> Verdict | None:
        """Run it; the verdict, or None when there is none. `takes_long` is called when it does not come soon."""
        threading.Thread(target=self._run, daemon=True).start()
        if not self.ended.wait(SHORT_S):
            takes_long()
        # In turns, for an interrupt that the system gave to another thread wakes nobody here.
        while not self.ended.wait(0.1):
            pass
        return self._verdict

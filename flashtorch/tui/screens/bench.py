"""Where answers are worked on: runs and their time, runs that count for nothing, the learner's own editor, and the clipboard."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on

from flashtorch.cards.model import Kind
from flashtorch.errors import Trouble
from flashtorch.language import _
from flashtorch.session.phase import Answered, Asking, Drawing, Finished, Judging
from flashtorch.tui import running
from flashtorch.tui.screens.closed import phase_kind, question_of
from flashtorch.tui.screens.course import Course

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.timer import Timer

    from flashtorch.scheduling.moment import Moment
    from flashtorch.session.judge import Judge, ScratchTicket, Ticket
    from flashtorch.session.phase import Phase
    from flashtorch.tui.widgets.pasted import Pasted

_TICK_S = 0.1
_AHEAD_S = 0.5
"""After a question is shown; by then whoever answers at once has answered."""


class Bench(Course):
    """A course whose answers can be run, tried out, taken elsewhere and brought back."""

    def __init__(self, now: Callable[[], Moment], stirred: Callable[[], None], editor: Callable[[], Sequence[str]]) -> None:
        """`editor` gives the command of the learner's own editor, in words; none when it is empty."""
        super().__init__(now, stirred)
        self._own_editor = editor
        self._judge: Judge | None = None
        self._level: Callable[[], str] | None = None
        """Until it has been asked."""
        self._trial: Ticket | ScratchTicket | None = None
        self._run_since_us = 0
        self._ticker: Timer | None = None
        self._ahead: Timer | None = None

    def on_mount(self) -> None:
        self._ticker = self.set_interval(_TICK_S, self._tick, pause=True)
        self._ahead = self.set_interval(_AHEAD_S, self._look_ahead, pause=True)

    # ------------------------------------------------------------------ runs

    def follow(self, phase: Phase) -> None:
        """Run what waits to be run, and ask how runs are held back, once."""
        if isinstance(phase, Judging):
            self._start_clock()
            running.run(self, phase.ticket)
        elif self._ticker:
            self._ticker.pause()
        if isinstance(phase, Drawing):
            running.run(self, phase.ticket)
        elif isinstance(phase, Asking) and self._ahead:
            self._ahead.reset()
            self._ahead.resume()
        kind = phase_kind(phase)
        if kind and kind.is_run and self._level:
            self.run_worker(partial(running.ask_level, self, self._level), thread=True, group="level", exit_on_error=False)
            self._level = None

    def _start_clock(self) -> None:
        self._run_since_us = self.now().at_us
        self._tick()
        if self._ticker:
            self._ticker.reset()
            self._ticker.resume()

    def _tick(self) -> None:
        if isinstance(self.phase, Judging) or self.is_trying:
            self.rating.show_running((self.now().at_us - self._run_since_us) / 1_000_000)

    @on(running.Holds)
    def _holds(self, message: running.Holds) -> None:
        self._runs_at(self.where[0], message.level)
        self.draw()

    def _runs_at(self, device: str, level: str) -> None:
        self.where = (device, _("level {level}").format(level=level))

    def _look_ahead(self) -> None:
        """Once for each question, while it is read."""
        if self._ahead:
            self._ahead.pause()
        if self._session:
            self._session.look_ahead(self.now())

    @on(running.Judged)
    def _judged(self, message: running.Judged) -> None:
        phase, verdict = self.phase, message.verdict
        if self._session and isinstance(phase, Drawing) and phase.ticket.id == message.ticket_id:
            session = self._session
            self.move(lambda now: session.drawn(message.ticket_id, verdict, now))
            self.play_early()
        elif self._session and isinstance(phase, Judging) and phase.ticket.id == message.ticket_id:
            session = self._session
            if verdict.level:
                self._runs_at(verdict.device or self.where[0], verdict.level)
            self.move(lambda now: session.judged(message.ticket_id, verdict, now))

    @on(running.Failed)
    def _failed(self, message: running.Failed) -> None:
        phase = self.phase
        says = Trouble(_("The answer could not be judged: {reason}").format(reason=message.reason))
        if self._trial and self._trial.id == message.ticket_id:
            self.end_trial()
            self.tell(says)
        elif self._session and isinstance(phase, Judging) and phase.ticket.id == message.ticket_id:
            self.move(self._session.cancel)
            self.tell(says)
        elif self._session and isinstance(phase, Drawing) and phase.ticket.id == message.ticket_id:
            self.move(self._session.skip)
            self.tell(says)

    def action_cancel(self) -> None:
        if self.is_trying:
            self.end_trial()
        elif self._session:
            self.move(self._session.cancel)
        self.rating.say(_("The run is cancelled; nothing was counted."))

    def play_early(self) -> None:
        """Do what was typed while nothing could be done; for the class below."""

    # ------------------------------------------------------------------ runs that count for nothing

    def action_scratch(self) -> None:
        question = question_of(self.phase)
        if self._judge is None or question is None or "scratch" in self.closed:
            self.app.bell()
        elif not self.written.strip():
            self.rating.say(_("There is nothing written yet; f4 gives up."))
        else:
            self.keep_draft()
            self._try(self._judge.scratch(question, self.written))

    def practise(self) -> None:
        """Run what an answer has become; the rating stays as it is."""
        question = question_of(self.phase)
        if self._judge and question and self.written.strip():
            self._try(self._judge.ticket(question, self.written))

    def _try(self, ticket: Ticket | ScratchTicket) -> None:
        self._trial, self.is_trying = ticket, True
        self._start_clock()
        self.foot.show(self.scene, self.closed)
        running.try_out(self, ticket)

    @on(running.Tried)
    def _tried(self, message: running.Tried) -> None:
        if self._trial is None or self._trial.id != message.ticket_id:
            return
        self.end_trial()
        self.verdict.show_trial(message.result)

    def end_trial(self) -> None:
        """Forget a run that counts for nothing, and end it if it still runs."""
        trial, self._trial, self.is_trying = self._trial, None, False
        if trial is None:
            return
        trial.cancel()
        if self._ticker and not isinstance(self.phase, Judging):
            self._ticker.pause()
        self.show_row(self.phase)
        self.foot.show(self.scene, self.closed)

    # ------------------------------------------------------------------ the learner's own editor

    def action_outside(self) -> None:
        from flashtorch.tui.outside import edit_text

        if self.entry is None:
            return
        if self.entry is not self.editor:
            self.rating.say(_("Only an answer in code is written in your own editor."))
            return
        self._outside(lambda: self._bring_back(edit_text(self._own_editor(), self.editor.text, self.app.suspend)))

    def _bring_back(self, text: str) -> None:
        from flashtorch.tui.widgets.pasted import MOST

        if len(text) > MOST:
            raise Trouble(_("what came back from the editor is too long; the answer stays as it was"))
        if text != self.editor.text:
            self.editor.take_over(text)
        self.keep_draft()

    def action_source(self) -> None:
        from flashtorch.tui.outside import open_file

        session, question = self._session, question_of(self.phase)
        if session is None or question is None:
            return
        place = question.card.place
        self.keep_draft()

        def edit() -> None:
            open_file(self._own_editor(), Path(place.file), place.line, self.app.suspend)
            self.move(session.reload)

        self._outside(edit)

    def _outside(self, edit: Callable[[], None]) -> None:
        """Do what hands the terminal over; whatever is wrong with that is one line."""
        from textual.app import SuspendNotSupported

        try:
            edit()
        except Trouble as trouble:
            self.tell(trouble)
        except SuspendNotSupported:
            self.tell(Trouble(_("another editor cannot be opened from here")))

    # ------------------------------------------------------------------ the clipboard

    def action_copy(self) -> None:
        """The verdict with its traceback and what was printed, else the card."""
        if self.verdict.display and self.verdict.text:
            self._to_clipboard(self.verdict.text, _("The verdict is on the clipboard, where the terminal allows that."))
        else:
            self.action_copy_card()

    def action_copy_card(self) -> None:
        phase = self.phase
        if phase is None or isinstance(phase, Finished):
            return
        question = question_of(phase)
        assert question is not None
        parts = [question.title, question.front]
        parts += [f"{number}. {option.text}" for number, option in enumerate(question.options, 1)]
        if isinstance(phase, Answered):
            # The back of a cloze card holds its front.
            parts = [question.title, phase.back.back] if question.card.kind is Kind.CLOZE else [*parts, phase.back.back]
        text = "\n\n".join(part.strip() for part in parts if part.strip())
        self._to_clipboard(text, _("The card is on the clipboard, where the terminal allows that."))

    def _to_clipboard(self, text: str, says: str) -> None:
        self.app.copy_to_clipboard(text)
        self.app.notify(says, timeout=3, markup=False)

    def on_pasted(self, message: Pasted) -> None:
        says = _("A paste of {size} KB is not taken: an answer holds {most} KB at most.")
        from flashtorch.tui.widgets.pasted import MOST

        self.rating.say(says.format(size=-(-message.size // 1000), most=MOST // 1000))

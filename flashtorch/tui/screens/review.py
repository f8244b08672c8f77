"""The review screen: keys become moves of the sitting, and the phase that follows is shown."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.binding import Binding, BindingType

from flashtorch.errors import Trouble
from flashtorch.language import _
from flashtorch.scheduling.state import Rating
from flashtorch.session.phase import Answered, Asking, Finished, Judging, Missed, NotNow
from flashtorch.tui import keys, running, ways
from flashtorch.tui.keys import Scene
from flashtorch.tui.screens.board import Board, phase_kind

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import ClassVar

    from textual import events
    from textual.timer import Timer

    from flashtorch.scheduling.moment import Moment
    from flashtorch.session.phase import Phase
    from flashtorch.session.session import StudySession

_TICK_S = 0.1
_DRAFT_S = 2.0
_EARLY = 8


class ReviewScreen(Board):
    """Drives one sitting."""

    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings(), Binding("super+c", "copy_text", show=False)]

    def __init__(
        self, now: Callable[[], Moment], first: Callable[[], Asking | None], stirred: Callable[[], None] = lambda: None
    ) -> None:
        """`now` is the clock; `first` gives what the first frame is to show; `stirred` is called after each move."""
        super().__init__(now)
        self._first = first
        self._stirred = stirred
        self._session: StudySession | None = None
        self._level: Callable[[], str] | None = None
        """Until it has been asked."""
        self._early: list[str] = []
        """Keys that wait for the sitting."""
        self._kept = ""
        """What of the entry has been kept as a draft."""
        self._run_since_us = 0
        self._ticker: Timer | None = None
        self._drafts: Timer | None = None

    def on_mount(self) -> None:
        self._ticker = self.set_interval(_TICK_S, self._tick, pause=True)
        self._drafts = self.set_interval(_DRAFT_S, self.keep_draft, pause=True)
        if asking := self._first():
            self.glimpse(asking)
        else:
            self.rating.say(_("opening…"))
            self.draw()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return keys.is_open(action, self.scene)

    # ------------------------------------------------------------------ the sitting

    async def begin(self, session: StudySession, device: str, level: Callable[[], str]) -> None:
        """The sitting stands: show its first question.

        Answers are run on `device`; `level` waits for the sandbox and says how it holds runs back.
        """
        self._session = session
        self._level = level
        self.where = (device,)
        await self.complete()
        self._move(session.begin)
        for key in self._early:
            self.app.simulate_key(key)
        self._early.clear()

    def on_key(self, event: events.Key) -> None:
        """Keys that come before the sitting stands are kept for it."""
        if self.scene is Scene.OPENING and self.phase and len(self._early) < _EARLY:
            self._early.append(event.key)

    def glimpse(self, asking: Asking) -> None:
        """Show the first question before the sitting stands."""
        self.show(asking, None)

    def _move(self, move: Callable[[Moment], Phase]) -> None:
        """Make a move, and show where it led and what else it did; one that cannot be made now is only a bell."""
        session = self._session
        assert session is not None
        before = self.phase
        now = self.now()
        try:
            phase = move(now)
        except NotNow:
            self.app.bell()
            return
        except Trouble as trouble:
            self.app.notify(trouble.line(), severity="error", markup=False)
            return
        self.show(phase, session.counts(now))
        if phase is not before:
            self._kept = self.written
        self._tell(session)
        self._follow(phase)
        if isinstance(phase, Finished):
            self.post_message(ways.LookAgain())
        kind = phase_kind(phase)
        if kind and kind.is_run and self._level:
            self._ask_level(self._level)
            self._level = None
        self._stirred()

    def _tell(self, session: StudySession) -> None:
        from flashtorch.session.news import SetAside, sentence

        for news in session.news:
            said = sentence(news)
            if isinstance(news, SetAside):
                from flashtorch.grading.wording import sentence as reason

                self.app.notify(f"{said}\n{reason(news.verdict)}", severity="warning", timeout=15, markup=False)
            elif said and isinstance(self.phase, Answered):
                self.app.notify(said, markup=False)
            elif said:
                self.rating.say(said)

    # ------------------------------------------------------------------ runs

    def _ask_level(self, level: Callable[[], str]) -> None:
        self.run_worker(partial(running.ask_level, self, level), thread=True, group="level", exit_on_error=False)

    @on(running.Holds)
    def _holds(self, message: running.Holds) -> None:
        self._runs_at(self.where[0], message.level)
        self.draw()

    def _runs_at(self, device: str, level: str) -> None:
        self.where = (device, _("level {level}").format(level=level))

    def _follow(self, phase: Phase) -> None:
        """Run what waits to be run, and show the time that it takes."""
        if not self._ticker:
            return
        if isinstance(phase, Judging):
            self._run_since_us = self.now().at_us
            self._tick()
            self._ticker.reset()
            self._ticker.resume()
            running.run(self, phase.ticket)
        else:
            self._ticker.pause()

    def _tick(self) -> None:
        if isinstance(self.phase, Judging):
            self.rating.show_running((self.now().at_us - self._run_since_us) / 1_000_000)

    @on(running.Judged)
    def _judged(self, message: running.Judged) -> None:
        phase, verdict = self.phase, message.verdict
        if self._session and isinstance(phase, Judging) and phase.ticket.id == message.ticket_id:
            session = self._session
            if verdict.level:
                self._runs_at(verdict.device or self.where[0], verdict.level)
            self._move(lambda now: session.judged(message.ticket_id, verdict, now))

    @on(running.Failed)
    def _failed(self, message: running.Failed) -> None:
        phase = self.phase
        if self._session and isinstance(phase, Judging) and phase.ticket.id == message.ticket_id:
            self._move(self._session.cancel)
            said = _("The answer could not be judged: {reason}").format(reason=message.reason)
            self.app.notify(said, severity="error", markup=False)

    # ------------------------------------------------------------------ what is written

    def on_text_area_changed(self) -> None:
        if self._drafts:
            self._drafts.reset()
            self._drafts.resume()

    def keep_draft(self) -> None:
        """Keep what has been written, when it is not kept yet."""
        if self._drafts:
            self._drafts.pause()
        if self._session and isinstance(self.phase, Asking | Missed) and self.entry and self.written != self._kept:
            self._kept = self.written
            try:
                self.phase = self._session.save_draft(self.written, self.now())
            except Trouble as trouble:
                self.app.notify(trouble.line(), severity="error", markup=False)

    def on_lines_submitted(self) -> None:
        self.action_run()

    # ------------------------------------------------------------------ keys

    def action_reveal(self) -> None:
        if self._session:
            self._move(self._session.reveal)

    def action_give_up(self) -> None:
        self.keep_draft()
        self.action_reveal()

    def action_pick(self, number: int) -> None:
        phase = self.phase
        if isinstance(phase, Asking) and number <= len(phase.question.options):
            self.picked ^= {number}
            self.draw()

    def action_check(self) -> None:
        if self.picked:
            self._answer(",".join(str(number) for number in sorted(self.picked)))
        else:
            self.rating.say(_("Pick what is right by its number first; f4 gives up."))

    def action_write(self) -> None:
        if self.entry:
            self.entry.focus()

    def action_run(self) -> None:
        if self.written.strip():
            self._answer(self.written)
        else:
            self.rating.say(_("There is nothing written yet; f4 gives up."))

    def _answer(self, text: str) -> None:
        session = self._session
        if session:
            self._move(lambda now: session.answer(text, now))

    def action_accept(self) -> None:
        if isinstance(self.phase, Answered):
            self.action_rate(self.phase.suggested or Rating.GOOD)

    def action_rate(self, number: int) -> None:
        session = self._session
        if session:
            self._move(lambda now: session.rate(Rating(number), now))

    def action_cancel(self) -> None:
        if self._session:
            self._move(self._session.cancel)
            self.rating.say(_("The run is cancelled; nothing was counted."))

    def action_hint(self) -> None:
        if self._session:
            self._move(self._session.hint)
            if isinstance(self.phase, Asking | Missed):
                self.card.scroll_end(animate=False)

    def action_card(self) -> None:
        self.keep_draft()
        self.card.focus()

    def action_undo(self) -> None:
        self._leave_card("undo")

    def action_redo(self) -> None:
        self._leave_card("redo")

    def action_suspend(self) -> None:
        self._leave_card("suspend")

    def action_bury(self) -> None:
        self._leave_card("bury")

    def action_skip(self) -> None:
        self._leave_card("skip")

    def _leave_card(self, move: str) -> None:
        if self._session:
            self.keep_draft()
            self._move(getattr(self._session, move))

    def action_again(self) -> None:
        if self._session and isinstance(self.phase, Finished):
            self._move(self._session.begin)

    def begin_anew(self) -> None:
        """The first question of the cards that are wanted now."""
        if self._session:
            if isinstance(self.phase, Judging):
                self._move(self._session.cancel)
            self._move(self._session.begin)

    def action_go_home(self) -> None:
        self.keep_draft()
        self.post_message(ways.GoHome())

    def on_unmount(self) -> None:
        """Whatever is being run is ended, and what is written is kept."""
        if isinstance(self.phase, Judging):
            self.phase.ticket.cancel()
        else:
            self.keep_draft()

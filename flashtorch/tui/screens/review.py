"""The review screen: keys become moves of the sitting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding, BindingType

from flashtorch.language import _
from flashtorch.scheduling.state import Rating
from flashtorch.session.phase import Answered, Asking, Drawing, Finished, Judging, Missed
from flashtorch.tui import keys, ways
from flashtorch.tui.keys import Scene
from flashtorch.tui.screens.bench import Bench
from flashtorch.tui.screens.closed import question_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import ClassVar

    from textual import events

    from flashtorch.scheduling.moment import Moment
    from flashtorch.session.judge import Judge
    from flashtorch.session.session import StudySession

_EARLY = 8


class ReviewScreen(Bench):
    """Drives one sitting."""

    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings(), Binding("super+c", "copy_text", show=False)]

    def __init__(
        self,
        now: Callable[[], Moment],
        first: Callable[[], Asking | None],
        stirred: Callable[[], None] = lambda: None,
        editor: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        """`now` is the clock; `first` gives what the first frame is to show; `stirred` is called after each move.

        `editor` gives the command of the learner's own editor.
        """
        super().__init__(now, stirred, editor)
        self._first = first
        self._early: list[str] = []
        """Keys that wait for the sitting."""

    def on_mount(self) -> None:
        if asking := self._first():
            self.glimpse(asking)
        else:
            self.rating.say(_("opening…"))
            self.draw()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return keys.is_open(action, self.scene)

    # ------------------------------------------------------------------ the sitting

    async def begin(self, session: StudySession, judge: Judge, device: str, level: Callable[[], str]) -> None:
        """The sitting stands: show its first question.

        `judge` runs what counts for nothing, on `device`; `level` waits for the sandbox and says how it holds runs back.
        """
        self._session = session
        self._judge = judge
        self._level = level
        self.where = (device,)
        await self.complete()
        self.move(session.begin)
        self.play_early()

    def play_early(self) -> None:
        """The keys that came before there was a question; while there is none, they wait."""
        if self.scene is not Scene.OPENING:
            for key in self._early:
                # The app does it, for a key bubbles no further than to whoever sent it.
                self.app.call_later(self.app.simulate_key, key)
            self._early.clear()

    def on_key(self, event: events.Key) -> None:
        """Keys that come before the sitting stands, or while numbers are drawn, are kept for it."""
        if self.scene is Scene.OPENING and self.phase and len(self._early) < _EARLY:
            self._early.append(event.key)

    def glimpse(self, asking: Asking) -> None:
        """Show the first question before the sitting stands."""
        self.show(asking, None)

    def begin_anew(self) -> None:
        """The first question of the cards that are wanted now."""
        if self._session:
            self.end_trial()
            if isinstance(self.phase, Judging):
                self.move(self._session.cancel)
            elif isinstance(self.phase, Drawing):
                self.phase.ticket.cancel()
            self.move(self._session.begin)

    def on_lines_submitted(self) -> None:
        self.action_run()

    # ------------------------------------------------------------------ keys

    def action_reveal(self) -> None:
        if self._session:
            self.move(self._session.reveal)

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

    def action_improve(self) -> None:
        """Go on with an answer that has been judged; the rating stays as it is."""
        if self.entry and self.phase:
            self.improves = True
            self.entry.display = True
            self.entry.focus()

    def action_run(self) -> None:
        if isinstance(self.phase, Answered):
            self.practise()
        elif self.written.strip():
            self._answer(self.written)
        else:
            self.rating.say(_("There is nothing written yet; f4 gives up."))

    def _answer(self, text: str) -> None:
        session = self._session
        if session:
            self.move(lambda now: session.answer(text, now))

    def action_accept(self) -> None:
        if isinstance(self.phase, Answered):
            self.action_rate(self.phase.suggested or Rating.GOOD)

    def action_rate(self, number: int) -> None:
        session = self._session
        if session:
            self.move(lambda now: session.rate(Rating(number), now))

    def action_hint(self) -> None:
        if self._session:
            self.move(self._session.hint)
            if isinstance(self.phase, Asking | Missed):
                self.card.scroll_end(animate=False)

    def action_card(self) -> None:
        self.keep_draft()
        self.card.focus()

    def action_comment(self) -> None:
        if "comment" not in self.closed:
            self.editor.toggle_comment()

    def action_undo_edit(self) -> None:
        if self.entry:
            self.entry.undo()

    def action_redo_edit(self) -> None:
        if self.entry:
            self.entry.redo()

    def action_undo(self) -> None:
        self._leave_card("undo")

    def action_redo(self) -> None:
        self._leave_card("redo")

    def action_suspend(self) -> None:
        self._leave_card("suspend")

    def action_bury(self) -> None:
        self._leave_card("bury")

    def action_know(self) -> None:
        self._leave_card("know")

    def action_skip(self) -> None:
        self._leave_card("skip")

    def _leave_card(self, move: str) -> None:
        if self._session:
            self.keep_draft()
            self.move(getattr(self._session, move))

    def action_flag(self) -> None:
        self._ask(_("What is wrong with this card?"), "", "flag")

    def action_note(self) -> None:
        phase = self.phase
        before = phase.remark if isinstance(phase, Answered) else self._info_remark()
        self._ask(_("Your note on this card; it is shown with the answer."), before, "remark")

    def _info_remark(self) -> str:
        return self._session.info("", self.now()).remark if self._session else ""

    def _ask(self, title: str, before: str, move: str) -> None:
        """Ask for a sentence, and make the move with it."""
        from flashtorch.tui.screens.sentence import SentenceScreen

        session = self._session
        if session is None or question_of(self.phase) is None:
            return
        self.keep_draft()

        def make(text: str | None) -> None:
            if text is not None:
                self.move(lambda now: getattr(session, move)(text, now))

        self.app.push_screen(SentenceScreen(title, before), make)

    def action_info(self) -> None:
        from flashtorch.tui.screens.info import InfoScreen

        if self._session and question_of(self.phase):
            self.keep_draft()
            self.app.push_screen(InfoScreen(self._session.info("", self.now())))

    def action_help(self) -> None:
        from flashtorch.tui.screens.info import HelpWithCard

        phase = self.phase
        if isinstance(phase, Answered) and phase.help:
            self.app.push_screen(HelpWithCard(str(phase.question.card.id), phase.help))

    def action_language(self) -> None:
        session = self._session
        if session:
            self.keep_draft()
            self.move(lambda now: session.speak("", now))

    def action_again(self) -> None:
        if self._session and isinstance(self.phase, Finished):
            self.move(self._session.begin)

    def action_go_home(self) -> None:
        self.keep_draft()
        self.post_message(ways.GoHome())

    def on_unmount(self) -> None:
        """Whatever is being run is ended, and what is written is kept."""
        self.end_trial()
        if isinstance(self.phase, Judging | Drawing):
            self.phase.ticket.cancel()
        else:
            self.keep_draft()

"""The course of a sitting on the screen: moves are made here, and what they led to is shown and told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flashtorch.errors import Trouble
from flashtorch.session.phase import Answered, Asking, Finished, Missed, NotNow
from flashtorch.tui import ways
from flashtorch.tui.screens.board import Board

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.timer import Timer

    from flashtorch.scheduling.moment import Moment
    from flashtorch.session.phase import Phase
    from flashtorch.session.session import StudySession

_DRAFT_S = 2.0


class Course(Board):
    """A board with a sitting, once that stands."""

    def __init__(self, now: Callable[[], Moment], stirred: Callable[[], None]) -> None:
        super().__init__(now)
        self._stirred = stirred
        self._session: StudySession | None = None
        self._kept = ""
        """What of the entry has been kept as a draft."""
        self._drafts: Timer | None = None

    def on_mount(self) -> None:
        self._drafts = self.set_interval(_DRAFT_S, self.keep_draft, pause=True)

    def move(self, make: Callable[[Moment], Phase]) -> None:
        """Make a move, and show where it led and what else it did; one that cannot be made now is only a bell."""
        session = self._session
        assert session is not None
        before = self.phase
        now = self.now()
        try:
            phase = make(now)
        except NotNow:
            self.app.bell()
            return
        except Trouble as trouble:
            self.tell(trouble)
            return
        self.minutes = session.minutes_left(now)
        self.show(phase, session.counts(now))
        if phase is not before:
            self._kept = self.written
        self._tell_news(session)
        self.follow(phase)
        if isinstance(phase, Finished):
            self.post_message(ways.LookAgain())
        self._stirred()

    def follow(self, phase: Phase) -> None:
        """What else a phase brings with it; for the class below."""

    def tell(self, trouble: Trouble) -> None:
        """One line about what did not work."""
        self.app.notify(trouble.line(), severity="error", markup=False)

    def _tell_news(self, session: StudySession) -> None:
        from flashtorch.session.news import AnsweredElsewhere, Gone, NotKept, SetAside, reason, sentence

        for news in session.news:
            said = sentence(news)
            if isinstance(news, SetAside):
                self.app.notify(f"{said}\n{reason(news)}", severity="warning", timeout=15, markup=False)
            elif isinstance(news, AnsweredElsewhere | Gone):
                self.app.notify(said, severity="warning", timeout=15, markup=False)
            elif isinstance(news, NotKept):
                self.app.notify(said, severity="error", timeout=60, markup=False)
            elif said and isinstance(self.phase, Answered):
                self.app.notify(said, markup=False)
            elif said:
                self.rating.say(said)

    # ------------------------------------------------------------------ what is written

    def on_text_area_changed(self) -> None:
        self.draw_blanks()
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
                self.tell(trouble)

"""What the review screen looks like in each phase. Widgets are mounted once; a phase is shown by changing what they show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.getters import query_one
from textual.screen import Screen

from flashtorch.cards.model import Kind
from flashtorch.language import _, n_
from flashtorch.scheduling.state import Rating
from flashtorch.session.phase import Answered, Asking, Drawing, Finished, Judging, Missed
from flashtorch.tui.keys import Scene
from flashtorch.tui.look.page import BLANK, asking_of, page, picks_of
from flashtorch.tui.screens.closed import closed_rows, phase_kind, question_of
from flashtorch.tui.widgets.card import CardView
from flashtorch.tui.widgets.foot import Foot
from flashtorch.tui.widgets.head import Head
from flashtorch.tui.widgets.rating import RatingRow

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import ClassVar, TypeAlias

    from textual import events
    from textual.app import ComposeResult

    from flashtorch.cards.question import Question
    from flashtorch.scheduling.moment import Moment
    from flashtorch.session.phase import Counts, Phase
    from flashtorch.tui.overview import Overview
    from flashtorch.tui.widgets.answers import Lines
    from flashtorch.tui.widgets.editor import Editor
    from flashtorch.tui.widgets.verdict import VerdictView

    Entry: TypeAlias = Editor | Lines


_TALL = 30
"""Rows from which the editor has room beside the answer."""


class Board(Screen[None]):
    """Shows phases; what to do about them is for the class below it."""

    AUTO_FOCUS: ClassVar[str | None] = "CardView"

    head = query_one(Head)
    card = query_one(CardView)
    rating = query_one(RatingRow)
    foot = query_one(Foot)

    # Only an answer needs these: they come with `complete`.
    editor: Editor
    lines: Lines
    verdict: VerdictView

    def __init__(self, now: Callable[[], Moment]) -> None:
        super().__init__()
        self.now = now
        self.phase: Phase | None = None
        self.counts: Counts | None = None
        self.where: tuple[str, ...] = ()
        """Device and sandbox level of runs, as they are shown."""
        self.minutes: int | None = None
        """What is left of the time box."""
        self.picked: frozenset[int] = frozenset()
        """The options chosen so far, by their shown numbers."""
        self.day: Overview | None = None
        """What was done today and what comes next, once it has been read."""
        self.is_open = False
        """Whether everything is mounted, so that keys do something."""
        self.entry: Entry | None = None
        """Where the answer to the open question is written."""
        self.is_trying = False
        """Whether something is run that is not judged as the answer."""
        self.improves = False
        """Whether the learner goes on with an answer that has been judged."""
        self._opened: tuple[str, int] | None = None
        """The question whose answer stands in the entry."""

    def compose(self) -> ComposeResult:
        yield Head()
        yield CardView()
        yield RatingRow()
        yield Foot()

    async def complete(self) -> None:
        """Mount what answers need. A text area takes a tenth of the time to the first card, which can be read without one."""
        from flashtorch.tui.widgets.answers import Lines
        from flashtorch.tui.widgets.editor import Editor
        from flashtorch.tui.widgets.verdict import VerdictView

        self.editor, self.lines, self.verdict = Editor(), Lines(), VerdictView()
        self.editor.border_title = _("your answer")
        for widget in (self.editor, self.lines, self.verdict):
            widget.display = False
        await self.mount(self.editor, self.lines, self.verdict, after=self.card)
        self.is_open = True

    @property
    def scene(self) -> Scene:
        """What the keys mean now."""
        phase = self.phase
        if phase is None or not self.is_open or isinstance(phase, Drawing):
            return Scene.OPENING
        if isinstance(phase, Judging) or self.is_trying:
            return Scene.RUNNING
        if isinstance(phase, Answered):
            return Scene.IMPROVING if self.entry is not None and self.entry.has_focus else Scene.RATING
        if isinstance(phase, Finished):
            return Scene.FINISHED
        if self.entry is None:
            return Scene.CHOOSING if phase_kind(phase) is Kind.CHOICE else Scene.RECALLING
        return Scene.WRITING if self.entry.has_focus else Scene.READING

    @property
    def closed(self) -> frozenset[str]:
        """Rows of the table of keys that can do nothing about this card."""
        return closed_rows(self.phase, can_improve=self.entry is not None)

    @property
    def written(self) -> str:
        """What stands in the entry."""
        if self.entry is None:
            return ""
        return self.lines.answer if self.entry is self.lines else self.entry.text

    def show(self, phase: Phase, counts: Counts | None) -> None:
        """Make the widgets say what this phase is."""
        turned = isinstance(phase, Answered | Finished) and type(phase) is not type(self.phase)
        new = turned or _key(phase) != _key(self.phase)
        self.phase, self.counts = phase, counts
        if new:
            self.picked = picks_of(phase.draft) if isinstance(phase, Asking) else frozenset()
            self.improves = False
        self._show_entry(phase, to_card=new)
        self._show_verdict(phase)
        self.show_row(phase)
        self.draw(to_top=new)
        if new and isinstance(phase, Answered):
            self.card.to_answer()

    def show_day(self, day: Overview) -> None:
        """Show at the end what was done today."""
        self.day = day
        if isinstance(self.phase, Finished):
            self.draw()

    def draw(self, *, to_top: bool = False) -> None:
        """Draw what depends on the width or on what has been picked."""
        self.head.show(question_of(self.phase), self.counts, self.where, self.minutes)
        self._draw_card(to_top=to_top)
        self.foot.show(self.scene, self.closed)

    def draw_blanks(self) -> None:
        """What is typed stands in its blank at once."""
        if self.is_open and self.entry is self.lines and phase_kind(self.phase) is Kind.FILL:
            self._draw_card()

    def _draw_card(self, *, to_top: bool = False) -> None:
        phase = self.phase
        if isinstance(phase, Finished):
            # Imported at the end of a sitting, for the first card does not wait for it.
            from flashtorch.tui.look.done import done_page

            self.card.show(lambda width: done_page(phase, self.day, width, self.now()), to_top=to_top)
        elif isinstance(phase, Drawing):
            self.card.show(lambda _width: BLANK, to_top=True)
        elif phase is not None:
            compares = isinstance(phase, Answered) and phase.question.card.kind is Kind.CODE
            room = self.card.room if compares else 0
            self.card.show(lambda width: page(phase, self.picked, width, room, self.written), to_top=to_top, wide=compares)

    def on_resize(self, event: events.Resize) -> None:
        if self.phase:
            self._show_entry(self.phase)
        if self.is_open:
            self.verdict.fit()
        self.show_row(self.phase)
        self.draw()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        self.foot.show(self.scene, self.closed)

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        self.foot.show(self.scene, self.closed)

    # ------------------------------------------------------------------ looking around

    def action_down(self) -> None:
        self.card.scroll_down(animate=False)

    def action_up(self) -> None:
        self.card.scroll_up(animate=False)

    def action_top(self) -> None:
        self.card.scroll_home(animate=False)

    def action_bottom(self) -> None:
        self.card.scroll_end(animate=False)

    def action_page_down(self) -> None:
        self.card.scroll_page_down(animate=False)

    def action_page_up(self) -> None:
        self.card.scroll_page_up(animate=False)

    def action_keys(self) -> None:
        from flashtorch.tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self.scene))

    # ------------------------------------------------------------------ what each phase shows

    def _show_entry(self, phase: Phase, *, to_card: bool = False) -> None:
        """The place to write, filled when the question is new; what is written stays otherwise, also behind the answer."""
        if not self.is_open:
            return
        self.entry = self._entry_of(phase)
        stays = not isinstance(phase, Answered) or self.improves or self.size.height >= _TALL
        for widget in (self.editor, self.lines):
            widget.display = widget is self.entry and stays
        key = _key(phase) if self.entry else None
        is_new = key is None or key != self._opened
        if (is_new or to_card) and not self.card.has_focus:
            self.card.focus()
        self._opened = key
        if not is_new or self.entry is None or isinstance(phase, Answered | Finished | Drawing):
            return
        asking = asking_of(phase)
        if self.entry is self.lines:
            self.lines.open(asking.draft, max(1, asking.question.blanks))
            self.lines.border_title = _("the blanks, one a line") if asking.question.blanks > 1 else _("your answer")
        else:
            self.editor.open(asking.draft or asking.question.starter or "")

    def _entry_of(self, phase: Phase) -> Entry | None:
        """Where the answer is written; behind it the editor stays for an answer in code that can be run again."""
        if isinstance(phase, Finished | Drawing):
            return None
        if isinstance(phase, Answered):
            goes_on = phase.question.card.kind is Kind.CODE and not phase.self_rated and self._opened == _key(phase)
            return self.editor if goes_on else None
        return self._entry_for(asking_of(phase).question)

    def _entry_for(self, question: Question) -> Entry | None:
        match question.card.kind:
            case Kind.CODE:
                return self.editor
            case Kind.FILL | Kind.PREDICT | Kind.TYPED:
                return self.lines
            case _:
                return None

    def _show_verdict(self, phase: Phase | None) -> None:
        """The last verdict; it stays while the next answer is run."""
        if not self.is_open:
            return
        if isinstance(phase, Asking):
            self.verdict.show(phase.free)
        elif isinstance(phase, Missed):
            self.verdict.show(phase.verdict, phase.asking.attempts)
        elif not isinstance(phase, Judging):
            self.verdict.show(phase.verdict if isinstance(phase, Answered) else None)

    def show_row(self, phase: Phase | None) -> None:
        """What may be done about the card, in the row that is always there."""
        if phase is None:
            return
        if isinstance(phase, Answered):
            self.rating.show_ratings(phase.buttons, phase.suggested or Rating.GOOD)
        elif isinstance(phase, Finished):
            self.rating.say("")
        elif isinstance(phase, Drawing):
            self.rating.say(_("Drawing numbers that this card works with …"))
        elif isinstance(phase, Missed):
            self.rating.say(_("Not yet: mend it and run it again; f4 gives up."))
        elif isinstance(phase, Asking):
            reps = phase.state.reps
            self.rating.say(n_("seen {count} time", "seen {count} times", reps).format(count=reps) if reps else _("a new card"))


def _key(phase: Phase | None) -> tuple[str, int] | None:
    question = question_of(phase)
    return (str(question.card.id), question.seed) if question else None

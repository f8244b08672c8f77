"""How the line mode writes questions, verdicts and answers: plain sentences that read well aloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flashtorch.cards.model import Kind
from flashtorch.cli.backlog import backlog_sentence
from flashtorch.cli.plain_info import help_lines
from flashtorch.grading import wording
from flashtorch.language import _, n_
from flashtorch.scheduling.state import Rating
from flashtorch.session.news import done_today, reason
from flashtorch.session.phase import Reason

if TYPE_CHECKING:
    from flashtorch.grading.verdict import Verdict
    from flashtorch.session.phase import Answered, Asking, Counts, Finished


def counts(said: Counts) -> str:
    today = _("Today: {new} new, {learning} learning, {review} to review").format(
        new=said.new, learning=said.learning, review=said.review
    )
    late = backlog_sentence(said.review, said.waiting, said.backlog_days)
    return f"{today}\n{late}" if late else today


def time_left(minutes: int) -> str:
    if not minutes:
        return _("The time is over; this card may be finished.")
    return n_("{count} minute left", "{count} minutes left", minutes).format(count=minutes)


def question(asking: Asking, left: Counts, *, minutes_left: int | None = None, practice: bool = False) -> str:
    """The whole question, with what was hinted and written before."""
    asked = asking.question
    lines = ["", _practice(left) if practice else counts(left)]
    if minutes_left is not None:
        lines.append(time_left(minutes_left))
    lines += [f"── {asked.card.id} · {_kind(asking)}", f"# {asked.title}"]
    if asked.front.strip():
        lines += ["", asked.front.strip()]
    if asked.options:
        lines += ["", *(f"{number}. {option.text.strip()}" for number, option in enumerate(asked.options, 1))]
    if asked.starter:
        lines += ["", _("Start from:"), asked.starter.rstrip()]
    if asking.self_rated:
        lines += ["", asking.self_rated]
    for number in range(1, asking.hints_shown + 1):
        lines += ["", hint(asking, number)]
    if asking.draft.strip():
        lines += ["", _("You had written:"), asking.draft.rstrip()]
    return "\n".join([*lines, ""])


def hint(asking: Asking, number: int) -> str:
    hints = asking.question.hints
    return _("Hint {number} of {count}: {text}").format(number=number, count=len(hints), text=hints[number - 1].strip())


def verdict(judged: Verdict) -> str:
    lines = [wording.sentence(judged)]
    if judged.total > 1 and not judged.is_pass and not judged.name.is_free and not judged.name.sets_aside:
        lines.append(_("{passed} of {total} checks pass").format(passed=judged.passed, total=judged.total))
    lines += wording.lines(judged)
    if judged.output.strip():
        lines += [_("Printed:"), judged.output.rstrip()]
    return "\n".join(lines)


def answer(shown: Answered) -> str:
    lines = [""]
    if shown.back.right_options:
        numbers = ", ".join(map(str, shown.back.right_options))
        lines += [_("Right: {numbers}").format(numbers=numbers), ""]
    if shown.value:
        lines += [_("The value: {value}").format(value=shown.value), ""]
    lines += [shown.back.back.strip(), ""]
    if shown.remark:
        lines += [_("Your note: {text}").format(text=shown.remark), ""]
    if shown.help and (said := help_lines(shown.help)):
        lines += [*said, ""]
    named = zip(Rating, (_("Again"), _("Hard"), _("Good"), _("Easy")), strict=True)
    if shown.is_practice:
        lines += ["  ".join(f"{int(rating)} {name}" for rating, name in named)]
    else:
        lines += ["  ".join(f"{int(rating)} {name} {interval(shown.buttons.next(rating).seconds)}" for rating, name in named)]
    return "\n".join(lines)


def interval(seconds: int) -> str:
    """A time as people say it, rounded to its unit."""
    if seconds < 3600:
        return _("{count} min").format(count=max(1, round(seconds / 60)))
    if seconds < 86400:
        return _("{count} h").format(count=round(seconds / 3600))
    return _("{count} d").format(count=round(seconds / 86400))


def finished(end: Finished, now_us: int) -> str:
    lines = ["", _("The time is over.") if end.reason is Reason.TIME else _("Nothing is left for now.")]
    if end.reason is Reason.TIME and any((end.counts.new, end.counts.learning, end.counts.review)):
        lines.append(counts(end.counts))
    elif late := backlog_sentence(end.counts.review, end.counts.waiting, end.counts.backlog_days):
        lines.append(late)
    if said := day_and_aside(end):
        lines.append(said)
    if end.next_at_us is not None:
        lines.append(_("The next card is due in {time}.").format(time=interval(max(0, end.next_at_us - now_us) // 1_000_000)))
    return "\n".join(lines)


def day_and_aside(end: Finished) -> str:
    """What was done today, and which cards could not be judged, with the reasons; empty for a day without either."""
    lines = done_today(end.today)
    if end.aside:
        lines += [_("Set aside, and not counted:"), *(f"  {aside.card}: {reason(aside)}" for aside in end.aside)]
    return "\n".join(lines)


def usage() -> str:
    """The help of the line mode."""
    return _(
        "Answers: one line; code ends with a line that holds only a dot; blanks are one line each.\n"
        "A dot alone is an empty answer. A space before a colon makes the line an answer.\n"
        ":hint  one hint more\n"
        ":give up, :reveal  show the answer; the card counts as forgotten\n"
        ":show  the question again\n"
        ":skip  not again in this sitting\n"
        ":bury  not again today\n"
        ":suspend  not again until :resume DECK/CARD\n"
        ":know  a new card that you know: not again for half a year\n"
        ":forget  the card begins anew\n"
        ":note TEXT  your own note, shown with the answer; without text it is taken away\n"
        ":flag TEXT  keep a remark about the card, for its author\n"
        ":info  the card's history, with your own answers; :info DECK/CARD of another one\n"
        ":lang  the card in its other language; :lang zh in that one\n"
        ":reload  read the decks again, after you have changed a card\n"
        ":undo, :redo  take the last of all these back but notes and flags, or bring it back\n"
        ":quit  leave; everything is kept\n"
        "Ctrl-C stops an answer that is running, and leaves at any other time."
    )


def _practice(left: Counts) -> str:
    count = left.new + left.learning + left.review
    says = n_("Practice, the schedule stays as it is: {count} card", "Practice, the schedule stays as it is: {count} cards", count)
    return says.format(count=count)


def _kind(asking: Asking) -> str:
    if asking.question.is_fix:
        return _("fix the bug")
    says = {
        Kind.RECALL: _("recall"),
        Kind.CLOZE: _("cloze"),
        Kind.CHOICE: _("choice"),
        Kind.TYPED: _("typed"),
        Kind.PREDICT: _("predict"),
        Kind.CODE: _("code"),
        Kind.FILL: _("fill"),
    }
    return says[asking.question.card.kind]

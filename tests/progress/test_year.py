"""Every number over a simulated year, reckoned again another way: from the events and from what was witnessed when they happened."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pytest

from flashtorch import language
from flashtorch.cards.library import open_library
from flashtorch.cli import export as export_command
from flashtorch.cli import stats as stats_command
from flashtorch.cli.main import main
from flashtorch.history.reading import read_log
from flashtorch.history.tally import tally
from flashtorch.progress.answers import answers
from flashtorch.progress.calendar import heat_map
from flashtorch.progress.summary import Summary, summary
from flashtorch.scheduling.params import DEFAULT_WEIGHTS
from tests.progress.year import BEGUN_ANEW, DAYS, STUBBORN, Witnessed, Year, live_a_year

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flashtorch.history.event import Event
    from flashtorch.scheduling.state import CardState

EPOCH = date(1970, 1, 1)
ANSWERED = 0.9
"""The curve passes here when a memory is as old as its stability."""


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    year = live_a_year(tmp_path_factory.mktemp("year"))
    yield year
    year.learner.history.close()


@pytest.fixture(scope="module")
def found(year: Year) -> Summary:
    return reckoned(year)


def reckoned(year: Year, since: int | None = None) -> Summary:
    log = read_log(year.paths.history)
    return summary(list(answers(log)), log, year.heads, year.today, year.params, since=since)


# ---- the slow way: calendar days from instants, events by the undo they were given, one card and one day at a time


def calendar_day(at_us: int, offset_min: int) -> date:
    """The local date four hours ago."""
    local = datetime.fromtimestamp(at_us / 1e6, UTC) + timedelta(minutes=offset_min) - timedelta(hours=4)
    return local.date()


def survived(event: Event, events: list[Event]) -> bool:
    """An event lives unless an event lives that takes it back."""
    return not any(other.ref == event.id and survived(other, events) for other in events if other.kind == "void")


def reviews_of(year: Year) -> list[Event]:
    by_card = defaultdict(list)
    for event in year.events:
        by_card[event.card].append(event)
    return [event for event in year.events if event.kind == "review" and survived(event, by_card[event.card])]


def days_of(year: Year) -> dict[date, list[Event]]:
    found: dict[date, list[Event]] = {}
    for event in reviews_of(year):
        found.setdefault(calendar_day(event.at_us, event.utc_offset_min), []).append(event)
    return found


def on(day: int) -> date:
    return EPOCH + timedelta(days=day)


def of_memory(year: Year) -> list[Witnessed]:
    """For each card and calendar day, the first answer to a card that had waited for whole days."""
    kept = {}
    for seen in sorted(year.witnessed.values(), key=lambda seen: seen.moment.at_us, reverse=True):
        before = seen.before
        if before.stage == "new" or before.last_at_us is None or before.stability is None:
            continue
        waited = before.stage == "review" or before.due_at_us is None
        if waited:
            kept[seen.card, calendar_day(seen.moment.at_us, seen.moment.utc_offset_min)] = seen
    return list(kept.values())


def was_given(before: CardState) -> int:
    """The days from the last answer to the due day, as dates."""
    assert before.due_day is not None
    assert before.last_at_us is not None
    return (on(before.due_day) - calendar_day(before.last_at_us, before.utc_offset_min)).days


def recall(state: CardState, day: date, weight: float) -> float:
    """The forgetting curve by logarithms: it falls to 0.9 when the memory is as old as its stability."""
    assert state.last_at_us is not None
    assert state.stability is not None
    elapsed = (day - calendar_day(state.last_at_us, state.utc_offset_min)).days
    factor = math.expm1(-math.log(ANSWERED) / weight)
    return math.exp(-weight * math.log1p(factor * elapsed / state.stability))


# ---- what was done


def test_a_year_holds_what_can_happen(year: Year) -> None:
    """Otherwise the other tests would say little."""
    kinds = {str(event.kind) for event in year.events}
    assert kinds >= {"review", "void", "bury", "suspend", "resume", "forget", "params"}
    assert {event.rating for event in reviews_of(year)} == {1, 2, 3, 4}
    assert {event.utc_offset_min for event in year.events} == {60, 120}
    assert any(event.rev == 2 for event in year.events)
    assert sum(calendar_day(event.at_us, event.utc_offset_min) != on(event.day) for event in year.events) == 0
    past_midnight = [event for event in year.events if datetime.fromtimestamp(event.at_us / 1e6 + event.utc_offset_min * 60, UTC).hour < 4]
    assert past_midnight
    assert len(reviews_of(year)) > 1000


def test_answers_and_times_are_those_of_each_day(year: Year, found: Summary) -> None:
    slow = {
        day: (len(events), sum(1 for event in events if event.rating in (2, 3, 4)), sum(event.took_ms or 0 for event in events))
        for day, events in days_of(year).items()
    }
    assert {on(day): (done.answers, done.right, done.took_ms) for day, done in found.days.items()} == slow
    assert found.studied == len(slow)
    assert found.today.answers == 0
    assert (found.done.answers, found.done.right, found.done.took_ms) == tuple(map(sum, zip(*slow.values(), strict=True)))
    assert sum(found.pressed.values()) == found.done.answers
    assert found.pressed == {rating: sum(event.rating == rating for event in reviews_of(year)) for rating in (1, 2, 3, 4)}


def test_what_was_taken_back_counts_nowhere(year: Year, found: Summary) -> None:
    assert {event.id for event in reviews_of(year)} == set(year.witnessed)
    assert found.done.answers == len(year.witnessed) < sum(event.kind == "review" for event in year.events)


def test_the_window_leaves_older_answers_out(year: Year) -> None:
    since = year.today - 89
    found = reckoned(year, since)
    recent = [event for event in reviews_of(year) if (on(year.today) - calendar_day(event.at_us, event.utc_offset_min)).days < 90]
    assert found.done.answers == sum(found.pressed.values()) == sum(found.answers_of_decks.values()) == len(recent) > 100
    assert found.retention.all.total == sum(
        (on(year.today) - calendar_day(seen.moment.at_us, seen.moment.utc_offset_min)).days < 90 for seen in of_memory(year)
    )
    assert found.days == reckoned(year).days


def test_the_streak_is_walked_back_day_by_day(year: Year, found: Summary) -> None:
    studied = set(days_of(year))
    day = on(year.today) - timedelta(days=1)
    assert on(year.today) not in studied
    walked = 0
    while day in studied:
        walked, day = walked + 1, day - timedelta(days=1)
    assert found.streak == walked > 1
    runs = groupby(enumerate(sorted(studied)), lambda pair: pair[1].toordinal() - pair[0])
    assert found.longest == max(len(list(run)) for _key, run in runs) > 3


def test_the_heat_map_is_the_calendar(year: Year, found: Summary) -> None:
    shown = heat_map({day: done.answers for day, done in found.days.items()}, year.today, weeks=30)
    slow: dict[tuple[int, int, int], int] = defaultdict(int)
    for day, events in days_of(year).items():
        slow[day.isocalendar()] += len(events)
    cells = {on(week.monday + at).isocalendar(): count for week in shown for at, count in enumerate(week.counts) if count is not None}
    last = on(year.today)
    monday = last - timedelta(days=last.weekday(), weeks=29)
    expected = [monday + timedelta(days=each) for each in range((last - monday).days + 1)]
    assert cells == {day.isocalendar(): slow[day.isocalendar()] for day in expected}
    assert all(on(week.monday).weekday() == 0 and len(week.counts) == 7 for week in shown)
    assert [count is None for count in shown[-1].counts] == [each > last.weekday() for each in range(7)]


def test_decks_and_notes_have_their_answers(year: Year, found: Summary) -> None:
    of_card = {card: sum(event.card == card for event in reviews_of(year)) for card in {event.card for event in year.events if event.card}}
    for deck in ("torch", "small"):
        assert found.answers_of_decks[deck] == sum(count for card, count in of_card.items() if card.startswith(deck + "/"))
    notes = {(head.deck, head.note) for head in year.heads if head.note}
    assert len(notes) == 10
    slow = {note: sum(of_card.get(head.card, 0) for head in year.heads if (head.deck, head.note) == note) for note in notes}
    assert dict(found.answers_of_notes) == slow


# ---- what was known


def test_true_retention_is_what_was_witnessed(year: Year, found: Summary) -> None:
    for is_mature, share in ((False, found.retention.young), (True, found.retention.mature)):
        asked = [seen for seen in of_memory(year) if (was_given(seen.before) >= 21) is is_mature]
        assert share.total == len(asked) > 50
        assert share.right == len([seen for seen in asked if seen.rating > 1])
        assert share.rate == pytest.approx(share.right / share.total)
    assert found.retention.all.total == len(of_memory(year))
    assert found.desired == 0.85


def test_calibration_is_what_was_predicted_then(year: Year, found: Summary) -> None:
    slow = [(recall(seen.before, calendar_day(seen.moment.at_us, seen.moment.utc_offset_min), seen.params.weights[20]), seen.rating > 1) for seen in of_memory(year)]
    assert sum(each.total for each in found.calibration) == len(slow)
    assert len(found.calibration) >= 2
    for each in found.calibration:
        inside = [(predicted, right) for predicted, right in slow if each.low <= predicted < each.high or predicted == each.high == 1]
        assert (each.total, each.happened.right) == (len(inside), sum(right for _predicted, right in inside))
        assert each.predicted == pytest.approx(math.fsum(predicted for predicted, _right in inside) / len(inside))


def test_memories_are_those_of_the_cards(year: Year, found: Summary) -> None:
    groups: dict[Any, list[CardState]] = defaultdict(list)
    for head in year.heads:
        groups[head.deck].append(year.states[head.card])
        if head.note:
            groups[head.deck, head.note].append(year.states[head.card])
    assert set(groups) == {*found.decks, *found.notes}
    for key, states in groups.items():
        known = found.decks[key] if isinstance(key, str) else found.notes[key]
        met = sorted(state.stability for state in states if state.stability is not None)
        reviewed = [state for state in states if state.stage == "review"]
        recalls = [recall(state, on(year.today), DEFAULT_WEIGHTS[20] * 1.05) for state in states if state.stability is not None]
        assert known.cards == len(states)
        assert known.new == sum(state.stage == "new" for state in states)
        assert known.learning == len(states) - known.new - len(reviewed)
        assert known.mature == sum(was_given(state) > 20 for state in reviewed)
        assert known.young == len(reviewed) - known.mature
        assert known.suspended == sum(state.suspended for state in states)
        assert known.stability == pytest.approx((met[len(met) // 2] + met[(len(met) - 1) // 2]) / 2)
        assert known.retrievability == pytest.approx(math.fsum(recalls) / len(recalls))


def test_leeches_are_those_that_lapsed_often_enough(year: Year, found: Summary) -> None:
    """A card becomes one at the sixth lapse, and every third after it; forgetting it on purpose or a higher rev begins anew."""
    lapses: dict[str, int] = defaultdict(int)
    caught: set[str] = set()
    reached = set(year.witnessed)
    for event in year.events:
        seen = year.witnessed.get(event.id)
        if event.kind == "forget" or (seen and event.rev == 2 and seen.before.reps == 0):
            lapses[event.card] = 0
            caught.discard(event.card)
        elif seen and event.id in reached and seen.before.stage == "review" and seen.rating == 1:
            lapses[event.card] += 1
            if lapses[event.card] in range(6, 1000, 3):
                caught.add(event.card)
    assert {leech.card for leech in found.leeches} == caught
    assert caught & set(STUBBORN)
    assert [(leech.lapses, leech.card) for leech in found.leeches] == sorted(
        ((lapses[card], card) for card in caught), key=lambda pair: (-pair[0], pair[1])
    )
    assert all(leech.suspended == year.states[leech.card].suspended for leech in found.leeches)


# ---- what comes


def test_the_forecast_asks_every_card_on_every_day(year: Year, found: Summary) -> None:
    assert [due.day for due in found.forecast] == list(range(year.today, year.today + 30))
    for due in found.forecast:
        falls = [state for head in year.heads if (state := year.states[head.card]).due_day is not None and not state.suspended and shown_on(state, year.today) == due.day]
        assert due.learning == len([state for state in falls if state.stage in ("learning", "relearning")])
        assert due.overdue == len([state for state in falls if state.stage == "review" and state.due_day != due.day])
        assert due.total == len(falls)
    assert sum(due.review for due in found.forecast) > 20
    assert found.forecast[0].overdue
    work = found.forecast[0].review + found.forecast[0].overdue
    assert (found.backlog.due, found.backlog.per_day) == (work, 25)
    left, days = work, 0
    while left > 0:
        left, days = left - 25, days + 1
    assert found.backlog.days == days


def shown_on(state: CardState, today: int) -> int:
    assert state.due_day is not None
    day = today
    while day < state.due_day or day == state.buried_day:
        day += 1
    return day


def test_the_tally_says_the_same(year: Year, found: Summary) -> None:
    library = open_library(year.paths, register=False)
    said = tally(year.paths.history, library.index_path, year.params, year.now, ["torch", "small"])
    library.close()
    assert dict(said.days) == {day: done.answers for day, done in found.days.items()}
    assert (said.streak, said.longest, said.today, said.forecast) == (found.streak, found.longest, found.today, found.forecast)


# ---- what the commands say


@pytest.fixture
def printed(year: Year, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Any]:
    monkeypatch.setenv("FLASHTORCH_HOME", str(year.paths.home))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.delenv("LANGUAGE", raising=False)
    monkeypatch.setattr(stats_command, "now", lambda: year.now)
    monkeypatch.setattr(export_command, "now", lambda: year.now)
    (year.paths.settings).write_text("desired_retention = 0.85\nreviews_per_day = 25\n", encoding="utf-8")

    def call(*arguments: str) -> str:
        with pytest.raises(SystemExit) as end:
            main(list(arguments))
        out, err = capsys.readouterr()
        assert (err, end.value.code) == ("", 0)
        return out

    yield call
    language.use("en")


def test_stats_prints_these_numbers(year: Year, found: Summary, printed: Any) -> None:
    said = json.loads(printed("stats", "--json", str(year.deck)))
    assert said["retention"]["all"] == {"right": found.retention.all.right, "total": found.retention.all.total, "rate": found.retention.all.rate}
    assert said["streak"] == {"days": found.streak, "longest": found.longest, "today": False}
    assert sum(day["answers"] for day in said["days"]) == said["answers"]["total"] == found.done.answers
    assert [due["review"] for due in said["forecast"]] == [due.review for due in found.forecast]
    one = json.loads(printed("stats", "--json", "--deck", "small", "--since", "90d", str(year.deck)))
    recent = [event for event in reviews_of(year) if event.card.startswith("small/") and event.day > year.today - 90]
    assert one["answers"]["total"] == len(recent)
    assert [deck["deck"] for deck in one["decks"]] == ["small"]
    page = printed("stats", str(year.deck))
    assert f"{found.done.answers} answers" in page
    assert f"{found.retention.all.total}" in page


def test_the_export_is_what_was_witnessed(year: Year, printed: Any) -> None:
    rows = [json.loads(line) for line in printed("export", "reviews", "--format", "jsonl", str(year.deck)).splitlines()]
    assert [row["id"] for row in rows] == [event.id for event in sorted_by_time(reviews_of(year))]
    later: dict[str, Witnessed] = {}
    for seen in sorted(year.witnessed.values(), key=lambda seen: seen.moment.at_us, reverse=True):
        row = next(row for row in rows if row["id"] == seen.event)
        assert (row["card"], row["rating"], row["took_ms"], row["utc_offset_min"]) == (seen.card, seen.rating, seen.took_ms, seen.moment.utc_offset_min)
        after = later.get(seen.card)
        # What the next answer met is what this one made, unless something else happened in between.
        if after and after.before.last_at_us == seen.moment.at_us and after.params.weights == seen.params.weights:
            assert (row["stability"], row["difficulty"]) == (after.before.stability, after.before.difficulty)
            assert row["due_day"] == on(after.before.due_day or 0).isoformat()
        later[seen.card] = seen


def sorted_by_time(events: Iterable[Event]) -> list[Event]:
    return sorted(events, key=lambda event: event.at_us)


def test_a_card_that_its_deck_began_anew_is_counted_anew(year: Year) -> None:
    answered = [seen for seen in year.witnessed.values() if seen.card == BEGUN_ANEW]
    firsts = [seen for seen in answered if seen.before.stability is None]
    assert len(firsts) == 2
    assert not {seen.event for seen in firsts} & {seen.event for seen in of_memory(year)}
    assert DAYS == 365

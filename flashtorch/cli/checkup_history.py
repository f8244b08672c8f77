"""What `flashtorch doctor` looks at in the history: the file, the cached states, the backups."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from flashtorch.cli.checkup import OLD_BACKUP_DAYS, Finding, Health, wrong
from flashtorch.errors import Trouble
from flashtorch.language import _, n_
from flashtorch.scheduling.moment import DAY_US

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flashtorch.paths import Paths
    from flashtorch.scheduling.moment import Moment

_NAMED = 3
"""Cards that one line names."""


def history(paths: Paths, now: Moment, *, rebuild: bool) -> Iterator[Finding]:
    """The file, then the states against the log, then the backups; with `rebuild` the states are made again."""
    if not paths.history.exists():
        yield Finding("history", Health.NOTE, _("there is no history yet: {file}").format(file=paths.history))
        return
    try:
        answers, last_us = _sound(paths)
        size = paths.history.stat().st_size / 1e6
        said = n_("{count} event, {size:.1f} MB, sound: {file}", "{count} events, {size:.1f} MB, sound: {file}", answers)
        yield Finding("history", Health.FINE, said.format(count=answers, size=size, file=paths.history))
        yield from _states(paths, rebuild=rebuild)
    except Trouble as trouble:
        yield wrong("history", trouble)
        last_us = 0
    yield from _backups(paths, last_us, now)


def _sound(paths: Paths) -> tuple[int, int]:
    """How many events there are, and when the last one happened.

    Raises:
        Trouble: the file is damaged, newer or something else.
    """
    from flashtorch.history.faults import damaged
    from flashtorch.history.readonly import looking

    with looking(paths.history) as database:
        found = database.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if found != "ok":
            raise damaged(paths.history, found.splitlines()[0])
        count, last = database.execute("SELECT count(*), max(at_us) FROM events").fetchone()
        return count, last or 0


def _states(paths: Paths, *, rebuild: bool) -> Iterator[Finding]:
    from flashtorch.history.log import History
    from flashtorch.scheduling.params import Params

    with closing(History.open(paths.history, Params(), goes_on=not rebuild)) as history:
        if rebuild:
            off = history.rebuild()
            right = n_("{count} state was put right", "{count} states were put right", len(off)).format(count=len(off))
            yield Finding("states", Health.NOTE if off else Health.FINE, right + _some(off))
            return
        stored, replayed = history.states(), history.replayed()
    off = tuple(sorted(card for card in stored.keys() | replayed.keys() if stored.get(card) != replayed.get(card)))
    if off:
        said = n_("{count} state is not what the log says", "{count} states are not what the log says", len(off))
        advice = _("Put them right: flashtorch doctor --rebuild")
        yield Finding("states", Health.WRONG, said.format(count=len(off)) + _some(off), advice)
    else:
        count = len(stored)
        said = n_("{count} state is what the log says", "all {count} states are what the log says", count).format(count=count)
        yield Finding("states", Health.FINE, said)


def _some(cards: tuple[str, ...]) -> str:
    return f" ({', '.join(cards[:_NAMED])}{', …' if len(cards) > _NAMED else ''})" if cards else ""


def _backups(paths: Paths, last_us: int, now: Moment) -> Iterator[Finding]:
    from flashtorch.history.copies import copies

    found = copies(paths.backups)
    if not found:
        advice = _("One is made at the end of a sitting; flashtorch backup makes one now")
        yield Finding("backups", Health.NOTE, _("there is no backup yet"), advice)
        return
    count, newest = len(found), found[0]
    said = n_("{count} backup, the newest is {name}", "{count} backups, the newest is {name}", count)
    said = said.format(count=count, name=newest.name)
    if now.at_us - newest.at_us >= OLD_BACKUP_DAYS * DAY_US and last_us > newest.at_us:
        advice = _("The daily ones fail: flashtorch backup says why")
        yield Finding("backups", Health.WRONG, said, advice)
    else:
        yield Finding("backups", Health.FINE, said)

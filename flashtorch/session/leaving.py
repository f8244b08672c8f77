"""What is done for the history at the end of a sitting: the backup of the day, or a last try to keep what was held in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flashtorch.errors import ExitCode, Trouble
from flashtorch.history.backup import keep_daily
from flashtorch.history.faults import Damaged
from flashtorch.language import _, n_

if TYPE_CHECKING:
    from flashtorch.history.log import History
    from flashtorch.paths import Paths
    from flashtorch.scheduling.moment import Moment


def leave(history: History, paths: Paths, now: Moment) -> None:
    """Called while the history is still open.

    Raises:
        Trouble: what a person has to know at the end: answers are lost, or were kept after all; the history is damaged.
    """
    if history.unkept is None:
        _back_up(paths, now)
        return
    held = history.held
    try:
        history.keep_late()
    except Trouble as why:
        if held:
            lost = n_("{count} answer of this sitting is lost: {why}", "{count} answers of this sitting are lost: {why}", held)
            said = lost.format(count=held, why=why.what)
            raise Trouble(said, where=why.where, advice=why.advice, exit_code=ExitCode.NO) from None
    else:
        if held:
            raise Trouble(_("in the end everything you answered was kept"), where=str(paths.history), exit_code=ExitCode.YES)


def _back_up(paths: Paths, now: Moment) -> None:
    try:
        keep_daily(paths.history, paths.backups, now.at_us)
    except Damaged:
        raise
    except Trouble:
        # No room, for instance: the answers are kept, and `flashtorch doctor` says how old the last backup is.
        return

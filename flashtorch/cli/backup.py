"""`flashtorch backup`: keep a copy of the history, list the copies, put one back."""

from __future__ import annotations

import shlex
import sqlite3
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flashtorch.cli.completing import complete_backup
from flashtorch.cli.screen import is_terminal
from flashtorch.cli.session_fields import instant
from flashtorch.cli.shown import say, say_json
from flashtorch.cli.surroundings import now, surroundings
from flashtorch.errors import ExitCode, Trouble
from flashtorch.language import _

if TYPE_CHECKING:
    from flashtorch.history.copies import Copy


@click.group(invoke_without_command=True)
@click.option("--to", metavar="FILE", type=click.Path(path_type=Path), help="Write it there, not into the backups folder.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def backup(context: click.Context, to: Path | None, as_json: bool) -> None:
    """Keep a checked copy of the history. One is also made once a day, at the end of a sitting."""
    if context.invoked_subcommand is not None:
        return
    from flashtorch.history.backup import back_up, keep
    from flashtorch.history.copies import Why

    paths = surroundings().paths
    if to is None:
        made = keep(paths.history, paths.backups, now().at_us, Why.BY_HAND).path
    else:
        made = _destination(to.absolute(), paths.history)
        back_up(paths.history, made)
    if as_json:
        say_json({"path": str(made), "bytes": made.stat().st_size})
    else:
        say(_("The history is backed up: {path}").format(path=made))


@backup.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def list_(as_json: bool) -> None:
    """Name the backups, the newest first."""
    from flashtorch.history.copies import copies

    folder = surroundings().paths.backups
    found = copies(folder)
    if as_json:
        say_json([_fields(copy) for copy in found])
        return
    if not found:
        say(_("There is no backup yet in {folder}.").format(folder=folder))
    for copy in found:
        at = (instant(copy.at_us) or "")[:16].replace("T", " ")
        say(f"{copy.name}  {at} UTC  {_size(copy.path.stat().st_size):>9}  {_reason(copy)}")


@backup.command()
@click.argument("named", metavar="NAME|FILE", shell_complete=complete_backup)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def restore(named: str, *, yes: bool, as_json: bool) -> int:
    """Put a backup in the history's place. The present file is kept aside."""
    from flashtorch.history.restore import find_backup, restore

    paths = surroundings().paths
    found = find_backup(paths.backups, named)
    if not yes and not _agreed(found, named):
        say(_("Nothing was changed."))
        return ExitCode.NO
    done = restore(found, paths.history, paths.backups, now().at_us)
    if as_json:
        say_json({"history": str(paths.history), "backup": str(found), "aside": str(done.aside.path) if done.aside else None})
        return ExitCode.YES
    say(_("The history is that of {backup} now.").format(backup=found))
    if done.aside:
        say(_("What was there is kept: {path}").format(path=done.aside.path))
    return ExitCode.YES


def _agreed(found: Path, named: str) -> bool:
    if not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
        advice = _("If you mean it, run: {command}").format(command=f"flashtorch backup restore --yes {shlex.quote(named)}")
        raise Trouble(_("this puts another history in place of the present one"), where=str(found), advice=advice)
    question = _("Put {backup} in place of the present history? What is there now is kept aside.")
    return click.confirm(question.format(backup=found.name), default=False)


def _destination(to: Path, history: Path) -> Path:
    """Where `--to` writes: nothing is overwritten but an older copy of a history.

    Raises:
        Trouble: the file is something else, or the history itself.
    """
    from flashtorch.history.readonly import opened

    if to.is_dir():
        raise Trouble(_("this is a folder; name the file"), where=str(to))
    if to.exists():
        if history.exists() and to.samefile(history):
            raise Trouble(_("this is the history itself, not a backup of it"), where=str(to))
        try:
            opened(to, as_it_is=True).close()
        except (Trouble, sqlite3.Error):
            advice = _("Choose another name, or delete it")
            raise Trouble(_("this file is there already, and it is no backup"), where=str(to), advice=advice) from None
    return to


def _fields(copy: Copy) -> dict[str, Any]:
    return {
        "name": copy.name,
        "path": str(copy.path),
        "at": instant(copy.at_us),
        "bytes": copy.path.stat().st_size,
        "why": str(copy.why),
    }


def _reason(copy: Copy) -> str:
    from flashtorch.history.copies import Why

    says = {
        Why.ROUTINE: _("after a sitting"),
        Why.BY_HAND: _("by hand"),
        Why.BEFORE_UPDATE: _("before an update of the tables"),
        Why.BEFORE_RESTORE: _("kept aside when a backup was restored"),
    }
    return says[copy.why]


def _size(count: int) -> str:
    return f"{count / 1_000_000:.1f} MB" if count >= 100_000 else f"{count / 1000:.1f} kB"

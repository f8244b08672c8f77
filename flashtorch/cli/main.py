"""Where the program starts and ends: a command, or at once the screen; errors to exit codes."""

from __future__ import annotations

import errno
import gc
import os
import signal
import sys
from typing import TYPE_CHECKING

from flashtorch.errors import ExitCode, Trouble

if TYPE_CHECKING:
    from types import FrameType

FIRST_GENERATION = 50_000
"""New objects between two collections. A start allocates a hundred thousand that all stay; looking through them costs 10 ms."""

_ENDING: dict[int, ExitCode] = {signal.SIGTERM: ExitCode.TERMINATED, signal.SIGHUP: ExitCode.HUNG_UP}
"""Signals that ask to end, and what is left with. One that is ignored from the start (`nohup`) stays so."""


def main(arguments: list[str] | None = None) -> None:
    """Run a command and leave with its exit code; nothing but a bug ends in a traceback."""
    gc.set_threshold(FIRST_GENERATION)
    before = [(number, signal.signal(number, _ended)) for number in _ENDING if signal.getsignal(number) != signal.SIG_IGN]
    code: int
    try:
        code = _run(sys.argv[1:] if arguments is None else arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
    except Trouble as trouble:
        print(trouble.line().encode(errors="replace").decode(), file=sys.stderr)
        code = trouble.exit_code
    except KeyboardInterrupt:
        code = ExitCode.INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe left, for instance `| head`; what it wanted it has.
        _drop_output()
        code = ExitCode.YES
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EIO):
            raise
        # Everything that keeps files says so itself, so this is the output.
        _drop_output()
        from flashtorch.language import _

        print(_("the output cannot be written ({reason})").format(reason=error.strerror), file=sys.stderr)
        code = ExitCode.CANNOT
    finally:
        for number, handler in before:
            signal.signal(number, handler)
    sys.exit(code)


def _drop_output() -> None:
    """What is still to be written goes nowhere, or the interpreter would complain at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(arguments: list[str]) -> int:
    if not arguments and "_FLASHTORCH_COMPLETE" not in os.environ:
        from flashtorch.cli.screen import has_screen, on_screen

        # The everyday start is spared the command line's library, which takes a tenth of the time to the first card.
        if has_screen():
            return on_screen(())
    from flashtorch.cli.commands import run

    return run(arguments)


def _ended(signum: int, frame: FrameType | None) -> None:
    """In order, so that what is written is kept and nothing is left running."""
    raise SystemExit(_ENDING[signum])

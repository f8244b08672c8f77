"""The one error that a person sees, and what the process ends with."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What scripts may rely on."""

    YES = 0
    """Yes, passed, done."""
    NO = 1
    """No, or a check failed."""
    CANNOT = 2
    """It could not be tried: bad usage, a missing file, a broken or unavailable card."""
    HUNG_UP = 129
    """Ended by SIGHUP: the terminal was closed."""
    INTERRUPTED = 130
    """Ended by Ctrl-C."""
    TERMINATED = 143
    """Ended by SIGTERM."""


class Trouble(Exception):
    """Something a person has to know, in one line: what is wrong, where, and what to do.

    Every exception that is meant to reach a person is one of these; anything else is a bug.
    """

    def __init__(self, what: str, *, where: str = "", advice: str = "", exit_code: ExitCode = ExitCode.CANNOT) -> None:
        self.what = what
        self.where = where
        self.advice = advice
        self.exit_code = exit_code
        super().__init__(self.line())

    def line(self) -> str:
        """`where: what. advice`, the parts that are there."""
        said = f"{self.where}: {self.what}" if self.where else self.what
        return f"{said}. {self.advice}" if self.advice else said

"""One fork of the template as the trainer knows it: what the template has told of it, and the cell."""

from __future__ import annotations

import contextlib
import signal
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flashtorch.sandbox import wire
from flashtorch.sandbox.wired import WiredCell

if TYPE_CHECKING:
    from collections.abc import Callable

    from flashtorch.sandbox.cell import Limits
    from flashtorch.sandbox.conversation import Ends
    from flashtorch.sandbox.kept import Death

@dataclass(slots=True)
class Birth:
    """What the template has told of one order."""

    born: threading.Event = field(default_factory=threading.Event)
    """Also set when there will be no birth; then `pidfd` is None."""
    died: threading.Event = field(default_factory=threading.Event)
    gone: threading.Event = field(default_factory=threading.Event)
    pidfd: int | None = None
    death: Death | None = None
    refusal: str = ""


class ForkedCell(WiredCell):
    """A fork of the template."""

    def __init__(self, ends: Ends, birth: Birth, limits: Limits, level: str, watch: Callable[[], None] | None) -> None:
        """`watch` has the run looked at, once it begins."""
        self._watch = watch
        assert birth.pidfd is not None
        self._pidfd = birth.pidfd
        self._birth = birth
        super().__init__(ends, self._pidfd, limits, level)

    def wait_gone(self, timeout_s: float) -> bool:
        """Wait, after `close`, until nothing of the run is left: no process, no file."""
        return self._birth.gone.wait(timeout_s)

    def _begin(self) -> None:
        if self._watch is not None:
            self._watch()

    def _kill(self) -> None:
        # The template sweeps what it has started.
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    def _death(self, timeout_s: float) -> Death | None:
        self._birth.died.wait(timeout_s)
        return self._birth.death

    def _release(self) -> None:
        wire.close([self._pidfd])

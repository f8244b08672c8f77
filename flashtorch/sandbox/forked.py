"""The warm template seen from the trainer: it forks the cells. Linux, and runs on the CPU."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import socket
import threading
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from flashtorch.language import _
from flashtorch.sandbox import wire
from flashtorch.sandbox.cell import Report, Unavailable
from flashtorch.sandbox.conversation import open_ends
from flashtorch.sandbox.forked_cell import Birth, ForkedCell
from flashtorch.sandbox.kept import Death, Kept, Launch, Refused

if TYPE_CHECKING:

    from flashtorch.sandbox.cell import Limits
    from flashtorch.sandbox.entry import Entry

START_S = 300
WORN_AFTER = 2000
"""Forks after which a template is renewed: what little each may leave behind does not add up."""
BIRTH_S = 60.0
DEATH_S = 5.0


class TemplateLost(Exception):
    """The template died by no fault of its interpreter that it could name; another one may be started. The text says how."""


class Template:
    """One warm process; a thread of ours listens to what it tells."""

    def __init__(self, launch: Launch, level: str, tried: tuple[tuple[str, str], ...] = ()) -> None:
        """Start it, in the background, at one level; `tried` are better ones that did not hold."""
        self._launch, self._level, self._tried = launch, level, tried
        self._lock = threading.Lock()
        self._births: dict[int, Birth] = {}
        self._serials = itertools.count(1)
        self._forked = 0
        self._known = threading.Event()
        self._report: Report | None = None
        self._refusal = ""
        self._unsealed = ""
        self._kept: Kept | None = None
        self._compiling: Kept | None = None
        self._control: socket.socket | None = None
        self.forks = False
        self.lost = False
        self._closed = False
        self._thread = threading.Thread(target=self._live, name="flashtorch-template", daemon=True)
        self._thread.start()

    def report(self) -> Report:
        """Wait until it is warm.

        Raises Refused when its level does not hold here, Unavailable when it never will be warm, TemplateLost when it died.
        """
        if not self._known.wait(START_S):
            self._refusal = _("torch takes more than {seconds} s to be imported by {python}").format(
                seconds=START_S, python=self._launch.python
            )
        if self._unsealed:
            raise Refused(self._unsealed)
        if self._refusal:
            raise Unavailable(self._refusal)
        if self._report is None or self.lost:
            raise TemplateLost(self._how())
        return self._report

    @property
    def is_warm(self) -> bool:
        """Whether it can fork at once."""
        return self._report is not None and self.forks and not self.lost

    @property
    def is_idle(self) -> bool:
        """Whether nothing that it has forked is left."""
        return not self._births

    @property
    def is_worn(self) -> bool:
        """Whether it has forked so often that another one should take its place."""
        return self._forked >= WORN_AFTER

    def fork(self, entry: Entry, limits: Limits, rehearse: bool) -> ForkedCell:
        """A new cell, forked and on its way to be ready. Raises as `report`, and Unavailable when the entry does not load."""
        report = self.report()
        ends, theirs = open_ends()
        birth = Birth()
        serial = self._forked = next(self._serials)
        order = {"id": serial, "entry": entry.name, "room": entry.room, "limits": asdict(limits), "rehearse": rehearse}
        try:
            with self._lock:
                if self.lost or self._control is None:
                    raise TemplateLost(self._how())
                self._births[serial] = birth
                wire.send(self._control, order, theirs)
        except BaseException as error:
            ends.close()
            if isinstance(error, OSError):
                # Known here before the thread knows it, so that the next attempt is made with another one.
                self.lost = True
                raise TemplateLost(self._how()) from error
            raise
        finally:
            wire.close(theirs)
        if not birth.born.wait(BIRTH_S):
            # It hangs: what is ended is replaced.
            self._end()
            birth.born.wait()
        if birth.pidfd is None:
            ends.close()
            if birth.refusal:
                raise Unavailable(_("{entry} does not load: {reason}").format(entry=entry.name, reason=birth.refusal))
            raise TemplateLost(self._how())
        # Of what a run at level A uses, only the memory of many processes has no keeper but the template.
        watched = limits.processes or report.level != "A"
        return ForkedCell(ends, birth, limits, report.level, partial(self._watch, serial) if watched else None)

    def _watch(self, serial: int) -> None:
        """Have a run looked at from now on."""
        with self._lock, contextlib.suppress(OSError):
            if self._control is not None:
                wire.send(self._control, {"watch": serial})

    def close(self) -> None:
        """End it with all its cells, and wait until nothing is left."""
        self._closed = True
        self._end()
        self._thread.join()

    def _end(self) -> None:
        with self._lock:
            if self._kept is not None:
                self._kept.end()
            # Should its keeper be gone, then it hears of the end from us.
            if self._control is not None:
                with contextlib.suppress(OSError):
                    self._control.shutdown(socket.SHUT_RDWR)

    def _how(self) -> str:
        """How it ended, in a few words."""
        death = self._kept.death(DEATH_S) if self._kept is not None and not self._closed else None
        if death is None:
            refusal = self._kept.refusal if self._kept is not None else ""
            return refusal or (_("it was closed") if self._closed else _("its keeper was killed"))
        last = death.log.strip().splitlines()[-1:]
        return ": ".join([_named(death.status), *last])

    def _live(self) -> None:
        """The thread: start the process, listen until it ends, clear up."""
        control, theirs = socket.socketpair()
        try:
            with theirs, self._lock:
                if not self._closed:
                    self._kept = Kept(self._launch, "template", "cpu", [theirs.fileno()], self._level)
                    self._control = control
            if self._kept is not None:
                with contextlib.suppress(OSError):
                    wire.send(control, self._launch.config(self._level))
                self._listen(control)
        except Unavailable as error:
            self._refusal = str(error)
        except Refused as error:
            self._unsealed = str(error)
        finally:
            self._mourn(control)

    def _listen(self, control: socket.socket) -> None:
        while True:
            try:
                heard = wire.receive(control)
                if heard is None:
                    return
                self._hear(*heard)
            except (wire.Garbled, KeyError, TypeError, ValueError):
                # Nothing that it says can be relied on any more.
                return

    def _hear(self, message: dict[str, Any], fds: list[int]) -> None:
        event = message["event"]
        birth = self._births.get(message["id"]) if "id" in message else None
        if event == "born" and birth is not None and len(fds) == 1:
            birth.pidfd = fds.pop()
            birth.born.set()
        elif event == "refused" and birth is not None:
            birth.refusal = str(message["reason"])
            birth.born.set()
        elif event == "died" and birth is not None:
            birth.death = Death(int(message["status"]), float(message["cpu_s"]), over=str(message["over"]))
            birth.died.set()
        elif event == "gone" and birth is not None:
            birth.gone.set()
            del self._births[message["id"]]
        elif event == "ready":
            self._take_report(message)
        elif event == "unsealed":
            self._unsealed = str(message["why"])
            self._known.set()
        elif event == "failed":
            self._take_failure(str(message["why"]), str(message["reason"]))
        wire.close(fds)

    def _take_report(self, message: dict[str, Any]) -> None:
        self.forks = bool(message["forks"])
        devices = tuple(str(device) for device in message["devices"])
        self._report = Report(
            self._level, str(message["torch"]), str(message["python"]), devices, float(message["start_ms"]), self._tried
        )
        self._leave_compiled(str(message["compiled"]))
        self._known.set()

    def _leave_compiled(self, path: str) -> None:
        """Have torch's modules compiled for the next start, where the template could not keep what it compiled."""
        folder = os.path.dirname(os.path.dirname(path))
        if self._level not in ("A", "B") or not path or os.path.exists(path) or not os.access(folder, os.W_OK):
            return
        ours, theirs = socket.socketpair()
        with ours, theirs, contextlib.suppress(OSError, Unavailable, Refused):
            self._compiling = Kept(self._launch, "precompile", "cpu", [theirs.fileno()], "D")
            wire.send(ours, self._launch.config("D"))

    def _take_failure(self, why: str, reason: str) -> None:
        python = self._launch.python
        if why == "missing":
            self._refusal = _("torch is not installed for {python}").format(python=python)
        else:
            self._refusal = _("torch cannot be imported by {python}: {reason}").format(python=python, reason=reason)
        self._known.set()

    def _mourn(self, control: socket.socket) -> None:
        """Nobody waits in vain: whatever was ordered is told to be over."""
        with self._lock:
            self.lost = True
            births = list(self._births.values())
            self._births.clear()
            control.close()
            kept = self._kept
        if kept is not None:
            kept.death(DEATH_S)
            kept.close()
        if self._compiling is not None:
            self._compiling.close()
        self._known.set()
        for birth in births:
            for event in (birth.born, birth.died, birth.gone):
                event.set()


def _named(status: int) -> str:
    """An exit code, or a signal by its name."""
    if status >= 0:
        return f"exit {status}"
    try:
        return signal.Signals(-status).name
    except ValueError:
        return f"signal {-status}"

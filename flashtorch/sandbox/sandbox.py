"""The sandbox: starts what runs code, hands out prepared cells, and says what it found on this machine."""

from __future__ import annotations

import sys
import tempfile
import threading
from types import MappingProxyType
from typing import TYPE_CHECKING

from flashtorch.language import _
from flashtorch.sandbox.cell import Unavailable
from flashtorch.sandbox.entry import find_entry
from flashtorch.sandbox.forked import Template, TemplateLost
from flashtorch.sandbox.kept import PACKAGE, Launch, Refused
from flashtorch.sandbox.levels import candidates, satisfies
from flashtorch.sandbox.slots import slots_of_this_machine
from flashtorch.sandbox.spawned import SpawnedCell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from typing import Self

    from flashtorch.sandbox.cell import Limits, Report
    from flashtorch.sandbox.wired import WiredCell

ATTEMPTS = 3
"""Templates that one call may see die before it gives up."""


class Sandbox:
    """Where code runs. Every method may be called from any thread."""

    def __init__(
        self,
        python: str = sys.executable,
        *,
        folder: Path | None = None,
        environment: Mapping[str, str] = MappingProxyType({}),
        levels: Sequence[str] | None = None,
        rooms: Sequence[Path] = (),
        require: str = "",
    ) -> None:
        """Nothing is started yet.

        `python` is the interpreter whose torch is used; `folder` is where runs get their temporary folders, by default the
        system's. Of `environment` only what finds libraries and chooses GPUs reaches a run. `levels` are tried in their order;
        by default all, the best first, that are as good as `require`. `rooms` are folders of entries besides the package's own.
        """
        self.python = python
        seen = tuple(str(room.resolve()) for room in (*sorted(PACKAGE.glob("*/inside")), *rooms))
        self._launch = Launch(python, str(folder) if folder is not None else tempfile.gettempdir(), environment, seen)
        self._levels = [level for level in (levels if levels is not None else candidates()) if satisfies(level, require)]
        self._require = require
        self._tried: list[tuple[str, str]] = []
        self._slots = slots_of_this_machine()
        self._lock = threading.Lock()
        self._template: Template | None = None
        self._alone: Report | None = None
        """What is known where no template can fork; then every cell is a process of its own."""
        self._next: Template | None = None
        """One that is getting warm while a worn one still serves."""
        self._worn: list[Template] = []
        self._refusal = ""
        self._closed = False

    def start(self) -> None:
        """Begin to warm up, in the background; returns at once. `prepare` and `report` do this by themselves."""
        with self._lock:
            if not self._closed and not self._refusal and self._alone is None:
                self._living()

    def report(self) -> Report:
        """What runs here; waits for the start, which takes seconds. Raises Unavailable when no code can be run."""
        return self._warm()[1]

    def prepare(self, entry: str, limits: Limits, *, rehearse: bool = True) -> WiredCell:
        """A cell for one run of `entry`, sealed with `limits`; waits for the start, not for the cell to be ready.

        `entry` is a module in an `inside` package with `main(payload: bytes) -> bytes`; ValueError when it is not. A
        rehearsed cell takes longer to be ready and less to run: right for a person, wasted on a batch. Raises Unavailable
        when no code can be run here.
        """
        found = find_entry(entry)
        lost = ""
        for _attempt in range(ATTEMPTS):
            template, report = self._warm()
            self._renew(template)
            try:
                if template is None or limits.device != "cpu":
                    cell: WiredCell = SpawnedCell(self._launch, found, limits, rehearse, report.level)
                else:
                    cell = template.fork(found, limits, rehearse)
            except TemplateLost as error:
                lost = str(error)
                continue
            except Refused as error:
                raise Unavailable(str(error)) from None
            cell.slots = self._slots
            return cell
        raise Unavailable(_("the process that runs code died: {how}").format(how=lost))

    def close(self) -> None:
        """End everything that was started, prepared cells and running ones included, and wait until it is gone."""
        with self._lock:
            self._closed = True
            templates = [each for each in (self._template, self._next, *self._worn) if each is not None]
        for template in templates:
            template.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _living(self) -> Template:
        if self._template is None or self._template.lost:
            self._template = Template(self._launch, self._levels[0], tuple(self._tried))
        return self._template

    def _renew(self, template: Template | None) -> None:
        """Have a worn template replaced by another, once that is warm; nobody waits for it."""
        with self._lock:
            if template is None or template is not self._template or self._closed or not template.is_worn:
                done = [each for each in self._worn if each.is_idle]
                self._worn = [each for each in self._worn if each not in done]
            elif self._next is None or self._next.lost:
                self._next, done = Template(self._launch, self._levels[0], tuple(self._tried)), []
            elif self._next.is_warm:
                self._worn.append(template)
                self._template, self._next, done = self._next, None, []
            else:
                done = []
        for each in done:
            threading.Thread(target=each.close, name="flashtorch-retire", daemon=True).start()

    def _warm(self) -> tuple[Template | None, Report]:
        """A template that is warm, if one can fork here, at the best level that holds.

        One that dies before it is warm is tried again, in the end no more.
        """
        lost, attempts = "", 0
        while attempts < ATTEMPTS:
            attempts += 1
            with self._lock:
                if self._closed:
                    raise Unavailable(_("it was closed"))
                if self._refusal:
                    raise Unavailable(self._refusal)
                if self._alone is not None:
                    return None, self._alone
                template = self._living()
            try:
                report = template.report()
                if template.forks:
                    return template, report
                self._alone = report
                template.close()
            except (Refused, Unavailable) as error:
                attempts = 0
                if not self._fall(template, str(error)):
                    self._refusal = self._worded(error)
                    raise Unavailable(self._refusal) from None
            except TemplateLost as error:
                lost = str(error)
        self._refusal = _("the process that runs code dies at its start: {how}").format(how=lost)
        raise Unavailable(self._refusal)

    def _worded(self, error: Exception) -> str:
        if not self._require or isinstance(error, Unavailable):
            return str(error)
        return _("level {level} is required, and does not hold here: {why}").format(level=self._require, why=error)

    def _fall(self, template: Template, reason: str) -> bool:
        """Go on with the next level, unless another thread has done so or there is none."""
        template.close()
        with self._lock:
            if template is not self._template:
                return True
            if len(self._levels) == 1:
                return False
            self._tried.append((self._levels.pop(0), reason))
            self._template = None
            return True

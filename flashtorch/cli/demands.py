"""`--require-level`: for those who mean it, nothing is run where less holds than the level they name."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from flashtorch.errors import Trouble
from flashtorch.language import _

if TYPE_CHECKING:
    from flashtorch.cli.surroundings import Surroundings

def demanding(around: Surroundings, level: str | None) -> Surroundings:
    """The surroundings, with the level that was asked for in place of the one in the settings."""
    return around if level is None else replace(around, settings=replace(around.settings, required_level=level))


def demand(around: Surroundings) -> None:
    """Refuse to go on where the level that is required does not hold; waits for the sandbox.

    Raises:
        Trouble: it does not, or no code can be run here at all.
    """
    from flashtorch.sandbox.cell import Unavailable
    from flashtorch.sandbox.sandbox import Sandbox

    settings = around.settings
    with Sandbox(settings.grader_python or sys.executable, environment=os.environ, require=settings.required_level) as sandbox:
        try:
            sandbox.report()
        except Unavailable as why:
            advice = _("See flashtorch doctor")
            raise Trouble(_("no code can be run here: {why}").format(why=why), advice=advice) from None

"""Where the screen starts, before its toolkit is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flashtorch.errors import ExitCode
from flashtorch.session.scope import WHOLE
from flashtorch.tui.glimpse import Glimpse
from flashtorch.tui.opening import opening
from flashtorch.tui.quiet_gc import QuietGC

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from flashtorch.paths import Paths
    from flashtorch.scheduling.moment import Moment
    from flashtorch.session.scope import Scope
    from flashtorch.settings import Settings


def run_app(
    paths: Paths,
    settings: Settings,
    given: Sequence[Path],
    now: Callable[[], Moment],
    *,
    entropy: Callable[[int], bytes],
    environment: Mapping[str, str],
    trust_all: bool = False,
    scope: Scope = WHOLE,
) -> int:
    """Study on the screen until the learner quits; `scope` says what is asked, and for how long.

    Raises:
        Trouble: the sitting could not be opened.
    """
    # Before the toolkit is loaded, for looking through what that allocates takes a tenth of the time to the first card.
    quiet = QuietGC()
    how = opening(
        paths, settings, given, now, entropy=entropy, environment=environment, trust_all=trust_all, scope=scope
    )
    glimpse = Glimpse(how.glimpse)
    # Waited for here, because two threads that both compute hold each other up; a slow one goes on beside the rest.
    glimpse.at_once()
    from flashtorch.tui.flashtorch_app import FlashtorchApp

    colours = "NO_COLOR" not in environment
    app = FlashtorchApp(
        how, now, glimpse=glimpse, device=settings.grader_device, quiet=quiet, theme=settings.theme, colours=colours
    )
    try:
        app.run()
    finally:
        app.close_study()
    if app.trouble:
        raise app.trouble
    return app.return_code or ExitCode.YES


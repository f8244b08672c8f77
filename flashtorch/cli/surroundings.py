"""What every command needs of the world around it: where the files are, the settings, the language, the time."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from flashtorch import language
from flashtorch.frozen import frozen
from flashtorch.paths import Paths
from flashtorch.scheduling.moment import Moment

if TYPE_CHECKING:
    from flashtorch.settings import Settings


@frozen
class Surroundings:
    """What a command finds around it."""

    paths: Paths
    settings: Settings


def surroundings() -> Surroundings:
    """Read the environment and the settings once, and choose the language.

    Raises:
        Trouble: the settings file is wrong.
    """
    from flashtorch.settings import read_settings

    paths = Paths.from_environment(os.environ)
    settings = read_settings(paths.settings)
    language.use(language.pick(settings.language, os.environ))
    return Surroundings(paths, settings)


def now() -> Moment:
    """This instant, with the local UTC offset."""
    at_ns = time.time_ns()
    offset_s = time.localtime(at_ns // 1_000_000_000).tm_gmtoff
    return Moment(at_ns // 1000, offset_s // 60)

"""Where flashtorch keeps its files: one home folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flashtorch.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping


@frozen
class Paths:
    """The files of one learner, all in one folder."""

    home: Path

    @property
    def settings(self) -> Path:
        return self.home / "settings.toml"

    @property
    def history(self) -> Path:
        """The SQLite database with the event log and the cached card states."""
        return self.home / "history.db"

    @property
    def library(self) -> Path:
        """The cache of parsed decks; deleting it costs one parse."""
        return self.home / "library.db"

    @property
    def checked(self) -> Path:
        """What `deck check` found before; deleting it costs running those cards again."""
        return self.home / "checked.db"

    @property
    def proven(self) -> Path:
        """Which questions of generated cards are known to work; deleting it costs running those again."""
        return self.home / "proven.txt"

    @property
    def decks(self) -> Path:
        """The registered deck paths, one a line."""
        return self.home / "decks.txt"

    @property
    def trust(self) -> Path:
        return self.home / "trust.json"

    @property
    def backups(self) -> Path:
        return self.home / "backups"

    @property
    def log(self) -> Path:
        """Warnings only, never answers or card text."""
        return self.home / "flashtorch.log"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Paths:
        """The folder `FLASHTORCH_HOME` names, else the platform's data folder."""
        if home := environment.get("FLASHTORCH_HOME"):
            return cls(Path(home).expanduser().absolute())
        # Imported here because `--version` and completion need no paths.
        from platformdirs import user_data_path

        return cls(user_data_path("flashtorch", appauthor=False))

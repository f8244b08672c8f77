"""Which decks may run where nothing holds them back.

At sandbox levels A to C the kernel contains a deck and nobody is asked. At level D a deck runs only when it is trusted: it came
with the program, this program wrote it, or the learner trusted it. What is trusted is the code: its hash is kept, so that an
edit of prose never asks again and an edit of code does.
"""

from __future__ import annotations

import json
import os
import shlex
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar

from flashtorch.errors import Trouble
from flashtorch.language import _

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

HOLDING_LEVELS = frozenset("ABCM")


class Deck(Protocol):
    """What trust looks at."""

    @property
    def origin(self) -> str: ...
    @property
    def root(self) -> str: ...
    @property
    def code_hash(self) -> str: ...


D = TypeVar("D", bound=Deck)


def refusal(root: str) -> Trouble:
    """For a deck that is not trusted where nobody can be asked, or where the answer was no."""
    advice = _("If you trust it, run: {command}").format(command=f"flashtorch deck trust {shlex.quote(root)}")
    return Trouble(_("this deck runs its own code, and nothing would hold it back here"), where=root, advice=advice)


@dataclass(frozen=True, slots=True)
class Trust:
    """The decks that were trusted, as read from `trust.json`."""

    file: Path
    code_hashes: frozenset[str] = field(default_factory=frozenset)
    written: frozenset[str] = field(default_factory=frozenset)
    """Real paths of decks that this program wrote."""

    @classmethod
    def load(cls, file: Path) -> Trust:
        """What `file` says; nothing when it is missing.

        Raises:
            Trouble: the file is there and cannot be understood. Guessing here would run a stranger's code.
        """
        try:
            kept = json.loads(file.read_text(encoding="utf-8"))
            return cls(file, frozenset(map(str, kept["code_hashes"])), frozenset(map(str, kept["written"])))
        except FileNotFoundError:
            return cls(file)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Trouble(
                f"the list of trusted decks cannot be read ({error})", where=str(file), advice="Delete it to be asked again"
            ) from None

    def allows(self, *, origin: str, root: str, code_hash: str) -> bool:
        """Whether a deck of this origin, place and code may run at level D. A deck without code always may."""
        return not code_hash or origin == "shipped" or code_hash in self.code_hashes or self._wrote(root)

    def _wrote(self, root: str) -> bool:
        """Whether the path, or a folder that it lies in, was written by this program; what a link leads to was not."""
        real = os.path.realpath(root)
        return any(real == written or real.startswith(written.rstrip(os.sep) + os.sep) for written in self.written)

    def unknown(self, decks: Iterable[D]) -> list[D]:
        """Those that may not run at level D."""
        return [deck for deck in decks if not self.allows(origin=deck.origin, root=deck.root, code_hash=deck.code_hash)]

    def with_code(self, code_hash: str) -> Trust:
        """The same, and this code trusted; kept in the file."""
        return self._kept(Trust(self.file, self.code_hashes | {code_hash}, self.written))

    def with_written(self, root: str) -> Trust:
        """The same, and this path known as written by the program; kept in the file."""
        return self._kept(Trust(self.file, self.code_hashes, self.written | {os.path.realpath(root)}))

    @staticmethod
    def _kept(trust: Trust) -> Trust:
        trust.file.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"code_hashes": sorted(trust.code_hashes), "written": sorted(trust.written)}, indent=1)
        # A whole file or the old one: half a list would be refused at the next start.
        beside = trust.file.with_suffix(f".{os.getpid()}.new")
        beside.write_text(text + "\n", encoding="utf-8")
        beside.replace(trust.file)
        return trust

"""Whether a command may run the code of decks where nothing holds it back."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from flashtorch.language import _
from flashtorch.sandbox.cell import Unavailable
from flashtorch.trust import HOLDING_LEVELS, Trust, refusal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from flashtorch.cards.model import DeckInfo
    from flashtorch.sandbox.sandbox import Sandbox


def require(decks: Iterable[DeckInfo], trust_file: Path, sandbox: Sandbox) -> None:
    """Ask whoever sits at the terminal about each deck that is not trusted; where the sandbox holds, nobody is asked.

    Raises:
        Trouble: a deck is not trusted. Nobody could be asked, or the answer was no; the advice is the command that trusts it.
    """
    trust = Trust.load(trust_file)
    unknown = trust.unknown(decks)
    if not unknown or _level(sandbox) in HOLDING_LEVELS:
        return
    for deck in unknown:
        question = _("{path} runs its own code, and nothing would hold it back here. Do you trust it?").format(path=deck.root)
        if sys.stdin.isatty() and sys.stderr.isatty() and click.confirm(question, err=True):
            trust = trust.with_code(deck.code_hash)
            continue
        raise refusal(deck.root)


def _level(sandbox: Sandbox) -> str:
    try:
        return sandbox.report().level
    except Unavailable:
        # Nothing can be run, so nothing needs trust; the verdict says why.
        return "A"

"""Runs answers on a worker thread, so that the screen stays alive; the verdict comes back as a message."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.dom import DOMNode

    from flashtorch.grading.verdict import Verdict
    from flashtorch.session.judge import Ticket

GROUP = "judging"


@dataclass
class Judged(Message):
    """A run has ended, with its verdict; not sent for a run that was cancelled."""

    ticket_id: int
    verdict: Verdict


@dataclass
class Failed(Message):
    """A run could not be judged because of a mistake in flashtorch itself."""

    ticket_id: int
    reason: str


@dataclass
class Holds(Message):
    """The sandbox stands; the level at which it holds runs back."""

    level: str


def run(node: DOMNode, ticket: Ticket) -> None:
    """Run the ticket on a thread and post `Judged` or `Failed` to `node`; returns at once."""
    node.run_worker(partial(_run, node, ticket), thread=True, group=GROUP, exit_on_error=False, description=f"ticket {ticket.id}")


def _run(node: DOMNode, ticket: Ticket) -> None:
    try:
        verdict = ticket.run()
    except Exception as error:
        node.post_message(Failed(ticket.id, f"{type(error).__name__}: {error}"))
        return
    if verdict is not None:
        node.post_message(Judged(ticket.id, verdict))


def ask_level(node: DOMNode, level: Callable[[], str]) -> None:
    """Wait for the sandbox, in a thread, and post `Holds`; nothing when there is none, for the first verdict will say so."""
    from flashtorch.sandbox.cell import Unavailable

    try:
        node.post_message(Holds(level()))
    except Unavailable:
        return

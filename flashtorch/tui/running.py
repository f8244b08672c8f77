"""Runs answers on a worker thread, so that the screen stays alive; the verdict comes back as a message."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.message import Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.dom import DOMNode

    from flashtorch.grading.scratch import Scratch
    from flashtorch.grading.verdict import Verdict
    from flashtorch.session.judge import ScratchTicket, Ticket

GROUP = "judging"


@dataclass
class Judged(Message):
    """A run has ended, with its verdict; not sent for a run that was cancelled."""

    ticket_id: int
    verdict: Verdict


@dataclass
class Tried(Message):
    """A run that counts for nothing has ended: a scratch run, or one of an answer that has been judged already."""

    ticket_id: int
    result: Scratch | Verdict


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
    _in_thread(node, ticket, Judged)


def try_out(node: DOMNode, ticket: Ticket | ScratchTicket) -> None:
    """The same with `Tried`."""
    _in_thread(node, ticket, Tried)


def _in_thread(node: DOMNode, ticket: Ticket | ScratchTicket, ended: type[Judged | Tried]) -> None:
    work = partial(_run, node, ticket, ended)
    node.run_worker(work, thread=True, group=GROUP, exit_on_error=False, description=f"ticket {ticket.id}")


def _run(node: DOMNode, ticket: Ticket | ScratchTicket, ended: Callable[[int, Any], Message]) -> None:
    try:
        result = ticket.run()
    except Exception as error:
        node.post_message(Failed(ticket.id, f"{type(error).__name__}: {error}"))
        return
    if result is not None:
        node.post_message(ended(ticket.id, result))


def ask_level(node: DOMNode, level: Callable[[], str]) -> None:
    """Wait for the sandbox, in a thread, and post `Holds`; nothing when there is none, for the first verdict will say so."""
    from flashtorch.sandbox.cell import Unavailable

    try:
        node.post_message(Holds(level()))
    except Unavailable:
        return

"""What was taken back: an event lives unless a living void names it. The standard library only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence


class Voidable(Protocol):
    """What tells whether an event was taken back."""

    @property
    def id(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def ref(self) -> str | None: ...


def dead(events: Sequence[Voidable]) -> frozenset[str]:
    """The ids of the events that are taken back: those that a live void names.

    Whether a void lives follows from the voids that name it, never from time. Voids that name each other in a ring, which no
    device writes, have no effect.
    """
    refs = {event.id: event.ref for event in events if event.kind == "void" and event.ref}
    if not refs:
        return frozenset()
    waiting = dict.fromkeys(refs, 0)
    for ref in refs.values():
        if ref in waiting:
            waiting[ref] += 1
    settled = [name for name, voids in waiting.items() if not voids]
    gone: set[str] = set()
    while settled:
        name = settled.pop()
        ref = refs[name]
        if name not in gone:
            gone.add(ref)
        if ref in waiting:
            waiting[ref] -= 1
            if not waiting[ref]:
                settled.append(ref)
    return frozenset(gone)

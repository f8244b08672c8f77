"""What changed? One hash over what a learner meets, one over what is run."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from flashtorch.cards.model import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flashtorch.cards.model import CardLimits, Kind, Option, Part, Side

_RUN = frozenset(set(Role) - {Role.STARTER, Role.ANSWER})


def content_hash(
    kind: Kind, title: str, front: Side, back: Side, hints: Sequence[Side], options: Sequence[Option], parts: Sequence[Part]
) -> str:
    """16 hex digits over everything that a learner meets; not over place, tags or translation."""
    return _hash([
        kind, title, front.source, back.source, [hint.source for hint in hints],
        [[option.text, option.right] for option in options], [[part.role, part.source, part.tolerance] for part in parts],
    ])  # fmt: skip


def code_hash(parts: Sequence[Part], limits: CardLimits) -> str:
    """16 hex digits over the executed parts, limits and torch range; empty when nothing is run."""
    run = [[part.role, part.source, part.tolerance] for part in parts if part.role in _RUN]
    if not run:
        return ""
    return _hash([run, limits.wall_s, limits.memory_mb, limits.processes, limits.devices, limits.torch])


def _hash(values: list[Any]) -> str:
    return hashlib.sha256(json.dumps(values, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()[:16]

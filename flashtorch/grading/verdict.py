"""What the judge says: a verdict, a finding as a code with parameters. Sentences are in `wording.py`."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


class VerdictName(StrEnum):
    """In the order in which they are looked for; the first that applies is reported."""

    PASS = "pass"
    SYNTAX = "syntax"
    MISSING_NAME = "missing-name"
    EXITED = "exited"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    RAISED = "raised"
    KIND = "kind"
    SHAPE = "shape"
    DTYPE = "dtype"
    DEVICE = "device"
    VALUE = "value"
    REQUIRES_GRAD = "requires-grad"
    GRADIENT = "gradient"
    MUTATED = "mutated"
    BROKEN = "broken"
    UNAVAILABLE = "unavailable"

    @property
    def is_free(self) -> bool:
        """A free retry: not counted as an attempt."""
        return self in (VerdictName.SYNTAX, VerdictName.MISSING_NAME)

    @property
    def sets_aside(self) -> bool:
        """Never the learner's doing and never counted: the card is set aside and named."""
        return self in (VerdictName.BROKEN, VerdictName.UNAVAILABLE)


@dataclass(frozen=True, slots=True)
class Finding:
    """The one difference that is told in full."""

    code: str
    """A kebab word that `wording.py` has a sentence for."""
    params: Mapping[str, Any] = field(default_factory=dict)
    """Plain values for the sentence."""
    expression: str = ""
    """The check expression or call that differs."""
    guess: str = ""
    """A kebab word for a guess that is certain (`transposed`, `negated` …), or empty."""
    trace: tuple[str, ...] = ()
    """When the learner's code raised: failing line, failing sub-expression, a line for each tensor in it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement of one answer."""

    name: VerdictName
    passed: int = 0
    """Check expressions that agree under all seeds."""
    total: int = 0
    finding: Finding | None = None
    note: str | None = None
    """Of a `wrong` part that behaves the same."""
    value: str = ""
    """Of a predict card: what its last expression really gives, as it could have been typed."""
    output: str = ""
    """What the answer printed, cleaned and capped; shown, never parsed."""
    took_ms: float = 0.0
    torch: str = ""
    device: str = ""
    level: str = ""
    """The sandbox level; empty when nothing was run."""

    @property
    def is_pass(self) -> bool:
        return self.name is VerdictName.PASS

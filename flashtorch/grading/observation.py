"""What was observed of a run, as the trainer holds it: frozen values read from a reply, every length checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from flashtorch.grading.arrays import Values


@dataclass(frozen=True, slots=True)
class Plain:
    """A number, text, dtype, function … as text: floats in hexadecimal, so that none is rounded on its way."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Array:
    """A tensor, a numpy value, or a list or tuple of numbers of one type."""

    kind: str
    """`tensor`, `ndarray`, `numpy scalar`, `list` or `tuple`."""
    dtype: str
    """Torch's or numpy's name; `float`, `int` or `bool` in a list or tuple."""
    shape: tuple[int, ...]
    device: str
    requires_grad: bool
    data: Values | None
    """None on the meta device. bfloat16 is widened to float32."""


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """A container by its elements."""

    kind: str
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """A mapping, a dataclass, a module, an optimizer."""

    kind: str
    items: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Opaque:
    """Something whose value cannot be read."""

    kind: str
    why: str
    """`object`: known by its class alone. Else what hinders: `sparse`, `subclass`, `deep` …"""


Node: TypeAlias = Plain | Array | Items | Tree | Opaque


@dataclass(frozen=True, slots=True)
class Error:
    """An exception of a run."""

    type: str
    bases: tuple[str, ...]
    """Its classes by name, nearest first, itself included."""
    text: str
    code: str = ""
    """What a SystemExit carried, else empty."""
    frames: tuple[tuple[int, str], ...] = ()
    """Line number and line of the answer, outermost first."""
    part: str = ""
    """The sub-expression that failed."""
    tensors: tuple[str, ...] = ()
    """`h float32(3, 4) cpu` for each tensor in that part."""
    missing: str = ""
    """A name that is nowhere."""
    near: str = ""
    """The nearest name there is, or empty."""
    early: bool = False
    """It came from the arguments of a watched call, before the call."""

    @property
    def line(self) -> int:
        """The answer's line, the innermost; 0 for none."""
        return self.frames[-1][0] if self.frames else 0

    @property
    def is_memory(self) -> bool:
        """Whether memory ran out."""
        said = "can't allocate memory" in self.text or "not enough memory" in self.text
        return "MemoryError" in self.bases or "OutOfMemoryError" in self.bases or ("RuntimeError" in self.bases and said)


@dataclass(frozen=True, slots=True)
class Seen:
    """What one expression gave, one time that it was reached."""

    place: int
    value: Node | None = None
    raised: Error | None = None
    changed: tuple[tuple[str, Node], ...] = ()
    """Arguments that the call changed, by place or keyword, as they are after it."""
    gradients: tuple[tuple[str, Node], ...] | None = None
    """Of the leaf arguments; None when nothing was asked of autograd."""
    state: tuple[str, ...] = ()
    """Grad mode, default dtype and device, where they are not as usual."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that ended a run before its end."""

    stage: str
    """`setup`, `answer` or `check`."""
    line: int
    """Of the check's statement."""
    error: Error


@dataclass(frozen=True, slots=True)
class Run:
    """One seed on one device."""

    device: str
    seen: tuple[Seen, ...]
    failed: Failure | None = None


@dataclass(frozen=True, slots=True)
class SyntaxFault:
    """Source that does not compile."""

    line: int
    text: str
    source: str = "<answer>"


@dataclass(frozen=True, slots=True)
class Reply:
    """All that a cell said of one payload: a syntax fault, an expression too large to send, or its runs."""

    runs: tuple[Run, ...] = ()
    syntax: SyntaxFault | None = None
    too_large: int | None = None
    """The expression's place; -1 for the sum of all."""

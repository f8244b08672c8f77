"""How near is equal.

The relative and absolute parts are those of `torch.testing.assert_close`, except that the absolute part is scaled by the largest
expected value where that is below one: left as it is, 1e-5 would call every learning rate and every tiny probability equal.
"""

from __future__ import annotations

from dataclasses import dataclass

_BY_DTYPE = {
    "float16": (1e-3, 1e-5),
    "bfloat16": (1.6e-2, 1e-5),
    "float32": (1.3e-6, 1e-5),
    "float64": (1e-7, 1e-7),
    "complex32": (1e-3, 1e-5),
    "complex64": (1.3e-6, 1e-5),
    "complex128": (1e-7, 1e-7),
    # A Python float mostly comes out of float32 arithmetic by `.item()` or `.tolist()`.
    "float": (1.3e-6, 1e-5),
    "complex": (1.3e-6, 1e-5),
}
"""(relative, absolute) for each dtype that is not compared exactly."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """The rule of one check: torch's for the dtype, or the author's `tol=`, which is the largest difference allowed."""

    given: float | None = None
    share: float = 1.0
    """How much of it is used; less to see how near something comes to it."""

    def is_exact(self, dtype: str) -> bool:
        """Whether values of this dtype must be equal: integers where no tolerance was given, and truth values always."""
        return dtype == "bool" or (self.given is None and dtype not in _BY_DTYPE)

    def parts(self, dtype: str, largest: float) -> tuple[float, float]:
        """(relative, absolute) for values of this dtype, not an exact one, of which the largest expected has this size."""
        if self.given is not None:
            return 0.0, self.given * self.share
        relative, absolute = _BY_DTYPE[dtype]
        return relative * self.share, absolute * min(1.0, largest) * self.share

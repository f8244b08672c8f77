"""Whether a torch version lies in the range that a card names."""

from __future__ import annotations

import operator
import re

_COMPARISONS = {">=": operator.ge, "<=": operator.le, "==": operator.eq, "!=": operator.ne, ">": operator.gt, "<": operator.lt}


def lies_within(version: str, wanted: str) -> bool:
    """Whether `2.13.0+cpu` satisfies `>=2.6,<3`. What is no comparison is not held against the version."""
    have = numbers(version)
    for clause in wanted.split(","):
        match = re.fullmatch(r"\s*(>=|<=|==|!=|>|<)\s*([0-9.]+)\s*", clause)
        if match is None:
            continue
        want = numbers(match[2])
        length = max(len(have), len(want))
        padded = (tuple(have + [0] * (length - len(have))), tuple(want + [0] * (length - len(want))))
        if not _COMPARISONS[match[1]](*padded):
            return False
    return True


def numbers(version: str) -> list[int]:
    """The release numbers at the front of a version: 2, 13, 0."""
    match = re.match(r"[0-9]+(\.[0-9]+)*", version.strip())
    return [int(part) for part in match[0].split(".")] if match else []

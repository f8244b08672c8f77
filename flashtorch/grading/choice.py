"""The answer of a choice card: option numbers as written in the file."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from flashtorch.grading.verdict import Finding, Verdict, VerdictName

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flashtorch.cards.model import Option


def judge_choice(options: Sequence[Option], answer: str) -> Verdict:
    """Numbers from 1, `1,3` or `1 3`, in any order; what names no option is a syntax error, which is a free retry."""
    chosen = numbers(answer)
    if not chosen or not all(0 < number <= len(options) for number in chosen):
        return Verdict(VerdictName.SYNTAX, 0, 1, Finding("option-numbers", {"count": len(options)}))
    right = {number for number, option in enumerate(options, 1) if option.right}
    if chosen == right:
        return Verdict(VerdictName.PASS, 1, 1)
    # Counts and no numbers: a screen shows the options in another order than the file.
    params = {"missing": len(right - chosen), "extra": len(chosen - right)}
    return Verdict(VerdictName.VALUE, 0, 1, Finding("choice", params))


def numbers(answer: str) -> set[int]:
    """The numbers in an answer such as `1,3`, `1 3` or `第1、第3个`; empty when it holds anything else."""
    text = re.sub("[第个项和、。]", ",", unicodedata.normalize("NFKC", answer))
    words = [word for word in re.split(r"[,;\s]+", text) if word]
    return {int(word) for word in words} if words and all(re.fullmatch(r"[0-9]{1,4}", word) for word in words) else set()

"""Option numbers as the learner sees them and as the file has them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_NUMBERS = re.compile(r"[\s,，、;；]*\d+(?:[\s,，、;；]+\d+)*[\s,，、;；]*")


def file_numbers(shown: str, order: Sequence[int]) -> str:
    """The option numbers `shown` (`1,3`, from 1, in the order on screen) as numbers in the file, ascending, joined by commas.

    `order` gives for each shown place the index in the file, from 0. What is not a list of existing numbers is given back as it
    is: the judge says what is wrong with it.
    """
    if not _NUMBERS.fullmatch(shown):
        return shown
    numbers = {int(digits) for digits in re.findall(r"\d+", shown)}
    if not all(1 <= number <= len(order) for number in numbers):
        return shown
    return ",".join(str(number) for number in sorted(order[number - 1] + 1 for number in numbers))


def shown_numbers(in_file: str, order: Sequence[int]) -> str:
    """The reverse of `file_numbers`."""
    inverse = [order.index(index) for index in range(len(order))]
    return file_numbers(in_file, inverse)

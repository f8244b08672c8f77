"""Option numbers as the learner sees them and as the file has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flashtorch.grading.choice import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence


def file_numbers(shown: str, order: Sequence[int]) -> str:
    """The option numbers `shown` (`1,3`, from 1, in the order on screen) as numbers in the file, ascending, joined by commas.

    `order` gives for each shown place the index in the file, from 0. What is not a list of existing numbers is given back as it
    is: the judge, which reads numbers by the same rule, says what is wrong with it.
    """
    chosen = numbers(shown)
    if not chosen or not all(1 <= number <= len(order) for number in chosen):
        return shown
    return ",".join(str(number) for number in sorted(order[number - 1] + 1 for number in chosen))


def shown_numbers(in_file: str, order: Sequence[int]) -> str:
    """The reverse of `file_numbers`."""
    inverse = [order.index(index) for index in range(len(order))]
    return file_numbers(in_file, inverse)

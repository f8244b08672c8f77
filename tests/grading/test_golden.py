from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.grading.golden import Case, all_cases, judged, said

if TYPE_CHECKING:
    from flashtorch.grading.grader import Grader


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.name)
def test_what_is_said_of_an_answer(case: Case, grader: Grader) -> None:
    assert said(judged(case, grader)) == case.expected

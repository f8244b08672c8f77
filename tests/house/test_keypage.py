"""The README names the keys that there are."""

from __future__ import annotations

from tests.house import keypage


def test_the_readmes_keys_are_those_of_the_table() -> None:
    assert keypage.written() == keypage.page(), "`python -m tests.house.keypage` writes them anew"

"""What is printed cannot reach a terminal as anything but text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flashtorch.sandbox.clean import clean


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"plain\tand\n", "plain\tand\n"),
        (b"\x1b[1;31mred\x1b[0m \x1b[2J\x1b[H", "red "),
        (b"\x1b]0;title\x07kept \x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "kept link"),
        (b"\x1b]52;c;never ended\nnext", "\nnext"),
        (b"\x1bP1$r\x1b\\a\x1b(Bb\x1bcc", "abc"),
        ("\x9b31mred\x9d0;t\x9ckept".encode(), "redkept"),
        (b"\x1b", ""),
        (b"10%\r20%\r\nend\r", "10%\n20%\nend\n"),
        (b"a\x08\x00\x7fb", "ab"),
        ("abc\u202edef\u2066g\ufeff\U000e0041".encode(), "abcdefg"),
        ("一\u2028二\x85三".encode(), "一\n二\n三"),
        ("家族 👩\u200d👧 e\u0301".encode(), "家族 👩\u200d👧 e\u0301"),
        (b"\xff\xfe", "\ufffd\ufffd"),
        ("汉字".encode()[:-1], "汉"),
        ("👩".encode()[:-1], ""),
        (b"ab\xc3", "ab"),
        (b"", ""),
    ],
)
def test_text_is_left_and_nothing_else(raw: bytes, text: str) -> None:
    assert clean(raw) == text


@given(st.binary() | st.text("\x1b[]P\\m;01a\r\n\x07\x9b\u202e\x00").map(str.encode))
def test_no_control_gets_through(raw: bytes) -> None:
    text = clean(raw)
    assert not [char for char in text if unicodedata.category(char) == "Cc" and char not in "\t\n"]
    assert clean(text.encode()) == text

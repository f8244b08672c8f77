"""Messages from the other side are measured before they are read."""

from __future__ import annotations

import os
import socket

import pytest

from flashtorch.sandbox import wire


def test_a_message_and_its_descriptors_arrive() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        reading, writing = os.pipe()
        wire.send(theirs, {"event": "born", "文": [1, None]}, [writing])
        wire.send(theirs, {"second": True})
        heard = wire.receive(ours)
        assert heard is not None
        message, (copy,) = heard
        assert message == {"event": "born", "文": [1, None]}
        assert not os.get_inheritable(copy)
        os.write(copy, b"through")
        assert os.read(reading, 10) == b"through"
        wire.close([reading, writing, copy, copy])
        assert wire.receive(ours) == ({"second": True}, [])


def test_the_end_is_no_message() -> None:
    ours, theirs = socket.socketpair()
    with ours:
        theirs.close()
        assert wire.receive(ours) is None


@pytest.mark.parametrize(
    "data", [b"\x01", b"\x05\0\0\0{}", b"\xff\xff\xff\xff", b"\x02\0\0\0[]", b"\x02\0\0\0{x", b"\x03\0\0\0\xff\xff\xff", wire.HEAD.pack(60_000) + b"[" * 60_000]
)
def test_what_is_no_message_is_said_and_its_descriptors_are_closed(data: bytes) -> None:
    ours, theirs = socket.socketpair()
    before = len(os.listdir("/proc/self/fd"))
    with ours:
        with theirs:
            socket.send_fds(theirs, [data], [0, 0])
        with pytest.raises(wire.Garbled):
            wire.receive(ours)
    assert len(os.listdir("/proc/self/fd")) == before - 2

"""Messages and descriptors over a socket, seen from the trainer: what comes from the other side is never believed.

A message is four bytes of length, little-endian, and that much JSON, an object; descriptors travel beside its first byte.
"""

from __future__ import annotations

import array
import contextlib
import json
import os
import socket
import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HEAD = struct.Struct("<I")
TOO_BIG = 0xFFFFFFFF
"""In place of a reply's length: the reply is larger than the run may send."""
NO_MEMORY = 0xFFFFFFFE
"""In place of a reply's length: the entry ran out of memory."""
READY = b"R"
"""What a cell sends once, when it is sealed and waits."""
TAKEN = b"T"
"""What it sends once, when it has its payload and before it does anything with it."""
MESSAGE_MOST = 64 << 10
MOST_DESCRIPTORS = 4
_NO_INHERITING = getattr(socket, "MSG_CMSG_CLOEXEC", 0)


class Garbled(Exception):
    """The bytes are no message."""


def send(channel: socket.socket, message: Mapping[str, Any], fds: Sequence[int] = ()) -> None:
    """Send one message; raises OSError when nobody listens any more."""
    body = json.dumps(message).encode()
    data = HEAD.pack(len(body)) + body
    beside = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))] if fds else []
    sent = channel.sendmsg([data], beside)
    if sent < len(data):
        channel.sendall(data[sent:])


def receive(channel: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """Wait for one message and the descriptors beside it, which are the caller's to close; None when the other side is gone.

    Raises Garbled when the bytes are no message; then no descriptor is kept.
    """
    room = socket.CMSG_SPACE(MOST_DESCRIPTORS * array.array("i").itemsize)
    try:
        head, beside, _flags, _address = channel.recvmsg(HEAD.size, room, _NO_INHERITING)
    except OSError:
        return None
    if not head:
        return None
    fds = _descriptors(beside)
    try:
        head += _exactly(channel, HEAD.size - len(head))
        (size,) = HEAD.unpack(head)
        if size > MESSAGE_MOST:
            raise Garbled
        message = json.loads(_exactly(channel, size))
        if not isinstance(message, dict):
            raise Garbled
    except (Garbled, ValueError, RecursionError):
        close(fds)
        raise Garbled from None
    return message, fds


def close(fds: Sequence[int]) -> None:
    """Close descriptors, also those that are closed already."""
    for fd in fds:
        with contextlib.suppress(OSError):
            os.close(fd)


def _exactly(channel: socket.socket, count: int) -> bytes:
    got = bytearray()
    while len(got) < count:
        try:
            piece = channel.recv(count - len(got))
        except OSError:
            piece = b""
        if not piece:
            raise Garbled
        got += piece
    return bytes(got)


def _descriptors(beside: list[tuple[int, int, bytes]]) -> list[int]:
    fds = array.array("i")
    for level, kind, data in beside:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            fds.frombytes(data[: len(data) - len(data) % fds.itemsize])
    return list(fds)

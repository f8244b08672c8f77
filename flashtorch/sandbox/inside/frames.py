"""What is said over a socket, seen from inside: length-prefixed frames, small JSON messages, descriptors beside them."""

from __future__ import annotations

import array
import fcntl
import json
import os
import socket
import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HEAD = struct.Struct("<I")
TOO_BIG = HEAD.pack(0xFFFFFFFF)
"""In place of a reply's length: the reply is larger than the run may send."""
NO_MEMORY = HEAD.pack(0xFFFFFFFE)
"""In place of a reply's length: the entry ran out of memory."""
READY = b"R"
TAKEN = b"T"
MOST_DESCRIPTORS = 8
ABOVE = 64


class Ended(Exception):
    """The other side is gone."""


def read(fd: int, count: int) -> bytes:
    """Exactly `count` bytes; raises Ended when the other side closes before."""
    got = bytearray()
    while len(got) < count:
        try:
            piece = os.read(fd, min(count - len(got), 1 << 20))
        except ConnectionResetError:
            piece = b""
        if not piece:
            raise Ended
        got += piece
    return bytes(got)


def read_frame(fd: int) -> bytes:
    """One frame's content."""
    (size,) = HEAD.unpack(read(fd, HEAD.size))
    return read(fd, size)


def write(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def hear(channel: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """One message and the descriptors that came with it; raises Ended when there is none any more."""
    room = socket.CMSG_SPACE(MOST_DESCRIPTORS * array.array("i").itemsize)
    try:
        head, beside, _flags, _address = channel.recvmsg(HEAD.size, room, getattr(socket, "MSG_CMSG_CLOEXEC", 0))
    except ConnectionResetError:
        head, beside = b"", []
    if not head:
        raise Ended
    fds = array.array("i")
    for level, kind, data in beside:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            fds.frombytes(data[: len(data) - len(data) % fds.itemsize])
    head += read(channel.fileno(), HEAD.size - len(head))
    message: dict[str, Any] = json.loads(read(channel.fileno(), HEAD.unpack(head)[0]))
    return message, list(fds)


def tell(channel: socket.socket, message: Mapping[str, Any], fds: Sequence[int] = ()) -> None:
    """Say one message; raises OSError when nobody listens any more."""
    body = json.dumps(message).encode()
    data = HEAD.pack(len(body)) + body
    beside = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))] if fds else []
    sent = channel.sendmsg([data], beside)
    if sent < len(data):
        channel.sendall(data[sent:])


def place(fds: Sequence[int]) -> None:
    """Make `fds` the descriptors 0, 1, 2 … of this process."""
    # Out of the way first, for one may lie where another belongs.
    high = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, ABOVE) for fd in fds]
    for target, fd in enumerate(high):
        os.dup2(fd, target)
        os.close(fd)


def take_descriptor_0() -> socket.socket:
    """The socket that this process was started with on descriptor 0, which becomes `/dev/null`."""
    channel = socket.socket(fileno=os.dup(0))
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    return channel

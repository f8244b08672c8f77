"""A reply as bytes: a JSON tree and the raw blocks that it names, in the order in which it names them.

    <u32 size of the tree> <u32 size of all blocks> <the tree, JSON in ASCII> <the blocks, little-endian, one after the other>

Never pickle: whoever reads a reply must be able to check every length before believing anything.
"""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

HEAD = struct.Struct("<II")
MAX_TREE = 256 << 10
MAX_BLOCKS = 16 << 20

ITEM_SIZES = {
    "bool": 1, "uint8": 1, "int8": 1, "uint16": 2, "int16": 2, "uint32": 4, "int32": 4, "uint64": 8, "int64": 8,
    "float16": 2, "bfloat16": 2, "float32": 4, "float64": 8, "complex64": 8, "complex128": 16,
}  # fmt: skip
"""Bytes of one element, for each dtype that travels as it is."""


class TooLarge(Exception):
    """What was observed does not fit into a reply."""


def pack(tree: Any, blocks: Sequence[bytes] = ()) -> bytes:
    """The bytes of a reply.

    Raises:
        TooLarge: the tree or the blocks are over their cap.
    """
    text = json.dumps(tree, separators=(",", ":"), allow_nan=False).encode("ascii")
    size = sum(map(len, blocks))
    if len(text) > MAX_TREE or size > MAX_BLOCKS:
        raise TooLarge
    return b"".join((HEAD.pack(len(text), size), text, *blocks))

"""An entry that runs the payload as a script; the reply is what the script leaves in `reply`, as JSON unless it is bytes."""

from __future__ import annotations

import json
from typing import Any


def main(payload: bytes) -> bytes:
    names: dict[str, Any] = {"reply": None, "__name__": "script"}
    exec(compile(payload, "<script>", "exec"), names)
    reply = names["reply"]
    return reply if isinstance(reply, bytes) else json.dumps(reply).encode()

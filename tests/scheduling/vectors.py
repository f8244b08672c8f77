"""Published reference values, with where each comes from: see `_about` and `_sources` in `srs_vectors.json`.

The sections say which program's tests they were taken from. Of Anki only numbers are here, none of its code.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

VECTORS: dict[str, Any] = json.loads(Path(__file__).with_name("srs_vectors.json").read_text(encoding="utf-8"))
W: list[float] = VECTORS["fsrs6_default_parameters"]["w"]

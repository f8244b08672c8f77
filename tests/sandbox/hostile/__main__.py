"""`python -m tests.sandbox.hostile LEVEL [NAME…]`: a JSON line for each snippet."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from flashtorch.sandbox.cell import Unavailable
from tests.sandbox.hostile.play import play

try:
    for played in play(sys.argv[1], frozenset(sys.argv[2:])):
        print(json.dumps(asdict(played)), flush=True)
except Unavailable as why:
    print(json.dumps({"unavailable": str(why)}))

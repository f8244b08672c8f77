"""`python -m tests.sandbox.hostile LEVEL [all | NAME…]`: a JSON line for each snippet."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from flashtorch.sandbox.cell import Unavailable
from tests.sandbox.hostile.play import play

try:
    names = frozenset(sys.argv[2:])
    for played in play(sys.argv[1], names - {"all"}, everything="all" in names):
        print(json.dumps(asdict(played)), flush=True)
except Unavailable as why:
    print(json.dumps({"unavailable": str(why)}))

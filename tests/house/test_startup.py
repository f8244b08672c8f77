"""What a start may load, read from `sys.modules` of a fresh process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.house.sources import ROOT

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = {"sqlalchemy", "pydantic", "markdown_it", "mdit_py_plugins", "alembic", "fsrs_rs_python", "numpy", "torch"}
REPORT = "import json, sys; print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})), file=sys.stderr)"


def loaded(code: str, home: Path) -> set[str]:
    """The top-level packages in `sys.modules` after `code` ran in a fresh process."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{REPORT}"],
        env={**os.environ, "FLASHTORCH_HOME": str(home), "LC_ALL": "C.UTF-8"},
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return set(json.loads(done.stderr.splitlines()[-1]))


def command(*arguments: str) -> str:
    return f"from flashtorch.cli.main import main\ntry: main({list(arguments)!r})\nexcept SystemExit as end: assert not end.code, end.code"


def test_version_loads_click_alone(tmp_path: Path) -> None:
    names = loaded(command("--version"), tmp_path)
    assert "click" in names
    assert not names & (HEAVY | {"textual", "rich", "sqlite3", "platformdirs"})


def test_due_loads_nothing_heavy(tmp_path: Path) -> None:
    # The first call parses the shipped decks and may load what it likes; what must be instant is every later one.
    loaded(command("due", "--json"), tmp_path)
    names = loaded(command("due", "--json"), tmp_path)
    assert "sqlite3" in names
    assert not names & (HEAVY | {"textual", "rich"})


def test_completion_loads_click_alone(tmp_path: Path) -> None:
    code = (
        "import os\nos.environ.update(_FLASHTORCH_COMPLETE='bash_complete', COMP_WORDS='flashtorch d', COMP_CWORD='1')\n"
        + command().replace("assert not end.code, end.code", "pass")
    )
    names = loaded(code, tmp_path)
    assert not names & (HEAVY | {"textual", "rich"})

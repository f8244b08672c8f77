"""The shape of the house: imports run downwards, and what runs inside the walls stands alone."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from importlinter.application import use_cases
from importlinter.configuration import configure

from tests.house.sources import PACKAGE, ROOT, imported, top, trees

INSIDE = (Path("sandbox/inside"), Path("grading/inside"))
NUMPY_ROOMS = {Path("grading") / name for name in ("frames.py", "arrays.py", "guess.py")}


def is_inside(path: Path) -> bool:
    return any(path.is_relative_to(room) for room in INSIDE)


def test_imports_run_downwards(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.syspath_prepend(str(ROOT))
    configure()
    passed = use_cases.lint_imports(config_filename="pyproject.toml", cache_dir=None)
    assert passed, capsys.readouterr().out


def test_inside_takes_only_the_standard_library_torch_and_numpy() -> None:
    allowed = set(sys.stdlib_module_names) | {"torch", "numpy"}
    for path, tree in trees().items():
        if not is_inside(path):
            continue
        for name in imported(tree):
            ours = name.startswith(("flashtorch.sandbox.inside", "flashtorch.grading.inside"))
            assert ours or top(name) in allowed, f"{path} imports {name}"


@pytest.mark.parametrize("path", [path for path in trees() if not is_inside(path)], ids=str)
def test_outside_touches_neither_torch_nor_the_inside(path: Path) -> None:
    for name in imported(trees()[path]):
        assert top(name) != "torch", f"{path} imports {name}: only what runs inside the walls may"
        assert ".inside" not in name, f"{path} imports {name}: the inside is named as a string only"
        if top(name) == "numpy":
            assert path in NUMPY_ROOMS, f"{path} imports numpy"


def test_pydantic_stands_at_the_border_only() -> None:
    border = {Path(name) for name in ("cards/border.py", "cli/jsonl.py", "grading/batch.py")}
    users = {path for path, tree in trees().items() if any(top(name) == "pydantic" for name in imported(tree))}
    assert users <= border


def test_only_the_edges_read_clock_environment_and_chance() -> None:
    """Below the command line, these come in as arguments; what must measure a duration uses a monotonic clock."""
    for path, tree in trees().items():
        if is_inside(path) or path.parts[0] == "cli" or path == Path("__main__.py"):
            continue
        text = (PACKAGE / path).read_text(encoding="utf-8")
        names = imported(tree)
        assert "random" not in names, f"{path} imports random"
        assert "secrets" not in names, f"{path} imports secrets"
        for reading in ("time.time(", "time.time_ns(", "datetime.now(", "os.urandom(", "uuid4("):
            assert reading not in text, f"{path} calls {reading})"
        if path.parts[0] != "sandbox":
            for reading in ("os.environ", "os.getenv("):
                assert reading not in text, f"{path} reads {reading}"


def test_no_room_is_called_after_nothing() -> None:
    for path in trees():
        for part in (*path.parts[:-1], path.stem):
            assert not {"utils", "util", "helpers", "common", "base", "misc", "manager"} & set(part.split("_")), path


@pytest.mark.parametrize("path", trees(), ids=str)
def test_each_module_says_what_lives_there(path: Path) -> None:
    import ast

    text = ast.get_docstring(trees()[path])
    assert text, f"{path} has no docstring"
    assert text.splitlines()[0].endswith((".", ":", "?")), f"{path}: the first line is no sentence: {text.splitlines()[0]!r}"

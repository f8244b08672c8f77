"""What is written as text for other programs: bubblewrap's arguments, the profile of macOS, the line of advice."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from flashtorch.sandbox import bwrap, kept, seatbelt
from flashtorch.sandbox.advice import advice, distribution, tried
from flashtorch.sandbox.cell import Unavailable

if TYPE_CHECKING:
    from pathlib import Path


def binds(line: list[str]) -> list[str]:
    return [line[at + 1] for at, word in enumerate(line) if word.startswith("--ro-bind")]


def test_bubblewrap_shows_the_interpreter_and_hides_what_lies_within(tmp_path: Path) -> None:
    line = bwrap.arguments("/usr/bin/bwrap", ["/opt/env", "/opt/env/flashtorch/sandbox/inside"], ["/opt/env/flashtorch", "/elsewhere/decks"])
    assert line[0] == "/usr/bin/bwrap"
    assert {"--unshare-all", "--die-with-parent", "--new-session"} <= set(line)
    shown = binds(line)
    assert shown.index("/opt/env") < line.index("--tmpfs") or "/opt/env" in shown
    covered = line.index("/opt/env/flashtorch")
    assert line[covered - 1] == "--tmpfs"
    assert line.index("/opt/env/flashtorch/sandbox/inside", covered) > covered
    assert "/elsewhere/decks" not in line
    assert line[-4:] == [bwrap.BOX, "--chdir", bwrap.BOX, "--"]
    assert not any(word == "--bind" for word in line)


def test_what_is_not_there_is_not_hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # An installed package has its decks within it; a folder that bubblewrap would have to make first ends the start.
    package = tmp_path / "flashtorch"
    package.mkdir()
    monkeypatch.setattr(kept, "PACKAGE", package)
    monkeypatch.setattr(bwrap, "find", lambda _environment: "/usr/bin/bwrap")
    line = kept.Launch(sys.executable, str(tmp_path), rooms=(str(tmp_path),)).through("B", "cpu")
    assert line[line.index(str(package)) - 1] == "--tmpfs"
    assert str(tmp_path / "decks") not in line


def test_an_interpreter_that_is_not_there_is_named_once(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as caught:
        kept.Kept(kept.Launch("/nonexistent/python", str(tmp_path)), "template", "cpu", [], "D")
    assert str(caught.value) == "/nonexistent/python cannot be started: No such file or directory"


@pytest.mark.skipif(bwrap.find(os.environ) is None, reason="bubblewrap is not installed")
def test_bubblewrap_takes_them(tmp_path: Path) -> None:
    program = bwrap.find(os.environ)
    assert program is not None
    (tmp_path / "shown").mkdir()
    (tmp_path / "shown" / "file").write_text("seen\n")
    line = bwrap.arguments(program, [str(tmp_path / "shown")], [])
    ran = subprocess.run([*line, "/bin/sh", "-c", f"cat {tmp_path}/shown/file; ls {tmp_path}; pwd"], capture_output=True, text=True)
    if ran.returncode and "ermission" in ran.stderr:
        pytest.skip(f"bubblewrap may not make namespaces here: {ran.stderr.strip()}")
    assert ran.stdout.split() == ["seen", "shown", bwrap.BOX]


def test_the_interpreter_names_its_folders() -> None:
    import sys

    folders = bwrap.interpreter_folders(sys.executable, {"PATH": os.defpath})
    assert os.path.dirname(os.__file__) in folders or os.path.realpath(os.path.dirname(os.__file__)) in folders
    assert bwrap.interpreter_folders("/bin/false", {}) == []
    assert not {"/", "/usr", "/home"} & set(folders)


def test_the_profile_denies_what_it_does_not_name() -> None:
    text = seatbelt.profile("/opt/py/bin/python", ["/opt/py", 'a "quoted" \\ path'], "/tmp/own")
    lines = text.splitlines()
    assert lines[:4] == ["(version 1)", "(deny default)", "(deny process-fork)", "(deny network*)"]
    assert '(allow process-exec (literal "/opt/py/bin/python"))' in lines
    assert [line for line in lines if "file-write*" in line] == ['(allow file-write* (subpath "/tmp/own"))']
    assert r'(allow file-read* (subpath "a \"quoted\" \\ path"))' in lines
    assert "AGXDeviceUserClient" not in text
    assert "/Users" not in text
    assert text.count("(") == text.count(")")


def test_the_profile_of_a_run_on_the_gpu_opens_what_metal_needs() -> None:
    text = seatbelt.profile("/p", [], "/o", mps=True)
    assert "AGXDeviceUserClient" in text
    assert "com.apple.MTLCompilerService" in text
    assert seatbelt.arguments(text)[:2] == ["/usr/bin/sandbox-exec", "-p"]


@pytest.mark.parametrize(
    ("level", "os_release", "container", "platform", "said"),
    [
        ("A", "ID=debian", False, "linux", ""),
        ("C", 'ID=ubuntu\nID_LIKE="debian"', False, "linux", "apparmor-profiles"),
        ("D", "ID=debian", False, "linux", "unprivileged_userns_clone"),
        ("C", 'ID="rocky"\nID_LIKE="rhel centos fedora"', False, "linux", "max_user_namespaces"),
        ("C", "ID=debian", True, "linux", "container"),
        ("D", "ID=unheard-of", False, "linux", "5.13"),
        ("M", "", False, "darwin", "macOS"),
        ("D", "", False, "win32", "WSL"),
    ],
)
def test_there_is_one_line_of_advice(level: str, os_release: str, container: bool, platform: str, said: str) -> None:
    line = advice(level, distribution(os_release), container=container, wsl=False, platform=platform)
    assert said in line
    assert bool(line) is bool(said)
    assert "apparmor_restrict" not in line


def test_what_was_tried_is_told() -> None:
    assert tried({"A": "no"}) == ["level A does not hold here: no"]


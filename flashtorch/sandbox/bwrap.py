"""Level B: the arguments with which bubblewrap starts the template in a root of its own. Within it, level C is put up.

For systems that let bubblewrap make namespaces and nobody else. One box for the template and all its runs; those are kept apart by
Landlock and by the system-call filter, which is why no run may start processes.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SYSTEM = ("/usr", "/opt/rocm", "/nix/store", "/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime", "/sys/devices/system")
MERGED = ("/bin", "/sbin", "/lib", "/lib64", "/lib32", "/libx32")
BOX = "/box"
PATIENCE_S = 30
ASK = (
    "import json, os, sys; print(json.dumps(sorted({p for each in (sys.prefix, sys.base_prefix, os.path.dirname(os.__file__))"
    " for p in (each, os.path.realpath(each))} - {'/', '/usr', '/home', '/root', '/tmp', os.path.expanduser('~')})))"
)


def find(environment: Mapping[str, str]) -> str | None:
    """Where bubblewrap is installed, if it is."""
    return shutil.which("bwrap", path=environment.get("PATH", os.defpath))


def interpreter_folders(python: str, variables: Mapping[str, str]) -> list[str]:
    """The folders that an interpreter needs, besides the system's; empty when it cannot say."""
    try:
        command = [python, "-I", "-c", ASK]
        said = subprocess.run(command, env=dict(variables), capture_output=True, timeout=PATIENCE_S, check=True)
        return [str(path) for path in json.loads(said.stdout)]
    except (OSError, ValueError, subprocess.SubprocessError):
        return []


def arguments(program: str, shown: Sequence[str], hidden: Sequence[str]) -> list[str]:
    """What comes before the interpreter's own command line. `shown` can be read, but for what is `hidden` within it."""
    line = [program, "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--hostname", "flashtorch"]
    line += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--dir", "/etc"]
    for path in SYSTEM:
        line += ["--ro-bind-try", path, path]
    for path in MERGED:
        line += ["--symlink", os.readlink(path), path] if os.path.islink(path) else ["--ro-bind-try", path, path]
    # A shorter path first, so that it does not cover a longer one.
    for path in sorted(set(shown), key=len):
        line += ["--ro-bind-try", path, path]
    for path in hidden:
        if any(path.startswith(each.rstrip("/") + "/") for each in shown):
            line += ["--tmpfs", path]
            for room in sorted(each for each in shown if each.startswith(path + "/")):
                line += ["--ro-bind-try", room, room]
            line += ["--remount-ro", path]
    return [*line, "--tmpfs", BOX, "--chdir", BOX, "--"]

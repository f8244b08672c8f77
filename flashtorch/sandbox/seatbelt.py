"""Level M: the profile under which macOS's `sandbox-exec` runs one interpreter, as text. Written from what others found, never run.

Everything is denied that is not named. A run reads the interpreter, its libraries and the system's, writes to its own folder,
starts no process and opens no socket. macOS does not keep a limit on memory, so there only the machine's own holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

PROGRAM = "/usr/bin/sandbox-exec"
SYSTEM = (
    "/usr/lib", "/usr/share", "/System", "/Library/Apple", "/private/etc/localtime", "/private/var/db/timezone", "/opt/homebrew",
)  # fmt: skip
DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom", "/dev/dtracehelper")

_HEAD = """\
(version 1)
(deny default)
(deny process-fork)
(deny network*)
(allow process-exec (literal {python}))
(allow process-info* (target self))
(allow signal (target self))
(allow sysctl-read)
(allow file-read-metadata)
"""
_MPS = """\
(allow iokit-open (iokit-user-client-class "AGXDeviceUserClient") (iokit-user-client-class "AGXCommandQueue"))
(allow iokit-open (iokit-user-client-class "IOSurfaceRootUserClient"))
(allow mach-lookup (global-name "com.apple.MTLCompilerService"))
"""


def profile(python: str, shown: Sequence[str], own: str, *, mps: bool = False) -> str:
    """The profile for one run of `python` that may read `shown` and write to `own`."""
    lines = [_HEAD.format(python=quoted(python))]
    lines += [f"(allow file-read* (subpath {quoted(path)}))\n" for path in (*SYSTEM, *dict.fromkeys(shown), own)]
    lines += [f"(allow file-read* file-write-data (literal {quoted(path)}))\n" for path in DEVICES]
    lines.append(f"(allow file-write* (subpath {quoted(own)}))\n")
    return "".join([*lines, _MPS if mps else ""])


def arguments(text: str) -> list[str]:
    """What comes before the interpreter's own command line."""
    return [PROGRAM, "-p", text]


def quoted(path: str) -> str:
    """A path as the profile's language writes it."""
    escaped = path.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

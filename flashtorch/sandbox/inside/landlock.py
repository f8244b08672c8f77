"""Landlock: which files this process may touch, whatever their permission bits say; enforced by the kernel, needs no privilege.

Stops: reading or writing anything outside the run's own folder and the libraries, TCP connections, and, where the kernel is new
enough, abstract sockets and signals to processes outside. It says nothing about a file's metadata, UDP, or sockets with a path:
those are the system-call filter's. At level A it stands behind the private root; at level C it is what hides the home folder.
Proved by the snippets `read_etc_shadow`, `read_via_proc_self_root`, `write_home`, `write_python_env` and `poison_pycache`.

The kernel is asked which version it knows (its ABI), and everything of that version that can be denied is.
"""

from __future__ import annotations

import contextlib
import os
import stat
import struct
from dataclasses import dataclass, field

from flashtorch.sandbox.inside.linux import system_call

CREATE, ADD, RESTRICT = 444, 445, 446
VERSION = 1
"""Flag of CREATE: say the version instead."""
PATH_BENEATH = 1

# What can be denied, in the order of the bits; the number is the version that brought the right.
RIGHTS = {
    "execute": 1, "write-file": 1, "read-file": 1, "read-dir": 1, "remove-dir": 1, "remove-file": 1, "make-char": 1, "make-dir": 1,
    "make-reg": 1, "make-sock": 1, "make-fifo": 1, "make-block": 1, "make-sym": 1, "refer": 2, "truncate": 3, "ioctl-dev": 5,
}  # fmt: skip
BIT = {name: 1 << place for place, name in enumerate(RIGHTS)}
OF_FILES = ("execute", "write-file", "read-file", "truncate", "ioctl-dev")
"""The rights that a file can have; the others are of folders."""
READ = ("execute", "read-file", "read-dir")
LIST = ("read-dir",)
WRITE = ("write-file", "read-file")
OWN = tuple(name for name in RIGHTS if name not in ("make-char", "make-block", "make-sock", "make-fifo", "ioctl-dev"))
SOCKETS = ("make-sock", "make-fifo")
DEVICE = ("write-file", "read-file", "ioctl-dev")
NETWORK_SINCE, SCOPES_SINCE = 4, 6
BIND_AND_CONNECT = 0b11
SOCKETS_AND_SIGNALS = 0b11


@dataclass(frozen=True)
class Allowed:
    """Paths and the rights beneath them; what is missing is left out."""

    rights: dict[str, tuple[str, ...]] = field(default_factory=dict)


def version() -> int:
    """Of Landlock in this kernel; 0 where there is none, or where it is switched off."""
    try:
        return system_call(CREATE, None, 0, VERSION)
    except OSError:
        return 0


def restrict(allowed: Allowed) -> None:
    """Deny this process everything that is not allowed, for good. Raises OSError where that cannot be done."""
    known = version()
    ruleset = _new(known)
    try:
        for path, rights in allowed.rights.items():
            # A path that is not there needs no rule.
            with contextlib.suppress(FileNotFoundError, PermissionError, NotADirectoryError):
                _add(ruleset, path, _mask(rights, known))
        system_call(RESTRICT, ruleset, 0)
    finally:
        os.close(ruleset)


def _new(known: int) -> int:
    if not known:
        raise OSError("this kernel has no Landlock")
    attributes = struct.pack("=Q", _mask(tuple(RIGHTS), known))
    if known >= NETWORK_SINCE:
        attributes += struct.pack("=Q", BIND_AND_CONNECT)
    if known >= SCOPES_SINCE:
        attributes += struct.pack("=Q", SOCKETS_AND_SIGNALS)
    ruleset = system_call(CREATE, attributes, len(attributes), 0)
    os.set_inheritable(ruleset, False)
    return ruleset


def _add(ruleset: int, path: str, mask: int) -> None:
    where = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not stat.S_ISDIR(os.fstat(where).st_mode):
            mask &= _mask(OF_FILES, max(RIGHTS.values()))
        if mask:
            system_call(ADD, ruleset, PATH_BENEATH, struct.pack("=Qi", mask, where), 0)
    finally:
        os.close(where)


def _mask(rights: tuple[str, ...], known: int) -> int:
    return sum(BIT[name] for name in rights if RIGHTS[name] <= known)

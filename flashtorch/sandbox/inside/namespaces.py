"""Namespaces: what a run sees of the machine: its own processes, an empty network, a name that says nothing, a root of its own.

Stops: signals to and traces of anything outside, every connection, shared memory left behind, and, with the root that `root.py`
builds, the home folder: it does not exist. The run is the first process of its pid namespace, so that one SIGKILL ends its tree.
Proved by the snippets `kill_all`, `kill_scan_pids`, `proc_cmdline_others`, `disk_fill_tmp_and_shm`, `distributed_init`.

Root gives its place up first, for limits on processes mean nothing to user 0.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import pwd
import resource
import signal
from typing import TYPE_CHECKING, NoReturn

from flashtorch.sandbox.inside import root
from flashtorch.sandbox.inside.linux import call, die_with, prctl

if TYPE_CHECKING:
    from collections.abc import Callable

MOUNTS, UTS, IPC, USERS, PIDS, NET = 0x0002_0000, 0x0400_0000, 0x0800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000
PR_SET_DUMPABLE = 4
NOBODY = range(64900, 65400)
"""Where a user number is looked for that nobody has."""
INNER = 1000
"""What the user is called inside."""
TEMPLATE_BOX = "size=32m,nr_inodes=2k,mode=700"
BOX = "/box"
"""The one place that can be written to."""


def enter(view: root.View) -> None:
    """Go on as a process in new namespaces, in a root of its own, not as user 0. Needs a single thread.

    The calling process stays outside, another one stays as the first one inside; both wait and end as this one does. Raises
    OSError where one step is refused.
    """
    above = os.getppid()
    if os.geteuid() == 0:
        call("unshare", MOUNTS)
        # With root's own rights: the interpreter may lie in root's home.
        root.build(view)
        _become_nobody()
        _own_namespaces()
        root.keep_private()
    else:
        _own_namespaces()
        root.build(view)
    note = Note()
    first = os.fork()
    if first:
        # A change of user or namespace takes this promise back, so it is made again.
        die_with(above)
        _end_as(first, note)
    die_with(0)
    root.mount_proc()
    root.mount_box(BOX, TEMPLATE_BOX)
    root.finish()
    call("sethostname", b"flashtorch", len(b"flashtorch"))
    beget(note)


class Note:
    """How a process ended, left by the first process of its pid namespace where whoever made the namespace finds it.

    The first process cannot end by a signal, and an exit code has no room for both.
    """

    _UNKNOWN = -(1 << 30)

    def __init__(self) -> None:
        self._page = mmap.mmap(-1, mmap.PAGESIZE)
        self.write(self._UNKNOWN)

    def write(self, code: int) -> None:
        self._page[:4] = code.to_bytes(4, "little", signed=True)

    def read(self, otherwise: int) -> int:
        """The exit code or negative signal that was left, or `otherwise`."""
        code = int.from_bytes(self._page[:4], "little", signed=True)
        return otherwise if code == self._UNKNOWN else code

    def close(self) -> None:
        self._page.close()


def beget(note: Note, first: Callable[[], None] = lambda: None) -> None:
    """Go on in a child, to which signals mean what they usually do; the caller, first of its pid namespace, waits for it.

    With the caller everything ends that is left in the namespace. It calls `first` when it is alone.
    """
    child = os.fork()
    if not child:
        note.close()
        die_with(1)
        return
    try:
        os.closerange(0, 256)
        first()
        while True:
            pid, status = os.wait()
            if pid == child:
                note.write(os.waitstatus_to_exitcode(status))
                break
    finally:
        os._exit(0)


def fork() -> int:
    """Fork the first process of a new pid namespace, which should `beget` soon; as `os.fork`.

    The caller's other children go where they went before.
    """
    own = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
    try:
        call("unshare", PIDS)
        pid = os.fork()
        if pid:
            call("setns", own, PIDS)
    finally:
        os.close(own)
    return pid


def enter_cell(disk_mb: int, *, processes: bool, own_tmp: bool) -> None:
    """In the first process of a pid namespace: a `/proc` that shows nothing else, and one empty, capped place to write to.

    `own_tmp`: whether `/tmp` may be covered; not where the interpreter lies there.
    """
    # Names of sockets belong to the network namespace: another run's processes must not meet them.
    call("unshare", MOUNTS | IPC | UTS | (NET if processes else 0))
    root.mount_proc()
    root.mount_box(BOX, f"size={disk_mb}m,nr_inodes=16k,mode=700")
    for name, shown in (("shm", "/dev/shm"), *([("tmp", "/tmp")] if own_tmp else [])):
        os.mkdir(f"{BOX}/{name}")
        root.bind(f"{BOX}/{name}", shown)
    # The kernel counts the threads of a user by user namespace: in one for all, a bomb in one run would leave none for the others.
    uid, gid, above = os.geteuid(), os.getegid(), os.getppid()
    with contextlib.suppress(OSError):
        call("unshare", USERS)
        _map(uid, gid)
        die_with(above)


def _own_namespaces() -> None:
    uid, gid = os.geteuid(), os.getegid()
    call("unshare", USERS | MOUNTS | PIDS | NET | IPC | UTS)
    _map(uid, gid)


def _map(uid: int, gid: int) -> None:
    """In a new user namespace: whoever this was outside is one user and group inside."""
    for name, text in (("setgroups", "deny"), ("uid_map", f"{INNER} {uid} 1"), ("gid_map", f"{INNER} {gid} 1")):
        with open(f"/proc/self/{name}", "w", encoding="utf-8") as file:
            file.write(text)


def _become_nobody() -> None:
    number = next(number for number in NOBODY if not _has_name(number))
    os.setgroups([])
    os.setresgid(number, number, number)
    os.setresuid(number, number, number)
    # The change of user has made our own /proc/self unwritable.
    prctl(PR_SET_DUMPABLE, 1)


def _has_name(number: int) -> bool:
    with contextlib.suppress(KeyError):
        return bool(pwd.getpwuid(number))
    return False


def _end_as(inside: int, note: Note) -> NoReturn:
    """Wait for the first process inside and end as its note says, so that whoever waits for us learns how."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    os.closerange(0, 256)
    _pid, status = os.waitpid(inside, 0)
    code = note.read(os.waitstatus_to_exitcode(status))
    if code < 0:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        with contextlib.suppress(OSError):
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code & 0xFF)


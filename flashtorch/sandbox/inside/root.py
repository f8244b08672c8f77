"""A root of its own: read-only, holding the interpreter, libraries and five devices; home folders and decks are not in it.

Stops: reading and writing the machine's files by any name, links and `..` included, for there is nothing that they could lead to.
Proved by the snippets `read_etc_shadow`, `read_via_proc_self_root`, `write_home`, `tmp_symlink_race_host`, `disk_fill_cwd`.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import sys
from dataclasses import dataclass

from flashtorch.sandbox.inside.linux import call, system_call

RDONLY, NOSUID, NODEV, NOEXEC = 1, 2, 4, 8
BIND, RECURSIVE, PRIVATE = 4096, 16384, 1 << 18
DETACH = 2
PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
MOUNT_SETATTR = 442
AT_FDCWD, AT_RECURSIVE = -100, 0x8000
SKELETON = "size=8m,nr_inodes=8k,mode=755"

SYSTEM = ("/usr", "/opt/rocm", "/nix/store", "/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime", "/sys/devices/system")
MERGED = ("/bin", "/sbin", "/lib", "/lib64", "/lib32", "/libx32")
"""Links into `/usr` on most systems, folders on others."""
OWN_MEMORY = ("cpu", "meta")
"""What torch calls the devices that need no driver."""
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
GPU = (
    "/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools", "/dev/nvidia-modeset", "/dev/nvidia-caps", "/dev/dxg", "/dev/kfd",
    "/dev/dri", *(f"/dev/nvidia{number}" for number in range(16)),
)  # fmt: skip
"""Devices of GPU drivers, of which those that exist are shown to a run that is for a GPU."""
NEVER = ("/", "/home", "/root", "/tmp", "/var", "/var/tmp", "/etc", "/run", "/mnt", "/srv")
"""Folders that would show what is to be hidden, even if an interpreter calls one its own."""
ETC = {
    "passwd": "flashtorch:x:1000:1000::/box/tmp:/bin/sh\n",
    "group": "flashtorch:x:1000:\n",
    "hosts": "127.0.0.1 localhost\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
}


@dataclass(frozen=True)
class View:
    """What is shown of the machine."""

    shown: tuple[str, ...]
    """Folders that can be read: the interpreter, its libraries, the rooms of entries."""
    hidden: tuple[str, ...] = ()
    """Folders within those that are empty even so, but for rooms within them."""
    device: str = "cpu"


def libraries(extra: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Where this interpreter and the libraries that it has mapped lie, besides the system's own folders."""
    found = [sys.prefix, sys.base_prefix, sys.exec_prefix, os.path.dirname(os.__file__), *extra]
    found += [path for path in os.environ.get("LD_LIBRARY_PATH", "").split(":") if path]
    with open("/proc/self/maps", encoding="utf-8", errors="replace") as maps:
        mapped = {line.split(maxsplit=5)[5].rstrip("\n") for line in maps if "/" in line}
    found += sorted(os.path.dirname(path) for path in mapped if ".so" in os.path.basename(path))
    resolved = [path for one in found for path in (os.path.abspath(one), os.path.realpath(one))]
    return tuple(dict.fromkeys(path for path in resolved if os.path.isdir(path) and path not in {*NEVER, *_home()}))


def _home() -> list[str]:
    with contextlib.suppress(KeyError):
        home = pwd.getpwuid(os.getuid()).pw_dir
        return [home, os.path.realpath(home)]
    return []


def devices(device: str) -> tuple[str, ...]:
    """The device files of a run on `device`."""
    return DEVICES if device in OWN_MEMORY else DEVICES + GPU


def build(view: View) -> None:
    """Make the new root and go into it; the old one is out of reach afterwards. `/proc` is still the old one's."""
    keep_private()
    # Whoever runs inside is another user than the one that builds.
    before = os.umask(0o022)
    mount("tmpfs", "/tmp", "tmpfs", NOSUID | NODEV, SKELETON)
    for name in ("new", "old"):
        os.mkdir(f"/tmp/{name}")
    mount("tmpfs", "/tmp/new", "tmpfs", NOSUID | NODEV, SKELETON)
    pivot("/tmp", "/tmp/old")
    os.chdir("/")
    for path in sorted({*SYSTEM, *view.shown}, key=len):
        show(path)
    for path in MERGED:
        if os.path.islink("/old" + path):
            os.symlink(os.readlink("/old" + path), "/new" + path)
        else:
            show(path)
    hide(view)
    for path in devices(view.device):
        show(path, device=True)
    if view.device not in OWN_MEMORY:
        # Drivers look up the bus, and their own state.
        show("/sys")
    for path in ("dev/shm", "proc", "tmp", "box", "etc"):
        os.makedirs(f"/new/{path}", exist_ok=True)
    for name, text in ETC.items():
        with open(f"/new/etc/{name}", "w", encoding="utf-8") as file:
            file.write(text)
    # For the user's map, and because a new /proc may only be mounted where a whole one is seen.
    mount("/old/proc", "/new/proc", None, BIND | RECURSIVE)
    os.chdir("/new")
    pivot(".", ".")
    # The old root lies on top of the new one now.
    call("umount2", b".", DETACH)
    os.chdir("/")
    os.umask(before)


def show(path: str, *, device: bool = False) -> None:
    """Bind a path of the old root into the new one, read-only, unless it is missing or already seen."""
    source, target = "/old" + path, "/new" + path
    if not os.path.exists(source) or (os.path.lexists(target) and os.path.samefile(source, target)):
        return
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with contextlib.suppress(FileExistsError):
            os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644))
    mount(source, target, None, BIND | RECURSIVE)
    set_flags(target, NOSUID | (0 if device else RDONLY | NODEV), recursive=True)


def hide(view: View) -> None:
    """Cover what is not to be seen, and show again the rooms that lie within."""
    for path in view.hidden:
        if not os.path.isdir("/new" + path):
            continue
        mount("tmpfs", "/new" + path, "tmpfs", NOSUID | NODEV | NOEXEC, "size=1m,nr_inodes=256,mode=755")
        for room in view.shown:
            if room.startswith(path + "/"):
                show(room)
        set_flags("/new" + path, RDONLY | NOSUID | NODEV, recursive=False)


def finish() -> None:
    """Nothing more is added to the root."""
    set_flags("/", RDONLY | NOSUID, recursive=False)


def keep_private() -> None:
    """What is mounted here is mounted nowhere else."""
    mount("none", "/", None, RECURSIVE | PRIVATE)


def mount_proc() -> None:
    mount("proc", "/proc", "proc", NOSUID | NODEV | NOEXEC)


def mount_box(path: str, options: str) -> None:
    """An empty file system in memory, as large as `options` say."""
    mount("tmpfs", path, "tmpfs", NOSUID | NODEV, options)


def bind(source: str, target: str) -> None:
    mount(source, target, None, BIND)


def mount(source: str, target: str, kind: str | None, flags: int, options: str | None = None) -> None:
    texts = (os.fsencode(text) if text is not None else None for text in (source, target, kind))
    call("mount", *texts, ctypes.c_ulong(flags), options.encode() if options is not None else None)


def set_flags(path: str, flags: int, *, recursive: bool) -> None:
    """Set flags of a mount, and of those below it."""
    attributes = (ctypes.c_uint64 * 4)(flags, 0, 0, 0)
    system_call(MOUNT_SETATTR, AT_FDCWD, os.fsencode(path), AT_RECURSIVE if recursive else 0, attributes, ctypes.sizeof(attributes))


def pivot(new: str, old: str) -> None:
    system_call(PIVOT_ROOT[os.uname().machine], os.fsencode(new), os.fsencode(old))

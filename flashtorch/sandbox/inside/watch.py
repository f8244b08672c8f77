"""What no limit of the kernel's counts: the memory of a whole tree, the size of a folder, threads of root.

Stops: many processes with a little memory each (`mem_many_processes`), and, where no file system of the run's own caps them, files
without end (`disk_fill_cwd`), also those that have no name any more (`disk_unlinked_files`) or lie in a folder that cannot be
listed (`disk_unlisted_folder`). It looks twenty times a second, so what is over the limit is over it for a moment.
"""

from __future__ import annotations

import contextlib
import os
import stat
from typing import TYPE_CHECKING, Any

from flashtorch.sandbox.inside import reap
from flashtorch.sandbox.inside.folders import FOLDER
from flashtorch.sandbox.inside.linux import LINUX

if TYPE_CHECKING:
    from collections.abc import Mapping

EVERY_MS = 50
MOST_FILES = 16_000
MOST_TASKS = 512
WRITTEN = 8
"""Times the size of its folder: how much a run may write in all. Nobody can look everywhere where a file without a name is held, so
this is what bounds those."""


def exceeded(pid: int, folder: str, limits: Mapping[str, Any]) -> str:
    """Which limit the run whose first process is `pid` is over: `memory`, `disk`, `tasks`, or empty for none."""
    tree = [pid, *reap.below(pid)]
    if sum(map(_threads, tree)) > MOST_TASKS:
        return "tasks"
    most = int(limits["memory_mb"]) << 20
    # Asked for in two steps: the second one is dear, and the first counts what forks share once for each of them.
    if len(tree) > 2 and sum(map(_resident, tree)) > most and sum(map(_share, tree)) > most:
        return "memory"
    most = int(limits["disk_mb"]) << 20
    if folder and (sum(map(_written, tree)) > WRITTEN * most or _is_full(folder, most, sum(map(_nameless, tree)))):
        return "disk"
    return ""


def _threads(pid: int) -> int:
    with contextlib.suppress(OSError):
        return os.stat(f"/proc/{pid}/task").st_nlink - 2
    return 0


def _resident(pid: int) -> int:
    """Bytes of memory, without those of files, that this process holds alone or with others."""
    return _kilobytes(f"/proc/{pid}/status", (b"RssAnon:", b"RssShmem:")) << 10


def _share(pid: int) -> int:
    """The same, but of what several processes hold only this one's share."""
    return _kilobytes(f"/proc/{pid}/smaps_rollup", (b"Pss_Anon:", b"Pss_Shmem:")) << 10


def _kilobytes(path: str, names: tuple[bytes, ...]) -> int:
    with contextlib.suppress(OSError), open(path, "rb") as file:
        return sum(int(line.split()[1]) for line in file if line.startswith(names))
    return 0


def _written(pid: int) -> int:
    """Bytes that this process has written, whether to files or pipes."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/io", "rb") as file:
        return max(int(line.split()[1]) for line in file if line.startswith((b"wchar:", b"write_bytes:")))
    return 0


def _nameless(pid: int) -> int:
    """Bytes of the files that this process holds open and that are in no folder."""
    found: dict[int, int] = {}
    with contextlib.suppress(OSError):
        for name in os.listdir(f"/proc/{pid}/fd"):
            with contextlib.suppress(OSError):
                known = os.stat(f"/proc/{pid}/fd/{name}")
                if stat.S_ISREG(known.st_mode) and not known.st_nlink:
                    found[known.st_ino] = known.st_blocks * 512
    return sum(found.values())


def _is_full(folder: str, most: int, used: int) -> bool:
    """Whether the files below hold more than `most` bytes, beside those in `used`, or are too many.

    Follows no link and goes as deep as it is.
    """
    files = 0
    waiting = [os.open(folder, FOLDER)]
    try:
        while waiting:
            here = waiting.pop()
            try:
                for name in os.listdir(here):
                    files += 1
                    known = os.stat(name, dir_fd=here, follow_symlinks=False)
                    used += known.st_blocks * 512
                    if files > MOST_FILES or used > most or len(waiting) > 500:
                        return True
                    if stat.S_ISDIR(known.st_mode):
                        waiting.append(_opened(name, here))
            except OSError:
                # It went while we looked.
                continue
            finally:
                os.close(here)
    finally:
        for fd in waiting:
            os.close(fd)
    return used > most


def _opened(name: str, here: int) -> int:
    """The folder `name` in `here`, made one that can be listed where it is not: it may be one that can be written to even so."""
    try:
        return os.open(name, FOLDER, dir_fd=here)
    except PermissionError:
        if not LINUX:
            raise
    # Changed by a descriptor, for what has this name may be another thing by now.
    place = os.open(name, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=here)
    try:
        os.chmod(f"/proc/self/fd/{place}", stat.S_IRWXU)
        return os.open(f"/proc/self/fd/{place}", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    finally:
        os.close(place)

"""What no limit of the kernel's counts: the memory of a whole tree, the size of a folder, threads of root.

Stops: many processes with a little memory each (`mem_many_processes`), and, where no file system of the run's own caps them, files
without end (`disk_fill_cwd`). It looks twenty times a second, so what is over the limit is over it for a moment.
"""

from __future__ import annotations

import contextlib
import os
import stat
from typing import TYPE_CHECKING, Any

from flashtorch.sandbox.inside import reap

if TYPE_CHECKING:
    from collections.abc import Mapping

EVERY_MS = 50
MOST_FILES = 16_000
MOST_TASKS = 512


def exceeded(pid: int, folder: str, limits: Mapping[str, Any]) -> str:
    """Which limit the run whose first process is `pid` is over: `memory`, `disk`, `tasks`, or empty for none."""
    tree = [pid, *reap.below(pid)]
    if sum(map(_threads, tree)) > MOST_TASKS:
        return "tasks"
    most = int(limits["memory_mb"]) << 20
    # Asked for in two steps: the second one is dear, and the first counts what forks share once for each of them.
    if len(tree) > 2 and sum(map(_resident, tree)) > most and sum(map(_share, tree)) > most:
        return "memory"
    if folder and _is_full(folder, int(limits["disk_mb"]) << 20):
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


def _is_full(folder: str, most: int) -> bool:
    """Whether the files below hold more than `most` bytes, or are too many. Follows no link and goes as deep as it is."""
    used = files = 0
    waiting = [os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)]
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
                        waiting.append(os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=here))
            except OSError:
                # It went while we looked, or cannot be looked into: then nothing can be put there either.
                continue
            finally:
                os.close(here)
    finally:
        for fd in waiting:
            os.close(fd)
    return False

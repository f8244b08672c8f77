"""`python -m tests.sandbox.as_user UID PROGRAM…`: root runs a program as somebody else, who may read this interpreter and checkout.

Both may lie in a folder that only root may enter. In mounts of its own, which nobody else sees, such a folder is covered by an
empty one that holds just them.
"""

from __future__ import annotations

import ctypes
import os
import stat
import sys
import tempfile
from pathlib import Path

from flashtorch.sandbox.inside.linux import call

NEW_MOUNTS = 0x0002_0000
BIND, MOVE, RECURSIVE, PRIVATE = 4096, 8192, 16384, 1 << 18


def mount(source: str, target: str, kind: str | None = None, flags: int = 0, options: str | None = None) -> None:
    texts = (None if text is None else os.fsencode(text) for text in (source, target, kind))
    call("mount", *texts, ctypes.c_ulong(flags), None if options is None else options.encode())


def closed(path: Path) -> Path | None:
    """The topmost folder on the way to `path` that others may not enter."""
    return next((each for each in reversed((path, *path.parents)) if not each.stat().st_mode & stat.S_IXOTH), None)


def uncover(paths: list[Path]) -> None:
    """Make `paths` reachable for everybody, in this process's own mounts."""
    call("unshare", NEW_MOUNTS)
    mount("none", "/", flags=RECURSIVE | PRIVATE)
    for folder in {found for path in paths if (found := closed(path)) is not None}:
        inner = [path for path in paths if path.is_relative_to(folder)]
        aside = [tempfile.mkdtemp(prefix="aside-") for _path in inner]
        for path, place in zip(inner, aside, strict=True):
            mount(str(path), place, flags=BIND | RECURSIVE)
        mount("tmpfs", str(folder), "tmpfs", options="mode=755")
        for path, place in zip(inner, aside, strict=True):
            path.mkdir(parents=True, exist_ok=True)
            mount(place, str(path), flags=MOVE)
            os.rmdir(place)


def main() -> None:
    uid = int(sys.argv[1])
    root = Path(__file__).resolve().parents[2]
    uncover(list(dict.fromkeys(Path(path).resolve() for path in (sys.prefix, sys.base_prefix, root))))
    os.umask(0o022)
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    os.environ["HOME"] = "/nonexistent"
    os.execv(sys.argv[2], sys.argv[2:])


if __name__ == "__main__":
    main()

"""The first file of every process behind the trainer: `python -I boot.py ROLE`, its configuration comes by descriptor 0.

It is run by its path, so that an interpreter without flashtorch can do it, and makes `flashtorch.sandbox.inside` importable and
no other room: the packages above it are empty shells whose search path leads nowhere.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import site
import sys
import types


def admit(package: str, folder: str) -> None:
    """Make the modules in `folder` importable as those of the package `package`, and nothing beside them."""
    names = package.split(".")
    for depth in range(1, len(names) + 1):
        name = ".".join(names[:depth])
        shell = sys.modules.get(name)
        if shell is None:
            shell = sys.modules[name] = types.ModuleType(name)
            shell.__path__ = []
            if depth > 1:
                setattr(sys.modules[".".join(names[: depth - 1])], names[depth - 1], shell)
    sys.modules[package].__path__ = [folder]


def forget_ourselves(extra: list[str]) -> None:
    """Leave on the search path what holds libraries: no folder from which the rest of flashtorch could be imported.

    A folder with torch in it stays even so, because torch is needed; `extra` are folders to add at the end.
    """

    def holds(folder: str, name: str) -> bool:
        return os.path.isdir(os.path.join(folder, name))

    sys.path[:] = [folder for folder in sys.path if holds(folder, "torch") or not holds(folder, "flashtorch")]
    sys.path += [folder for folder in extra if folder not in sys.path]
    if importlib.util.find_spec("torch") is None:
        sys.path += users_own_packages()
    sys.argv[:] = [""]
    sys.orig_argv[:] = [sys.executable]


def users_own_packages() -> list[str]:
    """Where `pip install --user` puts things, which an isolated interpreter leaves out; our `HOME` is not the user's."""
    try:
        home = pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:
        # A number without a name, as in containers.
        return []
    return [site.getusersitepackages().replace(os.environ["HOME"], home, 1)]


if __name__ == "__main__":
    role = sys.argv[1]
    admit("flashtorch.sandbox.inside", os.path.dirname(os.path.abspath(__file__)))
    # Imported again under its full name it would be a second module with the same code.
    sys.modules["flashtorch.sandbox.inside.boot"] = sys.modules["__main__"]
    importlib.import_module(f"flashtorch.sandbox.inside.{role}").main()

"""How to rise a level on this system: one line, worded by what the tries have shown and by which distribution this is."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from flashtorch.language import _

if TYPE_CHECKING:
    from collections.abc import Mapping


def distribution(text: str) -> frozenset[str]:
    """The names of a distribution and of those that it is like, from the text of `/etc/os-release`."""
    found: set[str] = set()
    for line in text.splitlines():
        key, _equals, value = line.partition("=")
        if key in ("ID", "ID_LIKE"):
            found |= set(value.strip("\"'").lower().split())
    return frozenset(found)


def os_release() -> str:
    """What this system says about itself, or nothing."""
    for path in ("/etc/os-release", "/usr/lib/os-release"):
        try:
            with open(path, encoding="utf-8", errors="replace") as file:
                return file.read()
        except OSError:
            continue
    return ""


def advice(level: str, names: frozenset[str], *, container: bool, wsl: bool, platform: str = sys.platform) -> str:
    """One sentence on how to get to a better level than `level`; empty at the best one."""
    if level == "A":
        return ""
    if platform == "win32":
        return _("Windows holds nothing back: use WSL, which reaches level A.")
    if platform == "darwin":
        return _("On macOS this is the best level; a Linux machine reaches level A.")
    if container:
        return _("This is a container: let it make user namespaces (Docker: --security-opt seccomp=unconfined), or run outside it.")
    if "ubuntu" in names and level != "B":
        return _("Ubuntu lets only some programs make namespaces: 'sudo apt install bubblewrap apparmor-profiles' reaches level B.")
    if {"debian", "ubuntu"} & names:
        return _("'sudo sysctl kernel.unprivileged_userns_clone=1' lets users make namespaces, which reaches level A.")
    if {"rhel", "centos", "fedora"} & names:
        return _("'sudo sysctl user.max_user_namespaces=15000' lets users make namespaces, which reaches level A.")
    if wsl:
        return _("'wsl --update' brings a kernel that reaches level A.")
    return _("A kernel of 5.13 or later with user namespaces and Landlock reaches level A.")


def tried(reasons: Mapping[str, str]) -> list[str]:
    """What was tried in vain and why, a line each."""
    return [_("level {level} does not hold here: {reason}").format(level=level, reason=reason) for level, reason in reasons.items()]

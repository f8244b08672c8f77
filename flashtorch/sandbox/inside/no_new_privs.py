"""No new privileges: neither a set-user-id program nor file capabilities give this process, or what it starts, more than it has.

Stops: `sudo`, `su`, `mount` and every other program with the set-user-id bit. It is also what lets an ordinary process load a
system-call filter and a Landlock ruleset. Proved by the snippets `capabilities_and_nnp` and `setuid_root`.
"""

from __future__ import annotations

from flashtorch.sandbox.inside.linux import prctl

PR_SET_NO_NEW_PRIVS = 38


def give_up() -> None:
    """For good, and for everything this process starts. Raises OSError where the kernel does not know it."""
    if not prctl(PR_SET_NO_NEW_PRIVS, 1):
        raise OSError("no_new_privs is not known here")

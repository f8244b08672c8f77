"""No capabilities: what is left of root, or of the first process of a user namespace, can do nothing that a user cannot.

Stops: mounting, chroot, changing owners and clocks, raw packets, entering namespaces, reading other people's files. Proved by
the snippets `capabilities_and_nnp`, `chroot_escape` and `mount_and_pivot`.
"""

from __future__ import annotations

import ctypes
import struct

from flashtorch.sandbox.inside.linux import call, prctl

PR_CAPBSET_DROP = 24
PR_SET_SECUREBITS = 28
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_CLEAR_ALL = 4
LAST = 63
VERSION_3 = 0x20080522
SECBITS = 0b101111
"""No root that is given capabilities back, and no keeping of them, both locked."""


def drop_all() -> None:
    """Drop every capability, also those that a program run later could be given. Raises OSError when one stays."""
    for number in range(LAST + 1):
        # Without the right to do this there is nothing to drop that `no_new_privs` does not deny already.
        if not prctl(PR_CAPBSET_DROP, number):
            break
    prctl(PR_SET_SECUREBITS, SECBITS)
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    call("capset", struct.pack("=Ii", VERSION_3, 0), ctypes.create_string_buffer(24))

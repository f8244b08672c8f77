"""The filter of system calls: what is not on the list of `calls.py` does not reach the kernel.

Stops: starting processes and programs, sockets, namespaces, tracing, mounts, keys, rings, and the greater part of the kernel in
which holes are found. Calls of another architecture's numbering (i386, x32) end the process or do not exist. Proved by the
snippets `i386_abi`, `io_uring`, `load_own_seccomp_notify`, `mptcp_loopback`, `raw_packet_netlink_vsock`, `pidfd_getfd`,
`process_vm_readv`, `mem_memfd`.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from dataclasses import dataclass
from functools import cache

from flashtorch.sandbox.inside import bpf, calls
from flashtorch.sandbox.inside.linux import call

ALLOW, ERRNO, KILL = 0x7FFF_0000, 0x0005_0000, 0x8000_0000
PR_SET_SECCOMP = 22
MODE_FILTER = 2
WIDTH = 8
"""Bytes of an instruction."""
THIS_PID = 0x5E1F_0001
"""Stands for the pid of the process until it is known: no pid is that large."""


@dataclass(frozen=True)
class Architecture:
    """What the kernel calls it (`linux/audit.h`)."""

    table: str
    audit: int


ARCHITECTURES = {"x86_64": Architecture("x86_64", 0xC000_003E), "aarch64": Architecture("aarch64", 0xC000_00B7)}


@dataclass(frozen=True)
class Policy:
    """What the filter is for."""

    processes: bool = False
    device: bool = False
    hidden: bool = False
    """Whether namespaces hide what is not the run's own."""

    def holds(self, when: str) -> bool:
        """Whether a group or rule for `when` is in force."""
        return when == calls.ALWAYS or bool(getattr(self, when))


def load(policy: Policy) -> None:
    """Filter the calls of this process from here on, for good. Raises OSError where that cannot be done."""
    machine = platform.machine()
    if machine not in ARCHITECTURES:
        raise OSError(errno.ENOSYS, f"no table of system calls for {machine}")
    program = assembled(policy, machine).replace(struct.pack("=I", THIS_PID), struct.pack("=I", os.getpid()))
    kept = ctypes.create_string_buffer(program, len(program))
    whole = struct.pack("HxxxxxxP", len(program) // WIDTH, ctypes.addressof(kept))
    call("prctl", PR_SET_SECCOMP, ctypes.c_ulong(MODE_FILTER), whole, 0, 0)


@cache
def table(machine: str) -> dict[str, int]:
    """The numbers of an architecture's system calls, by name."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), f"syscalls_{ARCHITECTURES[machine].table}.txt")
    with open(path, encoding="ascii") as file:
        return {name: int(number) for name, number in map(str.split, file)}


@cache
def assembled(policy: Policy, machine: str) -> bytes:
    """The program; made once for each policy, the pid is put in later."""
    program = bpf.Program()
    program.load(bpf.ARCHITECTURE)
    program.choose(bpf.EQUAL, ARCHITECTURES[machine].audit, "ours", "foreign")
    program.label("foreign")
    program.give(KILL)
    program.label("ours")
    program.load(bpf.NUMBER)
    rules = _rules(policy)
    _search(program, _ranges(policy, machine, rules), "n")
    for name, rule in rules.items():
        _check(program, name, rule, policy)
    program.label("allow")
    program.give(ALLOW)
    program.label("refuse")
    program.give(ERRNO | errno.EPERM)
    return program.assembled()


def allowed(policy: Policy) -> frozenset[str]:
    """The calls that are allowed whatever their arguments are."""
    groups = (group.names.split() for group in calls.GROUPS if policy.holds(group.when))
    return frozenset(name for names in groups for name in names) - _rules(policy).keys()


def _rules(policy: Policy) -> dict[str, calls.Rule | None]:
    """The calls that are allowed for some arguments; `clone` and `ioctl` have rules of their own."""
    found: dict[str, calls.Rule | None] = {rule.name: rule for rule in calls.RULES if policy.holds(rule.when)}
    return found | {"clone": None, "ioctl": None}


def _ranges(policy: Policy, machine: str, rules: dict[str, calls.Rule | None]) -> list[tuple[int, int | str]]:
    """From which number on which action is taken: a return value, or the label of a rule."""
    free = allowed(policy)
    names = {number: name for name, number in table(machine).items()}
    ranges: list[tuple[int, int | str]] = []
    for number in range(max(names) + 2):
        name = names.get(number, "")
        action: int | str
        if name in rules:
            action = name
        elif name in free:
            action = ALLOW
        else:
            action = ERRNO | (errno.ENOSYS if not name or name in calls.PRETEND_OLD else errno.EPERM)
        if not ranges or ranges[-1][1] != action:
            ranges.append((number, action))
    return ranges


def _search(program: bpf.Program, ranges: list[tuple[int, int | str]], path: str) -> None:
    """A binary search for the range that holds the call's number."""
    if len(ranges) == 1:
        action = ranges[0][1]
        program.go(action) if isinstance(action, str) else program.give(action)
        return
    middle = len(ranges) // 2
    program.choose(bpf.AT_LEAST, ranges[middle][0], path + "1", path + "0")
    for half, name in ((ranges[:middle], path + "0"), (ranges[middle:], path + "1")):
        program.label(name)
        _search(program, half, name)


def _check(program: bpf.Program, name: str, rule: calls.Rule | None, policy: Policy) -> None:
    program.label(name)
    if rule is None:
        _clone(program, policy) if name == "clone" else _ioctl(program, policy)
        return
    if calls.SELF in rule.values and policy.hidden:
        # Here every process that can be named is the run's own.
        program.give(ALLOW)
        return
    values = rule.values
    if name == "prctl" and policy.processes:
        values += (calls.PR_SET_PDEATHSIG,)
    _one_of(program, name, rule.argument, values, ERRNO | rule.refusal, "allow" if rule.also is None else f"{name}-also")
    if rule.also is not None:
        argument, others = rule.also
        program.label(f"{name}-also")
        _one_of(program, f"{name}-also", argument, others, ERRNO | rule.refusal)


def _one_of(
    program: bpf.Program, name: str, place: int, values: tuple[int | str, ...], otherwise: int, then: str = "allow"
) -> None:
    program.load(bpf.argument(place))
    for turn, value in enumerate(values):
        program.choose(bpf.EQUAL, THIS_PID if isinstance(value, str) else value, then, f"{name}{turn}")
        program.label(f"{name}{turn}")
    program.give(otherwise)


def _clone(program: bpf.Program, policy: Policy) -> None:
    program.load(bpf.argument(0))
    program.choose(bpf.ANY_BIT, calls.CLONE_NEW_ANYTHING, "refuse", "clone-here")
    program.label("clone-here")
    if policy.processes:
        program.give(ALLOW)
    else:
        program.choose(bpf.ANY_BIT, calls.CLONE_THREAD, "allow", "refuse")


def _ioctl(program: bpf.Program, policy: Policy) -> None:
    if not policy.device:
        _one_of(program, "ioctl", 1, calls.TERMINAL_QUERIES + calls.DESCRIPTOR_FLAGS, ERRNO | errno.ENOTTY)
        return
    program.load(bpf.argument(1))
    for turn, value in enumerate(calls.TYPING_FOR_OTHERS):
        program.choose(bpf.EQUAL, value, "refuse", f"ioctl{turn}")
        program.label(f"ioctl{turn}")
    program.give(ALLOW)

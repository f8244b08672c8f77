"""The list of system calls: its tables are the kernel's, its programs decide as the list says, on both architectures."""

from __future__ import annotations

import errno
import re
import struct
import subprocess
from pathlib import Path

import pytest

from flashtorch.sandbox.inside import bpf, calls, seccomp
from flashtorch.sandbox.inside.seccomp import ALLOW, ARCHITECTURES, ERRNO, KILL, Policy

HEADERS = {
    "x86_64": (Path("/usr/include/x86_64-linux-gnu"), "asm/unistd_64.h", "linux-libc-dev"),
    "aarch64": (Path("/usr/aarch64-linux-gnu/include"), "asm/unistd.h", "linux-libc-dev-arm64-cross"),
}
POLICIES = [Policy(), Policy(hidden=True), Policy(processes=True, hidden=True), Policy(device=True)]
REFUSED, MISSING = ERRNO | errno.EPERM, ERRNO | errno.ENOSYS
PID = 4242
# Whatever else is allowed, these never are.
NEVER = """
    ptrace process_vm_readv process_vm_writev kcmp pidfd_getfd unshare setns mount umount2 pivot_root chroot move_mount open_tree
    fsopen mount_setattr bpf perf_event_open userfaultfd keyctl add_key request_key init_module finit_module kexec_load reboot
    swapon settimeofday clock_settime sethostname setuid setgid setresuid setgroups capset seccomp landlock_restrict_self mknodat
    name_to_handle_at open_by_handle_at shmget msgget semget mq_open vmsplice process_madvise memfd_secret io_setup setrlimit acct
    syslog quotactl nfsservctl
"""


def decide(program: bytes, number: int, arguments: tuple[int, ...] = (), audit: int = 0) -> int:
    """Run the filter on one call, as the kernel would."""
    data = struct.pack("<IIQ6Q", number, audit, 0, *(*arguments, *[0] * (6 - len(arguments))))
    code = [struct.unpack_from("<HBBI", program, at) for at in range(0, len(program), 8)]
    at = held = 0
    while True:
        operation, yes, no, value = code[at]
        at += 1
        match operation:
            case bpf.LOAD:
                (held,) = struct.unpack_from("<I", data, value)
            case bpf.EQUAL:
                at += yes if held == value else no
            case bpf.AT_LEAST:
                at += yes if held >= value else no
            case bpf.ANY_BIT:
                at += yes if held & value else no
            case bpf.GO:
                at += value
            case bpf.RETURN:
                return int(value)


class Filter:
    """One policy on one architecture, asked by the names of calls."""

    def __init__(self, policy: Policy, machine: str) -> None:
        self.machine = machine
        own = struct.pack("=I", PID)
        self.program = seccomp.assembled(policy, machine).replace(struct.pack("=I", seccomp.THIS_PID), own)

    def __call__(self, name: str, *arguments: int) -> int:
        return decide(self.program, seccomp.table(self.machine)[name], arguments, ARCHITECTURES[self.machine].audit)


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_the_numbers_are_the_kernels(machine: str, tmp_path: Path) -> None:
    """Of every call that both know; of those that the headers know, none is missing here."""
    folder, header, package = HEADERS[machine]
    if not (folder / header).exists():
        pytest.skip(f"the kernel's headers are not installed: Debian's package {package}")
    theirs = header_numbers(folder, header)
    ours = seccomp.table(machine)
    assert len(theirs) > 250
    assert {name: ours.get(name) for name in theirs} == theirs
    newer = {name: number for name, number in ours.items() if name not in theirs}
    assert all(number > max(theirs.values()) for number in newer.values())


def header_numbers(folder: Path, header: str) -> dict[str, int]:
    """What the C preprocessor makes of the header."""
    command = ["cc", "-E", "-dM", "-nostdinc", f"-I{folder}", "-I/usr/include", "-D__x86_64__" if "x86" in str(folder) else "-D__aarch64__", "-"]
    try:
        out = subprocess.run(command, input=f"#include <{header}>\n", capture_output=True, text=True, check=True).stdout
    except FileNotFoundError:
        pytest.skip("there is no C compiler to read the kernel's headers with")
    raw = dict(re.findall(r"#define __NR_?(\w+) (\S+)", out))
    found = {}
    for name, value in raw.items():
        while value.startswith("__NR"):
            value = raw[value.removeprefix("__NR").removeprefix("_")]
        if value.isdigit() and not name.startswith("3264") and name not in ("syscalls", "arch_specific_syscall"):
            found[name] = int(value)
    return found


@pytest.mark.parametrize("machine", ARCHITECTURES)
@pytest.mark.parametrize("policy", POLICIES, ids=str)
def test_each_call_is_decided_as_the_list_says(policy: Policy, machine: str) -> None:
    ask = Filter(policy, machine)
    free = seccomp.allowed(policy)
    special = {rule.name for rule in calls.RULES} | {"clone", "ioctl"}
    for name in seccomp.table(machine):
        if name in special:
            continue
        expected = ALLOW if name in free else MISSING if name in calls.PRETEND_OLD else REFUSED
        assert ask(name) == expected, name


@pytest.mark.parametrize("machine", ARCHITECTURES)
@pytest.mark.parametrize("policy", POLICIES, ids=str)
def test_what_must_never_be_never_is(policy: Policy, machine: str) -> None:
    ask = Filter(policy, machine)
    for name in NEVER.split():
        if name in seccomp.table(machine):
            assert ask(name) in (REFUSED, MISSING), name
    assert ask("clone", 0x1000_0000 | 17) == REFUSED
    assert ask("clone3") == MISSING
    assert ask("personality", 0x0002_0000) == REFUSED
    assert ask("ioctl", 0, 0x5412) != ALLOW
    assert ask("socket", 2) != ALLOW
    assert ask("fcntl", 0, 8) == ask("fcntl", 0, 10) == ask("fcntl", 0, 15) == REFUSED
    assert (ask("socket", 1) == ALLOW) is policy.processes
    assert (ask("clone", 17) == ALLOW) is policy.processes
    assert ask("clone", 0x3D0F00) == ALLOW
    assert (ask("prctl", 1) == ALLOW) is policy.processes
    assert (ask("chmod" if machine == "x86_64" else "fchmod") == ALLOW) is policy.hidden


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_without_a_namespace_only_itself_can_be_named(machine: str) -> None:
    alone, hidden = Filter(Policy(), machine), Filter(Policy(hidden=True), machine)
    for name, place in (("kill", 0), ("tgkill", 0), ("rt_sigqueueinfo", 0), ("prlimit64", 0), ("setpriority", 1)):
        own, others = [0] * 6, [0] * 6
        own[place], others[place] = PID, 77
        assert alone(name, *own) == ALLOW
        assert alone(name, *others) == REFUSED
        assert hidden(name, *others) == ALLOW
    assert alone("kill", 0xFFFF_FFFF) == REFUSED


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_another_architectures_numbers_end_the_process(machine: str) -> None:
    program = seccomp.assembled(Policy(hidden=True), machine)
    i386, x32 = 0x4000_0003, 0x4000_0000
    assert decide(program, 20, audit=i386) == KILL
    assert decide(program, x32 | 39, audit=ARCHITECTURES[machine].audit) == MISSING
    assert decide(program, 9999, audit=ARCHITECTURES[machine].audit) == MISSING


def test_every_name_of_the_list_is_a_call_somewhere() -> None:
    known = set().union(*(seccomp.table(machine) for machine in ARCHITECTURES))
    named = {name for group in calls.GROUPS for name in group.names.split()} | {rule.name for rule in calls.RULES}
    assert named <= known
    assert all(group.why for group in calls.GROUPS)

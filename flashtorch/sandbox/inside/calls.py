"""The system calls that a run may make: a table, each group with the reason why it is there. Everything else is refused.

A call that is not named fails with EPERM, one that the table of this architecture does not know with ENOSYS, which libraries take
for an older kernel. Names that an architecture does not have are passed over.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass

ALWAYS, PROCESSES, DEVICE, HIDDEN = "always", "processes", "device", "hidden"
"""When a group is allowed: for every run; for one that may start processes; for one on a GPU; where a namespace hides what is
not the run's own (level A)."""


@dataclass(frozen=True)
class Group:
    """Calls that are allowed for one reason."""

    why: str
    names: str
    when: str = ALWAYS


GROUPS = (
    Group(
        "descriptors that the run has: reading, writing, waiting; none of these reaches anything new",
        "read write close readv writev pread64 pwrite64 preadv pwritev preadv2 pwritev2 lseek dup dup2 dup3 poll ppoll"
        " select pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2 pipe pipe2 eventfd"
        " eventfd2 close_range timerfd_create timerfd_settime timerfd_gettime signalfd signalfd4 sendfile copy_file_range"
        " ftruncate fsync fdatasync sync_file_range flock fadvise64 readahead",
    ),
    Group(
        "files by name: which ones, the private root and Landlock decide",
        "open openat openat2 creat stat fstat lstat newfstatat statx access faccessat faccessat2 getdents getdents64"
        " getcwd chdir fchdir rename renameat renameat2 mkdir mkdirat rmdir link linkat unlink unlinkat symlink symlinkat"
        " readlink readlinkat umask statfs fstatfs",
    ),
    Group(
        "metadata of files: Landlock does not guard it, so only where nothing of the machine's can be named",
        "truncate chmod fchmod fchmodat fchmodat2 utime utimes futimesat utimensat getxattr lgetxattr fgetxattr listxattr"
        " llistxattr flistxattr",
        HIDDEN,
    ),
    Group("space for files at once: only where a file system of the run's own holds no more than it may", "fallocate", HIDDEN),
    Group(
        "memory: of this process alone, held by its address-space limit",
        "mmap mprotect munmap mremap brk msync mincore madvise mbind get_mempolicy set_mempolicy pkey_mprotect pkey_alloc"
        " pkey_free membarrier map_shadow_stack mseal cachestat",
    ),
    Group(
        "threads: torch, BLAS and Python's own; `clone` for anything but a thread is refused below",
        "futex futex_waitv futex_wake futex_wait futex_requeue set_robust_list get_robust_list set_tid_address rseq"
        " gettid getcpu sched_yield sched_getaffinity sched_getparam sched_getscheduler sched_getattr"
        " sched_get_priority_max sched_get_priority_min sched_rr_get_interval arch_prctl restart_syscall exit exit_group"
        " wait4 waitid",
    ),
    Group(
        "signals and timers: what this process does about its own",
        "rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait rt_sigsuspend sigaltstack pause alarm"
        " getitimer setitimer timer_create timer_settime timer_gettime timer_getoverrun timer_delete nanosleep"
        " clock_nanosleep clock_gettime clock_getres gettimeofday time times",
    ),
    Group(
        "who and where am I: nothing here changes anything",
        "getpid getppid getuid geteuid getgid getegid getpgrp getpgid getsid getgroups getresuid getresgid capget uname"
        " sysinfo getrlimit getrusage getpriority getrandom",
    ),
    Group(
        "sockets that the run holds: its own to the trainer and pairs that it makes; new ones to anywhere are refused below",
        "sendto recvfrom sendmsg recvmsg recvmmsg sendmmsg shutdown getsockname getpeername getsockopt",
    ),
    Group(
        "processes, for a card with `needs=processes`: only in a pid namespace, where they all end with the first",
        "fork vfork execve execveat setpgid setsid pidfd_open pidfd_send_signal",
        PROCESSES,
    ),
    Group(
        "sockets by name between those processes (`multiprocessing` passes descriptors): in a network namespace without a network",
        "connect bind listen accept accept4",
        PROCESSES,
    ),
    Group("the CUDA driver makes memory files and pins memory", "memfd_create mlock munlock mlock2", DEVICE),
)

PRETEND_OLD = (
    "clone3",  # Its flags lie in memory, where a filter cannot look; the C library then takes `clone`.
    "memfd_create",  # Memory that no limit counts.
    "io_uring_setup", "io_uring_enter", "io_uring_register",  # What a ring does passes no filter.
)  # fmt: skip
"""Calls whose refusal is to look like that of an older kernel."""

CLONE_THREAD = 0x0001_0000
CLONE_NEW_ANYTHING = 0x7E02_0080
"""The flags that make a namespace: time, mount, cgroup, uts, ipc, user, pid, net."""
AF_UNIX = 1
STREAM, SEQPACKET, NONBLOCK, CLOEXEC = 1, 5, 0o4000, 0o2000000
CONNECTED = tuple(kind | flags for kind in (STREAM, SEQPACKET) for flags in (0, NONBLOCK, CLOEXEC, NONBLOCK | CLOEXEC))
"""Kinds of sockets that speak to their pair alone. A socket for datagrams may be given the name of any other with each message."""
USUAL_OPTIONS = (2, 9, 13, 16, 20, 21, 66, 67)
"""Reuse, lingering, credentials, timeouts. Not SO_ATTACH_FILTER and its like, which are programs for the kernel, nor the sizes of
buffers, which hold memory that no limit counts."""
PRIO_PROCESS = 0
SELF = "self"
"""Among allowed values: the pid of the process itself, where no namespace keeps it from others."""


@dataclass(frozen=True)
class Rule:
    """A call that is allowed when the low half of one argument has one of these values."""

    name: str
    argument: int
    values: tuple[int | str, ...]
    refusal: int
    when: str = ALWAYS
    also: tuple[int, tuple[int, ...]] | None = None
    """A second argument and the values that it must have one of."""


TERMINAL_QUERIES = (0x5401, 0x802C542A, 0x5413)
DESCRIPTOR_FLAGS = (0x541B, 0x5421, 0x5450, 0x5451)
TYPING_FOR_OTHERS = (0x5412, 0x541C, 0x540E)
"""TIOCSTI, TIOCLINUX, TIOCSCTTY: refused also where a GPU's driver needs any other."""
FCNTL = (0, 1, 2, 3, 4, 5, 6, 7, 36, 37, 38, 1030, 1032)
"""Duplicates, flags, record locks, a pipe's size as it is. Not F_SETOWN and F_SETSIG, by which a descriptor sends any signal to
any process of the same user, nor leases and larger pipes."""
PRCTL = (3, 15, 16, 23, 39, 41, 42, 0x53564D41)
"""Names of threads and memory, huge pages, and questions. Not PR_SET_PDEATHSIG: a run that clears it may outlive the trainer; nor
PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_PTRACER."""
PR_SET_PDEATHSIG = 1

RULES = (
    Rule("fcntl", 1, FCNTL, errno.EPERM),
    Rule("prctl", 0, PRCTL, errno.EPERM),
    # Pairs are harmless; anything that could reach another process or machine is not.
    Rule("socket", 0, (), errno.EACCES),
    Rule("socket", 0, (AF_UNIX,), errno.EACCES, PROCESSES),
    Rule("socketpair", 0, (AF_UNIX,), errno.EACCES, also=(1, CONNECTED)),
    Rule("setsockopt", 2, USUAL_OPTIONS, errno.EPERM),
    Rule("personality", 0, (0xFFFF_FFFF,), errno.EPERM),
    Rule("kill", 0, (SELF,), errno.EPERM),
    Rule("tgkill", 0, (SELF,), errno.EPERM),
    Rule("rt_sigqueueinfo", 0, (SELF,), errno.EPERM),
    Rule("rt_tgsigqueueinfo", 0, (SELF,), errno.EPERM),
    Rule("prlimit64", 0, (0, SELF), errno.EPERM),
    Rule("sched_setaffinity", 0, (0, SELF), errno.EPERM),
    Rule("sched_setscheduler", 0, (0, SELF), errno.EPERM),
    Rule("sched_setparam", 0, (0, SELF), errno.EPERM),
    # Of one process: 0 as a group or user would mean everything that is this user's.
    Rule("setpriority", 1, (0, SELF), errno.EPERM, also=(0, (PRIO_PROCESS,))),
)
"""A later rule for the same call takes the place of an earlier one."""

"""What a workspace may ask of the kernel, and what it may read of it. Pure.

A closed list, smaller than Docker's own: what is not in it is refused, calls that are yet to be
invented included. Two workspaces share one kernel: what one of them could set there and another one
read, or take so that nothing is left, is not in it either. So nobody watches files (inotify, leases):
who may write a team's space would see it being read by those who may read more, and nobody asks what
is in memory (mincore), for the same reason.
"""

from __future__ import annotations

import json
from typing import Any

CALLS = (
    # files
    "access chdir chmod chown close close_range copy_file_range creat dup dup2 dup3 faccessat faccessat2",
    "fadvise64 fallocate fchdir fchmod fchmodat fchmodat2 fchown fchownat fdatasync fgetxattr flistxattr flock",
    "fremovexattr fsetxattr fstat fstatfs fsync ftruncate futimesat getcwd getdents getdents64 getxattr ioctl",
    "lchown lgetxattr link linkat listxattr llistxattr lremovexattr lseek lsetxattr lstat mkdir mkdirat mknod",
    "mknodat newfstatat open openat openat2 pipe pipe2 pread64 preadv pwrite64 pwritev read readahead readlink",
    "readlinkat readv removexattr rename renameat renameat2 rmdir sendfile setxattr splice stat statfs statx",
    "symlink symlinkat sync sync_file_range syncfs tee truncate umask unlink unlinkat utime utimensat utimes",
    "write writev",
    # memory
    "brk madvise map_shadow_stack membarrier memfd_create mlock mlock2 mlockall mmap mprotect mremap mseal msync",
    "munlock munlockall munmap pkey_alloc pkey_free pkey_mprotect remap_file_pages",
    # processes and threads
    "arch_prctl capget capset execve execveat exit exit_group fork futex futex_requeue futex_wait futex_waitv",
    "futex_wake get_robust_list get_thread_area getcpu getegid geteuid getgid getgroups getpgid getpgrp getpid",
    "getppid getpriority getresgid getresuid getrlimit getrusage getsid gettid getuid ioprio_get ioprio_set kill",
    "landlock_add_rule landlock_create_ruleset landlock_restrict_self pidfd_open pidfd_send_signal prctl",
    "prlimit64 restart_syscall rseq rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn",
    "rt_sigsuspend rt_sigtimedwait rt_tgsigqueueinfo sched_get_priority_max sched_get_priority_min",
    "sched_getaffinity sched_getattr sched_getparam sched_getscheduler sched_rr_get_interval sched_setaffinity",
    "sched_setattr sched_setparam sched_setscheduler sched_yield seccomp set_robust_list set_thread_area",
    "set_tid_address setfsgid setfsuid setgid setgroups setpgid setpriority setregid setresgid setresuid setreuid",
    "setrlimit setsid setuid sigaltstack tgkill tkill uname vfork wait4 waitid",
    # waiting, and between processes
    "accept accept4 bind connect epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_pwait2 epoll_wait eventfd",
    "eventfd2 getpeername getsockname getsockopt listen mq_getsetattr mq_notify mq_open mq_timedreceive",
    "mq_timedsend mq_unlink msgctl msgget msgrcv msgsnd pause poll ppoll pselect6 recvfrom recvmmsg recvmsg",
    "select semctl semget semop semtimedop sendmmsg sendmsg sendto setsockopt shmat shmctl shmdt shmget shutdown",
    "signalfd signalfd4 socketpair",
    # time, and what else a program may ask
    "alarm clock_getres clock_gettime clock_nanosleep getitimer getrandom gettimeofday nanosleep setitimer",
    "sysinfo time timer_create timer_delete timer_getoverrun timer_gettime timer_settime timerfd_create",
    "timerfd_gettime timerfd_settime times",
)
ARCHITECTURES = ("SCMP_ARCH_X86_64", "SCMP_ARCH_AARCH64")
AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, NETLINK_ROUTE = 1, 2, 10, 16, 0
NEW_NAMESPACES = 0x7E020000
LAST_COMMON_COMMAND = 1023  # of fcntl; those beyond are Linux's own, leases among them
COMMANDS = (1027, 1030, 1031, 1032, 1033, 1034, 1035, 1036, 1037, 1038)  # duplicates, pipes, seals, hints
ONLY_WHAT_IS_IN_MEMORY = 0x8  # RWF_NOWAIT
PLAIN_PERSONALITIES = (0x0, 0xFFFFFFFF)  # that of the program, and the question which one it is
NO_SUCH_CALL = 38  # ENOSYS: the C library then falls back to `clone`, whose flags can be read

# Docker's own, and what tells or counts across workspaces: the locks of all (a lock's range holds any
# number that its owner likes), the counters of open files, requests and terminals, keys by account
MASKED = (
    "/proc/acpi",
    "/proc/asound",
    "/proc/diskstats",
    "/proc/fs",
    "/proc/interrupts",
    "/proc/kcore",
    "/proc/key-users",
    "/proc/keys",
    "/proc/latency_stats",
    "/proc/locks",
    "/proc/sched_debug",
    "/proc/scsi",
    "/proc/softirqs",
    "/proc/sys/fs",
    "/proc/sys/kernel/pty",
    "/proc/timer_list",
    "/proc/timer_stats",
    "/sys/devices/virtual/powercap",
    "/sys/firmware",
)
READ_ONLY = ("/proc/bus", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger")


def _allow(names: list[str], *conditions: dict[str, Any]) -> dict[str, Any]:
    return {"names": names, "action": "SCMP_ACT_ALLOW", "args": list(conditions)}


def _equal(index: int, value: int) -> dict[str, Any]:
    return {"index": index, "value": value, "op": "SCMP_CMP_EQ"}


def _at_most(index: int, value: int) -> dict[str, Any]:
    return {"index": index, "value": value, "op": "SCMP_CMP_LE"}


def _without(index: int, bits: int) -> dict[str, Any]:
    return {"index": index, "value": bits, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}


def render_filter() -> str:
    """Docker's seccomp profile, as text; programs of another architecture than the machine's do not run."""
    syscalls = [
        _allow(sorted(name for line in CALLS for name in line.split())),
        *(_allow(["socket"], _equal(0, family)) for family in (AF_UNIX, AF_INET, AF_INET6)),
        _allow(["socket"], _equal(0, AF_NETLINK), _equal(2, NETLINK_ROUTE)),
        _allow(["clone"], _without(0, NEW_NAMESPACES)),
        _allow(["fcntl"], _at_most(1, LAST_COMMON_COMMAND)),
        *(_allow(["fcntl"], _equal(1, command)) for command in COMMANDS),
        _allow(["preadv2", "pwritev2"], _without(5, ONLY_WHAT_IS_IN_MEMORY)),
        *(_allow(["personality"], _equal(0, value)) for value in PLAIN_PERSONALITIES),
        {"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "args": [], "errnoRet": NO_SUCH_CALL},
    ]
    machines = [{"architecture": name, "subArchitectures": list[str]()} for name in ARCHITECTURES]
    profile = {"defaultAction": "SCMP_ACT_ERRNO", "archMap": machines, "syscalls": syscalls}
    return json.dumps(profile, separators=(",", ":"), sort_keys=True)


FILTER = render_filter()

"""What a workspace may ask of the kernel that it shares with everybody."""

from __future__ import annotations

import ctypes
import fcntl
import mmap
import os
import signal
import struct
from pathlib import Path

from tests.isolation.inside.frame import Facts, Got, ask, attempt, need, probe, reaches

NAMESPACES = {
    "user": 0x10000000, "mnt": 0x20000, "net": 0x40000000, "pid": 0x20000000, "ipc": 0x8000000, "uts": 0x4000000,
    "cgroup": 0x2000000,
}  # fmt: skip
PATH = ctypes.c_char_p
HERE = -100  # AT_FDCWD


@probe("Créer un espace de noms (compte, montages, réseau, processus, mémoire partagée, nom, groupes de contrôle)")
def new_namespaces(facts: Facts) -> Got:
    found = []
    for name, flag in NAMESPACES.items():
        found += attempt(f"unshare {name}", ask, "unshare", flag)
        found += attempt(f"clone {name}", _clone, flag)
    return found


def _clone(flag: int) -> int:
    child = ask("clone", flag | signal.SIGCHLD, 0, 0, 0, 0)
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return child


@probe("Partager un espace de noms avec la machine ou avec un voisin")
def namespaces_shared(facts: Facts) -> Got:
    kinds = [
        kind for kind in os.listdir("/proc/self/ns") if kind not in {"user", "time"} and "for_children" not in kind
    ]
    need(len(kinds) >= 5, "the kernel has no namespaces")
    return [each for kind in sorted(kinds) if (each := os.readlink(f"/proc/self/ns/{kind}")) in facts["namespaces"]]


@probe("Entrer dans les espaces de noms d'un autre processus (setns)")
def namespaces_entered(facts: Facts) -> Got:
    found = []
    for pid in ("1", *[str(each["pid"]) for each in facts["others"]]):
        for name in NAMESPACES:
            found += attempt(f"{pid} {name}", _enter, f"/proc/{pid}/ns/{name}")
    return found


def _enter(path: str) -> int:
    handle = os.open(path, os.O_RDONLY)
    try:
        return ask("setns", handle, 0)
    finally:
        os.close(handle)


@probe("Monter, remonter en écriture, démonter, ou changer de racine")
def mounts_made(facts: Facts) -> Got:
    part, remount = facts["parts"][0].encode(), 32 | 4096
    need(os.path.isdir(part), f"{part!r} is not there")
    flags = ctypes.c_ulong
    return [
        *reaches("mount", PATH(b"x"), PATH(b"/tmp"), PATH(b"tmpfs"), flags(0), None),
        *reaches("mount", PATH(b"/"), PATH(b"/tmp"), None, flags(4096), None),
        *reaches("mount", PATH(b"proc"), PATH(b"/tmp"), PATH(b"proc"), flags(0), None),
        *reaches("mount", None, PATH(part), None, flags(remount), None),
        *reaches("mount", None, PATH(b"/"), None, flags(remount), None),
        *reaches("umount2", PATH(part), 2),
        *reaches("umount2", PATH(b"/proc/sys"), 2),
        *reaches("pivot_root", PATH(b"/tmp"), PATH(b"/tmp")),
        *reaches("chroot", PATH(b"/tmp")),
        *reaches("open_tree", HERE, PATH(b"/"), 1),
        *reaches("fsopen", PATH(b"tmpfs"), 0),
        *reaches("fspick", HERE, PATH(b"/tmp"), 0),
        *reaches("move_mount", HERE, PATH(b"/tmp"), HERE, PATH(b"/projet"), 0),
        *reaches("mount_setattr", HERE, PATH(b"/tmp"), 0, ctypes.create_string_buffer(32), 32),
    ]


@probe("Charger ou retirer un module du noyau, un autre noyau, une zone d'échange ; redémarrer la machine")
def kernel_replaced(facts: Facts) -> Got:
    """No call could succeed: each is given what the kernel refuses after it looked at the rights."""
    return [
        *reaches("init_module", None, 0, PATH(b"")),
        *reaches("finit_module", -1, PATH(b""), 0),
        *reaches("delete_module", PATH(b"no_such_module"), 0),
        *reaches("kexec_load", 0, 17, None, 0),
        *reaches("kexec_file_load", -1, -1, 0, None, 0),
        *reaches("swapon", PATH(b"/tmp"), 0),
        *reaches("swapoff", PATH(b"/tmp")),
        *reaches("reboot", 1, 2, 3, None),
        *reaches("acct", PATH(b"/nowhere/at/all")),
        *reaches("quotactl", 0, None, 0, None),
        *reaches("sethostname", PATH(b"x"), -1),
    ]


@probe("Changer l'heure de la machine")
def clock_set(facts: Facts) -> Got:
    """What would be set is what stands: where it worked, nothing moved."""
    state = ctypes.create_string_buffer(512)
    struct.pack_into("I", state, 0, 0x4000)  # ADJ_TICK
    struct.pack_into("q", state, 88, 10000)
    return [
        *attempt("adjtimex", ask, "adjtimex", state),
        *attempt("clock_adjtime", ask, "clock_adjtime", 0, state),
        *reaches("clock_settime", 0, None),
        *attempt("settimeofday", ask, "settimeofday", None, ctypes.create_string_buffer(8)),
        *attempt("rtc", os.open, "/dev/rtc0", os.O_RDONLY),
    ]


@probe("Lire le journal du noyau et ce que le noyau dit de tout le monde (verrous, clés, fichiers ouverts, disques)")
def kernel_read(facts: Facts) -> Got:
    found = attempt("syslog", ask, "syslog", 3, ctypes.create_string_buffer(4096), 4096)
    found += [f"{path}: {len(content)} octets" for path in FILES if (content := _read(path))]
    found += [f"{path}: {names[:3]}" for path in FOLDERS if (names := _names(path))]
    need(_read("/proc/uptime"), "/proc is not there")
    return found


FILES = (
    "/dev/kmsg", "/proc/diskstats", "/proc/interrupts", "/proc/kcore", "/proc/key-users", "/proc/keys", "/proc/kmsg",
    "/proc/kpagecount", "/proc/locks", "/proc/pagetypeinfo", "/proc/sched_debug", "/proc/slabinfo", "/proc/softirqs",
    "/proc/timer_list", "/proc/vmallocinfo", "/proc/1/environ.host", "/sys/kernel/debug/wakeup_sources",
)  # fmt: skip
FOLDERS = (
    "/proc/acpi", "/proc/asound", "/proc/fs", "/proc/scsi", "/proc/sys/fs", "/proc/sys/kernel/pty", "/sys/firmware",
    "/sys/devices/virtual/powercap", "/sys/fs/bpf", "/sys/fs/pstore", "/sys/kernel/debug", "/sys/kernel/security",
    "/sys/kernel/tracing",
)  # fmt: skip


def _read(path: str) -> bytes:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return b""
    try:
        return os.read(handle, 4096)
    except OSError:
        return b""
    finally:
        os.close(handle)


def _names(path: str) -> list[str]:
    try:
        return sorted(os.listdir(path))
    except OSError:
        return []


@probe("Écrire un réglage du noyau (/proc/sys, sysrq, /sys, groupes de contrôle)")
def kernel_settings_written(facts: Facts) -> Got:
    """Opened for writing and closed: where it worked, nothing was written."""
    fixed = [
        "/proc/sysrq-trigger", "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/hostname",
        "/proc/sys/kernel/modprobe",
        "/proc/sys/vm/drop_caches", "/proc/sys/net/ipv4/ip_forward", "/proc/irq/0/smp_affinity", "/sys/power/state",
        "/sys/kernel/uevent_helper", "/sys/kernel/mm/ksm/run",
    ]  # fmt: skip
    groups = [os.path.join(folder, name) for folder, _, names in os.walk("/sys/fs/cgroup") for name in names]
    need(groups, "there are no control groups")
    found = [each for path in fixed + groups for each in attempt(path, os.open, path, os.O_WRONLY)]
    for folder in {os.path.dirname(path) for path in groups}:
        found += attempt(f"{folder}/x", os.mkdir, f"{folder}/x")
    return found[:10]


@probe("Appeler ce dont les évasions se servent : bpf, perf, io_uring, userfaultfd, fanotify, descripteurs par poignée")
def unusual_calls(facts: Facts) -> Got:
    room = ctypes.create_string_buffer(256)
    return [
        *reaches("bpf", 0, None, 0),
        *reaches("perf_event_open", None, 0, -1, -1, 0),
        *reaches("io_uring_setup", 0, None),
        *reaches("io_setup", 1, ctypes.byref(ctypes.c_ulong(0))),
        *reaches("userfaultfd", 1),
        *reaches("fanotify_init", 0x200, 0),
        *reaches("vmsplice", -1, None, 0, 0),
        *reaches("modify_ldt", 0, None, 0),
        *reaches("iopl", 0),
        *reaches("name_to_handle_at", HERE, PATH(b"/"), room, ctypes.byref(ctypes.c_int()), 0),
        *reaches("open_by_handle_at", HERE, room, 0),
        *reaches("kcmp", 1, 1, 0, 0, 0),
    ]


@probe("Déposer une clé dans un trousseau du noyau")
def keyrings(facts: Facts) -> Got:
    return [
        *reaches("add_key", PATH(b"user"), PATH(b"datalab-essai"), PATH(b"x"), 1, -1),
        *reaches("keyctl", 0, -4, 0),
        *reaches("request_key", PATH(b"user"), PATH(b"datalab-essai"), None, 0),
    ]


GETPID_OF_32_BITS = bytes.fromhex("b814000000cd80c3")  # mov eax, 20; int 0x80; ret


@probe("Passer par les appels 32 bits du noyau, qu'un filtre de 64 bits ne verrait pas")
def calls_of_32_bits(facts: Facts) -> Got:
    if os.uname().machine != "x86_64":
        return []
    child = os.fork()
    if child == 0:
        page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        page.write(GETPID_OF_32_BITS)
        call = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
        os._exit(0 if call() == os.getpid() else 9)
    _, status = os.waitpid(child, 0)
    return ["getpid"] if os.waitstatus_to_exitcode(status) == 0 else []


@probe("Demander au noyau qui ouvre un fichier, ou ce qui en est en mémoire (inotify, baux, mincore)")
def files_watched(facts: Facts) -> Got:
    path = "/home/datalab/.surveille"
    Path(path).write_bytes(b"x" * 4096)
    handle = os.open(path, os.O_RDONLY)
    lease = attempt("bail", _lease, handle)
    with open(path, "r+b") as opened:
        page = mmap.mmap(opened.fileno(), 4096)
    place = ctypes.addressof(ctypes.c_char.from_buffer(page))
    notify = ctypes.create_string_buffer(64)
    found = [
        *reaches("inotify_init1", 0),
        *lease,
        *attempt("dnotify", _notify, "/home/datalab"),
        *reaches("mincore", ctypes.c_void_p(place), 4096, ctypes.create_string_buffer(1)),
        *reaches("cachestat", handle, notify, notify, 0),
        *attempt("RWF_NOWAIT", os.preadv, handle, [bytearray(16)], 0, os.RWF_NOWAIT),
    ]
    os.unlink(path)
    return found


def _lease(handle: int) -> int:
    taken = fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return taken


def _notify(folder: str) -> int:
    handle = os.open(folder, os.O_RDONLY)
    return fcntl.fcntl(handle, fcntl.F_NOTIFY, fcntl.DN_CREATE)

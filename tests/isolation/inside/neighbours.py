"""Processes, memory and messages of neighbours and of the machine; secrets that can be seen."""

from __future__ import annotations

import ctypes
import hashlib
import os
import re
import signal
import struct
from pathlib import Path

from tests.isolation.inside.frame import Facts, Got, ask, attempt, need, probe, reaches

WAIT_NOT = 0o4000  # IPC_NOWAIT
ATTACH, DETACH = 16, 17


@probe("Voir un processus de la machine ou d'un voisin")
def processes_of_others(facts: Facts) -> Got:
    pids = [name for name in os.listdir("/proc") if name.isdigit()]
    need("1" in pids, "/proc is not there")
    found = []
    for pid in pids:
        found += attempt(f"{pid}", _foreign, pid, facts)
    return [each for each in found if not each.endswith("''")][:10]


def _foreign(pid: str, facts: Facts) -> str:
    command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    owner = os.stat(f"/proc/{pid}").st_uid
    elsewhere = any(_space(pid, kind) not in {_space("self", kind), ""} for kind in ("pid", "mnt"))
    is_own = owner == facts["uid"] and not elsewhere and facts["process_of_the_machine"] not in command
    return "" if is_own else f"{owner} {command}"


def _space(pid: str, kind: str) -> str:
    try:
        return os.readlink(f"/proc/{pid}/ns/{kind}")
    except OSError:
        return ""


def _pids_of_others(facts: Facts) -> list[int]:
    """Those of the neighbours' first processes, as the machine counts: of no meaning here, unless it is shared."""
    return [each["pid"] for each in facts["others"]]


@probe("Envoyer un signal au processus d'un voisin")
def signals_to_others(facts: Facts) -> Got:
    found = []
    for pid in _pids_of_others(facts):
        found += attempt(f"signal {pid}", os.kill, pid, 0)
        found += attempt(f"pidfd {pid}", os.pidfd_open, pid)
    return found


@probe("Lire ou arrêter la mémoire d'un autre processus (ptrace, /proc/<pid>/mem, process_vm_readv, pidfd_getfd)")
def memory_of_others(facts: Facts) -> Got:
    found = reaches("pidfd_getfd", -1, 0, 0)
    here = ctypes.create_string_buffer(8)
    part = struct.pack("PN", ctypes.addressof(here), 8)
    child = os.fork()
    if child == 0:
        signal.pause()
    for pid in (child, 1, *_pids_of_others(facts)):
        found += attempt(f"ptrace {pid}", _traced, pid)
        found += reaches("process_vm_readv", pid, part, 1, part, 1, 0)
    for pid in (1, *_pids_of_others(facts)):
        if pid != 1 or Path("/proc/1").stat().st_uid != facts["uid"]:
            found += attempt(f"mem {pid}", os.open, f"/proc/{pid}/mem", os.O_RDONLY)
    os.kill(child, signal.SIGKILL)
    return found


def _traced(pid: int) -> int:
    answer = ask("ptrace", ATTACH, pid, None, None)
    os.waitpid(pid, 0x40000000)
    ask("ptrace", DETACH, pid, None, None)
    return answer


@probe("Lire un secret dans l'environnement ou la ligne de commande de ce que l'on voit, ou dans un fichier de réglage")
def secrets_in_sight(facts: Facts) -> Got:
    """Secrets are told apart by their fingerprints: none is handed to a probe."""
    texts = [b"\n".join(f"{name}={value}".encode() for name, value in os.environ.items())]
    for pid in [name for name in os.listdir("/proc") if name.isdigit()]:
        texts += [_read(f"/proc/{pid}/{name}") for name in ("environ", "cmdline")]
    for place in ("/etc", "/run", "/donnees", "/home/datalab", "/projet", "/tmp", "/opt/workspace/etc"):
        for folder, _, names in os.walk(place):
            texts += [_read(f"{folder}/{name}") for name in names]
    words = {word for text in texts for word in re.findall(rb"[A-Za-z0-9_.+/=:-]{8,}", text)}
    words |= {part for word in words for part in re.split(rb"[=:]", word)}
    found = {hashlib.sha256(word).hexdigest() for word in words}
    need(facts["own_token"] in found, "not even its own token was found")
    return sorted(name for name, digest in facts["secrets"].items() if digest in found)


def _read(path: str) -> bytes:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    except OSError:
        return b""
    try:
        return os.read(handle, 1 << 18)
    except OSError:
        return b""
    finally:
        os.close(handle)


def _leave_in_memory(facts: Facts) -> list[int]:
    """The helper's part: a file in /dev/shm, a queue and a segment of System V, a POSIX queue, under agreed names."""
    Path("/dev/shm/datalab-voisin").write_text("voisin", encoding="ascii")
    os.chmod("/dev/shm/datalab-voisin", 0o666)
    made = [_queue(facts["ipc_key"] + 1, 0o1666), _segment(facts["ipc_key"] + 1, 0o1666)]
    return [*made, _posix_queue(b"datalab-voisin", os.O_RDWR | os.O_CREAT)]


def _queue(key: int, flags: int) -> int:
    return ask("msgget", key, flags)


def _segment(key: int, flags: int) -> int:
    return ask("shmget", key, ctypes.c_size_t(4096), flags)


def _posix_queue(name: bytes, flags: int) -> int:
    return ask("mq_open", ctypes.c_char_p(name), flags, 0o666, None)


@probe("Échanger par la mémoire partagée : /dev/shm, IPC System V, files de messages POSIX", helper=_leave_in_memory)
def memory_shared(facts: Facts, helper: object) -> Got:
    helper()  # type: ignore[operator]
    found = []
    for name, key in (("machine", facts["ipc_key"]), ("voisin", facts["ipc_key"] + 1)):
        found += attempt(f"file System V de {name}", _queue, key, 0)
        found += attempt(f"segment System V de {name}", _segment, key, 0)
        found += attempt(f"file POSIX de {name}", _posix_queue, f"datalab-{name}".encode(), os.O_RDONLY)
        found += attempt(f"/dev/shm de {name}", os.stat, f"/dev/shm/datalab-{name}")
    return found


USER_KEYRING, SEARCH = -4, 10


@probe("Lire dans le trousseau de son compte ce qu'un autre espace de la même personne y a mis")
def keys_of_the_account(facts: Facts) -> Got:
    return attempt("clé", ask, "keyctl", SEARCH, USER_KEYRING, b"user", facts["key_of_the_account"].encode(), 0)

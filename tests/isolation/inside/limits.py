"""What one workspace can take of what all share: a probe takes what a limit leaves, a bit more, and gives it back."""

from __future__ import annotations

import errno
import mmap
import os
import resource
import signal
import socket
import time
from pathlib import Path

from tests.isolation.inside.frame import Facts, Got, need, probe

MIB = 1 << 20


@probe("Lancer plus de processus que permis (bombe à fourches)", heavy=True)
def too_many_processes(facts: Facts) -> Got:
    most, children = facts["processes"], []
    try:
        for _ in range(most + 50):
            child = os.fork()
            if child == 0:
                signal.pause()
            children.append(child)
    except OSError as error:
        need(error.errno == errno.EAGAIN, f"fork: {error}")
    finally:
        for child in children:
            os.kill(child, signal.SIGKILL)
        for child in children:
            os.waitpid(child, 0)
    return [f"{len(children)} processus"] if len(children) > most else []


@probe("Prendre plus de mémoire que permis", heavy=True)
def too_much_memory(facts: Facts) -> Got:
    wanted = (facts["memory_mib"] + 128) * MIB
    child = os.fork()
    if child == 0:
        page = mmap.mmap(-1, wanted)
        for place in range(0, wanted, 4096):
            page[place] = 1
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return [f"{wanted // MIB} Mio"] if os.waitstatus_to_exitcode(status) == 0 else []


def _fill(folder: str, most: int) -> int:
    """How many bytes of so many a folder took."""
    path, written = f"{folder}/.plein", 0
    try:
        with open(path, "wb", buffering=0) as file:
            while written < most:
                written += file.write(bytes(MIB))
    except OSError as error:
        need(error.errno in {errno.ENOSPC, errno.ENOMEM}, f"{folder}: {error}")
    finally:
        os.unlink(path)
    return written


@probe("Remplir /tmp au-delà de sa taille", heavy=True)
def full_tmp(facts: Facts) -> Got:
    most = (facts["temporary_mib"] + 16) * MIB
    return [f"{most // MIB} Mio"] if _fill("/tmp", most) >= most else []


@probe("Remplir la mémoire partagée (/dev/shm) au-delà de sa taille", heavy=True)
def full_shm(facts: Facts) -> Got:
    most = 80 * MIB
    return [f"{most // MIB} Mio"] if _fill("/dev/shm", most) >= most else []


@probe("Remplir le dossier des sockets, en octets et en fichiers, pour que d'autres ne puissent plus démarrer")
def full_socket_folder(facts: Facts) -> Got:
    found = [f"{taken // MIB} Mio"] if (taken := _fill("/run/ws", 2 * MIB)) >= 2 * MIB else []
    names = [f"/run/ws/.plein-{number}" for number in range(100)]
    made = []
    try:
        for name in names:
            os.close(os.open(name, os.O_CREAT | os.O_WRONLY, 0o600))
            made.append(name)
    except OSError as error:
        need(error.errno == errno.ENOSPC, f"/run/ws: {error}")
    finally:
        for name in made:
            os.unlink(name)
    return found + ([f"{len(made)} fichiers"] if len(made) == len(names) else [])


@probe("Ouvrir plus de fichiers que permis")
def too_many_open_files(facts: Facts) -> Got:
    most, held = facts["open_files"], []
    try:
        for _ in range(most + 10):
            held.append(os.open("/dev/null", os.O_RDONLY))
    except OSError as error:
        need(error.errno == errno.EMFILE, f"open: {error}")
    finally:
        for handle in held:
            os.close(handle)
    return [f"{len(held)} fichiers"] if len(held) > most else []


@probe("Ouvrir tous les terminaux de la machine")
def too_many_terminals(facts: Facts) -> Got:
    held = []
    try:
        for _ in range(facts["terminals"] + 10):
            held.append(os.open("/dev/ptmx", os.O_RDWR | os.O_NOCTTY))
    except OSError as error:
        need(error.errno in {errno.ENOSPC, errno.EMFILE}, f"ptmx: {error}")
    finally:
        for handle in held:
            os.close(handle)
    need(held, "not one terminal could be opened")
    return [f"{len(held)} terminaux"] if len(held) > facts["terminals"] else []


@probe("Laisser une image mémoire (core) sur le disque")
def core_left(facts: Facts) -> Got:
    folder = Path("/tmp/core-essai")
    folder.mkdir(exist_ok=True)
    child = os.fork()
    if child == 0:
        os.chdir(folder)
        hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
        resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
        os.kill(os.getpid(), signal.SIGQUIT)
    _, status = os.waitpid(child, 0)
    left = [path.name for path in folder.iterdir()]
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    return [f"image écrite : {left}"] if os.WCOREDUMP(status) or left else []


@probe("Prendre plus de processeur que permis", heavy=True)
def too_much_processor(facts: Facts) -> Got:
    """Spins until the kernel holds it back, as its own count says; without a limit it never does."""
    before = _times_held_back()
    workers = [_spin() for _ in range(4 * int(facts["cpus"]) + 2)]
    end = time.monotonic() + 8
    while _times_held_back() == before and time.monotonic() < end:
        time.sleep(0.1)
    held = _times_held_back() > before
    for worker in workers:
        os.kill(worker, signal.SIGKILL)
        os.waitpid(worker, 0)
    return [] if held or _has_a_share() else ["aucune limite"]


def _spin() -> int:
    child = os.fork()
    if child == 0:
        while True:
            pass
    return child


def _controller(name: str) -> Path:
    old, new = Path("/sys/fs/cgroup/cpu") / name, Path("/sys/fs/cgroup") / name
    return old if old.exists() else new


def _times_held_back() -> int:
    lines = _controller("cpu.stat").read_text(encoding="ascii").splitlines()
    found = dict(line.split() for line in lines)
    return int(found.get("nr_throttled", 0))


def _has_a_share() -> bool:
    """On a busy machine nobody is held back, because nobody gets as much as the limit, which stands all the same."""
    new, old = Path("/sys/fs/cgroup/cpu.max"), Path("/sys/fs/cgroup/cpu/cpu.cfs_quota_us")
    text = new.read_text(encoding="ascii") if new.exists() else old.read_text(encoding="ascii")
    return not text.startswith(("max", "-1"))


@probe("Créer des milliers de fichiers vides dans /tmp sans que la mémoire qu'ils prennent soit comptée", heavy=True)
def files_that_nobody_counts(facts: Facts) -> Got:
    number = 20_000
    folder = Path("/tmp/vides")
    folder.mkdir()
    before = _memory()
    for each in range(number):
        os.close(os.open(f"{folder}/{each}", os.O_CREAT | os.O_WRONLY, 0o600))
    grown = _memory() - before
    for each in range(number):
        os.unlink(f"{folder}/{each}")
    folder.rmdir()
    return [] if grown > number * 512 else [f"{grown} octets comptés pour {number} fichiers"]


def _memory() -> int:
    new, old = Path("/sys/fs/cgroup/memory.current"), Path("/sys/fs/cgroup/memory/memory.usage_in_bytes")
    return int((new if new.exists() else old).read_text(encoding="ascii"))


@probe("Tenir toutes les connexions du serveur frontal par le côté intérieur", heavy=True)
def connections_of_the_front(facts: Facts) -> Got:
    held: list[socket.socket] = []
    while len(held) < facts["connections"] + 100 and (client := _connected()):
        held.append(client)
    answered = sum(_is_kept(client) for client in held)
    for client in held:
        client.close()
    need(answered, "not one connection was kept")
    return [f"{answered} connexions"] if answered > facts["connections"] else []


def _connected() -> socket.socket | None:
    """One connection more, none when the other end lets no more wait."""
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(2)
    try:
        client.connect("/run/hub/hub.sock")
    except (BlockingIOError, TimeoutError):
        client.close()
        return None
    return client


def _is_kept(client: socket.socket) -> int:
    """Whether the other end has not closed a connection that said half a word."""
    try:
        client.send(b"GET /hub/api HTTP/1.1\r\n")
        client.settimeout(0.02)
        return int(client.recv(1) != b"")
    except TimeoutError:
        return 1
    except OSError:
        return 0


@probe("Écrire sans fin dans le journal du conteneur", heavy=True)
def endless_log(facts: Facts) -> Got:
    """What it left on the machine is looked at from outside."""
    handle = os.open("/proc/1/fd/1", os.O_WRONLY)
    line = b"x" * 1023 + b"\n"
    for _ in range(20 * 1024):
        os.write(handle, line)
    return []

"""Channels between two workspaces that may not read the same: each probe has a helper in the other one.

Through data that both read; through a team's space that the one writes and the other sees beside its
own; through what the kernel counts or locks. Which workspaces these are, the laboratory says.
"""

from __future__ import annotations

import array
import fcntl
import os
import re
import select
import socket
import struct
from collections.abc import Callable
from pathlib import Path

from tests.isolation.inside.frame import Facts, Got, ask, attempt, need, probe

F_OFD_SETLK = 37
Helper = Callable[[], None]


def _open_all(paths: list[str]) -> dict[str, int]:
    """What can be opened, once each: a file may have several names."""
    found: dict[tuple[int, int], tuple[str, int]] = {}
    for path in paths:
        try:
            handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        except OSError:
            continue
        about = os.fstat(handle)
        found.setdefault((about.st_dev, about.st_ino), (path, handle))
    return dict(found.values())


def _in_common(facts: Facts) -> list[str]:
    """Everything that is mounted, and what lies in it: a file of the machine shown to all would be among them."""
    points = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()]
    below = [
        f"{point}/{name}"
        for point in points
        if point.startswith(("/donnees", "/run", "/etc"))
        for name in _names(point)
    ]
    usual = ["/bin/sh", "/usr/bin/python3", "/opt/workspace/bin/python", "/usr/sbin/docker-init", "/sbin/docker-init"]
    own = ("/proc", "/sys", "/dev", "/home/datalab", "/projet", "/tmp")
    return sorted({path for path in (*points, *below, *usual) if not path.startswith(own)})


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def _lock_everything(facts: Facts) -> dict[str, int]:
    held = _open_all(_in_common(facts))
    need(len(held) > 5, "nothing could be opened")
    for handle in held.values():
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return held


@probe("Voir le verrou (flock) qu'un voisin pose sur un fichier que tous deux voient", helper=_lock_everything)
def locks_on_what_both_see(facts: Facts, helper: Helper) -> Got:
    helper()
    mine = _open_all(_in_common(facts))
    need(len(mine) > 5, "nothing could be opened")
    return [path for path, handle in mine.items() if _is_locked(handle)]


def _is_locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    return False


MESSAGE = int.from_bytes(b"secret!", "big")


def _lock_with_a_message(facts: Facts) -> int:
    handle = os.open("/tmp/verrou", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.fcntl(handle, F_OFD_SETLK, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, MESSAGE, 1, 0))
    return handle


@probe("Lire un nombre qu'un voisin écrit dans l'étendue de son verrou (/proc/locks)", helper=_lock_with_a_message)
def messages_in_locks(facts: Facts, helper: Helper) -> Got:
    helper()
    try:
        text = Path("/proc/locks").read_text(encoding="ascii")
    except OSError:
        return []
    return [MESSAGE.to_bytes(7, "big").decode()] if str(MESSAGE) in text else []


COUNTED = 137


def _count(facts: Facts) -> list[object]:
    """As much as it is let: terminals, requests to the disk, pipes."""
    held: list[object] = []
    for _ in range(COUNTED):
        try:
            held.append(os.open("/dev/ptmx", os.O_RDWR | os.O_NOCTTY))
        except OSError:
            break
    try:
        import ctypes

        context = ctypes.c_ulong(0)
        ask("io_setup", COUNTED, ctypes.byref(context))
    except OSError:
        pass
    return [*held, [os.pipe() for _ in range(COUNTED)]]


@probe("Lire un nombre qu'un voisin écrit dans les compteurs du noyau (terminaux, requêtes, fichiers)", helper=_count)
def messages_in_counters(facts: Facts, helper: Helper) -> Got:
    before = _counters()
    helper()
    after = _counters()
    return [f"{name}: {after[name] - before[name]}" for name in after if after[name] - before.get(name, 0) >= 60]


def _counters() -> dict[str, int]:
    found = {}
    for name in ("fs/aio-nr", "fs/file-nr", "fs/inode-nr", "fs/dentry-state", "kernel/pty/nr"):
        try:
            numbers = re.findall(r"\d+", Path(f"/proc/sys/{name}").read_text(encoding="ascii"))
        except OSError:
            continue
        found[name] = int(numbers[0])
    return found


# --- from a workspace of a larger label to one of a smaller: the smaller one waits, the larger one acts


def _watched_places(facts: Facts) -> tuple[Path, Path]:
    folder = Path("/projet/surveille")
    folder.mkdir(exist_ok=True)
    folder.chmod(0o2770)
    file = folder / "fichier"
    if not file.exists():
        file.write_bytes(b"x" * 40960)
        file.chmod(0o660)
    return folder, file


def _beside(facts: Facts, folder: str) -> str:
    """Where the other one's folder is shown; other spaces may stand beside."""
    shown = [path for each in facts["beside"] if os.path.isdir(path := f"{each}/{folder}")]
    need(shown, f"no {folder} is shown beside")
    return shown[0]


def _read_beside(facts: Facts) -> str:
    """The helper's part: list, open and read what the other one shows in its team's space."""
    folder = _beside(facts, "surveille")
    os.listdir(folder)
    handle = os.open(f"{folder}/fichier", os.O_RDONLY | os.O_NONBLOCK)
    return os.pread(handle, 16, 8192).decode()


@probe("Être averti de ce qu'un collègue qui lit davantage ouvre à côté (inotify)", helper=_read_beside)
def reading_heard(facts: Facts, helper: Helper) -> Got:
    folder, file = _watched_places(facts)
    try:
        watch = ask("inotify_init1", os.O_NONBLOCK)
        for path in (folder, file):
            ask("inotify_add_watch", watch, os.fsencode(path), 0xFFF)
    except OSError:
        helper()
        return []
    helper()
    heard = select.select([watch], [], [], 0.5)[0]
    return [f"{len(os.read(watch, 65536))} octets d'avis"] if heard else []


@probe("Être averti qu'un collègue qui lit davantage ouvre un fichier à côté (bail)", helper=_read_beside)
def reading_breaks_a_lease(facts: Facts, helper: Helper) -> Got:
    import signal

    _, file = _watched_places(facts)
    heard: list[int] = []
    signal.signal(signal.SIGIO, lambda number, _: heard.append(number))
    handle = os.open(file, os.O_RDONLY)
    try:
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_WRLCK)
    except OSError:
        helper()
        return []
    try:
        helper()
    except RuntimeError:
        return ["l'ouverture a été refusée à l'autre"]
    return ["bail rompu"] if heard else []


@probe("Voir à sa date de lecture, ou en mémoire, ce qu'un collègue qui lit davantage a lu à côté", helper=_read_beside)
def reading_leaves_traces(facts: Facts, helper: Helper) -> Got:
    import ctypes
    import mmap

    folder, file = _watched_places(facts)
    os.utime(file, (1, 1))
    handle = os.open(file, os.O_RDWR)
    os.fsync(handle)
    os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
    page = mmap.mmap(handle, 40960)
    before = [os.stat(path).st_atime_ns for path in (folder, file)]
    helper()
    found = ["date de lecture"] if before != [os.stat(path).st_atime_ns for path in (folder, file)] else []
    state = ctypes.create_string_buffer(10)
    place = ctypes.c_void_p(ctypes.addressof(ctypes.c_char.from_buffer(page)))
    try:
        ask("mincore", place, ctypes.c_size_t(40960), state)
    except OSError:
        return found
    return found + (["pages en mémoire"] if any(state.raw) else [])


# --- the same way, held by the smaller one: what the larger one would reach through /projet-autres


def _offer(facts: Facts) -> list[object]:
    """The helper's part, in the space of its team: what listens, what is read, what is locked."""
    folder = Path("/projet/offre")
    folder.mkdir(exist_ok=True)
    folder.chmod(0o2770)
    for name in ("socket", "fifo", "verrou", "plage"):
        (folder / name).unlink(missing_ok=True)
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(folder / "socket"))
    server.listen()
    os.mkfifo(folder / "fifo")
    reader = os.open(folder / "fifo", os.O_RDONLY | os.O_NONBLOCK)
    whole, part = (open(folder / name, "w+") for name in ("verrou", "plage"))
    fcntl.flock(whole, fcntl.LOCK_EX)
    fcntl.lockf(part, fcntl.LOCK_EX)
    for name in ("socket", "fifo", "verrou", "plage"):
        (folder / name).chmod(0o666)
    return [server, reader, whole, part]


def _offered(facts: Facts, name: str) -> str:
    return f"{_beside(facts, 'offre')}/{name}"


@probe(
    "Se connecter à un socket qu'un collègue qui lit moins tient à côté, et lui passer un descripteur", helper=_offer
)
def socket_beside(facts: Facts, helper: Helper) -> Got:
    helper()
    return attempt("descripteur passé", _pass_a_descriptor, _offered(facts, "socket"))


def _pass_a_descriptor(path: str) -> int:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)
        return client.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0]))])


@probe("Écrire dans un tube (FIFO) qu'un collègue qui lit moins lit à côté", helper=_offer)
def fifo_beside(facts: Facts, helper: Helper) -> Got:
    helper()
    return attempt("écrit", _write_to_fifo, _offered(facts, "fifo"))


def _write_to_fifo(path: str) -> int:
    return os.write(os.open(path, os.O_WRONLY | os.O_NONBLOCK), b"secret")


@probe("Voir ou prendre un verrou qu'un collègue qui lit moins tient à côté (flock, fcntl)", helper=_offer)
def locks_beside(facts: Facts, helper: Helper) -> Got:
    helper()
    whole, part = (os.open(_offered(facts, name), os.O_RDONLY) for name in ("verrou", "plage"))
    found = ["flock"] if _is_locked(whole) else []
    try:
        fcntl.lockf(part, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        found.append("fcntl")
    return found

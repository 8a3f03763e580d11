"""What the machine offers for the time of the tests, so that reaching it can be told from there being nothing.

Listeners on several addresses of the machine, one of them a card made for the test; a process, a file,
a socket, memory and queues of the machine's own, under names that the probes know.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import secrets
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.isolation.inside.frame import ask

CARD, PEER, CARD_ADDRESS = "dlisol0", "dlisol1", "198.18.71.1"
IPC_KEY = 0x0D47A1AB
IPC_RMID = 0
libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Host:
    """Where the machine listens, and the names of what it holds."""

    addresses: tuple[tuple[str, int], ...]
    secret_file: Path
    secret_text: str
    abstract: str
    process: str


@contextmanager
def machine(locked: Iterable[Path]) -> Iterator[Host]:
    """All of it, gone at the end; `locked`: files of the machine on which it holds a lock, as a neighbour would."""
    word = secrets.token_hex(6)
    with ExitStack() as held:
        held.enter_context(_card())
        addresses = tuple(held.enter_context(listening(address)) for address in _addresses())
        abstract = f"datalab-machine-{word}"
        held.enter_context(_abstract(abstract))
        process = f"datalab-processus-{word}"
        held.enter_context(_process(process))
        held.enter_context(_memory())
        held.enter_context(_locks(locked))
        folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="dlisol")))
        folder.chmod(0o755)
        secret_file = folder / "secret"
        secret_file.write_text(f"temoin-machine-{word}\n", encoding="ascii")
        secret_file.chmod(0o644)
        yield Host(addresses, secret_file, word, abstract, process)


def _addresses() -> list[str]:
    """Those of the machine that are not on its way out: loopback of both kinds, bridges of Docker, the test's card."""
    shown = subprocess.run(["ip", "-4", "-o", "address", "show"], check=True, capture_output=True, text=True).stdout
    found = [line.split() for line in shown.splitlines()]
    return [
        "::1",
        *(words[3].partition("/")[0] for words in found if words[1].startswith(("lo", "docker", CARD, "br-"))),
    ]


@contextmanager
def _card() -> Iterator[None]:
    subprocess.run(["ip", "link", "delete", CARD], check=False, capture_output=True)
    subprocess.run(["ip", "link", "add", CARD, "type", "veth", "peer", "name", PEER], check=True)
    try:
        subprocess.run(["ip", "address", "add", f"{CARD_ADDRESS}/30", "dev", CARD], check=True)
        subprocess.run(["ip", "link", "set", CARD, "up"], check=True)
        yield
    finally:
        subprocess.run(["ip", "link", "delete", CARD], check=True)


@contextmanager
def listening(address: str) -> Iterator[tuple[str, int]]:
    """Answers in TCP and UDP, on one port of an address."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as stream, socket.socket(family, socket.SOCK_DGRAM) as datagrams:
        stream.bind((address, 0))
        stream.listen(64)
        port = stream.getsockname()[1]
        datagrams.bind((address, port))
        for work in (_answer_streams, _answer_datagrams):
            threading.Thread(target=work, args=(stream if work is _answer_streams else datagrams,), daemon=True).start()
        yield address, port
        for each in (stream, datagrams):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


def _answer_streams(server: socket.socket) -> None:
    with suppress(OSError):
        while True:
            with server.accept()[0] as client:
                client.sendall(b"la machine")


def _answer_datagrams(server: socket.socket) -> None:
    with suppress(OSError):
        while True:
            content, sender = server.recvfrom(64)
            if not content:
                return
            server.sendto(b"la machine", sender)


@contextmanager
def _abstract(name: str) -> Iterator[None]:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(f"\0{name}")
        server.listen()
        yield


@contextmanager
def _process(name: str) -> Iterator[None]:
    process = subprocess.Popen(["sleep", "infinity"], executable="/usr/bin/sleep", env={"NOM": name})
    named = subprocess.Popen([name, "infinity"], executable="/usr/bin/sleep")
    try:
        yield
    finally:
        for each in (process, named):
            each.kill()
            each.wait()


@contextmanager
def _locks(paths: Iterable[Path]) -> Iterator[None]:
    with ExitStack() as held:
        for path in paths:
            fcntl.flock(held.enter_context(path.open("rb")), fcntl.LOCK_EX)
        yield


@contextmanager
def _memory() -> Iterator[None]:
    """System V and POSIX queues and a segment of the machine, which everybody on it may use."""
    flags = 0o1666
    queue, segment = ask("msgget", IPC_KEY, flags), ask("shmget", IPC_KEY, ctypes.c_size_t(4096), flags)
    posix = ask("mq_open", b"datalab-machine", os.O_RDWR | os.O_CREAT, 0o666, None)
    shared = Path("/dev/shm/datalab-machine")
    shared.write_text("machine", encoding="ascii")
    shared.chmod(0o666)
    try:
        yield
    finally:
        libc.msgctl(queue, IPC_RMID, None)
        libc.shmctl(segment, IPC_RMID, None)
        os.close(posix)
        shared.unlink()
        mqueue = ctypes.c_char_p(b"datalab-machine")
        libc.syscall(ctypes.c_long(241 if os.uname().machine == "x86_64" else 181), mqueue)

"""The files of one account's chain: where it ends, and how entries are made to last.

`chain.jsonl` has the lines; `payloads/<class>/<YYYY-MM-DD>.jsonl` what they commit to. Whoever calls
holds the account's lock. A payload lasts before its line does: a crash may leave a payload without
a line, never a line without its payload.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from policies.errors import UnavailableError
from policies.files import fingerprint, sync_folder
from policies.journal.entry import Entry, Sealed, genesis, parse_line, written_moment
from policies.journal.regular import open_regular

TAIL = 64 * 1024
LONGEST_LINE = 1024
LOCK_PATIENCE_S = 10.0
FOLDER_MODE = 0o750
FILE_MODE = 0o640


@dataclass(frozen=True)
class Head:
    """Where a chain ends: its last entry's number and fingerprint, and the last good byte."""

    n: int
    fingerprint: str
    end: int


@dataclass(frozen=True)
class Links:
    """Entries that follow a head: their lines, their payloads by class and day, the head after them."""

    entries: tuple[Entry, ...]
    lines: bytes
    records: Mapping[tuple[str, str], bytes]
    head: Head


def chain_links(head: Head, sealed: Sequence[Sealed], clock: Callable[[], datetime]) -> Links:
    """Number and link payloads behind a head, in order."""
    entries: list[Entry] = []
    lines: list[bytes] = []
    records: dict[tuple[str, str], list[bytes]] = {}
    n, previous = head.n, head.fingerprint
    for each in sealed:
        n += 1
        entry = Entry(n, written_moment(clock()), each.kind, each.class_, each.commitment, previous)
        line = entry.line()
        previous = fingerprint(line)
        entries.append(entry)
        lines.append(line)
        records.setdefault((each.class_, entry.day), []).append(each.record(n))
    joined = b"".join(lines)
    files = {key: b"".join(content) for key, content in records.items()}
    return Links(tuple(entries), joined, files, Head(n, previous, head.end + len(joined)))


@dataclass(frozen=True)
class ChainFolder:
    """The folder of one account's chain."""

    folder: Path
    account: str

    @property
    def chain(self) -> Path:
        """The lines."""
        return self.folder / "chain.jsonl"

    def payloads(self, class_: str, day: str) -> Path:
        """The payloads of one class and one day (UTC)."""
        return self.folder / "payloads" / class_ / f"{day}.jsonl"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the account's lock; raises UnavailableError when someone keeps it too long."""
        handle = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
        try:
            _take(handle, self.folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    @contextmanager
    def still(self) -> Iterator[None]:
        """Keep writers out for a moment, without writing; a copy on a read-only disk has no writers."""
        lock = self.folder / "lock"
        if not lock.exists():
            yield
            return
        with open_regular(lock) as held:
            _take(held.fileno(), self.folder, fcntl.LOCK_SH)
            yield

    def ensure(self) -> None:
        """Make the folder and an empty chain durably, unless a chain was there and is gone."""
        if self.chain.exists():
            if not self.chain.stat().st_size:
                # Whoever made it may have died before its name was durable.
                sync_folder(self.folder)
            return
        if any(self.folder.glob("payloads/*/*.jsonl")):
            raise UnavailableError(f"{self.chain}: gone, but its payloads are there; restore it from a copy")
        append_durably(self.chain, b"")

    def read_head(self) -> Head:
        """The last whole line; bytes after it are a line torn by a crash."""
        with open_regular(self.chain) as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(0, size - TAIL))
            tail = stream.read()
        whole = tail.rfind(b"\n") + 1
        if not whole:
            if size > TAIL:
                raise UnavailableError(f"{self.chain}: its end is no line of a journal; verify it")
            return Head(0, genesis(self.account), 0)
        line = tail[tail.rfind(b"\n", 0, whole - 1) + 1 : whole]
        entry = parse_line(line)
        if entry is None:
            raise UnavailableError(f"{self.chain}: its last line is no line of a journal; verify it")
        return Head(entry.n, fingerprint(line), size - len(tail) + whole)

    def follow(self, known: Head) -> Head:
        """The last whole line, if the chain still goes on from a head that was seen; else UnavailableError."""
        with open_regular(self.chain) as stream:
            stream.seek(max(0, known.end - LONGEST_LINE))
            before = stream.read(min(known.end, LONGEST_LINE))
            after = stream.readline(LONGEST_LINE)
        last = before[before.rfind(b"\n", 0, -1) + 1 :]
        if known.n and fingerprint(last) != known.fingerprint:
            raise UnavailableError(f"{self.chain}: was cut or replaced while in use; verify it")
        if not after.endswith(b"\n"):
            return known
        entry = parse_line(after)
        if entry is None or (entry.n, entry.previous) != (known.n + 1, known.fingerprint):
            raise UnavailableError(f"{self.chain}: another line was written than the next; verify it")
        return self.read_head()

    def torn_bytes(self, head: Head) -> int:
        """How many bytes of a torn line follow the last whole one."""
        return self.chain.stat().st_size - head.end

    def write(self, head: Head, links: Links) -> None:
        """Make payloads durable, then cut a torn line, then make the lines durable."""
        for (class_, day), content in links.records.items():
            append_durably(self.payloads(class_, day), content)
        write_durably(self.chain, head.end, links.lines)


def append_durably(path: Path, content: bytes) -> None:
    """Add whole lines to a file, durably; a line torn by a crash is cut first."""
    ensure_folder(path.parent)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
    try:
        new = not os.fstat(handle).st_size
        _write_at(handle, _end_of_whole_lines(handle), content)
    finally:
        os.close(handle)
    if new:
        sync_folder(path.parent)


def write_durably(path: Path, end: int, content: bytes) -> None:
    """Write from a byte on, durably, dropping what stood after it."""
    handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        _write_at(handle, end, content)
    finally:
        os.close(handle)


def _write_at(handle: int, end: int, content: bytes) -> None:
    if os.fstat(handle).st_size > end:
        os.ftruncate(handle, end)
    try:
        position = end
        while position < end + len(content):
            position += os.pwrite(handle, content[position - end :], position)
        os.fdatasync(handle)
    except OSError:
        # What is half written was promised to nobody; when even this fails, the next append cuts it.
        os.ftruncate(handle, end)
        raise


def _end_of_whole_lines(handle: int) -> int:
    end = os.fstat(handle).st_size
    while end:
        start = max(0, end - TAIL)
        found = os.pread(handle, end - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def ensure_folder(folder: Path) -> None:
    """Make a folder and those above it, each entry durable."""
    if folder.is_dir():
        return
    ensure_folder(folder.parent)
    folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
    sync_folder(folder.parent)


def _take(handle: int, folder: Path, how: int) -> None:
    """Wait for the lock, but not for ever: a stopped neighbour must not hang everyone in silence."""
    patience = time.monotonic() + LOCK_PATIENCE_S
    pause = 0.0002
    while True:
        try:
            return fcntl.flock(handle, how | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > patience:
                raise UnavailableError(f"{folder}: another process keeps the lock; look at it") from None
            time.sleep(pause)
            pause = min(2 * pause, 0.005)

"""An append returns once the entry would survive a power cut; those who wait together share the sync.

One `Journal` serves all threads of a process; several processes of one account take turns by its
lock. The first thread in line commits for all who queued meanwhile: two syncs for the group.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from policies.calendar import now
from policies.errors import DatalabError, UnavailableError
from policies.files import fingerprint
from policies.journal.chain import ChainFolder, Head
from policies.journal.entry import REPAIRED, SALT_BYTES, Entry, Sealed, seal, written_moment

LARGEST_GROUP = 512


class _Waiting:
    """One append in the queue: what to write, then the entry or why there is none."""

    def __init__(self, sealed: Sealed) -> None:
        self.sealed = sealed
        self.entry: Entry | None = None
        self.failure: str | None = None

    @property
    def settled(self) -> bool:
        return self.entry is not None or self.failure is not None

    def result(self) -> Entry:
        if self.entry is None:
            raise UnavailableError(self.failure)
        return self.entry


class Journal:
    """The chain of one account, `<state>/journal/<account>`; the folder's name is the account's."""

    def __init__(self, folder: Path, account: str, clock: Callable[[], datetime] = now) -> None:
        if folder.name != account:
            raise DatalabError(f"{folder}: the journal of {account} needs a folder named {account}")
        self._place = ChainFolder(folder, account)
        self._clock = clock
        self._queue: deque[_Waiting] = deque()
        self._turn = threading.Lock()
        self._known: tuple[int, Head] | None = None

    @property
    def folder(self) -> Path:
        """Where the chain is."""
        return self._place.folder

    def append(self, kind: str, payload: Mapping[str, Any]) -> Entry:
        """Journal one thing, durably, before it happens; raises UnavailableError: then it must not happen."""
        waiting = _Waiting(seal(kind, payload, os.urandom(SALT_BYTES)))
        self._queue.append(waiting)
        while not waiting.settled:
            with self._turn:
                if not waiting.settled:
                    self._commit(self._next_group())
        return waiting.result()

    def _next_group(self) -> list[_Waiting]:
        return [self._queue.popleft() for _ in range(min(len(self._queue), LARGEST_GROUP))]

    def _commit(self, group: Sequence[_Waiting]) -> None:
        failure = "the journal was interrupted"
        try:
            self._place.folder.mkdir(parents=True, exist_ok=True)
            with self._place.locked():
                self._write(group)
        except OSError as error:
            self._known = None
            failure = f"{self._place.folder}: cannot be written: {error.strerror}; free space or give access"
        except UnavailableError as error:
            failure = str(error)
        finally:
            for waiting in group:
                if waiting.entry is None:
                    waiting.failure = failure

    def _write(self, group: Sequence[_Waiting]) -> None:
        head = self._head()
        torn = self._place.torn_bytes(head)
        repairs = [seal(REPAIRED, {"bytes": torn}, os.urandom(SALT_BYTES))] if torn else []
        entries, records, head_after = self._chained(head, repairs + [each.sealed for each in group])
        self._place.write(head, records, b"".join(entry.line() for entry in entries))
        self._known = (self._place.chain.stat().st_ino, head_after)
        for waiting, entry in zip(group, entries[len(repairs) :], strict=True):
            waiting.entry = entry

    def _head(self) -> Head:
        """The chain's end: the one we left, unless another process has appended since."""
        self._place.ensure()
        if self._known is None:
            return self._place.read_head()
        inode, head = self._known
        found = self._place.chain.stat()
        if found.st_ino != inode or found.st_size < head.end:
            raise UnavailableError(f"{self._place.chain}: was cut or replaced while in use; verify it")
        return head if found.st_size == head.end else self._place.read_head()

    def _chained(
        self, head: Head, sealed: Sequence[Sealed]
    ) -> tuple[list[Entry], dict[Path, bytes], Head]:
        entries: list[Entry] = []
        records: dict[Path, list[bytes]] = {}
        n, previous, end = head.n, head.fingerprint, head.end
        for each in sealed:
            n += 1
            entry = Entry(n, written_moment(self._clock()), each.kind, each.class_, each.commitment, previous)
            entries.append(entry)
            records.setdefault(self._place.payloads(each.class_, entry.day), []).append(each.record(n))
            line = entry.line()
            previous, end = fingerprint(line), end + len(line)
        return entries, {path: b"".join(lines) for path, lines in records.items()}, Head(n, previous, end)

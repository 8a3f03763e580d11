"""An append returns once the entry would survive a power cut; those who wait together share the sync.

One `Journal` serves all threads of a process; several processes of one account take turns by its
lock. The first in the queue commits for all who queued meanwhile, two syncs for the group, then hands
over to the first of those who came since.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from policies.calendar import now, parse_day
from policies.errors import DatalabError, UnavailableError
from policies.files import sync_folder
from policies.journal.chain import ChainFolder, Head, chain_links, ensure_folder
from policies.journal.entry import PURGED, PURGED_CLASSES, REPAIRED, SALT_BYTES, Entry, Sealed, seal

LARGEST_GROUP = 512


class _Waiting:
    """One append in the queue: what to write, then the entry or why there is none."""

    def __init__(self, sealed: Sealed) -> None:
        self.sealed = sealed
        self.entry: Entry | None = None
        self.failure: str | None = None
        self._turn = threading.Lock()
        self._turn.acquire()

    def wait(self) -> bool:
        """Sleep until woken; returns whether the entry was settled, else it is this one's turn to commit."""
        self._turn.acquire()
        return self.entry is not None or self.failure is not None

    def wake(self) -> None:
        self._turn.release()

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
        self._mutex = threading.Lock()
        self._busy = False
        self._known: Head | None = None

    @property
    def folder(self) -> Path:
        """Where the chain is."""
        return self._place.folder

    def append(self, kind: str, payload: Mapping[str, Any]) -> Entry:
        """Journal one thing, durably, before it happens; raises UnavailableError: then it must not happen."""
        waiting = _Waiting(seal(kind, payload, os.urandom(SALT_BYTES)))
        with self._mutex:
            self._queue.append(waiting)
            mine, self._busy = not self._busy, True
        if mine or not waiting.wait():
            self._commit(self._next_group())
        return waiting.result()

    def purge(self, class_: str, before: date) -> tuple[str, ...]:
        """Delete the payloads of a class from days (UTC) before this one; returns those days, oldest first.

        The chain stays whole. What is about to go is journaled first, in the class `journal` that is
        never purged, so that `verify` tells a purge from a theft.
        """
        old = self.past_term(class_, before)
        days = tuple(path.stem for path in old)
        if old:
            self.append(PURGED, {"class": class_, "days": days})
            _remove(old)
        return days

    def past_term(self, class_: str, before: date) -> list[Path]:
        """The files that `purge` would delete, oldest first; what is not named as a day is left alone."""
        if class_ not in PURGED_CLASSES:
            raise DatalabError(f"journal: the class {class_} is not purged")
        files = sorted(self.folder.glob(f"payloads/{class_}/*.jsonl"))
        return [path for path in files if (day := _day(path.stem)) is not None and day < before]

    def _next_group(self) -> list[_Waiting]:
        with self._mutex:
            return [self._queue.popleft() for _ in range(min(len(self._queue), LARGEST_GROUP))]

    def _commit(self, group: Sequence[_Waiting]) -> None:
        """Write for the group, whose first is the caller, then wake it, and the first of the next group."""
        failure = "the journal was interrupted"
        try:
            ensure_folder(self._place.folder)
            with self._place.locked():
                self._write(group)
        except OSError as error:
            failure = f"{self._place.folder}: cannot be written: {error.strerror}; free space or give access"
        except UnavailableError as error:
            failure = str(error)
        finally:
            self._settle(group, failure)

    def _settle(self, group: Sequence[_Waiting], failure: str) -> None:
        for waiting in group:
            if waiting.entry is None:
                waiting.failure = failure
            waiting.wake()
        with self._mutex:
            self._busy = bool(self._queue)
            if self._busy:
                self._queue[0].wake()

    def _write(self, group: Sequence[_Waiting]) -> None:
        head = self._head()
        torn = self._place.torn_bytes(head)
        repairs = [seal(REPAIRED, {"bytes": torn}, os.urandom(SALT_BYTES))] if torn else []
        links = chain_links(head, repairs + [each.sealed for each in group], self._clock)
        self._place.write(head, links)
        self._known = links.head
        for waiting, entry in zip(group, links.entries[len(repairs) :], strict=True):
            waiting.entry = entry

    def _head(self) -> Head:
        """The chain's end: the one we left, unless another process has appended since."""
        self._place.ensure()
        return self._place.read_head() if self._known is None else self._place.follow(self._known)


def _day(name: str) -> date | None:
    try:
        return parse_day(name)
    except ValueError:
        return None


def _remove(paths: Sequence[Path]) -> None:
    try:
        for path in paths:
            path.unlink(missing_ok=True)
        sync_folder(paths[0].parent)
    except OSError as error:
        raise UnavailableError(f"{paths[0].parent}: cannot be purged: {error.strerror}; purge again") from None

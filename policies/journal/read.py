"""Entries beside their payloads, in one pass over files of any size.

The payloads of a class and day stand in the order of their entries, with strays among them: a crash
may leave payloads whose line was never written, whose numbers later entries take again.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from policies.errors import UnavailableError
from policies.journal.append import LARGEST_GROUP
from policies.journal.chain import ChainFolder
from policies.journal.entry import LARGEST_PAYLOAD, Entry, commitment, parse_line
from policies.journal.regular import open_regular

# Strays lie within one group of appends for each crash in a row; beyond, a payload is not looked for.
FARTHEST = 8 * LARGEST_GROUP
LONGEST_RECORD = LARGEST_PAYLOAD + 1024
_RECORD = re.compile(rb'\{"n":([1-9]\d*),"payload":(.*),"salt":"([0-9a-f]{64})"\}\n', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry, and its payload unless that was purged."""

    entry: Entry
    payload: dict[str, Any] | None


class PayloadFile:
    """The payloads of one class and one day, found for their entries in the chain's order."""

    def __init__(self, path: Path, size: int) -> None:
        self._stream: BinaryIO = open_regular(path)
        self._left = size
        self._ahead: deque[tuple[int, str, bytes]] = deque()
        self.strays = 0

    def find(self, entry: Entry) -> bytes | None:
        """The payload that an entry commits to, or None; what was skipped on the way is stray."""
        for position in range(FARTHEST):
            if position == len(self._ahead) and not self._read_one():
                return None
            n, promise, payload = self._ahead[position]
            if n == entry.n and promise == entry.commitment:
                self._drop(position + 1)
                self.strays += position
                return payload
            if n >= entry.n + FARTHEST:
                return None
        return None

    def holds_other(self, entry: Entry) -> bool:
        """Whether a payload with the entry's number is there that is not the one it commits to."""
        return any(n in {entry.n, 0} for n, _, _ in self._ahead)

    def count_strays(self) -> int:
        """Read to the end; returns how many payloads no entry commits to."""
        while self._read_one():
            self._ahead.pop()
            self.strays += 1
        return self.strays + len(self._ahead)

    def close(self) -> None:
        """Read no more."""
        self._stream.close()

    def _drop(self, count: int) -> None:
        for _ in range(count):
            self._ahead.popleft()

    def _read_one(self) -> bool:
        raw = self._stream.readline(min(self._left, LONGEST_RECORD))
        if not raw:
            return False
        self._left -= len(raw)
        found = _RECORD.fullmatch(raw)
        if found is None:
            self._ahead.append((0, "", b""))
        else:
            n, payload, salt = found.groups()
            self._ahead.append((int(n), commitment(bytes.fromhex(salt.decode()), payload), payload))
        return True


class PayloadFiles:
    """All payload files of a chain as they stood at one moment, each opened when first needed."""

    def __init__(self, folder: Path) -> None:
        self._sizes = {
            (path.parent.name, path.stem): (path, path.stat().st_size) for path in folder.glob("payloads/*/*.jsonl")
        }
        self._open: dict[tuple[str, str], PayloadFile] = {}

    def of(self, class_: str, day: str) -> PayloadFile | None:
        """The payloads of a class and day (UTC); None when there is no such file."""
        key = class_, day
        if key not in self._open and key in self._sizes:
            self._open[key] = PayloadFile(*self._sizes[key])
        return self._open.get(key)

    def count_strays(self) -> int:
        """Read every file to its end; returns how many payloads no entry commits to."""
        return sum(payloads.count_strays() for key in self._sizes if (payloads := self.of(*key)))

    def close(self) -> None:
        """Close every file."""
        for payloads in self._open.values():
            payloads.close()


def read_journal(folder: Path) -> Iterator[Recorded]:
    """Every entry of a chain in order, beside its payload. Trusts the chain: `verify` judges it."""
    place = ChainFolder(folder, folder.name)
    if not place.chain.exists():
        return
    with closing(PayloadFiles(folder)) as files, open_regular(place.chain) as stream:
        for raw in stream:
            entry = parse_line(raw)
            if entry is None:
                continue
            payloads = files.of(entry.class_, entry.day)
            payload = payloads.find(entry) if payloads else None
            yield Recorded(entry, None if payload is None else _plain(folder, entry, payload))


def _plain(folder: Path, entry: Entry, payload: bytes) -> dict[str, Any]:
    """What a payload says; whoever writes a chain may have written anything under a right commitment."""
    try:
        found = json.loads(payload)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise UnavailableError(f"{folder}: the payload of entry {entry.n} is not what a journal writes; look at it")
    return found

"""Where each chain ends now, read as its owner, and only if it goes on from where it was seen to end.

Whoever owns a chain may have put anything in its place: nothing here waits for it or follows it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from onboarding.keeper.checkpoint import ChainHead, Trouble, no_entry
from policies.errors import UnavailableError
from policies.files import fingerprint
from policies.journal.chain import LONGEST_LINE, ChainFolder
from policies.journal.entry import parse_line
from policies.journal.regular import open_regular
from policies.owners import as_owner

CHECKPOINTS = "checkpoints"


class BrokenError(Exception):
    """Raised when a chain does not go on from its known head; `line` is the first that does not."""

    def __init__(self, line: int, flaw: str) -> None:
        super().__init__(f"line {line}: {flaw}")
        self.line = line
        self.flaw = flaw


@dataclass(frozen=True)
class Seen:
    """What was found of one account: its head, which stays the known one where there is trouble."""

    account: str
    head: ChainHead
    trouble: Trouble | None = None
    line: int = 0
    flaw: str = ""


def look(journal: Path, known: Mapping[str, ChainHead]) -> Iterator[Seen]:
    """Every account that has a chain, or had one."""
    here = {path.name for path in journal.iterdir() if path.name != CHECKPOINTS and path.is_dir()}
    for account in sorted(here | known.keys()):
        seen = _look_at(journal / account, known.get(account) or no_entry(account))
        if account in known or seen.head.n or seen.trouble not in (None, "gone"):
            yield seen


def _look_at(folder: Path, known: ChainHead) -> Seen:
    account = folder.name
    try:
        with as_owner(folder):
            if not os.path.lexists(folder / "chain.jsonl"):
                return Seen(account, known, "gone", known.n, "gone")
            return Seen(account, advance(folder, known))
    except FileNotFoundError:
        return Seen(account, known, "gone", known.n, "gone")
    except BrokenError as broken:
        return Seen(account, known, "broken", broken.line, broken.flaw)
    except (OSError, UnavailableError) as error:
        return Seen(account, known, "unreadable", known.n, type(error).__name__)


def advance(folder: Path, known: ChainHead) -> ChainHead:
    """The head of a chain whose lines follow the known one; raises BrokenError, OSError, UnavailableError."""
    place = ChainFolder(folder, folder.name)
    with open_regular(place.chain) as stream:
        with place.still():
            size = os.fstat(stream.fileno()).st_size
        if size < known.size:
            raise BrokenError(known.n, "truncated")
        _check_known(stream, known)
        return _follow(stream, known, size)


def _check_known(stream: BinaryIO, known: ChainHead) -> None:
    """The line that ends at the known size is the known one."""
    if not known.n:
        return
    start = max(0, known.size - LONGEST_LINE)
    stream.seek(start)
    before = stream.read(known.size - start)
    last = before[before.rfind(b"\n", 0, -1) + 1 :]
    if fingerprint(last) != known.fingerprint:
        raise BrokenError(known.n, "changed")


def _follow(stream: BinaryIO, known: ChainHead, end: int) -> ChainHead:
    n, previous, size = known.n, known.fingerprint, known.size
    stream.seek(size)
    while raw := stream.readline(min(LONGEST_LINE, end - size)):
        if not raw.endswith(b"\n"):
            if len(raw) == LONGEST_LINE:
                raise BrokenError(n + 1, "changed")
            break  # torn by a crash: the next append cuts it
        entry = parse_line(raw)
        if entry is None or (entry.n, entry.previous) != (n + 1, previous):
            raise BrokenError(n + 1, "changed")
        n, previous, size = entry.n, fingerprint(raw), size + len(raw)
    return ChainHead(n=n, fingerprint=previous, size=size)

"""The checkpoints on disk: append-only files of lines, `YYYY-MM-DD.jsonl` by the day (UTC) of their moment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from onboarding.keeper.checkpoint import Checkpoint, parse_checkpoint
from policies.errors import UnavailableError
from policies.journal.chain import append_durably
from policies.journal.regular import open_regular

LONGEST_LINE = 64 * 1024
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class Ledger:
    """The checkpoints of one folder; raises UnavailableError.

    Strict, a line that is no checkpoint stops the reading. A witness's copy is not: a line that was torn on
    its way there stays, because nothing can be taken back, and the same checkpoint follows again.
    """

    def __init__(self, folder: Path, strict: bool = True) -> None:
        self.folder = folder
        self._strict = strict

    def lines(self, after: int = 0) -> Iterator[bytes]:
        """Every line, in order; `after`: only files that may hold checkpoints beyond this number."""
        for path in self._files(after):
            yield from _lines(path)

    def beyond(self, n: int) -> Iterator[Checkpoint]:
        """The checkpoints after one number; raises UnavailableError at a line that is none."""
        for raw in self.lines(n):
            found = self._parse(raw) if raw.endswith(b"\n") else None  # else torn by a crash
            if found is not None and found.n > n:
                yield found

    def last(self) -> Checkpoint | None:
        """The last whole checkpoint; a line torn by a crash after it is not one."""
        for path in reversed(self._files()):
            whole = [raw for raw in _lines(path) if raw.endswith(b"\n")]
            for raw in reversed(whole):
                if (found := self._parse(raw)) is not None:
                    return found
        return None

    def _parse(self, raw: bytes) -> Checkpoint | None:
        found = parse_checkpoint(raw)
        if found is None and self._strict:
            raise UnavailableError(f"{self.folder}: holds a line that is no checkpoint; verify it")
        return found

    def append(self, checkpoint: Checkpoint) -> None:
        """Make a checkpoint last, behind the others whatever the clock says."""
        try:
            append_durably(self.file_of(checkpoint), checkpoint.line)
        except OSError as error:
            raise UnavailableError(f"{self.folder}: cannot be written: {error.strerror}") from None

    def file_of(self, checkpoint: Checkpoint) -> Path:
        """The file that a next checkpoint goes to: never one before the last."""
        files = self._files()
        return self.folder / f"{max(checkpoint.moment[:10], files[-1].stem if files else '')}.jsonl"

    def _files(self, after: int = 0) -> list[Path]:
        """The files in order, from the last one whose first checkpoint is not beyond a number."""
        try:
            found = sorted(path for path in self.folder.iterdir() if _is_day(path)) if self.folder.exists() else []
        except OSError as error:
            raise UnavailableError(f"{self.folder}: cannot be read: {error.strerror}") from None
        while after and len(found) > 1 and self._begins(found[1]) <= after:
            found.pop(0)
        return found

    def _begins(self, path: Path) -> int:
        first = parse_checkpoint(next(_lines(path), b""))
        return first.n if first else 0


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with open_regular(path) as stream:
            while raw := stream.readline(LONGEST_LINE):
                yield raw
    except OSError as error:
        raise UnavailableError(f"{path}: cannot be read: {error.strerror}") from None


def _is_day(path: Path) -> bool:
    return path.suffix == ".jsonl" and _DAY.fullmatch(path.stem) is not None

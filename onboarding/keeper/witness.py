"""The outside witness: what it was given, root of this machine cannot take back.

A witness takes checkpoints in order and nothing else: one that does not follow its last is refused,
which is how a journal that was rolled back or signed anew is found by itself.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import httpx

from onboarding.keeper.checkpoint import Checkpoint
from onboarding.keeper.ledger import Ledger
from onboarding.keeper.settings import JournalSettings
from policies.errors import DatalabError, UnavailableError

PATIENCE_S = 10.0
MOST_AT_ONCE = 500
CONTENT_TYPE = "application/jsonl"


class DisagreementError(DatalabError):
    """Raised when the witness knows other checkpoints than ours: one of both was changed."""


class Witness(Protocol):
    """Somebody outside who keeps checkpoints."""

    def take(self, checkpoints: Sequence[Checkpoint]) -> None:
        """Keep these; raises UnavailableError to try later, DisagreementError when they do not follow."""


class FolderWitness:
    """A folder, such as a file system of another machine that lets itself be added to and not changed."""

    def __init__(self, folder: Path) -> None:
        self._ledger = Ledger(folder, strict=False)

    def take(self, checkpoints: Sequence[Checkpoint]) -> None:
        """Add what is missing, line by line."""
        if not self._ledger.folder.is_dir():
            raise UnavailableError(f"{self._ledger.folder}: no such folder; mount it")
        last = self._ledger.last()
        for checkpoint in checkpoints:
            if last is not None and checkpoint.n <= last.n:
                self._check_same(checkpoint)
            elif checkpoint.n != (last.n + 1 if last else 1) or (last and checkpoint.previous != last.fingerprint):
                raise DisagreementError(f"checkpoint {checkpoint.n} does not follow the witness's last")
            else:
                _add(self._ledger.file_of(checkpoint), checkpoint.line)
                last = checkpoint

    def _check_same(self, checkpoint: Checkpoint) -> None:
        kept = next(self._ledger.beyond(checkpoint.n - 1), None)
        if kept != checkpoint:
            raise DisagreementError(f"checkpoint {checkpoint.n} is not the one that the witness has")


def _add(path: Path, line: bytes) -> None:
    """Add a line in append mode, the only one that a file which cannot be changed allows; durably."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
        try:
            content = line if _ends_whole(path) else b"\n" + line
            while content:
                content = content[os.write(handle, content) :]
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise UnavailableError(f"{path}: cannot be written: {error.strerror}") from None


def _ends_whole(path: Path) -> bool:
    with path.open("rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(max(0, size - 1))
        return stream.read() in (b"", b"\n")


class WebWitness:
    """A server that answers 2xx when it has kept the lines it was sent, and 409 when they do not follow."""

    def __init__(self, address: str, authority: Path, patience_s: float = PATIENCE_S) -> None:
        self._address = address
        self._authority = authority
        self._patience_s = patience_s

    def take(self, checkpoints: Sequence[Checkpoint]) -> None:
        """Send them; nothing of the answer but its status is read."""
        content = b"".join(each.line for each in checkpoints)
        try:
            trusted = ssl.create_default_context(cafile=str(self._authority))
            with (
                httpx.Client(verify=trusted, timeout=self._patience_s, trust_env=False) as client,
                client.stream("POST", self._address, content=content, headers={"Content-Type": CONTENT_TYPE}) as answer,
            ):
                status = answer.status_code
        except (httpx.HTTPError, OSError) as error:
            raise UnavailableError(f"{self._address}: no answer ({type(error).__name__})") from None
        if status == httpx.codes.CONFLICT:
            raise DisagreementError("the witness says that they do not follow its last")
        if not httpx.codes.is_success(status):
            raise UnavailableError(f"{self._address}: answers {status}")


def open_witness(settings: JournalSettings) -> Witness | None:
    """The witness that the settings name, None when they name none."""
    if settings.witness_folder is not None:
        return FolderWitness(settings.witness_folder)
    if settings.witness is not None and settings.witness_ca_file is not None:
        return WebWitness(settings.witness, settings.witness_ca_file)
    return None

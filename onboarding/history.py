"""What was changed in the register, by whom and why, read back from the manifests that it keeps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from onboarding.storing import Storage
from policies.errors import DatalabError, UnavailableError
from policies.files import Closed
from policies.register.blobs import MANIFEST, Manifest, Signature, manifest_signature
from policies.register.documents import parse_content


@dataclass(frozen=True)
class Change:
    """One change of the register. `documents`: path -> fingerprints before and after (None: not there).

    `complete` is False for the oldest one known, when what came before it was forgotten.
    """

    digest: str
    moment: datetime
    actor: str
    reason: str
    documents: dict[str, tuple[str | None, str | None]]
    complete: bool = True


def read_changes(storage: Storage) -> Iterator[Change]:
    """Every change that the history still holds, the latest first."""
    found = storage.manifest()
    while found is not None:
        manifest, digest = found
        found, complete = _before(storage, manifest)
        yield _change(manifest, digest, found[0].documents if found else {}, complete)


def _before(storage: Storage, manifest: Manifest) -> tuple[tuple[Manifest, str] | None, bool]:
    """The manifest before this one, and whether history knows that far."""
    if manifest.previous is None:
        return None, True
    try:
        return (storage.past_manifest(manifest.previous), manifest.previous), True
    except UnavailableError:
        return None, False


def _change(manifest: Manifest, digest: str, before: dict[str, str], complete: bool) -> Change:
    after, recorded = manifest.documents, manifest.recorded
    paths = sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
    return Change(
        digest=digest,
        moment=recorded.moment,
        actor=recorded.actor,
        reason=recorded.reason,
        documents={path: (before.get(path), after.get(path)) for path in paths},
        complete=complete,
    )


class Past:
    """What documents said before; the history of one manifest is walked once, however many are asked about."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._manifest: Signature | None = None
        self._walked: list[Change] = []
        self._rest: Iterator[Change] = iter(())

    def __call__(self, path: str, since: date) -> Iterator[Closed]:
        """What the document at a path said since a day, the latest first, but for what it says now.

        Raises UnavailableError when history was forgotten since, InvalidFilesError when this program reads it no more.
        """
        for change in self._changes():
            # a day before, because an approval's day is one of Paris and of the sign-in's clock
            if change.moment.date() < since - timedelta(days=1):
                return
            if not change.complete:
                raise UnavailableError(f"{change.digest}: what the register said before was forgotten")
            before, _ = change.documents.get(path, (None, None))
            if before is not None:
                yield parse_content(path, self._storage.read(before))

    def _changes(self) -> Iterator[Change]:
        if not (self._storage.folder / MANIFEST).exists():
            return
        now = manifest_signature(self._storage.folder)
        if now != self._manifest:
            self._manifest, self._walked, self._rest = now, [], read_changes(self._storage)
        yield from self._walked
        try:
            for change in self._rest:
                self._walked.append(change)
                yield change
        except DatalabError:
            # what was walked in part is no history: the next one begins anew, and fails as this one did
            self._manifest = None
            raise

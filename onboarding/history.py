"""What was changed in the register, by whom and why, read back from the manifests that it keeps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from onboarding.storing import Storage
from policies.errors import UnavailableError
from policies.files import Closed
from policies.register.blobs import Manifest
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


def past_documents(storage: Storage, path: str, since: date) -> Iterator[Closed]:
    """What the document at a path said since a day, the latest first, but for what it says now.

    Raises UnavailableError when history was forgotten since, InvalidFilesError when this program reads it no more.
    """
    found = storage.manifest()
    name = found[0].documents.get(path) if found else None
    # a day before, because an approval's day is one of Paris and of the sign-in's clock
    while found is not None and found[0].recorded.moment.date() >= since - timedelta(days=1):
        manifest = found[0]
        found = None if manifest.previous is None else (storage.past_manifest(manifest.previous), manifest.previous)
        before = found[0].documents.get(path) if found else None
        if before is not None and before != name:
            yield parse_content(path, storage.read(before))
        name = before

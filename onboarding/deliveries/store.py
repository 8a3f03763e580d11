"""The store of datasets: a version of a part appears whole, is never changed, and counts once the register names it."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from onboarding.deliveries.errors import DeliveryError
from onboarding.deliveries.incoming import Tell, digest_of
from onboarding.deliveries.package import Resource
from onboarding.deliveries.quarantine import READ_ONLY, Quarantined
from policies.files import sync_folder


class Store:
    """The folder `datasets`: <dataset>/<part>/<version>/<file>."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def publish(self, dataset: str, part: str, files: Iterable[Resource], of: Quarantined, tell: Tell) -> None:
        """Make the version of one part from the quarantine's files, whose fingerprints are taken again.

        A version that is there already was made by a command that died: it is verified likewise.
        Raises DeliveryError when a file is not what was checked.
        """
        place = self._folder / dataset / part / of.name
        wanted = {each.name: each.fingerprint for each in files}
        if not place.exists():
            self._make(place, {name: of.folder / "files" / part / name for name in wanted})
        found = {each.name: digest_of(each, tell) for each in place.iterdir()}
        if found != wanted:
            raise DeliveryError(f"{dataset}/{part} : les fichiers ne sont plus ceux qui ont été contrôlés")

    def _make(self, place: Path, sources: dict[str, Path]) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in (place.parent.parent, place.parent):
            folder.mkdir(mode=0o755, exist_ok=True)
            folder.chmod(0o755)
        prefix = f".delivered-{place.name}-"
        for left in self._folder.glob(f"{prefix}*"):
            shutil.rmtree(left)
        made = Path(tempfile.mkdtemp(dir=self._folder, prefix=prefix))
        for name, source in sources.items():
            _link_or_copy(source, made / name)
        made.chmod(0o755)
        sync_folder(made)
        made.rename(place)
        sync_folder(place.parent)

    def discard(self, dataset: str, parts: Iterable[str], name: str) -> None:
        """Take away versions that the register does not name."""
        for part in parts:
            shutil.rmtree(self._folder / dataset / part / name, ignore_errors=True)


def _link_or_copy(source: Path, target: Path) -> None:
    """The same file under a second name where both are on one file system, else a durable copy."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError as error:
        if error.errno not in {errno.EXDEV, errno.EPERM, errno.EMLINK}:
            raise
        with source.open("rb") as reading, target.open("xb") as writing:
            shutil.copyfileobj(reading, writing, 1024 * 1024)
            writing.flush()
            os.fsync(writing.fileno())
        target.chmod(READ_ONLY)

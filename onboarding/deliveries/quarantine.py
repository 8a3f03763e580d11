"""The quarantine: one folder per delivery, root's alone, whose files nobody else ever had open for writing.

`delivery.json` says whose it is, `datapackage.json` what was announced, `files/<part>/<file>` holds what came
(`.<file>.partial` while it comes), `report.json` what the check found. Where each step ends is seen from these.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from pathlib import Path

from onboarding.deliveries.errors import DeliveryError
from onboarding.deliveries.package import DESCRIPTOR, Package, Resource, parse_package
from onboarding.deliveries.report import Report
from policies.errors import UnavailableError
from policies.files import Closed, canonical_json, fingerprint, parse, read_yaml, sync_folder, write_atomic
from policies.names import PersonId, Slug, check_slug

KEPT, REPORT, FILES, LOCK = "delivery.json", "report.json", "files", ".lock"
READ_ONLY = 0o444


class Kept(Closed):
    """Whose delivery this is: received by whom, when, why."""

    dataset: Slug
    by: PersonId
    reason: str
    day: date


class Quarantined:
    """One delivery in the quarantine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = folder.name

    def kept(self) -> Kept:
        """Whose it is."""
        return parse(Kept, read_yaml(self.folder / KEPT), f"{self.name}/{KEPT}")

    def descriptor(self) -> bytes:
        """What the producer announced, byte for byte."""
        return (self.folder / DESCRIPTOR).read_bytes()

    def package(self) -> Package:
        """What the producer announced."""
        return parse_package(self.descriptor())

    @property
    def announced(self) -> str:
        """The fingerprint of what the producer announced."""
        return fingerprint(self.descriptor())

    def file(self, resource: Resource) -> Path:
        """Where a file is once it came whole."""
        return self.folder / FILES / resource.part / resource.name

    def partial(self, resource: Resource) -> Path:
        """Where a file is while it comes."""
        return self.folder / FILES / resource.part / f".{resource.name}.partial"

    def missing(self) -> list[Resource]:
        """The files that did not come whole yet."""
        return [each for each in self.package().resources if not self.file(each).exists()]

    def report(self) -> Report | None:
        """What the last check found, None before it."""
        path = self.folder / REPORT
        return parse(Report, read_yaml(path), f"{self.name}/{REPORT}") if path.exists() else None

    def write_report(self, report: Report) -> None:
        """Keep what a check found."""
        write_atomic(self.folder / REPORT, canonical_json(report.model_dump(mode="json")), 0o600)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One command at a time works on a delivery; raises UnavailableError when another does."""
        try:
            handle = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except FileNotFoundError:
            raise DeliveryError(f"{self.name} : cette livraison n'est plus en quarantaine") from None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError:
            raise UnavailableError(f"{self.name} : une autre commande travaille sur cette livraison") from None
        finally:
            os.close(handle)

    def remove(self) -> None:
        """The delivery leaves the quarantine, at once for whoever looks; a later sweep ends what a crash left."""
        aside = self.folder.with_name(f".gone-{self.name}")
        # another command may clear away what this one just confirmed
        with suppress(FileNotFoundError):
            self.folder.rename(aside)
        sync_folder(self.folder.parent)
        shutil.rmtree(aside, ignore_errors=True)


class Quarantine:
    """The folder of all deliveries that are not confirmed yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def all(self) -> list[Quarantined]:
        """Every delivery, by name."""
        if not self.folder.is_dir():
            return []
        return [Quarantined(each) for each in sorted(self.folder.iterdir()) if not each.name.startswith(".")]

    def find(self, name: str) -> Quarantined | None:
        """The delivery with this name, None when it is not here."""
        return next((each for each in self.all() if each.name == name), None)

    def begun(self, dataset: str, descriptor: bytes) -> Quarantined | None:
        """A delivery of exactly this announcement that is here already."""
        wanted = fingerprint(descriptor)
        same = (each for each in self.all() if each.announced == wanted)
        return next((each for each in same if each.kept().dataset == dataset), None)

    def begin(
        self,
        kept: Kept,
        descriptor: bytes,
        moment: datetime,
        taken: frozenset[str],
        announce: Callable[[str], None],
    ) -> Quarantined:
        """A new delivery, named after its moment and announced by that name; its folder appears whole."""
        with self._alone():
            self._sweep()
            name = free_name(moment, taken | {each.name for each in self.all()})
            made = Path(tempfile.mkdtemp(dir=self.folder, prefix=".new-"))
            for resource in parse_package(descriptor).resources:
                (made / FILES / resource.part).mkdir(parents=True, exist_ok=True)
            write_atomic(made / DESCRIPTOR, descriptor, 0o600)
            write_atomic(made / KEPT, canonical_json(kept.model_dump(mode="json")), 0o600)
            announce(name)
            made.rename(self.folder / name)
            sync_folder(self.folder)
        return Quarantined(self.folder / name)

    def sweep(self) -> None:
        """What a killed command left half made or half removed is gone."""
        with self._alone():
            self._sweep()

    def _sweep(self) -> None:
        for each in self.folder.glob(".*-*"):
            shutil.rmtree(each, ignore_errors=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def free_name(moment: datetime, taken: frozenset[str]) -> str:
    """A delivery's name: its moment in Paris to the second, or the first later one that is free."""
    while (name := check_slug(f"l{moment:%Y%m%d-%H%M%S}")) in taken:
        moment += timedelta(seconds=1)
    return name
